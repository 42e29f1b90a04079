import { GENESIS_HASH } from '../hash.ts'
import type { JournalEntry, Line, Movement } from '../journal.ts'
import type { Db } from './database.ts'

export interface Head {
  readonly sequence: number
  readonly hash: string
  readonly postedAtMs: number
}

export interface JournalStore {
  readonly head: () => Head
  /** Lines and movements first, the header last: its trigger closes and checks the entry. */
  readonly insert: (entry: JournalEntry) => void
  /** Entries with sequence > after, oldest first, at most `limit`. */
  readonly entries: (after: number, limit: number) => JournalEntry[]
}

type EntryRow = Omit<JournalEntry, 'movements' | 'lines' | Numbers> & Record<Numbers, bigint>
type Numbers = 'sequence' | 'occurredAtMs' | 'postedAtMs'

interface LineRow extends Omit<Line, 'number'> {
  readonly sequence: bigint
  readonly number: bigint
}

interface MovementRow extends Omit<Movement, 'number' | 'epcs' | 'line' | 'original'> {
  readonly sequence: bigint
  readonly number: bigint
  readonly epcs: string
  readonly line: bigint | null
  readonly originalSourceKey: string | null
  readonly originalLine: bigint | null
}

export function createJournalStore(db: Db): JournalStore {
  const selectHead = db
    .prepare<[], [bigint, string, bigint]>(
      'SELECT sequence, hash, posted_at_ms FROM entry ORDER BY sequence DESC LIMIT 1',
    )
    .raw()
  return {
    head: () => {
      const row = selectHead.get()
      if (row === undefined) return { sequence: 0, hash: GENESIS_HASH, postedAtMs: 0 }
      return { sequence: Number(row[0]), hash: row[1], postedAtMs: Number(row[2]) }
    },
    insert: createInsert(db),
    entries: createEntries(db),
  }
}

function createInsert(db: Db): JournalStore['insert'] {
  const insertLine = db.prepare(
    'INSERT OR FAIL INTO line (sequence, number, account, amount_minor, memo) VALUES (?, ?, ?, ?, ?)',
  )
  const insertMovement = db.prepare(
    `INSERT OR FAIL INTO movement (sequence, number, kind, sku, quantity, from_location, to_location, epcs,
       cost_minor, line, original_source_key, original_line, memo)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertEntry = db.prepare(
    `INSERT OR FAIL INTO entry (sequence, kind, source_key, occurred_at_ms, business_date, accounting_date,
       posted_at_ms, actor, movement_count, line_count, command_hash, previous_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (entry) => {
    for (const { number, account, amountMinor, memo } of entry.lines) {
      insertLine.run(entry.sequence, number, account, amountMinor, memo)
    }
    for (const movement of entry.movements) {
      insertMovement.run(
        entry.sequence,
        movement.number,
        movement.kind,
        movement.sku,
        movement.quantity,
        movement.from,
        movement.to,
        JSON.stringify(movement.epcs),
        movement.costMinor,
        movement.line ?? null,
        movement.original?.sourceKey ?? null,
        movement.original?.line ?? null,
        movement.memo,
      )
    }
    insertEntry.run(
      entry.sequence,
      entry.kind,
      entry.sourceKey,
      entry.occurredAtMs,
      entry.businessDate,
      entry.accountingDate,
      entry.postedAtMs,
      entry.actor,
      entry.movements.length,
      entry.lines.length,
      entry.commandHash,
      entry.previousHash,
      entry.hash,
    )
  }
}

function createEntries(db: Db): JournalStore['entries'] {
  const headers = db.prepare<[number, number], EntryRow>(
    `SELECT sequence, kind, source_key AS sourceKey, occurred_at_ms AS occurredAtMs,
       business_date AS businessDate, accounting_date AS accountingDate,
       posted_at_ms AS postedAtMs, actor, command_hash AS commandHash,
       previous_hash AS previousHash, hash
     FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?`,
  )
  const lines = db.prepare<[bigint, bigint], LineRow>(
    `SELECT sequence, number, account, amount_minor AS amountMinor, memo FROM line
     WHERE sequence BETWEEN ? AND ? ORDER BY sequence, number`,
  )
  const movements = db.prepare<[bigint, bigint], MovementRow>(
    `SELECT sequence, number, kind, sku, quantity, from_location AS "from", to_location AS "to",
       epcs, cost_minor AS costMinor, line, original_source_key AS originalSourceKey,
       original_line AS originalLine, memo
     FROM movement WHERE sequence BETWEEN ? AND ? ORDER BY sequence, number`,
  )
  return (after, limit) => {
    const rows = headers.all(after, limit)
    const first = rows[0]?.sequence
    const last = rows.at(-1)?.sequence
    if (first === undefined || last === undefined) return []
    const linesOf = bySequence(lines.all(first, last))
    const movementsOf = bySequence(movements.all(first, last))
    return rows.map((row) => ({
      ...row,
      sequence: Number(row.sequence),
      occurredAtMs: Number(row.occurredAtMs),
      postedAtMs: Number(row.postedAtMs),
      lines: (linesOf.get(row.sequence) ?? []).map(toLine),
      movements: (movementsOf.get(row.sequence) ?? []).map(toMovement),
    }))
  }
}

function bySequence<Row extends { readonly sequence: bigint }>(
  rows: readonly Row[],
): Map<bigint, Row[]> {
  const groups = new Map<bigint, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.sequence)
    if (group === undefined) groups.set(row.sequence, [row])
    else group.push(row)
  }
  return groups
}

function toLine({ number, account, amountMinor, memo }: LineRow): Line {
  return { number: Number(number), account, amountMinor, memo }
}

function toMovement(row: MovementRow): Movement {
  const epcs: unknown = JSON.parse(row.epcs)
  const { originalSourceKey: sourceKey, originalLine } = row
  return {
    number: Number(row.number),
    kind: row.kind,
    sku: row.sku,
    quantity: row.quantity,
    from: row.from,
    to: row.to,
    epcs: Array.isArray(epcs) ? epcs.map(String) : [],
    costMinor: row.costMinor,
    ...(row.line === null ? {} : { line: Number(row.line) }),
    ...(sourceKey === null || originalLine === null
      ? {}
      : { original: { sourceKey, line: Number(originalLine) } }),
    memo: row.memo,
  }
}
