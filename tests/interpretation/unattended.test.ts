import { expect, test } from 'vitest'
import { openLedger } from '../../ledger-core/index.ts'
import { at, epcOf, openStoreRoom, SHIRT, SITE, type StoreRoom } from '../support/store-room.ts'

/** Stores without a till: leaving is the sale, or what is in the baskets when a session ends. */

const SECOND = 1 / 60
const EPC = epcOf(SHIRT, 1)
const ON_FLOOR = {
  sku: 'SHIRT',
  location: 'floor',
  quantity: 3,
  value: '42.00',
  epcs: [1, 2, 3].map((serial) => epcOf(SHIRT, serial)),
}
const JARS = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.00' }

const balance = (room: StoreRoom, account: string) =>
  openLedger(room.db, SITE)
    .trialBalance()
    .filter((row) => row.account === account)
    .reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n)
const sessionEnds = (room: StoreRoom, session: string, minute: number) =>
  room.work(
    {
      kind: 'message',
      device: 'till-1',
      topic: 'till-1',
      payload: Buffer.from(
        JSON.stringify({ type: 'session-end', till: 'till-1', session, at: at(minute) }),
      ),
    },
    minute,
  )

const EXIT_SELLS = {
  policy: { sellsWithoutTill: 'exit', untilledTaxCode: 'H21', untilledTaxPerMille: 210 },
}

test('leaving is the sale: at the price of the masters, with its tax, owed by the customer', () => {
  const room = openStoreRoom([ON_FLOOR], EXIT_SELLS)
  room.walk('exit-reader', EPC, 'out', 5)
  room.tick(9)
  expect(room.stock()).toEqual({ 'SHIRT floor': '2' })
  expect(balance(room, 'accounts-receivable')).toBe(3995n)
  expect(balance(room, 'sales-revenue')).toBe(-3302n)
  expect(room.reviews()).toEqual([])
  expect(room.events.filter(({ type }) => type === 'alert')).toEqual([])
})

test('a tag that leaves is sold once, however often it walks in and out again or is read anew', () => {
  const room = openStoreRoom([ON_FLOOR], EXIT_SELLS)
  room.walk('exit-reader', EPC, 'out', 5)
  room.walk('exit-reader', EPC, 'in', 10)
  room.walk('exit-reader', EPC, 'out', 15)
  room.reopen()
  room.walk('exit-reader', EPC, 'out', 15)
  expect(room.stock()).toEqual({ 'SHIRT floor': '2' })
  expect(balance(room, 'accounts-receivable')).toBe(3995n)
})

test('a way out that may not book sells nothing by itself', () => {
  const room = openStoreRoom([ON_FLOOR], { ...EXIT_SELLS, authority: { newDevices: 'propose' } })
  room.walk('exit-reader', EPC, 'out', 5)
  room.tick(9)
  expect(room.stock()).toEqual({ 'SHIRT floor': '3' })
  expect(room.reviews().map(({ kind }) => kind)).toEqual(['left-unpaid'])
})

const SESSIONS = { policy: { sellsWithoutTill: 'session-end' } }

test('what is in the basket when a session ends is sold, its last picture waited for', () => {
  const room = openStoreRoom([JARS], SESSIONS)
  room.picture(4, 0)
  room.picture(3, 5)
  sessionEnds(room, 'S-1', 6)
  room.picture(2, 6 + 5 * SECOND)
  room.tick(6 + 20 * SECOND)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2', 'JAM basket': '2' })
  room.tick(7)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2' })
  expect(balance(room, 'accounts-receivable')).toBe(658n)
})

test('a session told twice, or again after a crash, sells once; an empty one sells nothing', () => {
  const room = openStoreRoom([JARS], SESSIONS)
  room.picture(4, 0)
  room.picture(3, 5)
  sessionEnds(room, 'S-1', 6)
  sessionEnds(room, 'S-1', 6)
  room.reopen()
  room.tick(7)
  sessionEnds(room, 'S-1', 8)
  room.tick(9)
  sessionEnds(room, 'S-2', 10)
  room.tick(11)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  expect(balance(room, 'accounts-receivable')).toBe(329n)
})

test('what is put back before the session ends is not sold', () => {
  const room = openStoreRoom([JARS], SESSIONS)
  room.picture(4, 0)
  room.picture(2, 5)
  room.picture(3, 6)
  sessionEnds(room, 'S-1', 7)
  room.tick(8)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
})

test('where a till sells, a session that ends moves nothing', () => {
  const room = openStoreRoom([JARS])
  room.picture(4, 0)
  room.picture(3, 5)
  sessionEnds(room, 'S-1', 6)
  room.tick(8)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3', 'JAM basket': '1' })
})
