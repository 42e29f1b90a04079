import { expect, test } from 'vitest'
import type { Verdict, WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import { createLinks } from '../../gateway/devices/links.ts'
import { epcOf, openStoreRoom, RAZOR, SHIRT, type StoreRoom } from '../support/store-room.ts'

const OPENING = [
  { sku: 'RAZOR', location: 'smart-shelf', quantity: 1, value: '9.00', epcs: [epcOf(RAZOR, 7)] },
]
const tagsInView = ({ db }: StoreRoom) =>
  db
    .prepare<[], string>("select body from state where kind = 'place'")
    .pluck()
    .all()
    .filter((body) => JSON.parse(body).at !== null).length
const link = (room: StoreRoom, state: 'reading' | 'lost' | 'missed', minute: number) =>
  room.work({ kind: 'link', device: 'shelf-reader', state, detail: 'unplugged' }, minute)
const alerts = ({ events }: StoreRoom) =>
  events.flatMap((event) => (event.type === 'alert' ? [event.text] : []))

test('a shelf that its reader looks at for ten minutes without the tag has lost it from view', () => {
  const room = openStoreRoom(OPENING)
  room.place(epcOf(RAZOR, 7), 0)
  room.tick(20)
  expect(tagsInView(room)).toBe(0)
})

test('while the connection is lost nothing goes out of view, until the reader has looked again', () => {
  const room = openStoreRoom(OPENING)
  room.place(epcOf(RAZOR, 7), 0)
  link(room, 'lost', 1)
  room.tick(20)
  expect(tagsInView(room)).toBe(1)
  link(room, 'reading', 30)
  room.tick(40)
  expect(tagsInView(room)).toBe(1)
  room.tick(42)
  expect(tagsInView(room)).toBe(0)
  expect(alerts(room)).toEqual(['shelf-reader is not connected and sees nothing: unplugged'])
})

test('messages dropped on the way make the time before them blind', () => {
  const room = openStoreRoom(OPENING)
  room.place(epcOf(RAZOR, 7), 0)
  link(room, 'missed', 9)
  room.tick(12)
  expect(tagsInView(room)).toBe(1)
  expect(alerts(room)).toEqual(['shelf-reader lost reads: unplugged'])
  room.tick(21)
  expect(tagsInView(room)).toBe(0)
})

test('a late word of dropped messages does not make a lost reader see', () => {
  const room = openStoreRoom(OPENING)
  room.place(epcOf(RAZOR, 7), 0)
  link(room, 'lost', 1)
  link(room, 'missed', 1)
  room.tick(30)
  expect(tagsInView(room)).toBe(1)
})

test('a scan of a scanner without a place is kept with what was scanned, and the books stay as they are', () => {
  const scanner = { id: 'desk', profile: 'barcode', topics: ['desk'] }
  const room = openStoreRoom(OPENING, { devices: [scanner] })
  const before = room.stock()
  const payload = Buffer.from(`${SHIRT}\r\nshelf 12\r\n`)
  const verdict = room.work({ kind: 'message', device: 'desk', topic: 'desk', payload }, 1)
  expect(verdict.status).toBe('committed')
  expect(room.quarantine()).toMatchObject([
    { device: 'desk', code: 'scan-unplaced', message: expect.stringContaining(SHIRT), business: 0 },
    { device: 'desk', code: 'scan-unplaced', message: expect.stringContaining('shelf 12') },
  ])
  expect(room.events.filter(({ type }) => type === 'quarantined').length).toBe(2)
  expect(room.stock()).toEqual(before)
})

test('what the store could not take is told when it writes, newest state last, each once', () => {
  const taken: string[] = []
  let status: Verdict['status'] = 'not-stored'
  const links = createLinks((body: WorkBody, settle) => {
    if (body.kind === 'link' && status === 'committed') taken.push(`${body.state} ${body.detail}`)
    settle({ id: 1, status })
  })
  links.tell('dock', 'lost', 'first')
  links.tell('dock', 'lost', 'the same outage')
  links.tell('dock', 'reading', '')
  links.tell('dock', 'missed', 'three')
  links.tell('dock', 'missed', 'four')
  links.tell('dock', 'lost', 'second')
  expect(taken).toEqual([])
  status = 'committed'
  links.tellAgain()
  expect(taken).toEqual(['reading ', 'missed three', 'lost second'])
  links.tellAgain()
  expect(taken.length).toBe(3)
})
