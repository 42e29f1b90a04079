import { join } from 'node:path'
import { type Db, inTransaction, openDatabase, openLedger } from '../../ledger-core/index.ts'
import { inTemporaryFolder } from './folder.ts'
import { type Figure, interleave, type Progress, ratioOf } from './ratio.ts'
import { masters, mustPost, sale } from './sales.ts'

const POSTINGS = 2_000
const SKUS = 50

/** Postings per second, durable, beside raw prepared inserts of the same rows. */
export async function benchPostings(rounds: number, progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const perCommit of [1, 10, 100])
    figures.push(await inTemporaryFolder((folder) => compare(folder, perCommit, rounds, progress)))
  return figures
}

async function compare(
  folder: string,
  perCommit: number,
  rounds: number,
  progress: Progress,
): Promise<Figure> {
  const db = openDatabase(join(folder, 'ours.sqlite'), { create: true })
  const ledger = openLedger(db, { site: 'bench', currency: { code: 'EUR', minorUnits: 2 } })
  inTransaction(db, () => mustPost(ledger, masters(SKUS)))
  const floor = openFloor(join(folder, 'floor.sqlite'), db)
  let posted = 0
  let written = 0
  const ours = () => {
    const sales = Array.from({ length: POSTINGS }, () => sale(posted++, SKUS))
    return ratePerSecond(sales, perCommit, db, (command) => mustPost(ledger, command))
  }
  const rows = () => {
    const next = Array.from({ length: POSTINGS }, () => floor.rowsOf(written++))
    return ratePerSecond(next, perCommit, floor.db, floor.write)
  }
  // The floor writes rows that ours has written: one round ahead warms both up.
  ours()
  const sides = await interleave(rounds, ours, rows, (text) =>
    progress(`${perCommit} per commit, ${text}`),
  )
  db.close()
  floor.db.close()
  return ratioOf(sides, {
    name: `postings, durable, ${perCommit} per commit`,
    method: [
      'floor: raw prepared inserts and updates of the same rows, no triggers, no hash',
      `load: ${POSTINGS} sales a round (revenue, tax, tender, FIFO COGS), ${rounds} rounds`,
    ],
    unit: 'postings/s',
    hold: { better: 'more', limit: 0.5 },
  })
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
