import { expect, test } from 'vitest'
import {
  atMs,
  epcOf,
  mastersOf,
  type Opening,
  openStoreRoom,
  RAZOR,
  type StoreRoom,
} from '../support/store-room.ts'

/** One shelf of tagged razors that a camera and an antenna both watch. */

const razor = epcOf(RAZOR, 1)
const other = epcOf(RAZOR, 2)
const razors = (location: string, ...epcs: string[]): Opening => ({
  sku: 'RAZOR',
  location,
  quantity: epcs.length,
  value: `${epcs.length * 8}.00`,
  epcs,
})

function openWatchedShelf(...opening: Opening[]): StoreRoom {
  const room = openStoreRoom(opening)
  const zone = { camera: 'camera-1', zone: 'jam', sku: 'RAZOR', location: 'smart-shelf' }
  const masters = { ...mastersOf([], 'replan'), planogram: [zone] }
  room.work({ kind: 'masters', masters, actor: 'office' }, -40)
  return room
}

const arrival = (epc: string, minute: number) => `arrive:smart-shelf/${epc}/${atMs(minute)}`
const movesOf = (room: StoreRoom) =>
  room.events.flatMap((event) =>
    event.type === 'movement' && event.kind === 'move'
      ? [`${event.quantity} ${event.from} > ${event.to}`]
      : [],
  )

test('an antenna first and a camera after it tell of one arrival: one movement, two evidences', () => {
  const room = openWatchedShelf(razors('backroom', razor))
  room.picture(0, 0)
  room.place(razor, 5)
  room.picture(1, 6)
  room.tick(60)
  expect(movesOf(room)).toEqual(['1 backroom > smart-shelf'])
  expect(room.evidence(arrival(razor, 5))).toEqual(['tag-arrival', 'shelf-change'])
  expect(room.reviews()).toEqual([])
})

test('a camera first and an antenna after it tell of one put: one movement, two evidences', () => {
  const room = openWatchedShelf(razors('smart-shelf', razor, other))
  room.picture(2, 0)
  room.picture(1, 5)
  room.picture(2, 10)
  room.place(razor, 11)
  room.tick(60)
  expect(movesOf(room)).toEqual(['1 smart-shelf > basket', '1 basket > smart-shelf'])
  expect(room.reviews()).toEqual([])
})

test('goods that appear before their tag is read are booked once the tag says where from', () => {
  const room = openWatchedShelf(razors('backroom', razor))
  room.picture(0, 0)
  room.picture(1, 5)
  room.place(razor, 6)
  room.tick(60)
  expect(movesOf(room)).toEqual(['1 backroom > smart-shelf'])
  expect(room.reviews()).toEqual([])
})

test('picture and tag that disagree about where it came from are both shown to a person', () => {
  const room = openWatchedShelf(razors('smart-shelf', other), razors('backroom', razor))
  room.picture(1, 0)
  room.picture(0, 5)
  room.tick(11)
  room.picture(1, 12)
  room.place(razor, 13)
  expect(movesOf(room)).toEqual(['1 smart-shelf > basket', '1 basket > smart-shelf'])
  const [question] = room.reviews()
  expect(question).toMatchObject({ kind: 'sensors-disagree', decision: null })
  expect(question?.question).toMatch(/out of basket, its tag was last in backroom/)
  room.decide(question!.id, 'accept', 20)
  expect(room.stock()).toEqual({ 'RAZOR basket': '1', 'RAZOR smart-shelf': '1' })
})

test('a put that no antenna reads is asked about, with its picture', () => {
  const room = openWatchedShelf(razors('smart-shelf', other), razors('floor', razor))
  room.picture(1, 0)
  room.picture(2, 5)
  room.tick(9)
  expect(room.reviews()).toEqual([])
  room.tick(11)
  expect(room.reviews()).toMatchObject([{ kind: 'sensors-disagree' }])
})

test('two tags and two units on the picture are matched one to one', () => {
  const room = openWatchedShelf(razors('backroom', razor, other))
  room.picture(0, 0)
  room.place(razor, 5)
  room.place(other, 5.2)
  room.picture(2, 6)
  room.tick(60)
  expect(room.stock()).toEqual({ 'RAZOR smart-shelf': '2' })
  expect(room.reviews()).toEqual([])
})

test('a tag read where the picture never shows its unit becomes a question with what was read', () => {
  const room = openWatchedShelf(razors('backroom', razor))
  room.picture(0, 0)
  room.place(razor, 5)
  room.picture(0, 20)
  room.tick(60)
  expect(room.reviews()).toMatchObject([{ kind: 'shelf-differs' }])
})

test('the same events in either order, and again after a crash, give the same stock', () => {
  const stocks = [0, 1].map((first) => {
    const room = openWatchedShelf(razors('backroom', razor, other))
    room.picture(0, 0)
    const steps = [() => room.place(razor, 5), () => room.picture(1, 5.5)]
    steps[first]!()
    room.reopen()
    steps[1 - first]!()
    steps[0]!()
    room.tick(60)
    return room.stock()
  })
  expect(stocks[0]).toEqual({ 'RAZOR backroom': '1', 'RAZOR smart-shelf': '1' })
  expect(stocks[1]).toEqual(stocks[0])
})
