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

/** The tags' and readers' machines as they act in a running store. */

const razor = epcOf(RAZOR, 1)
const shirt = epcOf(SHIRT, 1)
const one = (sku: string, location: string, epc: string): Opening => ({
  sku,
  location,
  quantity: 1,
  value: '9.00',
  epcs: [epc],
})
const shelfReader = (id: string, location: string, more: object = {}) => ({
  id,
  profile: 'native',
  topics: [id],
  readPoints: [{ antenna: 1, location, ...more }],
})
const doorReader = (id: string, portal: string) => ({
  id,
  profile: 'native',
  topics: [id],
  readPoints: [
    { antenna: 1, portal, side: 'outer' },
    { antenna: 2, portal, side: 'inner' },
  ],
})

interface Read {
  readonly epc: string
  readonly minute: number
  readonly antenna?: number
  readonly rssiDbm?: number
  readonly tid?: string
  readonly event?: number
  readonly boot?: string
  readonly told?: number
}

function read(room: StoreRoom, device: string, given: Read): void {
  const { epc, minute, antenna = 1, rssiDbm = -50, tid, event, boot, told = minute } = given
  const when = new Date(atMs(minute)).toISOString()
  const row = { epc, antenna, at: when, rssiDbm, tid, eventNumber: event, boot }
  const payload = Buffer.from(JSON.stringify({ reads: [row] }))
  const body = { kind: 'message', device, topic: device, payload } as const
  expect(room.work(body, told)).toMatchObject({ status: 'committed' })
}

const inView = (room: StoreRoom, location: string) =>
  room.db
    .prepare<[], { key: string; body: string }>("select key, body from state where kind = 'place'")
    .all()
    .filter(({ body }) => JSON.parse(body).at?.location === location)
    .map(({ key }) => key)

function stand(room: StoreRoom, device: string, given: Read, reads = 8): void {
  for (let step = 0; step < reads; step++)
    read(room, device, { ...given, minute: given.minute + step * 0.02 })
}

test('weak reads at a second shelf move nothing while the first one still holds the tag', () => {
  const devices = [shelfReader('near', 'smart-shelf'), shelfReader('far', 'floor')]
  const room = openStoreRoom([one('RAZOR', 'smart-shelf', razor)], { devices })
  stand(room, 'near', { epc: razor, minute: 0, rssiDbm: -48 })
  for (let minute = 1; minute < 8; minute++) {
    stand(room, 'far', { epc: razor, minute, rssiDbm: -68 })
    stand(room, 'near', { epc: razor, minute: minute + 0.5, rssiDbm: -48 }, 3)
  }
  expect(room.stock()).toEqual({ 'RAZOR smart-shelf': '1' })
})

test('a tag that is carried to the second shelf and stays there moves once', () => {
  const devices = [shelfReader('near', 'smart-shelf'), shelfReader('far', 'floor')]
  const room = openStoreRoom([one('RAZOR', 'smart-shelf', razor)], { devices })
  stand(room, 'near', { epc: razor, minute: 0, rssiDbm: -48 })
  for (let second = 0; second < 180; second += 5)
    read(room, 'far', { epc: razor, minute: 5 + second / 60, rssiDbm: -47 })
  expect(room.stock()).toEqual({ 'RAZOR floor': '1' })
  expect(room.events.filter(({ type }) => type === 'movement')).toHaveLength(1 + 1)
})

test('of two docks that see one shirt the nearer has it: one arrival, one question less', () => {
  const devices = [doorReader('a', 'dock'), doorReader('b', 'dock-2')]
  const dock = { role: 'internal', outside: 'backroom', inside: 'floor' }
  const portals = [
    { id: 'dock', ...dock, neighbours: ['dock-2'] },
    { id: 'dock-2', ...dock, outside: 'floor', inside: 'backroom' },
  ]
  const room = openStoreRoom([one('SHIRT', 'backroom', shirt)], { devices, portals })
  for (const [device, rssiDbm] of [
    ['a', -45],
    ['b', -62],
  ] as const)
    for (let step = 0; step < 8; step++) {
      const antenna = step < 4 ? 1 : 2
      read(room, device, { epc: shirt, minute: 5 + step * 0.004, antenna, rssiDbm, told: 5.1 })
    }
  for (const minute of [5.2, 5.25, 5.3, 5.35]) room.tick(minute)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
  expect(room.reviews()).toEqual([])
})

test('an antenna that was moved keeps the meaning it had when a late read was made', () => {
  const moved = {
    id: 'roamer',
    profile: 'native',
    topics: ['roamer'],
    readPoints: [
      { antenna: 1, location: 'smart-shelf' },
      { antenna: 1, location: 'floor', since: at(60) },
    ],
  }
  const room = openStoreRoom([one('RAZOR', 'backroom', razor), one('SHIRT', 'backroom', shirt)], {
    devices: [moved],
  })
  for (let step = 0; step < 8; step++)
    read(room, 'roamer', { epc: razor, minute: 50 + step * 0.02, told: 70 })
  stand(room, 'roamer', { epc: shirt, minute: 71 })
  expect(room.stock()).toEqual({ 'RAZOR smart-shelf': '1', 'SHIRT floor': '1' })
})

test('a second chip with the same number moves nothing and is asked about', () => {
  const devices = [shelfReader('near', 'smart-shelf'), shelfReader('far', 'floor')]
  const room = openStoreRoom([one('RAZOR', 'smart-shelf', razor)], { devices })
  stand(room, 'near', { epc: razor, minute: 0, tid: 'E2801160600002040001' })
  stand(room, 'far', { epc: razor, minute: 20, tid: 'E2801160600002049999' })
  expect(room.stock()).toEqual({ 'RAZOR smart-shelf': '1' })
  expect(room.reviews()).toMatchObject([{ kind: 'tag-conflict' }])
})

test('a hole in its own numbers, or a restart, makes a shelf reader blind for one inventory', () => {
  const restarts = [undefined, 'second-run']
  for (const boot of restarts) {
    const devices = [shelfReader('near', 'smart-shelf')]
    const room = openStoreRoom([one('RAZOR', 'smart-shelf', razor)], { devices })
    for (let event = 1; event <= 8; event++)
      read(room, 'near', { epc: razor, minute: event * 0.02, event, boot: 'first-run' })
    const after = boot === undefined ? { event: 20, boot: 'first-run' } : { event: 9, boot }
    read(room, 'near', { epc: shirt, minute: 9.5, ...after })
    read(room, 'near', { epc: shirt, minute: 9.6, ...after, event: after.event + 1 })
    room.tick(10.4)
    expect(inView(room, 'smart-shelf')).toEqual([razor])
    room.tick(21)
    expect(inView(room, 'smart-shelf')).toEqual([])
  }
})

test('light beams tell the way, and the pass is booked a second after it', () => {
  const reader = doorReader('door-reader', 'door')
  const portals = [
    {
      id: 'door',
      role: 'internal',
      outside: 'backroom',
      inside: 'floor',
      beams: { device: 'door-reader', outer: 1, inner: 2 },
    },
  ]
  const devices = [{ ...reader, profile: 'zebra-iotc' }]
  const room = openStoreRoom([one('SHIRT', 'backroom', shirt)], { devices, portals })
  const gpi = (pin: number, minute: number) => {
    const data = { eventNum: 1, pin, state: 'HIGH', hostName: 'door' }
    const body = { type: 'gpi', timestamp: at(minute), data }
    const payload = Buffer.from(JSON.stringify(body))
    room.work({ kind: 'message', device: 'door-reader', topic: 'x', payload }, minute)
  }
  gpi(1, 5)
  for (let step = 0; step < 6; step++) room.hear('door-reader', shirt, 1, 5 + step * 0.003)
  gpi(2, 5.012)
  room.hear('door-reader', shirt, 2, 5.016)
  room.tick(5.04)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
})

test('a record that nobody can read any more is set aside, and the others go on', () => {
  const room = openStoreRoom([one('RAZOR', 'smart-shelf', razor)])
  room.place(razor, 0)
  room.db
    .prepare("insert into state (kind, key, body) values ('place', 'POISON', ?)")
    .run('{"at":{"location":"smart-shelf"},"zones":null}')
  room.reopen()
  room.tick(30)
  room.tick(31)
  expect(room.quarantine()).toMatchObject([{ device: 'place', code: 'bad-record' }])
  expect(room.events.filter(({ type }) => type === 'alert')).toHaveLength(1)
  room.place(razor, 40)
  expect(room.stock()).toEqual({ 'RAZOR smart-shelf': '1' })
})
