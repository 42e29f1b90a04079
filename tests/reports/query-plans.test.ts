import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GATEWAY_MIGRATIONS } from '../../gateway/bookkeeper/store.ts'
import { createAnswers } from '../../gateway/reports/answer.ts'
import { type Db, migrate, openDatabase, openLedger } from '../../ledger-core/index.ts'
import { configOf } from '../support/store-room.ts'

/** Tables that grow with every day the store is open. */
const GROWING = [
  'command',
  'entry',
  'movement',
  'line',
  'cost_effect',
  'evidence',
  'layer',
  'goods_receipt',
  'parked_line',
  'refusal',
  'batch',
  'acknowledgement',
]

/** Statements that may read a growing table from end to end, and why. */
const WHOLE: readonly (readonly [begins: string, reason: string])[] = [
  ['SELECT sequence, hash, posted_at_ms FROM entry', 'the newest row: LIMIT 1'],
  ['SELECT number, hash FROM command', 'the newest row: LIMIT 1'],
  ['SELECT last_sequence FROM batch', 'the newest row: LIMIT 1'],
  [
    'SELECT sequence, source_key AS sourceKey, supplier, sku',
    'GR/IR alone: receipts of goods, not sales',
  ],
  ['SELECT max(number) FROM batch', 'the end of a primary key'],
  ['SELECT max(business_date)', 'the newest row of its index: LIMIT 1'],
  ['select max(at) from', 'the newest row: LIMIT 1'],
  ['select e.occurred_at_ms as atMs', 'looks back from the newest for a recent time'],
  ['SELECT sequence FROM entry WHERE posted_at_ms', 'looks back from the newest for a recent time'],
  ["select min(sequence) from entry where kind = 'till-receipt'", 'stops at the first sale'],
  ['SELECT sequence, hash, body FROM evidence', 'whole verification'],
  ['SELECT sequence, number, open_quantity', 'whole verification'],
  ['SELECT destination, number, last_hash', 'whole verification'],
  [
    'SELECT p.sequence, p.line, p.gtin, p.description, p.quantity, p.net_minor FROM parked_line AS p',
    'whole verification',
  ],
  [
    'SELECT p.sequence, p.line, p.gtin, p.description, p.quantity, p.net_minor, e.source_key',
    'unknown goods alone: a list for a person, not of sales',
  ],
  [
    'SELECT e.business_date AS date, m.sku AS sku',
    'demand of every SKU counts stock from the first movement',
  ],
  [
    'select l.sequence, l.number, e.accounting_date',
    'a statement adds up from the first line; an index would cost every posting five rows',
  ],
]

let folder: string
let db: Db
const statements = new Set<string>()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallygate-plans-'))
  db = openDatabase(join(folder, 'books.db'), { create: true })
  const prepare = db.prepare.bind(db)
  // Every statement that the stores and the reports ever prepare passes here.
  db.prepare = ((sql: string) => {
    statements.add(sql)
    return prepare(sql)
  }) as typeof db.prepare
  const config = configOf('none', {})
  const { id, currency: code, minorUnits } = config.site
  const ledger = openLedger(db, { site: id, currency: { code, minorUnits } })
  migrate(db, 'gateway', GATEWAY_MIGRATIONS)
  createAnswers(db, ledger, config)
  const { search } = ledger.figures()
  for (const filter of [
    {},
    { from: '2026-01-01', to: '2026-01-31' },
    { sku: 'tea' },
    { sourceKey: 'till:1' },
    { kind: 'move' },
    { actor: 'ann' },
  ])
    search(filter, 10, 10)
  db.prepare = prepare
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Step {
  readonly detail: string
}

/** Growing tables that a statement reads without a condition on a key or an index. */
function scannedBy(sql: string): string[] {
  const names = new Map<string, string>()
  for (const [, table = '', alias] of sql.matchAll(
    /\b(?:from|join)\s+(\w+)(?:\s+(?:as\s+)?(?!where|order|on|join|left|group|limit|union)(\w+))?/gi,
  )) {
    names.set(table, table)
    if (alias !== undefined) names.set(alias, table)
  }
  return db
    .prepare<unknown[], Step>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...nothingFor(sql))
    .flatMap(({ detail }) => {
      const [, scanned, sought = '', how = ''] =
        /^(?:SCAN (\w+)|SEARCH (\w+)$)(.*)$/.exec(detail) ?? []
      const name = scanned ?? sought
      const table = names.get(name) ?? name
      // A partial index holds only the few rows that its own condition asks for.
      return GROWING.includes(table) && !PARTIAL.some((index) => how.includes(index)) ? [table] : []
    })
}

const PARTIAL = ['effect_given_back', 'entry_late', 'command_unposted', 'refusal_newest']

/** Nulls for every parameter: a plan does not depend on the values. */
function nothingFor(sql: string): unknown[] {
  const named = [...sql.matchAll(/\$(\w+)/g)].map(([, name = '']) => [name, null] as const)
  if (named.length > 0) return [Object.fromEntries(named)]
  return [...sql.matchAll(/\?/g)].map(() => null)
}

const READS = /^\s*select\b/i
const squeezed = (sql: string) => sql.replaceAll(/\s+/g, ' ').trim()

test('no report and no rule of the books reads a growing table from end to end', () => {
  const reads = [...statements].filter((sql) => READS.test(sql))
  expect(reads.length).toBeGreaterThan(100)
  const scans = reads
    .map((sql) => ({ sql: squeezed(sql), tables: scannedBy(sql) }))
    .filter(({ tables }) => tables.length > 0)
  const unexplained = scans.filter(({ sql }) => !WHOLE.some(([begins]) => sql.startsWith(begins)))
  expect(unexplained).toEqual([])
  // An exception that nothing needs any more is taken off the list.
  const idle = WHOLE.filter(([begins]) => !scans.some(({ sql }) => sql.startsWith(begins)))
  expect(idle).toEqual([])
})

test('a statement that reads every line of the journal is found out', () => {
  expect(scannedBy("select count(*) from line l where l.memo = 'x'")).toEqual(['line'])
  expect(scannedBy('select kind from movement where sku = ?')).toEqual([])
})

test('changes of posted rows and running results find their row by key', () => {
  const changes = [...statements].filter((sql) => /^\s*(update|delete)\b/i.test(sql))
  expect(changes.length).toBeGreaterThan(10)
  const scanning = changes.filter((sql) =>
    db
      .prepare<unknown[], Step>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...nothingFor(sql))
      .some(({ detail }) => /^SCAN (?!reservation)/.test(detail)),
  )
  expect(scanning).toEqual([])
})
