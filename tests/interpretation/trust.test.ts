import { expect, test } from 'vitest'
import type { Level } from '../../gateway/config/authority.ts'
import { businessCommandSchema } from '../../gateway/documents/business-command.ts'
import { adviceOn } from '../../gateway/interpretation/authority.ts'
import {
  at,
  configOf,
  epcOf,
  JAM,
  openStoreRoom,
  SHIRT,
  type StoreRoom,
} from '../support/store-room.ts'

const EPC = epcOf(SHIRT, 1)
const BEHIND = { sku: 'SHIRT', location: 'backroom', quantity: 3, value: '42.00', epcs: [EPC] }
const ON_SHELF = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }

const start = (level: Level) => ({ authority: { newDevices: level, claimWaitMs: 3_600_000 } })

function agreement(room: StoreRoom, key: string) {
  const body = room.db
    .prepare<[string], string>("select body from state where kind = 'memory.agreement' and key = ?")
    .pluck()
    .get(key)
  const { sinceMs: _, ...counts } = JSON.parse(body ?? '{}')
  return counts
}

const none = { confirmed: 0, contradicted: 0, undecided: 0 }
const transfer = (minute: number) => ({
  type: 'transfer',
  transfer: 'T1',
  from: 'backroom',
  to: 'floor',
  at: at(minute),
  lines: [{ line: 1, sku: 'SHIRT', quantity: '1' }],
})
const grant = (room: StoreRoom, device: string, movement: 'replenish' | 'pick', level: Level) =>
  room.work(
    { kind: 'authority', device, movement, level, user: 'owner', note: 'three good weeks' },
    30,
  )

test('a sensor that the configuration says nothing about only observes', () => {
  const room = openStoreRoom([BEHIND, ON_SHELF], { authority: {} })
  room.walk('floor-reader', EPC, 'in', 1)
  room.picture(4, 2)
  room.picture(3, 3)
  room.tick(600)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3', 'JAM jam-shelf': '4' })
  expect(room.reviews()).toEqual([])
})

test('what an observing door claims is confirmed by the paper that books it', () => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.document(transfer(5), 5)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2', 'SHIRT floor': '1' })
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, confirmed: 1 })
  expect(room.evidence('transfer:T1/1')).toEqual(['document', 'portal-pass'])
})

test('a sale of the very tag confirms that it was brought out, or contradicts that it was put away', () => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.receipt({ lines: [{ gtin: SHIRT, serial: '1' }] }, 5)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, confirmed: 1 })
  const wrong = openStoreRoom([{ ...BEHIND, location: 'floor' }], start('observe'))
  wrong.walk('floor-reader', EPC, 'out', 1)
  wrong.receipt({ lines: [{ gtin: SHIRT, serial: '1' }] }, 5)
  expect(agreement(wrong, 'floor-reader/replenish')).toEqual({ ...none, contradicted: 1 })
})

test('a claim that nothing answers stays undecided, and is judged no more', () => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.tick(62)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, undecided: 1 })
  room.document(transfer(63), 63)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, undecided: 1 })
})

test.each([
  ['2', 'confirmed'],
  ['3', 'contradicted'],
] as const)('a count of %s in the back room has the claim %s', (quantity, verdict) => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  const lines = [{ line: 1, sku: 'SHIRT', quantity }]
  const count = { type: 'stock-report', report: 'C1', basis: 'count', location: 'backroom' }
  room.document({ ...count, at: at(9), lines }, 9)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, [verdict]: 1 })
})

const sweep = (location: string, epcs: string[], minute: number) => ({
  type: 'tag-sweep',
  sweep: 'S1',
  location,
  at: at(minute),
  epcs,
})

test.each([
  ['floor', 'confirmed'],
  ['backroom', 'contradicted'],
] as const)('a sweep that reads the tag on the %s has the claim %s', (location, verdict) => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.document(sweep(location, [EPC], 9), 9)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, [verdict]: 1 })
})

test('a sweep judges neither tags that it did not read nor what was seen after it', () => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.document(sweep('floor', [], 9), 9)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({})
  const later = openStoreRoom([BEHIND], start('observe'))
  later.walk('floor-reader', EPC, 'in', 20)
  later.document(sweep('backroom', [EPC], 9), 21)
  expect(agreement(later, 'floor-reader/replenish')).toEqual({})
})

test('a count that a person records judges a camera, once however often it is sent', () => {
  const room = openStoreRoom([ON_SHELF], start('observe'))
  room.picture(4, 0)
  room.picture(3, 1)
  const told = (id: string, command: object) => ({
    kind: 'command' as const,
    command: businessCommandSchema.parse({ id, actor: 'kim', at: at(9), command }),
  })
  room.work(
    told('C1', { kind: 'start-count', count: 'C1', location: 'jam-shelf', skus: ['JAM'] }),
    8,
  )
  const line = { kind: 'record-count', count: 'C1', sku: 'JAM', location: 'jam-shelf' }
  for (const minute of [9, 10])
    expect(room.work(told('C1-1', { ...line, quantity: '3' }), minute).status).toBe('committed')
  expect(agreement(room, 'camera-1/pick')).toEqual({ ...none, confirmed: 1 })
})

test('a camera that counts its own shelf is no judge of its own pictures', () => {
  const room = openStoreRoom([ON_SHELF], start('observe'))
  room.picture(4, 0)
  room.picture(3, 1)
  room.document({ type: 'picture-count', count: 'P1', camera: 'camera-1', at: at(2) }, 2)
  expect(agreement(room, 'camera-1/pick')).toEqual({})
})

test('an antenna that watches a place of its own earns its own trust and gets its own level', () => {
  const smart = (antenna: number, location: string) => ({ antenna, location })
  const devices = [
    {
      id: 'shelf-reader',
      profile: 'zebra-iotc',
      topics: ['zebra/shelf'],
      readPoints: [smart(1, 'smart-shelf'), smart(2, 'jam-shelf')],
    },
    { id: 'office', profile: 'document', topics: ['office/document'] },
  ]
  const room = openStoreRoom([BEHIND], { ...start('observe'), devices })
  room.place(EPC, 1)
  room.document(sweep('smart-shelf', [EPC], 9), 9)
  expect(agreement(room, 'shelf-reader/1/arrive')).toEqual({ ...none, confirmed: 1 })
  expect(agreement(room, 'shelf-reader/arrive')).toEqual({})
  const raise = (device: string) =>
    room.work(
      { kind: 'authority', device, movement: 'arrive', level: 'post', user: 'owner', note: '' },
      30,
    )
  expect(raise('shelf-reader/3')).toMatchObject({ status: 'refused', code: 'no-such-authority' })
  expect(raise('shelf-reader/1').status).toBe('committed')
  room.place(epcOf(SHIRT, 2), 40)
  expect(room.stock()).toMatchObject({ 'SHIRT smart-shelf': '1' })
  for (let step = 0; step < 6; step++) room.hear('shelf-reader', epcOf(SHIRT, 3), 2, 50 + step / 60)
  room.tick(60)
  expect(room.stock()).not.toHaveProperty('SHIRT jam-shelf')
})

test('a proposing door asks, and a person who accepts books it in that name', () => {
  const room = openStoreRoom([BEHIND], start('propose'))
  room.walk('floor-reader', EPC, 'in', 1)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
  const [review] = room.reviews()
  expect(review?.kind).toBe('proposed-move')
  expect(room.decide(review!.id, 'accept', 2)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2', 'SHIRT floor': '1' })
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, confirmed: 1 })
  room.tick(120)
  expect(agreement(room, 'floor-reader/replenish')).toEqual({ ...none, confirmed: 1 })
})

test('a paper answers what a proposing door asked, before anybody has to', () => {
  const room = openStoreRoom([BEHIND], start('propose'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.document(transfer(5), 5)
  expect(room.reviews()).toMatchObject([{ kind: 'proposed-move', decision: 'settled' }])
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2', 'SHIRT floor': '1' })
})

test('an observing camera is compared with the till, in either order of picture and receipt', () => {
  const room = openStoreRoom([ON_SHELF], start('observe'))
  room.picture(4, 0)
  room.picture(3, 1)
  room.receipt({ receipt: '1', lines: [{ gtin: JAM }] }, 3)
  expect(agreement(room, 'camera-1/pick')).toEqual({ ...none, confirmed: 1 })
  room.receipt({ receipt: '2', lines: [{ gtin: JAM }] }, 5)
  room.picture(2, 6)
  expect(agreement(room, 'camera-1/pick')).toEqual({ ...none, confirmed: 2 })
  room.receipt({ receipt: '3', lines: [{ gtin: JAM }] }, 8)
  room.tick(60)
  expect(agreement(room, 'camera-1/pick')).toEqual({ ...none, confirmed: 2, contradicted: 1 })
  expect(room.reviews()).toEqual([])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '1' })
})

test('a pick that no till line follows stays undecided and asks nobody', () => {
  const room = openStoreRoom([ON_SHELF], start('observe'))
  room.picture(4, 0)
  room.picture(3, 1)
  room.tick(60)
  expect(agreement(room, 'camera-1/pick')).toEqual({ ...none, undecided: 1 })
  expect(room.reviews()).toEqual([])
})

test('a proposing camera waits for the till before it asks', () => {
  const room = openStoreRoom([ON_SHELF], start('propose'))
  room.picture(4, 0)
  room.picture(3, 1)
  room.tick(10)
  expect(room.reviews()).toEqual([])
  room.tick(30)
  expect(room.reviews()).toMatchObject([{ kind: 'shelf-uncertain', decision: null }])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
})

test('an observing way out accuses nobody; a sale it saw leave confirms it', () => {
  const room = openStoreRoom([{ ...BEHIND, location: 'floor' }], start('observe'))
  room.receipt({ lines: [{ gtin: SHIRT }] }, 1)
  room.walk('exit-reader', EPC, 'out', 2)
  room.walk('exit-reader', epcOf(SHIRT, 2), 'out', 4)
  room.tick(9)
  expect(room.reviews()).toEqual([])
  expect(room.events.filter(({ type }) => type === 'alert')).toEqual([])
  expect(agreement(room, 'exit-reader/exit')).toEqual({ ...none, confirmed: 1, undecided: 1 })
})

test('a person promotes a sensor: durable, audited, and counted anew', () => {
  const room = openStoreRoom([BEHIND], start('observe'))
  room.walk('floor-reader', EPC, 'in', 1)
  room.document(transfer(5), 5)
  expect(grant(room, 'floor-reader', 'replenish', 'post').status).toBe('committed')
  expect(grant(room, 'floor-reader', 'pick', 'post')).toMatchObject({
    status: 'refused',
    code: 'no-such-authority',
  })
  expect(agreement(room, 'floor-reader/replenish')).toEqual({})
  room.reopen()
  room.walk('floor-reader', epcOf(SHIRT, 2), 'in', 40)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT floor': '2' })
  const changes = room.db.prepare('select * from authority_change').all()
  expect(changes).toMatchObject([
    { device: 'floor-reader', from_level: 'observe', to_level: 'post', changed_by: 'owner' },
  ])
  expect(JSON.parse((changes[0] as { agreement: string }).agreement)).toMatchObject({
    confirmed: 1,
  })
  expect(() => room.db.exec('delete from authority_change')).toThrow('never deleted')
})

test('advice follows the stated rule, one step at a time, and never from too few claims', () => {
  const rule = configOf('/nowhere', {}).authority
  const counts = (confirmed: number, contradicted: number) => ({
    confirmed,
    contradicted,
    undecided: 500,
    sinceMs: 0,
  })
  expect(adviceOn('observe', counts(59, 0), rule)).toBeNull()
  expect(adviceOn('observe', counts(60, 0), rule)?.level).toBe('propose')
  expect(adviceOn('propose', counts(98, 2), rule)?.level).toBe('post')
  expect(adviceOn('propose', counts(97, 3), rule)).toBeNull()
  expect(adviceOn('post', counts(200, 0), rule)).toBeNull()
  expect(adviceOn('post', counts(18, 2), rule)?.level).toBe('propose')
  expect(adviceOn('propose', counts(5, 14), rule)).toBeNull()
  expect(adviceOn('observe', counts(0, 40), rule)).toBeNull()
})

test('an observing dock receives nothing until somebody signs, and the signature judges it', () => {
  const room = openStoreRoom([], start('observe'))
  const epcs = [epcOf(SHIRT, 1), epcOf(SHIRT, 2)]
  deliver(room, epcs)
  expect(room.stock()).toEqual({})
  const lines = [{ orderLine: 1, sku: 'SHIRT', quantity: '2' }]
  const receipt = { type: 'goods-receipt', delivery: 'D1', signedBy: 'Kim', at: at(9), lines }
  room.document(receipt, 9)
  room.document(receipt, 10)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2' })
  expect(agreement(room, 'dock-reader/receive')).toEqual({ ...none, confirmed: 1 })
})

test('a proposing dock asks whether the delivery is received, and accepting receives it', () => {
  const room = openStoreRoom([], start('propose'))
  deliver(room, [epcOf(SHIRT, 1), epcOf(SHIRT, 2)])
  const [review] = room.reviews()
  expect(review?.kind).toBe('delivery-complete')
  room.decide(review!.id, 'accept', 9)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2' })
  expect(room.reviews()).toMatchObject([{ decision: 'accept' }])
})

function deliver(room: StoreRoom, epcs: string[]): void {
  const quantity = String(epcs.length)
  const order = { type: 'purchase-order', order: 'P1', supplier: 'weaver', at: at(0) }
  room.document({ ...order, lines: [{ line: 1, sku: 'SHIRT', quantity, cost: '28.00' }] }, 0)
  const advice = { type: 'despatch-advice', delivery: 'D1', order: 'P1', at: at(1) }
  room.document({ ...advice, lines: [{ orderLine: 1, sku: 'SHIRT', quantity, epcs }] }, 1)
  epcs.forEach((epc, index) => {
    room.walk('dock-reader', epc, 'in', 2 + index)
  })
}
