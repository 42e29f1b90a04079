import { expect, test } from 'vitest'
import { at, epcOf, openStoreRoom, RAZOR, SHIRT, type StoreRoom } from '../support/store-room.ts'

/** A sweep or a shelf picture is a count sheet: it asks, and only a person's answer is booked. */

const shirt = (serial: number) => epcOf(SHIRT, serial)
const razor = (serial: number) => epcOf(RAZOR, serial)
const shirts = (location: string, ...serials: number[]) => ({
  sku: 'SHIRT',
  location,
  quantity: serials.length,
  value: `${serials.length * 14}.00`,
  epcs: serials.map(shirt),
})
const sweep = (name: string, location: string, minute: number, epcs: readonly string[]) => ({
  type: 'tag-sweep',
  sweep: name,
  location,
  at: at(minute),
  by: 'handheld',
  epcs,
})
const openCounts = (room: StoreRoom) =>
  room.db
    .prepare<[], string>("select stock_count from stock_count where state = 'open'")
    .pluck()
    .all()

test('a sweep that reads what the books hold asks nothing and books nothing', () => {
  const room = openStoreRoom([shirts('floor', 1, 2, 3)])
  const verdict = room.document(sweep('S-1', 'floor', 5, [1, 2, 3].map(shirt)), 5)
  expect(verdict).toMatchObject({ status: 'committed' })
  expect(room.reviews()).toEqual([])
  expect(openCounts(room)).toEqual([])
})

test('a missing shirt is asked about with how much else was read; approving it is shrinkage', () => {
  const room = openStoreRoom([
    shirts('floor', 1, 2, 3),
    { sku: 'RAZOR', location: 'floor', quantity: 2, value: '16.00', epcs: [razor(1), razor(2)] },
  ])
  room.document(sweep('S-1', 'floor', 5, [shirt(1), shirt(2), razor(1), razor(2)]), 5)
  const [question] = room.reviews()
  expect(question).toMatchObject({ kind: 'count-variance', decision: null })
  expect(question?.question).toMatch(/found 2, the books held 3 then .*100 % were.*Are 1 gone\?/)
  expect(room.stock()).toMatchObject({ 'SHIRT floor': '3' })
  room.decide(question!.id, 'accept', 10)
  expect(room.stock()).toEqual({ 'SHIRT floor': '2', 'RAZOR floor': '2' })
})

test('a sheet that nobody believes leaves the books and no open count', () => {
  const room = openStoreRoom([shirts('floor', 1, 2)])
  room.document(sweep('S-1', 'floor', 5, []), 5)
  const [question] = room.reviews()
  expect(openCounts(room)).toHaveLength(1)
  room.decide(question!.id, 'reject', 10)
  expect(room.stock()).toEqual({ 'SHIRT floor': '2' })
  expect(openCounts(room)).toEqual([])
})

test('what is sold between the sweep and its arrival is no variance', () => {
  const room = openStoreRoom([shirts('floor', 1, 2, 3)])
  room.receipt({ lines: [{ gtin: SHIRT, serial: '1' }] }, 20)
  room.document(sweep('S-1', 'floor', 10, [1, 2, 3].map(shirt)), 30)
  expect(room.reviews()).toEqual([])
})

test('a tag that the books put elsewhere is a question of place, not of quantity', () => {
  const room = openStoreRoom([shirts('floor', 1, 2), shirts('backroom', 3)])
  room.document(sweep('S-1', 'floor', 5, [1, 2, 3].map(shirt)), 5)
  const [question] = room.reviews()
  expect(room.reviews()).toMatchObject([{ kind: 'tag-misplaced' }])
  room.decide(question!.id, 'accept', 10)
  expect(room.stock()).toEqual({ 'SHIRT floor': '3' })
})

test('the same sweep again asks nothing new; another one with its name is a conflict', () => {
  const room = openStoreRoom([shirts('floor', 1, 2)])
  const one = sweep('S-1', 'floor', 5, [shirt(1)])
  room.document(one, 5)
  room.document(one, 6)
  expect(room.reviews()).toHaveLength(1)
  room.document(sweep('S-1', 'floor', 5, []), 7)
  expect(room.reviews().map(({ kind }) => kind)).toEqual(['count-variance', 'document-conflict'])
})

test('a sold shirt that a sweep reads is an alarm and no stock', () => {
  const room = openStoreRoom([shirts('floor', 1, 2)])
  room.walk('exit-reader', shirt(1), 'out', 4)
  room.receipt({ lines: [{ gtin: SHIRT, serial: '1' }], at: 4 }, 4.2)
  room.document(sweep('S-1', 'floor', 10, [shirt(1), shirt(2)]), 10)
  expect(room.reviews()).toEqual([])
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.events.some((event) => event.type === 'alert' && /was sold/.test(event.text))).toBe(
    true,
  )
})

test('strangers and unknown places: a sweep counts our goods, and a wrong place is refused', () => {
  const room = openStoreRoom([shirts('floor', 1)])
  const stranger = epcOf('04006381333931', 7)
  room.document(sweep('S-1', 'floor', 5, [shirt(1), stranger, 'E280116060000204AC6C1A4D']), 5)
  expect(room.reviews()).toEqual([])
  const verdict = room.document(sweep('S-2', 'attic', 6, [shirt(1)]), 6)
  expect(verdict).toMatchObject({ status: 'kept', code: 'unknown-location' })
})

test('the picture of a shelf one deep is a count sheet of it', () => {
  const jam = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }
  const room = openStoreRoom([jam])
  room.picture(3, 0)
  const picture = { type: 'picture-count', count: 'P-1', camera: 'camera-1', at: at(5) }
  room.document(picture, 5)
  const [question] = room.reviews()
  expect(question).toMatchObject({ kind: 'count-variance' })
  expect(question?.question).toMatch(/found 3, the books held 4 then/)
  room.decide(question!.id, 'accept', 10)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
})

test('a picture with a change under way is no sheet', () => {
  const jam = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }
  const room = openStoreRoom([jam], {
    cameras: [
      {
        id: 'camera-1',
        width: 640,
        height: 480,
        synthetic: true,
        zones: [{ zone: 'jam', depth: 2, slots: [{ slot: 's0', box: [0, 100, 90, 160] }] }],
      },
    ],
  })
  room.picture(1, 0)
  room.document({ type: 'picture-count', count: 'P-1', camera: 'camera-1', at: at(5) }, 5)
  expect(room.reviews()).toEqual([])
})
