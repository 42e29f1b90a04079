import { expect, test } from 'vitest'
import { epcOf, openStoreRoom, SHIRT } from '../support/store-room.ts'

/** A door whose antennas are plugged into each other's ports tells every pass the wrong way round. */

const shirt = (serial: number) => epcOf(SHIRT, serial)
const serials = [1, 2, 3, 4, 5, 6]
const backroom = {
  sku: 'SHIRT',
  location: 'backroom',
  quantity: serials.length,
  value: '84.00',
  epcs: serials.map(shirt),
}
const open = () => openStoreRoom([backroom])
const alarmsOf = (room: ReturnType<typeof open>) =>
  room.events.flatMap((event) => (event.type === 'alert' ? [event.key] : []))

test('four shirts in a row told to come from where they are not: the door is read the other way', () => {
  const room = open()
  for (const serial of [1, 2, 3]) room.walk('floor-reader', shirt(serial), 'out', serial)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '6' })
  expect(alarmsOf(room)).toEqual([])
  room.walk('floor-reader', shirt(4), 'out', 4)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2', 'SHIRT floor': '4' })
  expect(alarmsOf(room)).toEqual(['antennas-mixed-up/door/2026-03-02'])
  room.walk('floor-reader', shirt(5), 'out', 10)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT floor': '5' })
  expect(room.reviews()).toEqual([])
})

test('back to the back room through a door that is still mixed up', () => {
  const room = open()
  for (const serial of [1, 2, 3, 4]) room.walk('floor-reader', shirt(serial), 'out', serial)
  room.walk('floor-reader', shirt(1), 'in', 10)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3', 'SHIRT floor': '3' })
})

test('when the cables are right again the first pass that agrees is believed, and the next', () => {
  const room = open()
  for (const serial of [1, 2, 3, 4]) room.walk('floor-reader', shirt(serial), 'out', serial)
  room.walk('floor-reader', shirt(5), 'in', 20)
  room.walk('floor-reader', shirt(6), 'out', 21)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT floor': '5' })
})

test('a pass between that agrees with the books ends the streak; one tag alone is none', () => {
  const room = open()
  for (const serial of [1, 2, 3]) room.walk('floor-reader', shirt(serial), 'out', serial)
  room.walk('floor-reader', shirt(4), 'in', 4)
  room.walk('floor-reader', shirt(5), 'out', 5)
  for (const minute of [6, 7, 8, 9]) room.walk('floor-reader', shirt(6), 'out', minute)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '5', 'SHIRT floor': '1' })
  expect(alarmsOf(room)).toEqual([])
})

test('what was sold meanwhile stays sold', () => {
  const room = open()
  for (const serial of [1, 2, 3]) room.walk('floor-reader', shirt(serial), 'out', serial)
  const line = { gtin: SHIRT, serial: '2' }
  room.receipt({ receipt: '9', lines: [line] }, 3.5)
  room.walk('floor-reader', shirt(4), 'out', 4)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2', 'SHIRT floor': '3' })
})

test('a crash amid the streak forgets nothing of it', () => {
  const room = open()
  for (const serial of [1, 2, 3]) room.walk('floor-reader', shirt(serial), 'out', serial)
  room.reopen()
  room.walk('floor-reader', shirt(4), 'out', 4)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2', 'SHIRT floor': '4' })
})
