import { expect, test } from 'vitest'
import { checkDigit, encodeEpc } from '../../sensors/index.ts'
import { at, epcOf, openStoreRoom, SHIRT, type StoreRoom } from '../support/store-room.ts'

/** Pallets, cases and items read together: what is sealed in a case that came in came in with it. */

const hexOf = (uri: string) => {
  const encoded = encodeEpc(uri)
  return encoded.ok ? encoded.hex : ''
}
const PALLET_URI = 'urn:epc:id:sscc:0952173.1000000417'
const PALLET = hexOf(PALLET_URI)
const caseUri = (serial: number) => `urn:epc:id:sscc:0952173.10000005${serial}0`
const tags = [1, 2, 3, 4].map((serial) => epcOf(SHIRT, serial))
const supplier = { id: 'supplier', profile: 'epcis', topics: ['supplier/epcis'] }
const dock = {
  id: 'dock-reader',
  profile: 'zebra-iotc',
  topics: ['zebra/dock'],
  readPoints: [1, 2].map((antenna) => ({
    antenna,
    portal: 'dock',
    side: antenna === 1 ? 'outer' : 'inner',
  })),
}
const office = { id: 'office', profile: 'document', topics: ['office/document'] }
const floor = {
  ...dock,
  id: 'floor-reader',
  topics: ['zebra/floor'],
  readPoints: dock.readPoints.map((point) => ({ ...point, portal: 'door' })),
}
const opened = () => {
  const room = openStoreRoom([], { devices: [dock, floor, office, supplier] })
  const lines = [{ line: 1, sku: 'SHIRT', quantity: '4', cost: '60.00' }]
  room.document({ type: 'purchase-order', order: 'PO', supplier: 'weaver', at: at(0), lines }, 0)
  return room
}
const advised = (room: StoreRoom, packs?: object[]) =>
  room.document(
    {
      type: 'despatch-advice',
      delivery: 'DA',
      order: 'PO',
      at: at(5),
      lines: [{ orderLine: 1, sku: 'SHIRT', quantity: '4', epcs: tags }],
      packs,
    },
    5,
  )
const onPallet = [{ pack: PALLET, contents: [{ orderLine: 1, epcs: tags }] }]
const itemUri = (serial: number) => `urn:epc:id:sgtin:9521731.000001.${serial}`
const aggregated = (room: StoreRoom, action: string, minute: number, more: object = {}) => {
  const event = {
    type: 'AggregationEvent',
    eventTime: at(minute),
    eventTimeZoneOffset: '+00:00',
    action,
    bizStep: 'packing',
    parentID: PALLET_URI,
    ...more,
  }
  const payload = Buffer.from(JSON.stringify({ epcisBody: { eventList: [event] } }))
  const body = { kind: 'message', device: 'supplier', topic: 'supplier', payload } as const
  return room.work(body, minute)
}

test('a sealed pallet with half of its tags read is all that was announced', () => {
  const room = opened()
  advised(room, onPallet)
  for (const tag of tags.slice(0, 2)) room.walk('dock-reader', tag, 'in', 10)
  expect(room.stock()).toEqual({})
  room.walk('dock-reader', PALLET, 'in', 10.5)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
  expect(room.reviews()).toEqual([])
})

test('a pallet that was seen with too few of its tags stands for nothing', () => {
  const room = opened()
  advised(room, onPallet)
  room.walk('dock-reader', tags[0]!, 'in', 10)
  room.walk('dock-reader', PALLET, 'in', 10.5)
  room.tick(20)
  expect(room.stock()).toEqual({})
})

test('without the pallet its unread tags stay unconfirmed', () => {
  const room = opened()
  advised(room, onPallet)
  for (const tag of tags.slice(0, 3)) room.walk('dock-reader', tag, 'in', 10)
  room.tick(20)
  expect(room.stock()).toEqual({})
})

test('a shirt of the pallet that came in by itself has broken the seal', () => {
  const room = opened()
  advised(room, onPallet)
  for (const tag of tags.slice(0, 2)) room.walk('dock-reader', tag, 'in', 10)
  room.walk('dock-reader', PALLET, 'in', 15)
  expect(room.stock()).toEqual({})
  for (const tag of tags.slice(2)) room.walk('dock-reader', tag, 'in', 16)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
})

test('a shirt of the pallet that is seen at another door has broken the seal', () => {
  const room = opened()
  advised(room, onPallet)
  room.walk('floor-reader', tags[3]!, 'in', 8)
  for (const tag of tags.slice(0, 2)) room.walk('dock-reader', tag, 'in', 10)
  room.walk('dock-reader', PALLET, 'in', 10.5)
  expect(room.stock()).toEqual({})
})

test('a pallet that rolls out again is not in', () => {
  const room = opened()
  advised(room, onPallet)
  room.walk('dock-reader', PALLET, 'in', 10)
  room.walk('dock-reader', PALLET, 'out', 10.5)
  for (const tag of tags.slice(0, 3)) room.walk('dock-reader', tag, 'in', 11)
  expect(room.stock()).toEqual({})
  room.walk('dock-reader', PALLET, 'in', 12)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
})

test('what a supplier has packed is told by EPCIS, before the advice or after it', () => {
  for (const isFirst of [true, false]) {
    const room = opened()
    const packed = { childEPCs: [1, 2, 3, 4].map(itemUri) }
    if (isFirst) aggregated(room, 'ADD', 1, packed)
    advised(room)
    if (!isFirst) aggregated(room, 'ADD', 6, packed)
    for (const tag of tags.slice(0, 2)) room.walk('dock-reader', tag, 'in', 10)
    room.walk('dock-reader', PALLET, 'in', 10.5)
    expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
  }
})

test('cases on a pallet: the pallet speaks for the items of its cases', () => {
  const room = opened()
  aggregated(room, 'ADD', 1, { parentID: caseUri(1), childEPCs: [1, 2].map(itemUri) })
  aggregated(room, 'ADD', 1, { parentID: caseUri(2), childEPCs: [3, 4].map(itemUri) })
  aggregated(room, 'ADD', 2, { childEPCs: [caseUri(1), caseUri(2)] })
  advised(room)
  for (const tag of [tags[0]!, tags[2]!]) room.walk('dock-reader', tag, 'in', 10)
  room.walk('dock-reader', PALLET, 'in', 10.5)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
})

test('what EPCIS says was unpacked stands for nothing any more', () => {
  const room = opened()
  advised(room, onPallet)
  aggregated(room, 'DELETE', 6, { bizStep: 'unpacking' })
  for (const tag of tags.slice(0, 3)) room.walk('dock-reader', tag, 'in', 10)
  room.walk('dock-reader', PALLET, 'in', 10.5)
  expect(room.stock()).toEqual({})
})

test('a class of items in EPCIS counts as untagged goods of its case', () => {
  const room = opened()
  const lines = [{ orderLine: 1, sku: 'SHIRT', quantity: '4' }]
  const told = {
    childQuantityList: [{ epcClass: 'urn:epc:idpat:sgtin:9521731.000001.*', quantity: 4 }],
  }
  aggregated(room, 'ADD', 1, told)
  room.document(
    {
      type: 'despatch-advice',
      delivery: 'DA',
      order: 'PO',
      at: at(5),
      lines,
      packs: [{ pack: PALLET_URI }],
    },
    5,
  )
  room.walk('dock-reader', PALLET, 'in', 10)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
})

test('packs that hold more than was announced, or no container at all, are refused', () => {
  const room = opened()
  const over = [{ pack: PALLET, contents: [{ orderLine: 1, quantity: '9', epcs: tags }] }]
  expect(advised(room, over)).toMatchObject({ status: 'kept', code: 'line-differs' })
  const wrong = [{ pack: `12345678901234567${(checkDigit('12345678901234567') + 1) % 10}` }]
  expect(advised(room, wrong)).toMatchObject({ status: 'kept', code: 'bad-pack' })
  const nowhere = [{ pack: PALLET, contents: [{ orderLine: 7, quantity: '1' }] }]
  expect(advised(room, nowhere)).toMatchObject({ status: 'kept', code: 'line-differs' })
})

test('a container is forgotten with its delivery, a week after it', () => {
  const room = opened()
  advised(room, onPallet)
  for (const tag of tags) room.walk('dock-reader', tag, 'in', 10)
  const left = () =>
    room.db
      .prepare<[], bigint>(
        "select count(*) from state where kind in ('memory.container', 'memory.packed')",
      )
      .pluck()
      .get()
  expect(left()).toBe(5n)
  room.tick(8 * 24 * 60)
  room.tick(9 * 24 * 60)
  expect(left()).toBe(0n)
})
