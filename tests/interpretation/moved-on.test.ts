import { expect, test } from 'vitest'
import { at, epcOf, JAM, mastersOf, openStoreRoom, RAZOR, SHIRT } from '../support/store-room.ts'

/** What happens in another order, twice, late, or after the books have moved on. */

const razor = epcOf(RAZOR, 1)
const [first, second] = [epcOf(SHIRT, 1), epcOf(SHIRT, 2)]
const jam = (location: string, quantity: number) => ({
  sku: 'JAM',
  location,
  quantity,
  value: `${quantity}.60`,
})
const shirts = (location: string, ...epcs: string[]) => ({
  sku: 'SHIRT',
  location,
  quantity: epcs.length,
  value: `${epcs.length * 14}.00`,
  epcs,
})
const transfer = (number: string, quantity: string, minute: number) => ({
  type: 'transfer',
  transfer: number,
  from: 'backroom',
  to: 'jam-shelf',
  at: at(minute),
  lines: [{ line: 1, sku: 'JAM', quantity }],
})

test('two lines of one receipt both wait for the picture of what they took', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)])
  room.picture(4, 0)
  room.receipt({ lines: [{ gtin: JAM }, { gtin: JAM }] }, 5)
  room.picture(2, 6)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2' })
})

test('two units that left before their receipt are both paid by its two lines', () => {
  const room = openStoreRoom([shirts('floor', first, second)])
  room.walk('exit-reader', first, 'out', 5)
  room.walk('exit-reader', second, 'out', 5.3)
  room.receipt({ lines: [{ gtin: SHIRT }, { gtin: SHIRT }], at: 4 }, 5.8)
  room.tick(10)
  expect(room.reviews()).toEqual([])
  expect(room.stock()).toEqual({})
})

test('a pass told late, after the tag has been seen elsewhere, moves nothing', () => {
  const room = openStoreRoom([
    { sku: 'RAZOR', location: 'backroom', quantity: 3, value: '24.00', epcs: [razor] },
  ])
  room.place(razor, 60)
  expect(room.stock()).toEqual({ 'RAZOR backroom': '2', 'RAZOR smart-shelf': '1' })
  room.walk('floor-reader', razor, 'in', 50)
  expect(room.stock()).toEqual({ 'RAZOR backroom': '2', 'RAZOR smart-shelf': '1' })
})

test('an old pass redelivered does not make the next real one look like a repeat', () => {
  const room = openStoreRoom([shirts('backroom', first)])
  room.walk('floor-reader', first, 'in', 5)
  room.walk('floor-reader', first, 'out', 10)
  room.walk('floor-reader', first, 'in', 5)
  room.walk('floor-reader', first, 'in', 60)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
})

test('a tag is taken from where it was booked, not from wherever one of its kind lies', () => {
  const room = openStoreRoom([
    { sku: 'RAZOR', location: 'smart-shelf', quantity: 1, value: '8.00', epcs: [razor] },
    { sku: 'RAZOR', location: 'floor', quantity: 1, value: '8.00' },
  ])
  room.walk('floor-reader', razor, 'out', 5)
  expect(room.stock()).toEqual({ 'RAZOR backroom': '1', 'RAZOR floor': '1' })
})

test('accepting a question whose goods were sold meanwhile is refused', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)])
  room.picture(4, 0)
  room.picture(1, 5)
  room.tick(60)
  room.tick(20 * 60)
  const [question] = room.reviews()
  room.receipt({ lines: [{ gtin: JAM, quantity: '3' }], at: 30 }, 20 * 60 + 1)
  const verdict = room.decide(question!.id, 'accept', 20 * 60 + 2)
  expect(verdict).toMatchObject({ status: 'refused', code: 'no-longer-true' })
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '1' })
})

test('accepting after a transfer answered a part books only the rest', () => {
  const room = openStoreRoom([jam('jam-shelf', 1), jam('backroom', 9)])
  room.picture(1, 0)
  room.picture(4, 5)
  room.tick(9)
  room.document(transfer('TR-1', '2', 10), 10)
  const [question] = room.reviews()
  expect(question).toMatchObject({ kind: 'shelf-put-without-source', decision: null })
  room.decide(question!.id, 'accept', 20)
  expect(room.stock()).toEqual({ 'JAM backroom': '6', 'JAM jam-shelf': '4' })
})

test('a sale that turns up after the write-off is asked about, not passed over', () => {
  const room = openStoreRoom([shirts('floor', first, second)])
  room.walk('exit-reader', first, 'out', 5)
  room.tick(7)
  room.decide(room.reviews()[0]!.id, 'accept', 20)
  room.receipt({ lines: [{ gtin: SHIRT, serial: '1' }], at: 4 }, 40)
  expect(room.reviews().map(({ kind }) => kind)).toEqual(['left-unpaid', 'sold-after-write-off'])
})

test('the day is closed once, however often the gateway starts at night', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)], { clock: 'system' })
  room.picture(4, 0)
  room.picture(1, 5)
  room.tick(60)
  room.tick(20 * 60)
  room.reopen()
  room.tick(20 * 60 + 1)
  room.reopen()
  room.tick(44 * 60)
  expect(room.reviews().map(({ kind }) => kind)).toEqual(Array(3).fill('basket-open'))
})

test('a signature that no announcement ever supports becomes a question', () => {
  const room = openStoreRoom()
  const lines = [{ orderLine: 1, sku: 'JAM', quantity: '9' }]
  const signed = { type: 'goods-receipt', delivery: 'DA-7', signedBy: 'Ann', at: at(5), lines }
  room.document(signed, 5)
  room.tick(5 + 4 * 60)
  expect(room.reviews()).toMatchObject([{ kind: 'unexpected-delivery' }])
  room.tick(5 + 5 * 60)
  expect(room.reviews()).toHaveLength(1)
})

const order = {
  type: 'purchase-order',
  order: 'PO-1',
  supplier: 'weaver',
  at: at(0),
  lines: [
    { line: 1, sku: 'JAM', quantity: '10', cost: '16.00' },
    { line: 2, sku: 'SHIRT', quantity: '1', cost: '15.00' },
  ],
}
const advice = (quantity: string) => ({
  type: 'despatch-advice',
  delivery: 'DA-1',
  order: 'PO-1',
  at: at(1),
  lines: [{ orderLine: 1, sku: 'JAM', quantity }],
})
const signature = (lines: object[]) => ({
  type: 'goods-receipt',
  delivery: 'DA-1',
  signedBy: 'Ann',
  at: at(2),
  lines,
})

test('goods signed for that were not announced on the line are asked about', () => {
  const room = openStoreRoom()
  room.document(order, 0)
  room.document(advice('10'), 1)
  const lines = [
    { orderLine: 1, sku: 'JAM', quantity: '10' },
    { orderLine: 2, sku: 'SHIRT', quantity: '1' },
  ]
  room.document(signature(lines), 2)
  expect(room.stock()).toEqual({ 'JAM backroom': '10' })
  expect(room.reviews()).toMatchObject([{ kind: 'delivery-differs' }])
})

test('half a jar signed for is refused and the paper is kept', () => {
  const room = openStoreRoom()
  room.document(order, 0)
  room.document(advice('10'), 1)
  const verdict = room.document(signature([{ orderLine: 1, sku: 'JAM', quantity: '9.5' }]), 2)
  expect(verdict).toMatchObject({ status: 'kept', code: 'line-differs' })
  expect(room.stock()).toEqual({})
})

test('an over-delivery that waited for its order does not keep the order out', () => {
  const room = openStoreRoom()
  room.document(advice('12'), 1)
  room.document(signature([{ orderLine: 1, sku: 'JAM', quantity: '12' }]), 2)
  expect(room.document(order, 3).status).toBe('committed')
  expect(room.reviews()).toMatchObject([{ kind: 'ledger-refused' }])
  const orders = room.db.prepare('select purchase_order from purchase_order').all()
  expect(orders).toEqual([{ purchase_order: 'PO-1' }])
})

test('an older import sent again does not bring its planogram back', () => {
  const opening = [jam('jam-shelf', 4), { ...jam('floor', 4), sku: 'RAZOR' }]
  const room = openStoreRoom(opening)
  const planogram = [{ camera: 'camera-1', zone: 'jam', sku: 'RAZOR', location: 'floor' }]
  const newer = { ...mastersOf([], 'newer'), planogram }
  room.work({ kind: 'masters', masters: newer, actor: 'office' }, 1)
  room.work({ kind: 'masters', masters: mastersOf(opening), actor: 'office' }, 2)
  room.picture(4, 3)
  room.picture(3, 6)
  expect(room.stock()).toMatchObject({ 'RAZOR floor': '3', 'RAZOR basket': '1' })
})

test('goods put on a shelf and taken away again before any paper came were nothing', () => {
  const room = openStoreRoom([jam('jam-shelf', 1), jam('backroom', 5)])
  room.picture(1, 0)
  room.picture(3, 5)
  room.picture(1, 6)
  room.tick(30)
  expect(room.stock()).toEqual({ 'JAM backroom': '5', 'JAM jam-shelf': '1' })
  expect(room.reviews()).toEqual([])
})

test('a doubt of hours ago is not answered by a sale of now', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)])
  room.picture(4, 0)
  room.picture(3, 5, 705)
  room.receipt({ lines: [{ gtin: JAM }] }, 300)
  room.picture(2, 301)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
})

test('a reader or a paper whose clock was never set dates no movement', () => {
  const room = openStoreRoom([shirts('backroom', first)])
  room.walk('floor-reader', first, 'in', -29_000_000)
  room.tick(5)
  room.tick(6)
  const dates = room.db.prepare('select distinct business_date from entry').pluck().all()
  expect(dates).toEqual(['2026-03-02'])
  const verdict = room.document({ ...transfer('TR-1', '1', 0), at: '0206-03-02T08:00:00Z' }, 7)
  expect(verdict).toMatchObject({ status: 'kept', code: 'bad-document' })
})

test('a paper that kills is parked whole, for ever, with an alarm', () => {
  const room = openStoreRoom()
  const payload = Buffer.alloc(100_000, 'x')
  const parked = { kind: 'park', device: 'office', topic: 'office/document', payload } as const
  room.work({ ...parked, code: 'defect', message: 'killed twice' }, 5)
  const kept = room.db
    .prepare<[], { business: bigint; size: bigint }>(
      'select business, length(payload) as size from quarantine',
    )
    .all()
  expect(kept).toEqual([{ business: 1n, size: 100_000n }])
  expect(room.events.map(({ type }) => type)).toContain('alert')
})

test('one read of the smart shelf delivered three times is one read', () => {
  const room = openStoreRoom([
    { sku: 'RAZOR', location: 'backroom', quantity: 1, value: '8.00', epcs: [razor] },
  ])
  for (let delivery = 0; delivery < 3; delivery++) room.hear('shelf-reader', razor, 1, 5)
  expect(room.stock()).toEqual({ 'RAZOR backroom': '1' })
  room.place(razor, 6)
  expect(room.stock()).toEqual({ 'RAZOR smart-shelf': '1' })
})
