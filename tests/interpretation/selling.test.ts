import { expect, test } from 'vitest'
import { epcOf, JAM, openStoreRoom, RAZOR, SHIRT } from '../support/store-room.ts'

const shirts = (...serials: number[]) => serials.map((serial) => epcOf(SHIRT, serial))
const onFloor = (count: number) => ({
  sku: 'SHIRT',
  location: 'floor',
  quantity: count,
  value: `${count * 14}.00`,
  epcs: shirts(...Array.from({ length: count }, (_, index) => index + 1)),
})
const jam = (location: string, quantity: number) => ({
  sku: 'JAM',
  location,
  quantity,
  value: `${quantity}.60`,
})

test('a sale is taken from the basket first, then from the shelf shoppers take it from', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)])
  room.picture(4, 0)
  room.picture(3, 5)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3', 'JAM basket': '1' })
  room.receipt({ lines: [{ gtin: JAM, quantity: '2' }] }, 8)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2' })
})

test('the picture of what a till has sold already moves nothing and becomes its evidence', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)])
  room.picture(4, 0)
  room.receipt({ lines: [{ gtin: JAM }] }, 5)
  room.picture(3, 6)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  expect(room.evidence('till:till-1/2026-03-02/1')).toEqual(['till-line', 'shelf-change'])
})

test('a receipt delivered twice is booked once, and excuses one exit only', () => {
  const room = openStoreRoom([onFloor(3)])
  const sale = { lines: [{ gtin: SHIRT }] }
  room.receipt(sale, 5)
  room.receipt(sale, 5)
  expect(room.stock()).toEqual({ 'SHIRT floor': '2' })
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 6)
  room.receipt(sale, 5)
  room.walk('exit-reader', epcOf(SHIRT, 2), 'out', 7)
  room.tick(9)
  expect(room.reviews().map(({ kind }) => kind)).toEqual(['left-unpaid'])
})

test('the same receipt number with other content is refused, kept and asked about', () => {
  const room = openStoreRoom([onFloor(3)])
  room.receipt({ lines: [{ gtin: SHIRT }] }, 5)
  const verdict = room.receipt({ lines: [{ gtin: SHIRT, quantity: '2' }] }, 6)
  expect(verdict).toMatchObject({ status: 'kept', code: 'source-conflict' })
  expect(room.stock()).toEqual({ 'SHIRT floor': '2' })
  expect(room.reviews().map(({ kind }) => kind)).toEqual(['document-conflict'])
  expect(room.quarantine()).toMatchObject([{ device: 'till-1', business: 1 }])
})

test('goods the masters do not know are sold to unmapped sales and asked about', () => {
  const room = openStoreRoom([onFloor(1)])
  const verdict = room.receipt({ lines: [{ gtin: '4006381333931', description: 'Card' }] }, 5)
  expect(verdict.status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.reviews()).toMatchObject([{ kind: 'unmapped-line' }])
})

test('a weighed unknown line still posts, its quantity told in words', () => {
  const room = openStoreRoom()
  const line = { gtin: '4006381333931', description: 'Olives', quantity: '0.315' }
  expect(room.receipt({ lines: [line] }, 5).status).toBe('committed')
  const [parked] = room.db
    .prepare<[], { description: string; quantity: bigint }>(
      'select description, quantity from parked_line',
    )
    .all()
  expect(parked).toEqual({ description: 'Olives (quantity 0.315)', quantity: 1n })
})

test('two lines of one receipt never take the same unit twice', () => {
  const room = openStoreRoom([
    { sku: 'RAZOR', location: 'smart-shelf', quantity: 1, value: '8.00' },
    { sku: 'RAZOR', location: 'floor', quantity: 1, value: '8.00' },
  ])
  room.receipt({ lines: [{ gtin: RAZOR }, { gtin: RAZOR }] }, 5)
  expect(room.stock()).toEqual({})
  expect(room.reviews()).toEqual([])
})

test('selling more than the books hold posts all the same and is asked once a day', () => {
  const room = openStoreRoom([{ sku: 'RAZOR', location: 'backroom', quantity: 5, value: '40.00' }])
  room.receipt({ receipt: '1', lines: [{ gtin: RAZOR, quantity: '2' }] }, 5)
  room.receipt({ receipt: '2', lines: [{ gtin: RAZOR }] }, 6)
  expect(room.stock()).toEqual({ 'RAZOR backroom': '5', 'RAZOR smart-shelf': '-3' })
  expect(room.reviews()).toMatchObject([{ kind: 'location-short' }])
  expect(room.reviews()[0]?.question).toContain('The books hold 5 in backroom')
})

test('a till that names the serial sells the unit from where that tag was last seen', () => {
  const [first, second] = shirts(1, 2)
  const room = openStoreRoom([
    { sku: 'SHIRT', location: 'floor', quantity: 1, value: '14.00', epcs: [first!] },
    { sku: 'SHIRT', location: 'backroom', quantity: 1, value: '14.00', epcs: [second!] },
  ])
  room.receipt({ lines: [{ gtin: SHIRT, serial: '2' }] }, 5)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
})

test('a return goes back to the floor, at the cost it left with, and can be sold again', () => {
  const room = openStoreRoom([onFloor(1)])
  room.receipt({ receipt: '1', lines: [{ gtin: SHIRT, serial: '1' }] }, 5)
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 6)
  const original = { till: 'till-1', fiscalDay: '2026-03-02', receipt: '1', line: 1 }
  const back = { gtin: SHIRT, serial: '1', quantity: '-1', net: '-10.00', tax: '-2.10', original }
  room.receipt({ receipt: '2', lines: [back] }, 30)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.reviews()).toEqual([])
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 60)
  room.tick(63)
  expect(room.reviews()).toMatchObject([{ kind: 'left-unpaid' }])
})

test('more brought back than was sold is booked as a return without original, and asked', () => {
  const room = openStoreRoom([onFloor(2)])
  room.receipt({ receipt: '1', lines: [{ gtin: SHIRT }] }, 5)
  const original = { till: 'till-1', fiscalDay: '2026-03-02', receipt: '1', line: 1 }
  const back = { gtin: SHIRT, quantity: '-1', net: '-10.00', tax: '-2.10', original }
  room.receipt({ receipt: '2', lines: [back, back] }, 30)
  expect(room.stock()).toEqual({ 'SHIRT floor': '3' })
  expect(room.reviews()).toMatchObject([{ kind: 'return-without-original' }])
})

test('amounts finer than the currency are refused and the paper is kept', () => {
  const room = openStoreRoom([onFloor(1)])
  const verdict = room.receipt({ lines: [{ gtin: SHIRT, net: '10.005', tax: '2.10' }] }, 5)
  expect(verdict).toMatchObject({ status: 'kept', code: 'amount-too-fine' })
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.quarantine()).toMatchObject([{ business: 1, code: 'amount-too-fine' }])
})

test('who leaves without paying is asked about after a minute, and written off by a person', () => {
  const room = openStoreRoom([onFloor(2)])
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 5)
  room.tick(5.5)
  expect(room.reviews()).toEqual([])
  room.tick(6.2)
  const [question] = room.reviews()
  expect(question?.kind).toBe('left-unpaid')
  expect(room.stock()).toEqual({ 'SHIRT floor': '2' })
  expect(room.decide(question!.id, 'accept', 20).status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.decide(question!.id, 'reject', 21).status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
})

test('a till that was offline speaks late: the question about its customer settles itself', () => {
  const room = openStoreRoom([onFloor(2)])
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 5)
  room.tick(7)
  expect(room.reviews()).toMatchObject([{ kind: 'left-unpaid', decision: null }])
  room.receipt({ lines: [{ gtin: SHIRT }], at: 4 }, 25)
  expect(room.reviews()).toMatchObject([{ kind: 'left-unpaid', decision: 'settled' }])
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.evidence('till:till-1/2026-03-02/1')).toEqual(['till-line', 'portal-pass'])
})

test('a crash between exit and receipt changes nothing', () => {
  const room = openStoreRoom([onFloor(2)])
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 5)
  room.reopen()
  room.tick(7)
  expect(room.reviews()).toMatchObject([{ kind: 'left-unpaid' }])
  room.reopen()
  room.receipt({ lines: [{ gtin: SHIRT }], at: 4 }, 25)
  expect(room.reviews()).toMatchObject([{ decision: 'settled' }])
})

test('what stays in baskets at the end of the day is one question a unit, not a mystery', () => {
  const room = openStoreRoom([jam('jam-shelf', 4)])
  room.picture(4, 0)
  room.picture(2, 5)
  room.tick(60)
  room.tick(20 * 60)
  expect(room.reviews()).toMatchObject([{ kind: 'basket-open' }, { kind: 'basket-open' }])
  room.tick(44 * 60)
  expect(room.reviews()).toHaveLength(2)
  for (const { id } of room.reviews()) room.decide(id, 'accept', 44 * 60 + 1)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2' })
})
