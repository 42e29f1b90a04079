import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { reports } from '../../gateway/cli/report-tables.ts'
import { answerSchemas } from '../../gateway/reports/answers.ts'
import { get, MASTERS, openStore, post, type Store } from './store.ts'

// Three threads load their program for each store; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const receipt = (
  number: string,
  quantity: string,
  net: string,
  tax: string,
  day = '2026-03-02',
) => ({
  till: 'till-1',
  fiscalDay: day,
  receipt: number,
  at: `${day}T09:30:00Z`,
  lines: [{ line: 1, gtin: '4006381333931', quantity, net, taxCode: 'standard', tax }],
  tenders: [{ kind: 'cash', amount: String(Number(net) + Number(tax)) }],
  total: String(Number(net) + Number(tax)),
})

async function soldStore(): Promise<Store> {
  const store = await openStore({})
  const totals = [{ account: 'inventory', value: '12.00' }]
  const works = [
    ['masters', { ...MASTERS, totals }],
    ['receipts', receipt('17', '2', '2.52', '0.48')],
    ['receipts', receipt('18', '24', '30.24', '5.76', '2026-03-03')],
    ['receipts', receipt('19', '-1', '-1.26', '-0.24', '2026-03-03')],
  ] as const
  for (const [path, body] of works) {
    const { body: answer } = await post(store, `/api/v1/${path}`, body)
    expect(answer).toMatchObject({ status: 'committed' })
  }
  return store
}

test('reports over time answer over HTTP as in the terminal, in pages', async () => {
  const store = await soldStore()
  const ask = async (path: string) => (await get(store, `/api/v1/reports/${path}`)).body

  expect(await ask('what-if')).toMatchObject({
    framework: 'IFRS',
    rows: [{ sku: 'cola', method: 'fifo', asBooks: true }],
    otherCogsMinor: '0',
  })
  expect(await ask('margin?by=month&of=category')).toMatchObject({
    rows: [
      { period: '2026-03', category: 'food', revenueMinor: '3276', returnsMinor: '126', sku: null },
    ],
    nextAfter: null,
  })
  const first = answerSchemas.margin.parse(await ask('margin?limit=1'))
  expect(first).toMatchObject({
    rows: [{ period: '2026-03-02', sku: 'cola', sold: '2', cogsMinor: '100', marginMinor: '152' }],
    nextAfter: '2026-03-02|cola',
  })
  expect(await ask(`margin?after=${encodeURIComponent(first.nextAfter ?? '')}`)).toMatchObject({
    rows: [{ period: '2026-03-03', sold: '24', returned: '1', returnsMinor: '126' }],
    nextAfter: null,
  })
  const demand = answerSchemas.demand.parse(await ask('demand?sku=cola&limit=1'))
  expect(demand).toMatchObject({
    rows: [{ date: '2026-03-02', sold: '2', onHand: '22', stockOut: false, adjusted: '24' }],
    nextAfter: 'cola|2026-03-02',
  })
  expect(await ask(`demand?after=${encodeURIComponent(demand.nextAfter ?? '')}`)).toMatchObject({
    rows: [{ date: '2026-03-03', sold: '24', returned: '1', onHand: '-1', stockOut: true }],
  })
  expect(await ask('journal?kind=sale&limit=1')).toMatchObject({
    rows: [{ sequence: 3, kind: 'till-receipt', evidence: [{ kind: 'till-line' }] }],
    nextBefore: '3',
  })
  expect(await ask('journal?kind=sale&before=3')).toMatchObject({
    rows: [{ sequence: 2, sourceKey: 'till:till-1/2026-03-02/17' }],
    nextBefore: null,
  })
  expect(await ask('variance')).toMatchObject({ rows: [] })
  expect(await ask('cut-over')).toMatchObject({
    imports: [{ isEqual: true, beforeFirstSale: true }],
    firstSale: 2,
  })
})

test('every report of the terminal has its path, and wrong questions are refused', async () => {
  const store = await soldStore()
  const { body } = await get(store, '/api/v1/openapi.json')
  const document = z.object({ paths: z.record(z.string(), z.unknown()) }).parse(body)
  const named = Object.keys(reports)
  const paths = Object.keys(document.paths).flatMap((path) => path.split('/').at(-1) ?? [])
  expect(named.filter((name) => !paths.includes(name))).toEqual([])
  for (const path of ['margin?by=year', 'demand?from=soon', 'journal?before=x', 'what-if?skus=a']) {
    expect([path, (await get(store, `/api/v1/reports/${path}`)).status]).toEqual([path, 400])
  }
})
