import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  attempt,
  type Books,
  bought,
  command,
  masters,
  openBooks,
  part,
  sku,
  sold,
} from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('bike')]))
  for (const one of bought('po', 'bike', 10n, 10_000n)) books.apply(one)
  books.apply(sold('r-1', 'bike', 1n, 1_500n))
  books.apply(
    command('m-1', { kind: 'move', part: part('bike', 2n, 'backroom', 'shelf'), reason: 'fill' }),
  )
})
afterEach(() => books.close())

const HASH = 'a'.repeat(64)
const headOf = () => books.ledger.head()
const header = (sequence: number, lineCount: number, previousHash = headOf().hash, atMs = 2e12) =>
  `INSERT INTO entry VALUES (${sequence}, 'x', 'x', 0, '2026-01-01', '2026-01-01', ${atMs}, 'x', 0, ${lineCount}, 0, '${HASH}', '${previousHash}', '${HASH}')`
const line = (sequence: number, number: number, amountMinor: number) =>
  `INSERT INTO line VALUES (${sequence}, ${number}, 'cash', ${amountMinor}, '')`

test.each([
  ['an unbalanced entry', () => [line(4, 1, 5), line(4, 2, -4), header(4, 2)], /unbalanced/],
  ['a gap in the numbers', () => [header(5, 2)], /sequence-gap/],
  [
    'a wrong previous hash',
    () => [line(4, 1, 5), line(4, 2, -5), header(4, 2, HASH)],
    /chain-broken/,
  ],
  [
    'a clock that runs backwards',
    () => [line(4, 1, 5), line(4, 2, -5), header(4, 2, headOf().hash, 1)],
    /clock-backwards/,
  ],
  [
    'a header that counts other lines',
    () => [line(4, 1, 5), line(4, 2, -5), header(4, 3)],
    /lines-differ/,
  ],
  ['a header with one line', () => [line(4, 1, 5), header(4, 1)], /CHECK|unbalanced/],
  ['a line after its header', () => [line(3, 9, 5)], /entry-closed/],
  ['a line of zero', () => [line(4, 1, 0)], /CHECK/],
  ['half a cent', () => ["INSERT INTO line VALUES (4, 1, 'cash', 0.5, '')"], /REAL/],
  ['an update of a line', () => ['UPDATE line SET amount_minor = 1'], /never updated/],
  ['a deleted movement', () => ['DELETE FROM movement'], /never deleted/],
  ['a replaced entry', () => [header(3, 0).replace('INSERT', 'REPLACE')], /sequence-gap/],
  [
    'a replaced command',
    () => [`REPLACE INTO command VALUES (9, 'r-1', '${HASH}', 2, '{}', '${HASH}')`],
    /command-known/,
  ],
  ['a rewritten layer', () => ['UPDATE layer SET received_quantity = 99'], /immutable/],
  ['value without quantity', () => ['UPDATE pool SET quantity = 0'], /CHECK/],
] as const)('the file itself refuses %s', (_what, statements, message) => {
  const before = headOf()
  expect(() => attempt(books, statements())).toThrow(message)
  expect(headOf()).toEqual(before)
})

const tamper = (sql: string) => {
  const triggers = books.db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all()
  for (const name of triggers) books.db.exec(`DROP TRIGGER ${String(name)}`)
  books.db.exec(sql)
}

test.each([
  [
    'a balanced edit of amounts',
    'UPDATE line SET amount_minor = amount_minor * 2 WHERE sequence = 2',
    2,
  ],
  ['an edited quantity', 'UPDATE movement SET quantity = 3 WHERE sequence = 3', 3],
  ['an edited header', "UPDATE entry SET actor = 'nobody' WHERE sequence = 1", 1],
  [
    'an edited recorded command',
    "UPDATE command SET body = replace(body, 'till-1', 'till-2') WHERE sequence = 2",
    2,
  ],
  ['a removed entry', 'DELETE FROM entry WHERE sequence = 2', 3],
])('verification finds %s', (_what, sql, sequence) => {
  expect(books.ledger.verify()).toEqual({ ok: true, entries: 3, lastHash: headOf().hash })
  tamper(sql)
  expect(books.ledger.verify()).toMatchObject({ ok: false, firstBad: { sequence } })
})

test.each([
  ['stock', 'UPDATE stock SET quantity = quantity + 1', /stock: expected bike at/],
  [
    'an account total',
    "UPDATE account_total SET debit_minor = 0 WHERE account = 'cogs'",
    /account total: expected cogs Dr 1000/,
  ],
  ['a pool', 'UPDATE pool SET value_minor = value_minor - 1', /pool: expected bike/],
  ['a layer', 'UPDATE layer SET value_minor = value_minor - 1', /layers of bike/],
  ['an order', 'UPDATE order_line SET received_quantity = 3', /received: expected po line 1: 10/],
])('verification finds %s that the journal does not give', (_what, sql, message) => {
  tamper(sql)
  const report = books.ledger.verify()
  expect(report).toMatchObject({ ok: false, firstBad: { sequence: null } })
  expect(report.firstBad?.what).toMatch(message)
})
