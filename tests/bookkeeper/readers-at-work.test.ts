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

const noise = (room: StoreRoom, device: string) => {
  room.tick(4 * DAY)
  const body = room.db
    .prepare<[string], string>("select body from state where kind = 'ghosts' and key = ?")
    .pluck()
    .get(device)
  return body === undefined ? 0 : JSON.parse(body).count
}
const records = (room: StoreRoom, kind: string) =>
  room.db.prepare<[string], bigint>('select count(*) from state where kind = ?').pluck().get(kind)

test('serials that are read once and never again are noise: no stranger, no arrival, no record', () => {
  const devices = [shelf('near', 'smart-shelf'), door('dock-reader', 'dock')]
  const room = openStoreRoom([], { devices })
  for (let serial = 100; serial < 120; serial++) {
    const epc = epcOf(serial % 2 === 0 ? SHIRT : '04006381333931', serial)
    const device = serial % 4 < 2 ? 'near' : 'dock-reader'
    tell(room, device, { reads: [{ epc, antenna: 1, rssiDbm: -50, at: at(serial) }] }, serial)
  }
  room.tick(121)
  for (const kind of ['place', 'portal', 'candidate', 'memory.stranger', 'memory.early'])
    expect([kind, records(room, kind)]).toEqual([kind, 0n])
  expect(room.quarantine()).toEqual([])
  expect(noise(room, 'near') + noise(room, 'dock-reader')).toBe(20)
})

test('a read whose checksum does not fit what came is noise, also of a tag that we know', () => {
  const devices = [shelf('near', 'smart-shelf')]
  const room = openStoreRoom([one('RAZOR', 'backroom', razor)], { devices })
  for (let step = 0; step < 8; step++) {
    const read = { epc: razor, antenna: 1, rssiDbm: -50, pc: '3000', crc: '0000' }
    tell(room, 'near', { reads: [{ ...read, at: at(1 + step * 0.02) }] }, 1 + step * 0.02)
  }
  expect(room.stock()).toEqual({ 'RAZOR backroom': '1' })
  expect(noise(room, 'near')).toBe(8)
})

test('a tag nobody has heard of is believed with its second read, after a crash too', () => {
  const devices = [door('dock-reader', 'dock')]
  const room = openStoreRoom([], { devices })
  const read = (antenna: number, step: number) => {
    const minute = 5 + step * 0.004
    const row = { epc: shirt, antenna, rssiDbm: -48, at: at(minute) }
    tell(room, 'dock-reader', { reads: [row] }, minute)
  }
  read(1, 0)
  room.reopen()
  for (const [step, antenna] of [1, 1, 1, 2, 2, 2, 2].entries()) read(antenna, step + 1)
  room.tick(5.3)
  expect(records(room, 'memory.early')).toBe(1n)
})

test('a door whose antennas are swapped is told of, once a day, and turned round by nobody', () => {
  const room = openStoreRoom([{ ...one('SHIRT', 'backroom', shirt), quantity: 1 }], {
    devices: [{ ...door('door-reader', 'door'), profile: 'native' }],
  })
  // Carried in again and again, and seen going out.
  for (let time = 0; time < 22; time++) {
    const minute = 10 + time * 40
    const reads = [2, 2, 2, 2, 1, 1, 1, 1].map((antenna, step) => ({
      epc: shirt,
      antenna,
      rssiDbm: -48,
      at: at(minute + step * 0.004),
    }))
    tell(room, 'door-reader', { reads }, minute + 0.05)
    room.tick(minute + 0.3)
  }
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1' })
  expect(alerts(room).filter((text) => /antennas are most likely swapped/.test(text))).toHaveLength(
    1,
  )
})

test('another reader under an old name is told of, and its clock is learnt anew', () => {
  const devices = [shelf('near', 'smart-shelf')]
  const room = openStoreRoom([one('RAZOR', 'smart-shelf', razor)], { devices })
  const says = (hardware: string, minute: number) =>
    tell(room, 'near', { kind: 'status', hardware, detail: 'up', connected: true }, minute)
  says('84:24:8D:AA', 1)
  tell(room, 'near', { reads: [{ epc: razor, antenna: 1, rssiDbm: -50, at: at(2) }] }, 2)
  says('84:24:8D:AA', 3)
  expect(alerts(room)).toEqual([])
  expect(records(room, 'clock')).toBe(1n)
  says('84:24:8D:BB', 4)
  expect(alerts(room)).toEqual([expect.stringContaining('near is another device than before')])
  expect(records(room, 'clock')).toBe(0n)
})
