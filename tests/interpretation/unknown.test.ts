import { expect, test } from 'vitest'
import { openLedger } from '../../ledger-core/index.ts'
import { checkDigit } from '../../sensors/index.ts'
import { epcOf, mastersOf, openStoreRoom, SITE, type StoreRoom } from '../support/store-room.ts'

/** Goods that are sold or seen before anybody has told the masters of them. */

const body = '0952199000001'
const NOVEL = `${body}${checkDigit(body)}`
const novel = (serial: number) => epcOf(NOVEL, serial)

function tellMaster(room: StoreRoom, minute: number, tagged = false): void {
  const known = mastersOf([], 'novel')
  const sku = {
    ...known.skus[2]!,
    sku: 'NOVEL',
    name: 'Novel',
    gtins: [NOVEL],
    home: 'floor',
    tagged,
  }
  const opening = [{ sku: 'NOVEL', location: 'floor', quantity: '5', value: '10.00', epcs: [] }]
  const masters = { ...known, skus: [sku], planogram: [], opening }
  expect(room.work({ kind: 'masters', masters, actor: 'office' }, minute)).toMatchObject({
    status: 'committed',
  })
}

const balances = (room: StoreRoom) => {
  const rows = openLedger(room.db, SITE).trialBalance()
  return Object.fromEntries(
    rows.map(({ account, debitMinor, creditMinor }) => [account, `${debitMinor - creditMinor}`]),
  )
}

test('a line sold before its master gets its cost and revenue when the master comes, once', () => {
  const room = openStoreRoom()
  room.receipt({ lines: [{ gtin: NOVEL, quantity: '2', net: '20.00', tax: '4.20' }] }, 5)
  expect(room.reviews()).toMatchObject([{ kind: 'unmapped-line', decision: null }])
  expect(balances(room)).toMatchObject({ 'unmapped-sales': '-2000' })
  tellMaster(room, 60)
  expect(room.stock()).toEqual({ 'NOVEL floor': '3' })
  expect(balances(room)).toMatchObject({
    'unmapped-sales': '0',
    'sales-revenue': '-2000',
    cogs: '400',
  })
  expect(room.reviews()).toMatchObject([{ kind: 'unmapped-line', decision: 'settled' }])
  const ledger = openLedger(room.db, SITE)
  expect(ledger.parkedLines()).toEqual([])
  expect(ledger.verify().ok).toBe(true)
})

test('the books come out the same whether the master or the sale came first', () => {
  const digests = [true, false].map((isSaleFirst) => {
    const room = openStoreRoom()
    const sell = () => room.receipt({ lines: [{ gtin: NOVEL }, { gtin: NOVEL }] }, 5)
    if (isSaleFirst) sell()
    tellMaster(room, isSaleFirst ? 60 : 1)
    if (!isSaleFirst) sell()
    const { movements, stock, trialBalance } = openLedger(room.db, SITE).booksDigest()
    return { movements, stock, trialBalance }
  })
  expect(digests[0]).toEqual(digests[1])
})

test('a return that names the receipt gives the cost back that was posted later', () => {
  const room = openStoreRoom()
  room.receipt({ receipt: '1', lines: [{ gtin: NOVEL }] }, 5)
  tellMaster(room, 60)
  const original = { till: 'till-1', fiscalDay: '2026-03-02', receipt: '1', line: 1 }
  const back = { gtin: NOVEL, quantity: '-1', net: '-10.00', tax: '-2.10', original }
  room.receipt({ receipt: '2', lines: [back] }, 70)
  expect(room.stock()).toEqual({ 'NOVEL floor': '5' })
  expect(balances(room)).toMatchObject({ cogs: '0' })
  expect(room.reviews().filter(({ decision }) => decision === null)).toEqual([])
})

test('a person maps a line that no master will ever name', () => {
  const room = openStoreRoom([{ sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }])
  room.receipt({ lines: [{ gtin: '', description: 'Jam, no label' }] }, 5)
  const sale = 'till:till-1/2026-03-02/1'
  const command = { kind: 'map-line', sale, line: 1, sku: 'JAM' } as const
  const told = { id: 'M-1', actor: 'anna', at: '2026-03-02T10:00:00Z', note: '', command }
  expect(room.work({ kind: 'command', command: told }, 60)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  expect(room.reviews()).toMatchObject([{ kind: 'unmapped-line', decision: 'settled' }])
  const again = room.work({ kind: 'command', command: { ...told, id: 'M-2' } }, 61)
  expect(again).toMatchObject({ status: 'refused', code: 'not-parked' })
})

test('a receipt with a mapped line is taken back after its mapping, not before', () => {
  const room = openStoreRoom()
  room.receipt({ lines: [{ gtin: NOVEL }] }, 5)
  tellMaster(room, 60)
  const sale = 'till:till-1/2026-03-02/1'
  const reverse = (id: string, of: string) =>
    room.work(
      {
        kind: 'command',
        command: {
          id,
          actor: 'anna',
          at: '2026-03-02T10:00:00Z',
          note: '',
          command: { kind: 'reverse', of, reason: 'rung up twice' },
        },
      },
      70,
    )
  expect(reverse('R-1', sale)).toMatchObject({ status: 'refused', code: 'has-dependants' })
  expect(reverse('R-2', `mapped:${sale}/1`)).toMatchObject({ status: 'committed' })
  expect(openLedger(room.db, SITE).parkedLines()).toHaveLength(1)
  expect(reverse('R-3', sale)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toEqual({ 'NOVEL floor': '5' })
  expect(openLedger(room.db, SITE).parkedLines()).toEqual([])
  expect(openLedger(room.db, SITE).verify().ok).toBe(true)
})

test('a tag seen before its master is put in its place when the master comes', () => {
  const room = openStoreRoom()
  room.walk('floor-reader', novel(1), 'out', 5)
  room.place(novel(2), 6)
  room.place(novel(2), 20)
  expect(room.quarantine().map(({ code }) => code)).toEqual(['unknown-tag', 'unknown-tag'])
  expect(room.stock()).toEqual({})
  tellMaster(room, 60, true)
  expect(room.stock()).toEqual({
    'NOVEL backroom': '1',
    'NOVEL floor': '3',
    'NOVEL smart-shelf': '1',
  })
})
