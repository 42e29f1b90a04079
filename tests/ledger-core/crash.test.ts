import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Command, openDatabase, openLedger } from '../../ledger-core/index.ts'
import {
  type Books,
  bought,
  command,
  EUR,
  masters,
  openBooks,
  part,
  receipt,
  saleLine,
  sku,
  sold,
} from './support/books.ts'

/** A day that touches every table a posting writes. */
const DAY: readonly Command[] = [
  masters([sku('bike'), sku('tea', { method: 'average' })]),
  ...bought('a', 'bike', 10n, 1_000n),
  ...bought('b', 'tea', 10n, 1_000n),
  receipt('s', saleLine(1, 'bike', 2n, 300n), saleLine(2, 'tea', 3n, 90n)),
  receipt('r', { ...saleLine(1, 'bike', -1n, -150n), original: { sourceKey: 's', line: 1 } }),
  command('m', { kind: 'move', part: part('bike', 2n, 'backroom', 'shelf'), reason: 'fill' }),
  command('i', {
    kind: 'supplier-invoice',
    supplier: 'acme',
    invoice: 'i',
    lines: [{ receipt: 'receipt:a', quantity: 10n, netMinor: 1_100n }],
    taxMinor: 0n,
    taxCode: '',
    claimMinor: 0n,
  }),
  command('d', {
    kind: 'dispatch',
    transfer: 't',
    toSite: 'store-2',
    parts: [{ sku: 'bike', quantity: 1n, from: 'backroom', epcs: [] }],
  }),
  command('v', { kind: 'reverse', of: 's-2', reason: 'mistake' }),
]
const SALE = sold('s-2', 'tea', 1n, 30n)
const WHOLE = [...DAY.slice(0, -1), SALE, ...DAY.slice(-1)]

/** Writes at which the machine may stop: table and kind of write. */
const STEPS = [
  'command:INSERT',
  'entry:INSERT',
  'line:INSERT',
  'movement:INSERT',
  'cost_effect:INSERT',
  'cost_effect:UPDATE',
  'layer:INSERT',
  'layer:UPDATE',
  'pool:INSERT',
  'pool:UPDATE',
  'stock:INSERT',
  'stock:UPDATE',
  'account_total:INSERT',
  'account_total:UPDATE',
  'order_line:UPDATE',
  'goods_receipt:INSERT',
  'goods_receipt:UPDATE',
  'supplier_invoice:INSERT',
  'location:INSERT',
  'transfer:INSERT',
  'reversal:INSERT',
]

let books: Books
beforeEach(() => {
  books = openBooks()
})
afterEach(() => books.close())

test.each(STEPS)(
  'a posting that stops at %s leaves nothing behind, and goes through when it comes again',
  (step) => {
    const [table = '', write = ''] = step.split(':')
    const undisturbed = openBooks()
    for (const one of WHOLE) undisturbed.apply(one)
    let stopped = 0
    for (const one of WHOLE) {
      const before = [books.ledger.stateDigest(), books.ledger.head()]
      books.db.exec(
        `CREATE TEMP TRIGGER fault BEFORE ${write} ON main.${table} BEGIN SELECT RAISE(ABORT, 'power cut'); END`,
      )
      try {
        books.apply(one)
      } catch (error) {
        expect(String(error)).toMatch(/power cut/)
        expect([books.ledger.stateDigest(), books.ledger.head()]).toEqual(before)
        stopped += 1
      }
      books.db.exec('DROP TRIGGER fault')
      expect(books.apply(one).status).not.toBe('refused')
    }
    expect(stopped).toBeGreaterThan(0)
    expect(books.ledger.verify()).toMatchObject({ ok: true })
    expect(books.ledger.head()).toEqual(undisturbed.ledger.head())
    expect(books.ledger.stateDigest()).toBe(undisturbed.ledger.stateDigest())
    undisturbed.close()
  },
)

test('what was committed is there for who opens the file next', () => {
  for (const one of WHOLE) books.apply(one)
  const db = openDatabase(books.path)
  const ledger = openLedger(db, { site: 'store-1', currency: EUR })
  expect(ledger.head()).toEqual(books.ledger.head())
  expect(ledger.verify()).toMatchObject({ ok: true })
  db.close()
})
