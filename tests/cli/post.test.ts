import { expect, test, vi } from 'vitest'
import { GOOD_FILES, openShop, type Shop } from './shop-files.ts'

// Each call opens a bookkeeper of its own.
vi.setConfig({ testTimeout: 60_000 })

const at = '2026-03-02T09:15:00Z'
const told = (id: string, command: object, actor = 'anna') => ({ id, actor, at, command })

async function openedShop(): Promise<Shop> {
  const shop = openShop()
  const { code } = await shop.import(GOOD_FILES, '--create', '--at', '2026-03-02T07:00:00Z')
  expect(code).toBe(0)
  return shop
}

const stockOf = async (shop: Shop) => {
  const { rows } = await shop.ask('stock')
  return Object.fromEntries(
    rows.map((row: { sku: string; location: string; quantity: string }) => [
      `${row.sku} ${row.location}`,
      row.quantity,
    ]),
  )
}

test('goods come with charges, their invoice is matched, some go back: GR/IR ends at nothing', async () => {
  const shop = await openedShop()
  const { code, out } = await shop.post([
    told('GR-1', {
      kind: 'receive',
      order: 'PO-1',
      line: 1,
      delivery: 'D-1',
      sku: 'cola',
      quantity: '48',
      to: 'backroom',
      charges: [{ description: 'freight', amount: '4.80' }],
    }),
    told('INV-1', {
      kind: 'supplier-invoice',
      supplier: 'wholesale',
      invoice: '2026-17',
      lines: [{ receipt: 'command:GR-1', sku: 'cola', quantity: '48', net: '26.40' }],
      tax: '5.02',
      taxCode: 'V19',
    }),
    told('RT-1', {
      kind: 'return-to-supplier',
      receipt: 'command:GR-1',
      sku: 'cola',
      quantity: '8',
      from: 'backroom',
      reason: 'dented',
    }),
  ])
  expect(out).toContain('INV-1: supplier invoice, entry 3')
  expect(code).toBe(0)
  expect(await stockOf(shop)).toMatchObject({ 'cola backroom': '88' })
  const pools = await shop.ask('pools')
  const cola = pools.rows.find(({ sku }: { sku: string }) => sku === 'cola')
  // 33.04 + 24.00 + 4.80 freight + 2.40 dearer on the invoice, less 8 of 48 at 31.20.
  expect(cola.valueMinor).toBe(String(3304 + 3120 - 520))
})

test('a count in two hands: the sheet, the numbers, another person approves', async () => {
  const shop = await openedShop()
  const sheet = [
    told('C1-open', { kind: 'start-count', count: 'C-1', location: 'shelf-a', skus: ['cola'] }),
    told('C1-cola', {
      kind: 'record-count',
      count: 'C-1',
      sku: 'cola',
      location: 'shelf-a',
      quantity: '19',
    }),
  ]
  expect((await shop.post(sheet)).code).toBe(0)
  const own = told('C1-yes', { kind: 'approve-count', count: 'C-1', reason: 'recounted' })
  const refused = await shop.post(own)
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('needs-second-person')
  const other = told('C1-ok', { kind: 'approve-count', count: 'C-1', reason: 'seen' }, 'ben')
  expect((await shop.post(other)).code).toBe(0)
  expect(await stockOf(shop)).toMatchObject({ 'cola shelf-a': '19' })
})

test('the same again books nothing, and the same id with other content is a conflict', async () => {
  const shop = await openedShop()
  const broken = told('W-1', {
    kind: 'write-off',
    sku: 'cola',
    quantity: '2',
    location: 'shelf-a',
    cause: 'damaged',
    reason: 'dropped',
  })
  expect((await shop.post(broken)).out).toContain('W-1: write off, entry 2')
  expect((await shop.post(broken)).code).toBe(0)
  const other = { ...broken, note: 'and one more' }
  const refused = await shop.post(other)
  expect(refused.err).toContain('source-conflict')
  expect(await stockOf(shop)).toMatchObject({ 'cola shelf-a': '18' })
  expect((await shop.ask('reviews')).rows ?? []).toEqual([])
})

test('what does not fit is told with its place, before anything is booked', async () => {
  const shop = await openedShop()
  const { code, err } = await shop.post([
    told('W-1', {
      kind: 'shrink',
      sku: 'cola',
      quantity: '2',
      location: 'shelf-a',
      reason: 'gone',
    }),
    told('W-2', { kind: 'shrink', sku: 'cola', quantity: 2, location: 'shelf-a', reason: '' }),
    told('W-3', { kind: 'vanish' }),
  ])
  expect(code).toBe(1)
  expect(err).toMatch(/told\.json \[1\] command\.quantity/)
  expect(err).toMatch(/told\.json \[1\] command\.reason/)
  expect(err).toMatch(/told\.json \[2\] command\.kind/)
  expect(await stockOf(shop)).toMatchObject({ 'cola shelf-a': '20' })
  const fine = told('W-4', {
    kind: 'shrink',
    sku: 'cola',
    quantity: '0.5',
    location: 'shelf-a',
    reason: 'half a can',
  })
  expect((await shop.post(fine)).err).toContain('amount-too-fine')
})

test('roles decide who may: a clerk moves goods and closes no month', async () => {
  const shop = await openedShop()
  const roles = [
    told('R-1', { kind: 'assign-roles', person: 'carla', roles: ['controller', 'admin'] }, 'carla'),
    told('R-2', { kind: 'assign-roles', person: 'anna', roles: ['clerk'] }, 'carla'),
  ]
  expect((await shop.post(roles)).code).toBe(0)
  const move = told('M-1', {
    kind: 'move',
    part: { sku: 'cola', quantity: '6', from: 'backroom', to: 'shelf-a' },
    reason: 'filled up',
  })
  expect((await shop.post(move)).code).toBe(0)
  const close = { kind: 'close-period', period: '2026-02', reason: 'done' }
  const refused = await shop.post(told('P-1', close))
  expect(refused.err).toContain('not-permitted')
  expect((await shop.post(told('P-2', close, 'carla'))).code).toBe(0)
  const { rows } = await shop.ask('refusals')
  expect(rows).toMatchObject([{ actor: 'anna', kind: 'close-period', code: 'not-permitted' }])
})

test('a month with an open count stays open, and says which item is not done', async () => {
  const shop = await openedShop()
  await shop.post([told('C-open', { kind: 'start-count', count: 'C-9', location: 'shelf-a' })])
  const refused = await shop.post(
    told('P-1', { kind: 'close-period', period: '2026-02', reason: 'done' }),
  )
  expect(refused.err).toContain('no open count')
})
