import { expect, test, vi } from 'vitest'
import { get, MASTERS, openStore, post, report, type Store } from './store.ts'

// Threads load their program for each store; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 })

let number = 0
async function tell(store: Store, command: object, actor = 'anna', at = '2026-03-02T10:00:00Z') {
  const id = `C-${++number}`
  return await post(store, '/api/v1/commands', { id, actor, at, command })
}

const problemOf = async (answer: ReturnType<typeof post>) => (await answer).body

test('masters over HTTP are held to the totals of the system before, row by row; a dry run keeps nothing', async () => {
  const store = await openStore()
  const totals = [
    { account: 'inventory', value: '12.01' },
    { account: 'cash', value: '5.00' },
  ]
  const faulty = {
    ...MASTERS,
    totals,
    opening: [...MASTERS.opening, { sku: 'milk', location: 'nowhere', quantity: '1', value: '1' }],
  }
  const refused = await post(store, '/api/v1/masters', faulty)
  expect(refused.status).toBe(422)
  expect(refused.body).toMatchObject({
    code: 'import-faults',
    detail: expect.stringMatching(
      /^opening row 2, sku: expected .*\(1 of 4 wrong\); nothing is posted$/,
    ),
    faults: [
      { file: 'opening', line: 2, column: 'sku', got: '"milk"' },
      { file: 'opening', line: 2, column: 'location', got: '"nowhere"' },
      {
        file: 'totals',
        line: 1,
        column: 'value',
        expected: '12.01, the total of inventory in the system before',
        got: '"13.00"',
      },
      { file: 'totals', line: 2, column: 'account', got: '"cash"' },
    ],
  })
  const good = { ...MASTERS, totals: [{ account: 'inventory', value: '12.00' }] }
  const off = { ...MASTERS, totals: [{ account: 'inventory', value: '11.99' }] }
  for (const path of ['/api/v1/masters', '/api/v1/masters?dryRun=true'])
    expect(await problemOf(post(store, path, off))).toMatchObject({
      faults: [{ file: 'totals', line: 1, column: 'value', got: '"12.00"' }],
    })
  const dry = await post(store, '/api/v1/masters?dryRun=true', good)
  expect(dry).toMatchObject({ status: 200, body: { status: 'checked' } })
  expect((await report(store, 'skus')).rows).toEqual([])
  expect(await post(store, '/api/v1/masters', good)).toMatchObject({ status: 201 })
  // The same again is the same; its stock is in the books by right.
  expect(await problemOf(post(store, '/api/v1/masters', good))).toMatchObject({
    status: 'committed',
  })
  const twice = { ...good, key: 'another' }
  expect(await problemOf(post(store, '/api/v1/masters', twice))).toMatchObject({
    faults: [{ file: 'opening', column: 'sku', got: '"cola"' }],
  })
})

test('what stands in the way of closing a month is told item by item, as the close itself judges it', async () => {
  const store = await openStore()
  expect(await report(store, 'closing')).toMatchObject({ next: null })
  await post(store, '/api/v1/masters', MASTERS)
  await tell(store, { kind: 'start-count', count: 'C', location: 'shelf-a' })
  const before = await report(store, 'closing')
  expect(before).toMatchObject({ period: '2026-03', next: '2026-03', isOver: false })
  const open = before.items.filter(({ done }) => !done)
  expect(open).toEqual([{ item: 'no open count', done: false }])
  const close = { kind: 'close-period', period: '2026-03', reason: 'done' }
  expect((await tell(store, close)).body).toMatchObject({
    code: 'checklist-open',
    detail: 'expected all of the checklist done, got open: no open count',
  })
  await tell(store, { kind: 'cancel-count', count: 'C', reason: 'no time' })
  expect((await report(store, 'closing')).items.every(({ done }) => done)).toBe(true)
  expect((await tell(store, close)).status).toBe(200)
  // What the reader's thread says of roles and days is never what it remembers from before.
  expect(await report(store, 'periods')).toMatchObject({ closedThrough: '2026-03-31' })
  expect(await report(store, 'closing')).toMatchObject({ next: '2026-04' })
  const january = await report(store, 'closing', 'closing?period=2026-01')
  expect(january).toMatchObject({ period: '2026-01', next: '2026-04', isOver: true })
})

test('a sheet stays blind until every line is counted; then differences are told', async () => {
  const store = await openStore()
  await post(store, '/api/v1/masters', MASTERS)
  await tell(store, {
    kind: 'start-count',
    count: 'C',
    location: 'shelf-a',
    skus: ['cola', 'bread'],
  })
  const line = (sku: string, quantity: string) => ({
    kind: 'record-count',
    count: 'C',
    sku,
    location: 'shelf-a',
    quantity,
  })
  await tell(store, line('cola', '22'), 'bob')
  const differences = () => report(store, 'count-differences', 'counts/C')
  expect(await differences()).toMatchObject({ isComplete: false, rows: [] })
  expect(JSON.stringify(await report(store, 'open-counts'))).not.toContain('book')
  await tell(store, line('bread', '0'), 'bob')
  await tell(store, line('cola', '23'), 'bob')
  expect(await differences()).toMatchObject({
    isComplete: true,
    state: 'open',
    rows: [
      { sku: 'bread', counted: '0', book: '0', counter: 'bob', recounts: 0 },
      { sku: 'cola', counted: '23', book: '24', counter: 'bob', recounts: 1 },
    ],
  })
  expect((await get(store, '/api/v1/counts/D')).body).toMatchObject({ code: 'no-such-count' })
})

test('refusals are found by who was refused and on which day', async () => {
  const store = await openStore()
  const close = { kind: 'reopen-period', period: '2026-01', reason: 'x' }
  await tell(store, close, 'bob')
  await tell(store, close, 'carla')
  const found = async (query: string) =>
    (await report(store, 'refusals', `refusals?${query}`)).rows.map(({ actor }) => actor)
  expect(await found('')).toEqual(['bob', 'carla'])
  expect(await found('actor=carla')).toEqual(['carla'])
  expect(await found('day=2026-03-02')).toEqual(['bob', 'carla'])
  expect(await found('day=2026-03-03')).toEqual([])
  expect(await found('actor=bob&day=2026-03-02&limit=1')).toEqual(['bob'])
})

test('a line that waits for its SKU says since when', async () => {
  const store = await openStore()
  const odd = { line: 1, gtin: '', description: 'Soap', quantity: '2' }
  await post(store, '/api/v1/receipts', {
    till: 'till-1',
    fiscalDay: '2026-03-02',
    receipt: '17',
    at: '2026-03-02T09:30:00Z',
    lines: [{ ...odd, net: '2.52', taxCode: 'standard', tax: '0.48' }],
    tenders: [{ kind: 'cash', amount: '3.00' }],
    total: '3.00',
  })
  expect((await report(store, 'parked')).rows).toMatchObject([
    {
      description: 'Soap',
      quantity: '2',
      businessDate: '2026-03-02',
      soldAtMs: Date.parse('2026-03-02T09:30:00Z'),
    },
  ])
})
