import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Books,
  bought,
  command,
  masters,
  openBooks,
  part,
  receipt,
  saleLine,
  sku,
  sold,
} from './support/books.ts'

/** One set of books with every posted table filled; each test changes one value and puts it back. */
let books: Books
beforeAll(() => {
  books = openBooks()
  books.apply(masters([sku('bike'), sku('tea', { method: 'average' })]))
  const unmapped = { ...saleLine(2, '?', 1n, 50n), kind: 'unmapped' as const, parts: [] }
  const moved = part('bike', 2n, 'backroom', 'shelf')
  const day = [
    ...bought('a', 'bike', 10n, 1_000n),
    ...bought('b', 'tea', 10n, 1_000n),
    receipt('s', saleLine(1, 'bike', 2n, 300n), unmapped),
    receipt('r', { ...saleLine(1, 'bike', -1n, -150n), original: { sourceKey: 's', line: 1 } }),
    command('m', { kind: 'move', part: { ...moved, epcs: ['30AB'] }, reason: 'fill' }),
    sold('t', 'tea', 3n, 450n),
  ]
  for (const one of day) books.apply(one)
  books.apply(command('p', { kind: 'set-policy', policy: { selfApproveMinor: 5n }, reason: 'x' }))
  const ground = { kind: 'decision' as const, from: 'ann', atMs: 1, summary: 'seen', body: {} }
  books.ledger.attachEvidence(2, ground)
  books.ledger.sealBatch(3e12, { maxEntries: 99 })
  const { lastHash } = books.ledger.batch(1)!
  books.ledger.acknowledge('head-office', 1, { lastHash, atMs: 1 })
  for (const name of triggers()) books.db.exec(`DROP TRIGGER ${name}`)
  books.db.pragma('foreign_keys = OFF')
  books.db.pragma('ignore_check_constraints = ON')
})
afterAll(() => books.close())

const triggers = () =>
  books.db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all()

/** Posted tables, and whether a fault in a row of theirs is tied to a journal sequence. */
const POSTED = [
  ['entry', true],
  ['movement', true],
  ['line', true],
  ['cost_effect', true],
  ['command', false],
  ['parked_line', false],
  ['evidence', false],
  ['batch', false],
] as const

/** What no hash covers: running state within posted rows, and row numbers without meaning. */
const STATE_COLUMNS = new Set(['evidence.number', 'evidence.sequence'])

type Value = string | bigint | Uint8Array | null

/** The same value but for one byte, or one bit of a number. */
function changed(value: Value): Value {
  if (value === null) return null
  if (typeof value === 'bigint') return value ^ 1024n
  if (typeof value !== 'string')
    return Uint8Array.from(value, (byte, at) => (at === 9 ? byte ^ 1 : byte))
  const at = Math.floor(value.length / 2)
  const other = value[at] === '1' ? '2' : '1'
  return value === '' ? 'x' : value.slice(0, at) + other + value.slice(at + 1)
}

/** Verify with one change in place, and put it back. */
function verifyWith(change: () => void) {
  books.db.exec('BEGIN')
  try {
    change()
    return books.ledger.verify()
  } finally {
    books.db.exec('ROLLBACK')
  }
}

const columnsOf = (table: string) =>
  books.db
    .prepare<[], { name: string }>(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => name)

const NUMBERED = new Set(['evidence', 'command', 'batch'])

test.each(POSTED)(
  'any value of any posted row of %s that changes is found',
  (table, isTied) => {
    const keys = NUMBERED.has(table) ? 'number' : 'sequence'
    let tried = 0
    for (const column of columnsOf(table)) {
      if (STATE_COLUMNS.has(`${table}.${column}`)) continue
      const rows = books.db
        .prepare<[], { key: bigint; value: Value }>(
          `SELECT ${keys} AS key, ${column} AS value FROM ${table}`,
        )
        .all()
      for (const { key, value } of rows) {
        const wrong = changed(value)
        if (wrong === null) continue
        tried += 1
        const { ok, firstBad } = verifyWith(() => {
          const sql = `UPDATE ${table} SET ${column} = ? WHERE ${keys} = ? AND ${column} IS ?`
          books.db.prepare(sql).run(wrong, key, value)
        })
        const where = `${table}.${column} of ${key}: ${firstBad?.what}`
        expect([where, ok]).toEqual([where, false])
        const isLocated = isTied && column !== 'sequence' && !column.startsWith('open_')
        if (isLocated) expect([where, firstBad?.sequence]).toEqual([where, Number(key)])
      }
    }
    expect(tried).toBeGreaterThan(0)
    expect(books.ledger.verify()).toMatchObject({ ok: true })
  },
  60_000,
)

test('a recorded command without an entry is in the chain as well', () => {
  const report = verifyWith(() => {
    const [was, is] = ['"selfApproveMinor":"5"', '"selfApproveMinor":"9"']
    books.db.prepare('UPDATE command SET body = replace(body, ?, ?)').run(was, is)
  })
  expect(report.firstBad?.what).toMatch(/recorded command p does not give its hash/)
})

test('what the chain cannot see by itself, a cut tail, is seen by who kept a head', () => {
  const kept = books.ledger.head()
  const report = verifyWith(() => {
    books.db.exec(
      `DELETE FROM command WHERE number >= (SELECT number FROM command WHERE sequence = ${kept.sequence})`,
    )
    for (const table of ['line', 'movement', 'cost_effect', 'entry'])
      books.db.exec(`DELETE FROM ${table} WHERE sequence = ${kept.sequence}`)
  })
  // The chain that is left is whole; running results and batches still know of the rest.
  expect(report).toMatchObject({ ok: false, entries: kept.sequence - 1 })
  expect(report.lastHash).not.toBe(kept.hash)
})
