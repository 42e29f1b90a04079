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
  for (const perCommit of [1, 10, 100, 1_000])
    figures.push(await inTemporaryFolder((folder) => compare(folder, perCommit, rounds, progress)))
  return figures
}

async function compare(
  folder: string,
  perCommit: number,
  rounds: number,
  progress: Progress,
): Promise<Figure> {
  const { db, ledger } = openBooks(join(folder, 'ours.sqlite'))
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
      'floor: raw prepared inserts and updates of the same rows in the same tables with the same indexes, checks and keys; no triggers, no hash',
      `load: ${POSTINGS} sales a round (revenue, tax, tender, FIFO COGS), ${rounds} rounds`,
    ],
    unit: 'postings/s',
    hold: { better: 'more', limit: 0.5 },
  })
}

function openBooks(file: string) {
  const db = openDatabase(file, { create: true })
  const ledger = openLedger(db, { site: 'bench', currency: { code: 'EUR', minorUnits: 2 } })
  inTransaction(db, () => mustPost(ledger, masters(SKUS)))
  return { db, ledger }
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

/** Posted tables in the order the product writes them. */
const POSTED = ['line', 'movement', 'cost_effect', 'entry', 'command'] as const

interface Posting {
  readonly posted: readonly (readonly (readonly unknown[])[])[]
  readonly movements: readonly { sku: string; from: string; quantity: bigint }[]
  readonly effects: readonly { sku: string; layer: bigint; quantity: bigint; value: bigint }[]
  readonly totals: readonly { account: string; debit: bigint; credit: bigint }[]
}

/**
 * The product's own tables, columns, checks, keys and indexes, filled by the product; only its
 * triggers are dropped. Every row is written as it comes: posted ones inserted, running ones updated.
 */
function openFloor(file: string, source: Db) {
  const { db } = openBooks(file)
  const triggers = "select name from sqlite_schema where type = 'trigger'"
  for (const name of db.prepare<[], string>(triggers).pluck().all()) db.exec(`drop trigger ${name}`)
  const inserts = POSTED.map((table) => {
    const columns = db.prepare(`pragma table_info(${table})`).all().length
    return db.prepare(`insert into ${table} values (${Array(columns).fill('?').join(', ')})`)
  })
  const stock = db.prepare(
    'update stock set quantity = quantity - ? where sku = ? and location = ?',
  )
  const pool = db.prepare(
    "update pool set quantity = quantity + ?, value_minor = value_minor + ? where sku = ? and cost_group = ''",
  )
  const layer = db.prepare(
    'update layer set quantity = quantity + ?, value_minor = value_minor + ? where id = ?',
  )
  const total = db.prepare(
    `insert into account_total values (?, ?, ?) on conflict do update
     set debit_minor = debit_minor + excluded.debit_minor, credit_minor = credit_minor + excluded.credit_minor`,
  )
  return {
    db,
    rowsOf: createRowsOf(source),
    write({ posted, movements, effects, totals }: Posting) {
      for (const { sku, from, quantity } of movements) stock.run(quantity, sku, from)
      for (const { sku, layer: id, quantity, value } of effects) {
        pool.run(quantity, value, sku)
        layer.run(quantity, value, id)
      }
      for (const { account, debit, credit } of totals) total.run(account, debit, credit)
      posted.forEach((rows, i) => {
        for (const row of rows) inserts[i]?.run(...row)
      })
    },
  }
}

/** What the product wrote for one sale. */
function createRowsOf(source: Db): (number: number) => Posting {
  // Every command of the bench posts, so the number of a command is the sequence of its entry.
  const posted = POSTED.map((table) =>
    source
      .prepare<[bigint], readonly unknown[]>(
        `select * from ${table} where ${table === 'command' ? 'number' : 'sequence'} = ?`,
      )
      .raw(),
  )
  const movements = source.prepare<[bigint], Posting['movements'][number]>(
    'select sku, from_location as "from", quantity from movement where sequence = ?',
  )
  const effects = source.prepare<[bigint], Posting['effects'][number]>(
    'select sku, layer, quantity, value_minor as value from cost_effect where sequence = ?',
  )
  const totals = source.prepare<[bigint], Posting['totals'][number]>(
    `select account, sum(max(amount_minor, 0)) as debit, sum(max(-amount_minor, 0)) as credit
     from line where sequence = ? group by account`,
  )
  return (number) => {
    // Sequence 1 is the opening stock.
    const sequence = BigInt(number + 2)
    return {
      posted: posted.map((statement) => statement.all(sequence)),
      movements: movements.all(sequence),
      effects: effects.all(sequence),
      totals: totals.all(sequence),
    }
  }
}
