import { expect, test } from 'vitest'
import {
  at,
  atMs,
  epcOf,
  type Opening,
  openStoreRoom,
  RAZOR,
  SHIRT,
  type StoreRoom,
} from '../support/store-room.ts'

/** Readers as they misbehave in a running store, through the whole bookkeeper. */

const DAY = 24 * 60
const razor = epcOf(RAZOR, 1)
const shirts = [1, 2, 3].map((serial) => epcOf(SHIRT, serial))
const [shirt = ''] = shirts
const one = (sku: string, location: string, epc: string): Opening => ({
  sku,
  location,
  quantity: 1,
  value: '9.00',
  epcs: [epc],
})
const door = (id: string, portal: string, more: object = {}) => ({
  id,
  profile: 'native',
  topics: [id],
  readPoints: [
    { antenna: 1, portal, side: 'outer' },
    { antenna: 2, portal, side: 'inner' },
  ],
  ...more,
})
const shelf = (id: string, location: string) => ({
  id,
  profile: 'native',
  topics: [id],
  readPoints: [{ antenna: 1, location }],
})
const office = { id: 'office', profile: 'document', topics: ['office/document'] }
const tell = (room: StoreRoom, device: string, body: object, minute: number) => {
  const payload = Buffer.from(JSON.stringify(body))
  return room.work({ kind: 'message', device, topic: device, payload }, minute)
}
/** Read at both sides within a second, told when it is over. */
function pass(room: StoreRoom, device: string, epc: string, minute: number, rssiDbm = -48): void {
  const reads = [1, 1, 1, 1, 2, 2, 2, 2].map((antenna, step) => ({
    epc,
    antenna,
    rssiDbm,
    at: at(minute + step * 0.004),
  }))
  tell(room, device, { reads }, minute + 0.05)
}
const identities = (room: StoreRoom) =>
  room.db.prepare<[], string>("select key from state where kind = 'identity'").pluck().all()
const alerts = ({ events }: StoreRoom) =>
  events.flatMap((event) => (event.type === 'alert' ? [event.text] : []))

test('a delivery that two receiving docks see is received once', () => {
  const docks = ['dock', 'dock-2'].map((id) => ({
    id,
    role: 'receiving',
    outside: 'supplier',
    inside: 'backroom',
    neighbours: id === 'dock' ? ['dock-2'] : [],
  }))
  const devices = [door('near', 'dock'), door('far', 'dock-2'), office]
  const room = openStoreRoom([], { portals: docks, devices })
  const lines = [{ line: 1, sku: 'SHIRT', quantity: '3', cost: '45.00' }]
  room.document({ type: 'purchase-order', order: 'PO', supplier: 'weaver', at: at(0), lines }, 0)
  const advised = [{ orderLine: 1, sku: 'SHIRT', quantity: '3', epcs: shirts }]
  room.document(
    { type: 'despatch-advice', delivery: 'DA', order: 'PO', at: at(1), lines: advised },
    1,
  )
  for (const [index, epc] of shirts.entries()) {
    pass(room, 'near', epc, 10 + index, -45)
    pass(room, 'far', epc, 10 + index, -63)
  }
  for (let minute = 13; minute < 14; minute += 0.1) room.tick(minute)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
  expect(room.reviews()).toEqual([])
})

test('a reader whose clock is set five hours ahead still tells when a pass was', () => {
  const devices = [door('door-reader', 'door')]
  const room = openStoreRoom([one('SHIRT', 'backroom', shirt)], { devices })
  pass(room, 'door-reader', shirt, 5)
  room.tick(5.2)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  for (const [step, antenna] of [2, 2, 2, 2, 1, 1, 1, 1].entries()) {
    const minute = 60 + step * 0.004
    const read = { epc: shirt, antenna, rssiDbm: -48, at: at(minute + 300) }
    tell(room, 'door-reader', { reads: [read] }, minute + 0.001)
  }
  room.tick(60.2)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1' })
  const moved = room.events.flatMap((event) =>
    event.type === 'movement' && event.kind === 'move' ? [event.occurredAtMs] : [],
  )
  expect(moved.map((ms) => Math.round((ms - atMs(0)) / 60_000))).toEqual([5, 60])
})

test('a reader that says itself which way a tag went is believed, and asked like any other', () => {
  const told = (direction: string, minute: number) => ({
    type: 'DIRECTIONALITY',
    timestamp: at(minute).replace('Z', '+0000'),
    data: {
      tagId: shirt.toLowerCase(),
      state: 'TRANSITION',
      direction,
      lastSeenTimestamp: at(minute).replace('Z', '+0000'),
      zoneName: 'floor',
      prevZoneName: 'backroom',
    },
  })
  for (const authority of ['post', 'propose'] as const) {
    const atr = { ...door('atr', 'door', { authority }), profile: 'zebra-iotc' }
    const room = openStoreRoom([one('SHIRT', 'backroom', shirt)], { devices: [atr] })
    tell(room, 'atr', told('IN', 5), 5)
    room.tick(5.3)
    expect(room.stock()).toEqual({ [`SHIRT ${authority === 'post' ? 'floor' : 'backroom'}`]: '1' })
    expect(room.reviews()).toHaveLength(authority === 'post' ? 0 : 1)
  }
})

test('the chip of a tag that nobody has seen for two weeks is forgotten; a copied one is not', () => {
  const devices = [shelf('near', 'smart-shelf')]
  const room = openStoreRoom(
    [one('RAZOR', 'smart-shelf', razor), one('SHIRT', 'smart-shelf', shirt)],
    { devices },
  )
  const seen = (epc: string, tid: string, minute: number) =>
    tell(room, 'near', { reads: [{ epc, antenna: 1, rssiDbm: -50, tid, at: at(minute) }] }, minute)
  seen(razor, 'E2801160600002040001', 1)
  seen(shirt, 'E2801160600002040002', 1)
  seen(shirt, 'E2801160600002040003', 2)
  room.tick(10 * DAY)
  expect(identities(room).sort()).toEqual([razor, shirt].sort())
  room.tick(15 * DAY)
  expect(identities(room)).toEqual([shirt])
  expect(alerts(room)).toEqual([])
})
