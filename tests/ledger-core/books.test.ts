import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  backupInto,
  inSavepoint,
  inTransaction,
  openDatabase,
  openLedger,
  replayCommands,
} from '../../ledger-core/index.ts'
import {
  type Books,
  balances,
  bought,
  command,
  EUR,
  masters,
  openBooks,
  order,
  part,
  receipt,
  saleLine,
  sku,
  sold,
} from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('bike', { gtins: ['00012345600012'] })]))
  for (const one of bought('po', 'bike', 10n, 10_000n)) books.apply(one)
})
afterEach(() => books.close())

test('a sale delivered twice is booked once', () => {
  const sale = sold('r-1', 'bike', 1n, 1_500n)
  expect(books.apply(sale)).toEqual({ status: 'posted', sequence: 2 })
  expect(books.apply(sale)).toEqual({ status: 'already', sequence: 2 })
  expect(books.ledger.quantityAt('bike', 'backroom')).toBe(9n)
  expect(books.ledger.sequenceOf('r-1')).toBe(2)
})

test('the same key with other facts is refused as a conflict', () => {
  books.apply(sold('r-1', 'bike', 1n, 1_500n))
  const other = sold('r-1', 'bike', 2n, 3_000n)
  expect(books.apply(other)).toMatchObject({ status: 'refused', code: 'source-conflict' })
})

test('masters and orders are recorded without a journal entry', () => {
  expect(books.apply(masters([sku('pump')], 'import-2'))).toEqual({ status: 'recorded' })
  expect(
    books.apply(order('po-2', { line: 1, sku: 'pump', quantity: 5n, valueMinor: 50n })),
  ).toEqual({ status: 'recorded' })
  expect(books.ledger.openOrderLines('po-2')).toEqual([
    {
      order: 'po-2',
      supplier: 'acme',
      line: 1,
      sku: 'pump',
      ordered: 5n,
      orderedMinor: 50n,
      received: 0n,
      receivedMinor: 0n,
    },
  ])
  expect(books.ledger.head().sequence).toBe(1)
})

test('opening stock is a layer against opening balance equity', () => {
  const opening = [{ sku: 'pump', location: 'shelf', quantity: 4n, valueMinor: 100n }]
  const body = { skus: [sku('pump')], locations: [], suppliers: [], opening }
  books.apply(command('import-2', { kind: 'import-masters', ...body }))
  expect(balances(books.ledger)).toMatchObject({ 'opening-balance-equity': -100n })
  expect(books.ledger.quantityAt('pump', 'shelf')).toBe(4n)
})

const moved = (quantity: bigint, from: string, to: string, name = 'bike') =>
  command(`move:${from}:${to}:${quantity}`, {
    kind: 'move',
    part: part(name, quantity, from, to),
    reason: 'test',
  })

test('a move between own places changes no value and is numbered and chained', () => {
  const before = balances(books.ledger)
  expect(books.apply(moved(3n, 'backroom', 'basket'))).toEqual({ status: 'posted', sequence: 2 })
  expect(balances(books.ledger)).toEqual(before)
  expect(books.ledger.entry(2)?.lines).toEqual([])
  expect(books.ledger.stock()).toEqual([
    { sku: 'bike', location: 'backroom', quantity: 7n },
    { sku: 'bike', location: 'basket', quantity: 3n },
  ])
})

test.each([
  ['unknown-sku', () => moved(1n, 'backroom', 'shelf', 'boat')],
  ['unknown-location', () => moved(1n, 'backroom', 'attic')],
  ['unknown-location', () => moved(1n, 'backroom', 'customer')],
  ['quantity-not-positive', () => moved(0n, 'backroom', 'shelf')],
  ['same-location', () => moved(1n, 'backroom', 'backroom')],
  ['order-exists', () => ({ ...order('po'), sourceKey: 'another document' })],
  ['unknown-order-line', () => bought('nope', 'bike', 1n, 1n)[1]],
  ['gtin-taken', () => masters([sku('pump', { gtins: ['00012345600012'] })], 'i-2')],
  ['master-fixed', () => masters([sku('bike', { method: 'average' })], 'i-2')],
  ['parts-do-not-add-up', () => receipt('r', { ...saleLine(1, 'bike', 2n, 10n), quantity: 3n })],
  ['receipt-does-not-add-up', () => ({ ...sold('r', 'bike', 1n, 10n), roundingMinor: 1n })],
] as const)('%s is refused, and the head stays', (code, refused) => {
  const before = books.ledger.head()
  const outcome = books.apply(refused())
  expect(outcome).toMatchObject({ status: 'refused', code })
  expect(outcome.status === 'refused' && outcome.message).toMatch(/^expected .*, got /)
  expect(books.ledger.head()).toEqual(before)
})

test('a receipt posts tenders, rounding, tax and goods in one entry, and parks what it cannot map', () => {
  const bike = { ...saleLine(1, 'bike', 1n, 1_000n), taxMinor: 190n }
  const bag = {
    ...saleLine(2, 'bag', 1n, 10n),
    kind: 'non-stock' as const,
    taxMinor: 2n,
    parts: [],
  }
  const odd = { ...saleLine(3, '?', 2n, 50n), kind: 'unmapped' as const, taxCode: 'B', parts: [] }
  const outcome = books.apply(
    command('r-1', {
      kind: 'till-receipt',
      till: 'till-1',
      receipt: '17',
      lines: [bike, bag, odd],
      tenders: [
        { kind: 'card', amountMinor: 1_000n },
        { kind: 'cash', amountMinor: 250n },
      ],
      roundingMinor: -2n,
    }),
  )
  expect(outcome.status).toBe('posted')
  expect(balances(books.ledger)).toEqual({
    inventory: 9_000n,
    'gr-ir': -10_000n,
    'card-clearing': 1_000n,
    cash: 250n,
    'cash-rounding': 2n,
    'sales-revenue': -1_000n,
    'other-revenue': -10n,
    'unmapped-sales': -50n,
    'tax-payable:A': -192n,
    cogs: 1_000n,
  })
  const parked = books.db.prepare('SELECT gtin, quantity FROM parked_line').all()
  expect(parked).toEqual([{ gtin: odd.gtin, quantity: 2n }])
})

test('re-applying the recorded commands gives the same journal, hash by hash', () => {
  books.apply({ ...sold('r-1', 'bike', 2n, 3_000n), postedAtMs: 5e12 })
  books.apply(sold('r-2', 'bike', 9n, 9_000n))
  const again = openBooks()
  expect(replayCommands(books.db, again.ledger)).toBe(5)
  expect(again.ledger.entries(0, 99)).toEqual(books.ledger.entries(0, 99))
  expect(again.ledger.booksDigest()).toEqual(books.ledger.booksDigest())
  expect(again.ledger.entry(3)?.postedAtMs).toBe(5e12)
  again.close()
})

test('evidence comes with the command, late evidence joins it once', () => {
  const ground = {
    kind: 'portal-pass' as const,
    from: 'portal-1',
    atMs: 1,
    summary: 'seen leaving',
    body: { quantity: '3', peakRssi: -54.5 },
  }
  const late = { ...ground, kind: 'till-line' as const }
  books.apply({ ...moved(1n, 'backroom', 'shelf'), evidence: [ground] })
  expect(books.ledger.attachEvidence(2, late)).toBe('attached')
  expect(books.ledger.attachEvidence(2, late)).toBe('already')
  expect(books.ledger.attachEvidence(2, ground)).toBe('already')
  expect(books.ledger.evidenceOf(2)).toEqual([ground, late])
})

test('a refusal or a throw in a group commit undoes that message alone', () => {
  const { db, ledger } = books
  inTransaction(db, () => {
    inSavepoint(db, () => ledger.apply(moved(1n, 'backroom', 'shelf')))
    inSavepoint(db, () => {
      ledger.apply(moved(2n, 'backroom', 'shelf'))
      return { status: 'refused' }
    })
    expect(() =>
      inSavepoint(db, () => {
        ledger.apply(moved(3n, 'backroom', 'shelf'))
        throw new Error('a defect')
      }),
    ).toThrow('a defect')
  })
  expect(ledger.quantityAt('bike', 'shelf')).toBe(1n)
  expect(ledger.head().sequence).toBe(2)
})

test('masters imported in a transaction that failed are not remembered', () => {
  const { db, ledger } = books
  expect(() =>
    inTransaction(db, () => {
      ledger.apply(masters([sku('pump')], 'i-2'))
      ledger.apply(moved(1n, 'backroom', 'shelf', 'pump'))
      throw new Error('disk full')
    }),
  ).toThrow('disk full')
  expect(books.apply(moved(1n, 'backroom', 'shelf', 'pump'))).toMatchObject({ code: 'unknown-sku' })
})

test('a missing file is not created unasked, and a file of others is refused', () => {
  expect(() => openDatabase(`${books.path}.gone`)).toThrow(/missing/)
  expect(existsSync(`${books.path}.gone`)).toBe(false)
  books.db.pragma('application_id = 7')
  expect(() => openDatabase(books.path, { create: true })).toThrow(/not a Tallygate database/)
})

test('books of another site or currency do not open', () => {
  expect(() => openLedger(books.db, { site: 'store-2', currency: EUR })).toThrow(
    /belong to store-1/,
  )
})

test('a backup is the whole books, readable on their own', () => {
  backupInto(books.db, `${books.path}.backup`)
  const copy = openDatabase(`${books.path}.backup`)
  const ledger = openLedger(copy, { site: 'store-1', currency: EUR })
  expect(ledger.verify()).toEqual(books.ledger.verify())
  copy.close()
})

test('a reader on its own connection sees the books and cannot write', () => {
  const reader = openDatabase(books.path, { readonly: true })
  const ledger = openLedger(reader, { site: 'store-1', currency: EUR })
  expect(ledger.skuByGtin('00012345600012')?.sku).toBe('bike')
  expect(() => reader.exec('DELETE FROM sku')).toThrow(/readonly/)
  reader.close()
})
