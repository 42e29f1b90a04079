import { expect, test } from 'vitest'
import type { WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import {
  atMs,
  epcOf,
  JAM,
  openStoreRoom,
  RAZOR,
  receiptText,
  SHIRT,
  type StoreRoom,
} from '../support/store-room.ts'

/** A defect of ours that one message meets must cost that message alone; a full disk is no defect. */

const razor = epcOf(RAZOR, 1)
const shirt = epcOf(SHIRT, 1)
const OPENING = [
  { sku: 'RAZOR', location: 'backroom', quantity: 1, value: '9.00', epcs: [razor] },
  { sku: 'SHIRT', location: 'backroom', quantity: 1, value: '14.00', epcs: [shirt] },
  { sku: 'JAM', location: 'jam-shelf', quantity: 9, value: '14.40' },
]
const shelf = {
  id: 'shelf',
  profile: 'native',
  topics: ['shelf'],
  readPoints: [{ antenna: 1, location: 'smart-shelf' }],
}
const till = { id: 'till-1', profile: 'till', topics: ['till/till-1'] }
const message = (device: string, body: object): WorkBody => ({
  kind: 'message',
  device,
  topic: device,
  payload: Buffer.from(JSON.stringify(body)),
})
const sale = (receipt: string) =>
  message('till-1', receiptText({ receipt, lines: [{ gtin: JAM }] }, 5))
const stands = (...epcs: string[]) =>
  message('shelf', {
    reads: epcs.flatMap((epc) =>
      [0, 1, 2, 3, 4, 5].map((step) => ({
        epc,
        antenna: 1,
        rssiDbm: -50,
        at: new Date(atMs(5) + (step - 6) * 600).toISOString(),
      })),
    ),
  })

/** As a defect would: whatever moves this SKU to this place throws amid its step. */
function breakMoves(room: StoreRoom, sku: string, to: string): void {
  room.db.exec(`create trigger broken before insert on movement
    when new.sku = '${sku}' and new.to_location = '${to}'
    begin select raise(abort, 'a defect of ours'); end`)
}
const alerts = ({ events }: StoreRoom) =>
  events.flatMap((event) => (event.type === 'alert' ? [event.text] : []))

test('a message that throws is set aside alone: nothing of it stays, all beside it does', () => {
  const room = openStoreRoom(OPENING, { devices: [shelf, till] })
  breakMoves(room, 'SHIRT', 'smart-shelf')
  const verdicts = room.works([sale('1'), stands(razor, shirt), sale('2')], 5)
  expect(verdicts.map(({ status, code }) => code ?? status)).toEqual([
    'committed',
    'defect',
    'committed',
  ])
  // The razor arrived in the same message, before the shirt threw.
  expect(room.stock()).toEqual({
    'JAM jam-shelf': '7',
    'RAZOR backroom': '1',
    'SHIRT backroom': '1',
  })
  expect(room.quarantine()).toMatchObject([{ device: 'shelf', code: 'defect', business: 0 }])
  expect(alerts(room)).toEqual([expect.stringContaining('a defect of ours')])
})

test('the device goes on: its next good message is used as if the bad one had never come', () => {
  const room = openStoreRoom(OPENING, { devices: [shelf, till] })
  breakMoves(room, 'SHIRT', 'smart-shelf')
  for (let time = 0; time < 3; time++) room.work(stands(shirt), 5 + time)
  expect(room.quarantine()).toHaveLength(3)
  expect(alerts(room)).toHaveLength(1)
  room.work(stands(razor), 9)
  expect(room.stock()).toMatchObject({ 'RAZOR smart-shelf': '1', 'SHIRT backroom': '1' })
})

test('a receipt that throws is kept whole for ever, and the till is answered', () => {
  const room = openStoreRoom(OPENING, { devices: [shelf, till] })
  breakMoves(room, 'JAM', 'customer')
  expect(room.work(sale('1'), 5)).toMatchObject({ status: 'kept', code: 'defect' })
  expect(room.quarantine()).toMatchObject([{ device: 'till-1', code: 'defect', business: 1 }])
})

test('a full disk is never taken for a bad message: the turn fails whole and is done later', () => {
  const room = openStoreRoom(OPENING, { devices: [shelf, till] })
  const pages = Number(room.db.pragma('page_count', { simple: true }))
  room.db.pragma(`max_page_count = ${pages}`)
  const many = Array.from({ length: 200 }, (_, index) => sale(String(index)))
  expect(() => room.works(many, 5)).toThrow(/full/)
  room.db.pragma('max_page_count = 1000000')
  expect(room.quarantine()).toEqual([])
  expect(room.works(many.slice(0, 2), 6)).toMatchObject([
    { status: 'committed' },
    { status: 'committed' },
  ])
  expect(room.stock()).toMatchObject({ 'JAM jam-shelf': '7' })
})

test('a pass that throws half way is set aside whole: its first movement is undone', () => {
  const door = {
    id: 'door-reader',
    profile: 'native',
    topics: ['door-reader'],
    readPoints: [
      { antenna: 1, portal: 'door', side: 'outer' },
      { antenna: 2, portal: 'door', side: 'inner' },
    ],
  }
  const room = openStoreRoom(OPENING, { devices: [door, till] })
  breakMoves(room, 'SHIRT', 'backroom')
  // In and out again, told at once from the reader's buffer: both passes close in one tick.
  const pass = (minute: number, order: readonly number[]) =>
    order.map((antenna, step) => ({
      epc: shirt,
      antenna,
      rssiDbm: -48,
      at: new Date(atMs(minute) + step * 300).toISOString(),
    }))
  const reads = [...pass(1, [1, 1, 1, 2, 2, 2]), ...pass(3, [2, 2, 2, 1, 1, 1])]
  room.work(message('door-reader', { reads }), 5)
  room.tick(6)
  expect(room.stock()).toMatchObject({ 'SHIRT backroom': '1' })
  expect(room.quarantine()).toMatchObject([{ device: 'portal', code: 'bad-record' }])
  room.walk('exit-reader', razor, 'out', 7)
  expect(room.work(sale('1'), 8)).toMatchObject({ status: 'committed' })
})

test('time goes on when a rule of it throws: the others are asked, and it is said once a day', () => {
  const room = openStoreRoom(OPENING)
  room.db
    .prepare("insert into state (kind, key, body) values ('memory.delivery', 'DA-1', ?)")
    .run('{"state":"expected","announcedAtMs":0}')
  for (const minute of [1, 2, 3]) room.tick(minute)
  expect(alerts(room)).toEqual([expect.stringContaining('what time alone brings about (rules)')])
  room.place(razor, 5)
  expect(room.stock()).toMatchObject({ 'RAZOR smart-shelf': '1' })
})

test.each([
  ['blind', 'shelf-reader', '{"intervals":7}'],
  ['clock', 'shelf-reader', '7'],
  ['sequence', 'shelf-reader', '{"sequence":{"recent":7}}'],
  ['place', razor, '{"at":7,"zones":null}'],
  ['blind', 'shelf-reader', 'no JSON at all'],
])('a %s record that cannot be read costs no tag its place', (kind, key, body) => {
  const room = openStoreRoom(OPENING)
  room.db.prepare('insert into state (kind, key, body) values (?, ?, ?)').run(kind, key, body)
  room.reopen()
  room.place(razor, 5)
  room.tick(20)
  expect(room.stock()).toMatchObject({ 'RAZOR smart-shelf': '1' })
  const kept = room.quarantine().filter(({ code }) => code === 'bad-record')
  expect(kept.filter(({ device }) => device !== kind)).toEqual([])
})

test('beams that left an unreadable record park no tag that passes their door', () => {
  const portals = [
    {
      id: 'door',
      role: 'internal',
      outside: 'backroom',
      inside: 'floor',
      beams: { device: 'floor-reader', outer: 1, inner: 2 },
    },
  ]
  const reader = {
    id: 'floor-reader',
    profile: 'zebra-iotc',
    topics: ['x'],
    readPoints: [1, 2].map((antenna) => ({
      antenna,
      portal: 'door',
      side: antenna === 1 ? 'outer' : 'inner',
    })),
  }
  const room = openStoreRoom(OPENING, { portals, devices: [reader] })
  room.db
    .prepare("insert into state (kind, key, body) values ('beams', 'door', ?)")
    .run('{"broken":[],"crossings":[{"at":1}]}')
  room.reopen()
  room.walk('floor-reader', shirt, 'in', 5)
  expect(room.quarantine().map(({ device }) => device)).toEqual(['beams'])
})
