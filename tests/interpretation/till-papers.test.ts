import { expect, test } from 'vitest'
import { openLedger } from '../../ledger-core/index.ts'
import {
  at,
  epcOf,
  JAM,
  openStoreRoom,
  SHIRT,
  SITE,
  type StoreRoom,
} from '../support/store-room.ts'

const ON_SHELF = { sku: 'JAM', location: 'jam-shelf', quantity: 6, value: '6.00' }
const ON_FLOOR = {
  sku: 'SHIRT',
  location: 'floor',
  quantity: 3,
  value: '42.00',
  epcs: [1, 2, 3].map((serial) => epcOf(SHIRT, serial)),
}

const taken = (minute: number, receipt = '1') => ({
  type: 'void',
  till: 'till-1',
  fiscalDay: '2026-03-02',
  receipt,
  at: at(minute),
  reason: 'customer changed her mind',
})
const say = (room: StoreRoom, body: object, minute: number) =>
  room.work(
    {
      kind: 'message',
      device: 'till-1',
      topic: 'till-1',
      payload: Buffer.from(JSON.stringify(body)),
    },
    minute,
  )
const booked = (room: StoreRoom, account: string) =>
  openLedger(room.db, SITE)
    .trialBalance()
    .filter((row) => row.account === account)
    .reduce((sum, { debitMinor, creditMinor }) => sum + creditMinor - debitMinor, 0n)

test('a void brings the goods and the money back, once, and nothing waits for the sale any more', () => {
  const room = openStoreRoom([ON_SHELF, ON_FLOOR])
  room.picture(4, 0)
  const unknown = { gtin: '4006381333931', description: 'Card' }
  room.receipt({ lines: [{ gtin: JAM }, { gtin: SHIRT }, unknown] }, 5)
  expect(say(room, taken(6), 6).status).toBe('committed')
  expect(say(room, taken(6), 7).status).toBe('committed')
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '6', 'SHIRT floor': '3' })
  expect(booked(room, 'sales-revenue')).toBe(0n)
  expect(booked(room, 'card-clearing')).toBe(0n)
  room.walk('exit-reader', epcOf(SHIRT, 1), 'out', 8)
  room.tick(60)
  expect(room.reviews().map(({ kind, decision }) => [kind, decision])).toEqual([
    ['unmapped-line', 'settled'],
    ['left-unpaid', null],
  ])
})

test('a void of a receipt nobody knows is kept and asked about', () => {
  const room = openStoreRoom([ON_SHELF])
  expect(say(room, taken(6), 6)).toMatchObject({ status: 'kept', code: 'not-reversible' })
  expect(room.reviews()).toMatchObject([{ kind: 'ledger-refused' }])
})

test('an exchange is one receipt: one unit comes back, another leaves, no money moves', () => {
  const room = openStoreRoom([ON_FLOOR, ON_SHELF])
  room.receipt({ lines: [{ gtin: SHIRT }] }, 5)
  const original = { till: 'till-1', fiscalDay: '2026-03-02', receipt: '1', line: 1 }
  const back = { gtin: SHIRT, quantity: '-1', net: '-10.00', tax: '-2.10', original }
  const verdict = room.receipt(
    { receipt: '2', lines: [back, { gtin: JAM, quantity: '3' }], tenders: [] },
    9,
  )
  expect(verdict.status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT floor': '3', 'JAM jam-shelf': '3' })
})

test('an overridden price is booked as paid, and who changed it is kept with the sale', () => {
  const room = openStoreRoom([ON_FLOOR])
  const priceOverride = { listNet: '10.00', reason: 'a button is missing', by: 'kim' }
  room.receipt({ lines: [{ gtin: SHIRT, net: '6.00', tax: '1.26', priceOverride }] }, 5)
  expect(booked(room, 'sales-revenue')).toBe(600n)
  const ledger = openLedger(room.db, SITE)
  const [evidence] = ledger.evidenceOf(ledger.sequenceOf('till:till-1/2026-03-02/1')!)
  expect(evidence?.body['lines']).toMatchObject([{ priceOverride }])
})

test('sales of an offline till post hours later at their own time, without alarms for the past', () => {
  const room = openStoreRoom([ON_SHELF])
  room.picture(4, 0)
  room.picture(3, 10)
  room.receipt({ receipt: '1', at: 11, lines: [{ gtin: JAM }] }, 240)
  room.receipt({ receipt: '2', at: 90, lines: [{ gtin: JAM }] }, 240)
  room.tick(241)
  room.tick(300)
  expect(room.reviews()).toEqual([])
  expect(room.events.filter(({ type }) => type === 'alert')).toEqual([])
  const times = room.db
    .prepare<[], bigint>(
      "select occurred_at_ms from entry where kind = 'till-receipt' order by sequence",
    )
    .pluck()
    .all()
  expect(times.map(Number)).toEqual([Date.parse(at(11)), Date.parse(at(90))])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
})
