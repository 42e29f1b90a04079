import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Command,
  type Db,
  fingerprintOf,
  inTransaction,
  type Ledger,
  openDatabase,
  openLedger,
} from '../../ledger-core/index.ts'
import { interleave, type Ratio } from './ratio.ts'

const POSTINGS = 2_000
const SKUS = 50

/** Postings per second, durable, beside raw prepared inserts of the same rows. */
export async function benchPostings(perCommit: number, rounds: number): Promise<Ratio> {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-bench-'))
  try {
    const db = openDatabase(join(folder, 'ours.sqlite'), { create: true })
    const ledger = openLedger(db, { site: 'bench', currency: { code: 'EUR', minorUnits: 2 } })
    inTransaction(db, () => mustPost(ledger, masters()))
    const floor = openFloor(join(folder, 'floor.sqlite'), db)
    let posted = 0
    let written = 0
    const ours = () => {
      const sales = Array.from({ length: POSTINGS }, () => sale(posted++))
      return ratePerSecond(sales, perCommit, db, (command) => mustPost(ledger, command))
    }
    const rows = () => {
      const next = Array.from({ length: POSTINGS }, () => floor.rowsOf(written++))
      return ratePerSecond(next, perCommit, floor.db, floor.write)
    }
    // The floor writes rows that ours has written: one round ahead warms both up.
    ours()
    const measured = await interleave(rounds, ours, rows)
    db.close()
    floor.db.close()
    return {
      name: `postings, ${perCommit} per commit (sale: revenue, tax, tender, FIFO COGS)`,
      floorName: 'raw prepared inserts and updates of the same rows, no triggers, no hash',
      hold: '>= 0.5',
      unit: 'postings/s',
      better: 'more',
      limit: 0.5,
      ...measured,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function ratePerSecond<T>(
  items: readonly T[],
  perCommit: number,
  db: Db,
  write: (item: T) => void,
): number {
  const startedAt = performance.now()
  for (let done = 0; done < items.length; done += perCommit)
    inTransaction(db, () => items.slice(done, done + perCommit).forEach(write))
  return (items.length * 1_000) / (performance.now() - startedAt)
}

type Row = readonly unknown[]
interface Posting {
  readonly [table: string]: readonly Row[]
}

const TABLES = ['command', 'line', 'movement', 'cost_effect', 'entry'] as const
const INDEXES = ['movement_original']

/** The same tables and indexes without triggers, checks across tables and hashes. */
function openFloor(file: string, source: Db) {
  const db = openDatabase(file, { create: true })
  const schemaOf = source
    .prepare<[string], string>('select sql from sqlite_schema where name = ?')
    .pluck()
  for (const name of [...TABLES, ...INDEXES])
    db.exec((schemaOf.get(name) ?? '').replaceAll(/ REFERENCES \w+ \(\w+\)/g, ''))
  db.exec(`create table stock (sku text, location text, quantity integer, primary key (sku, location)) strict, without rowid;
    create table pool (sku text primary key, quantity integer, value_minor integer) strict, without rowid;
    create table layer (id integer primary key, quantity integer, value_minor integer) strict;
    create table account_total (account text primary key, debit_minor integer) strict, without rowid;`)
  const columns = (table: string) =>
    source.prepare<[], { name: string }>(`pragma table_info(${table})`).all().length
  const inserts = TABLES.map((table) =>
    db.prepare(`insert into ${table} values (${Array(columns(table)).fill('?').join(', ')})`),
  )
  const updates = [
    db.prepare(
      'insert into stock values (?, ?, 0) on conflict do update set quantity = quantity - 1',
    ),
    db.prepare(
      'insert into pool values (?, 0, 0) on conflict do update set quantity = quantity - 1, value_minor = value_minor - 1',
    ),
    db.prepare(
      'insert into layer values (?, 0, 0) on conflict do update set quantity = quantity - 1, value_minor = value_minor - 1',
    ),
    db.prepare(
      'insert into account_total values (?, 0) on conflict do update set debit_minor = debit_minor + 1',
    ),
  ] as const
  const reads = TABLES.map((table) => {
    const order = table === 'entry' || table === 'command' ? 'sequence' : 'number'
    return source
      .prepare<[bigint], Row>(`select * from ${table} where sequence = ? order by ${order}`)
      .raw()
  })
  return {
    db,
    // Sequence 1 is the opening stock.
    rowsOf: (number: number): Posting =>
      Object.fromEntries(
        TABLES.map((table, i) => [table, reads[i]?.all(BigInt(number + 2)) ?? []]),
      ),
    write(posting: Posting) {
      TABLES.forEach((table, i) => {
        for (const row of posting[table] ?? []) inserts[i]?.run(...row)
      })
      const [stock, pool, layer, total] = updates
      const sku = posting['movement']?.[0]?.[3]
      stock.run(sku, 'floor')
      stock.run(sku, 'customer')
      pool.run(sku)
      layer.run(1n)
      for (const line of posting['line'] ?? []) total.run(line[2])
    },
  }
}

const HEADER = {
  occurredAtMs: 1_767_348_000_000,
  occurredAtSource: 'document',
  businessDate: '2026-01-02',
  postedAtMs: 1_767_348_000_000,
  actor: 'bench',
  evidence: [],
} as const

function masters(): Command {
  const skus = Array.from({ length: SKUS }, (_, index) => ({
    sku: `S${index}`,
    name: `Item ${index}`,
    category: 'bench',
    gtins: [],
    quantityScale: 0,
    method: 'fifo' as const,
    tagged: false,
    priceMinor: 1_500n,
    home: 'floor',
  }))
  return {
    ...HEADER,
    kind: 'import-masters',
    sourceKey: 'masters:bench',
    fingerprint: fingerprintOf('masters'),
    skus,
    locations: [{ location: 'floor', name: 'Sales floor', kind: 'real' }],
    suppliers: [],
    opening: skus.map(({ sku }) => ({
      sku,
      location: 'floor',
      quantity: 10_000_000n,
      valueMinor: 98_765_432_100n,
    })),
  }
}

function sale(number: number): Command {
  const sku = `S${number % SKUS}`
  const line = {
    line: 1,
    kind: 'stock' as const,
    gtin: '',
    description: sku,
    quantity: 1n,
    netMinor: 1_261n,
    taxMinor: 239n,
    taxCode: 'A',
    parts: [{ sku, quantity: 1n, from: 'floor', to: 'customer', epcs: [] }],
  }
  return {
    ...HEADER,
    kind: 'till-receipt',
    sourceKey: `till:1/2026-01-02/${number}`,
    fingerprint: fingerprintOf(number),
    till: 'till-1',
    receipt: String(number),
    lines: [line],
    tenders: [{ kind: 'cash', amountMinor: 1_500n }],
    roundingMinor: 0n,
  }
}

function mustPost(ledger: Ledger, command: Command): void {
  const outcome = ledger.apply(command)
  if (outcome.status !== 'posted') throw new Error(`the bench's own command was ${outcome.status}`)
}
