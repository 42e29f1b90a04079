import { GENESIS_HASH } from '../hash.ts'
import type { JournalEntry, Line, Movement } from '../journal.ts'
import type { Db } from './database.ts'
import { createEffectInsert, createEffectRange } from './effect-store.ts'
import { createTail } from './memo.ts'

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
  /** First entry after `sequence` that counts other rows than it has, or null. */
  readonly miscounted: (sequence: number) => number | null
  /** Entries of a cut-off report: posted for a later day than theirs. */
  readonly late: () => LateEntry[]
  /** Has anything of a SKU counted for that day or a later one? Scans; asked at a period boundary. */
  readonly movedFrom: (sku: string, date: string) => boolean
  /** The last entry posted up to then (UTC ms); 0 before the first. Looks back from the newest. */
  readonly sequenceAt: (atMs: number) => number
  /** Net units that entries with sequence > after brought to a place. */
  readonly movedSince: (sku: string, location: string, after: number) => bigint
  /** Net units of cost that entries with sequence > after took out of a SKU's layers and pools. */
  readonly issuedSince: (sku: string, after: number) => bigint
}

/** An entry that counts for another day than it happened on. */
export interface LateEntry {
  readonly sequence: number
  readonly kind: string
  readonly sourceKey: string
  readonly businessDate: string
  readonly accountingDate: string
}

type EntryRow = Omit<JournalEntry, 'movements' | 'lines' | 'effects' | Numbers> &
  Record<Numbers, bigint>
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
  const head = createTail(db, (): Head => {
    const row = selectHead.get()
    if (row === undefined) return { sequence: 0, hash: GENESIS_HASH, postedAtMs: 0 }
    return { sequence: Number(row[0]), hash: row[1], postedAtMs: Number(row[2]) }
  })
  const insert = createInsert(db)
  const postedUpTo = db
    .prepare<[number], bigint>(
      'SELECT sequence FROM entry WHERE posted_at_ms <= ? ORDER BY sequence DESC LIMIT 1',
    )
    .pluck()
  const moved = db
    .prepare<[string, number, string, string, string], bigint>(
      `SELECT COALESCE(sum(CASE WHEN to_location = ? THEN quantity ELSE -quantity END), 0)
       FROM movement WHERE sequence > ? AND sku = ? AND (to_location = ? OR from_location = ?)`,
    )
    .pluck()
  const issued = db
    .prepare<[number, string], bigint>(
      `SELECT COALESCE(sum(m.quantity * CASE WHEN m.kind IN ('return', 'reversal', 'gain') THEN -1
         WHEN m.kind IN ('sale', 'shrinkage', 'write-off', 'confirmed-arrival') THEN 1 ELSE 0 END), 0)
       FROM movement AS m WHERE m.sequence > ? AND m.sku = ?`,
    )
    .pluck()
  const from = db.prepare<[string, string]>(
    `SELECT 1 FROM movement AS m JOIN entry AS e ON e.sequence = m.sequence
     WHERE m.sku = ? AND e.accounting_date >= ? LIMIT 1`,
  )
  const late = db.prepare<[], LateEntry & { readonly sequence: bigint }>(
    `SELECT sequence, kind, source_key AS sourceKey, business_date AS businessDate,
       accounting_date AS accountingDate FROM entry
     WHERE accounting_date <> business_date ORDER BY sequence`,
  )
  const rowsOf = (table: string) =>
    `(SELECT count(*) FROM ${table} AS r WHERE r.sequence = e.sequence)`
  const miscounted = db
    .prepare<[number], bigint>(
      `SELECT sequence FROM entry AS e WHERE sequence > ? AND (movement_count <> ${rowsOf('movement')}
         OR line_count <> ${rowsOf('line')} OR effect_count <> ${rowsOf('cost_effect')})
       ORDER BY sequence LIMIT 1`,
    )
    .pluck()
  return {
    miscounted: (sequence) => {
      const found = miscounted.get(sequence)
      return found === undefined ? null : Number(found)
    },
    late: () => late.all().map((row) => ({ ...row, sequence: Number(row.sequence) })),
    movedFrom: (sku, date) => from.get(sku, date) !== undefined,
    sequenceAt: (atMs) => Number(postedUpTo.get(atMs) ?? 0n),
    movedSince: (sku, location, after) => moved.get(location, after, sku, location, location) ?? 0n,
    issuedSince: (sku, after) => issued.get(after, sku) ?? 0n,
    head: head.get,
    insert: (entry) => {
      insert(entry)
      head.set(entry)
    },
    entries: createEntries(db),
  }
}

const NO_EPCS = '[]'

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
       posted_at_ms, actor, movement_count, line_count, effect_count, command_hash, previous_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertEffects = createEffectInsert(db)
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
        movement.epcs.length === 0 ? NO_EPCS : JSON.stringify(movement.epcs),
        movement.costMinor,
        movement.line ?? null,
        movement.original?.sourceKey ?? null,
        movement.original?.line ?? null,
        movement.memo,
      )
    }
    insertEffects(entry.sequence, entry.effects)
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
      entry.effects.length,
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
  const effects = createEffectRange(db)
  return (after, limit) => {
    const rows = headers.all(after, limit)
    const first = rows[0]?.sequence
    const last = rows.at(-1)?.sequence
    if (first === undefined || last === undefined) return []
    const linesOf = bySequence(lines.all(first, last))
    const movementsOf = bySequence(movements.all(first, last))
    const effectsOf = bySequence(effects(first, last))
    return rows.map((row) => ({
      ...row,
      sequence: Number(row.sequence),
      occurredAtMs: Number(row.occurredAtMs),
      postedAtMs: Number(row.postedAtMs),
      lines: (linesOf.get(row.sequence) ?? []).map(toLine),
      movements: (movementsOf.get(row.sequence) ?? []).map(toMovement),
      effects: (effectsOf.get(row.sequence) ?? []).map(({ sequence: _, ...effect }) => effect),
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
  const { originalSourceKey: sourceKey, originalLine } = row
  return {
    number: Number(row.number),
    kind: row.kind,
    sku: row.sku,
    quantity: row.quantity,
    from: row.from,
    to: row.to,
    epcs: epcsOf(row.epcs),
    costMinor: row.costMinor,
    ...(row.line === null ? {} : { line: Number(row.line) }),
    ...(sourceKey === null || originalLine === null
      ? {}
      : { original: { sourceKey, line: Number(originalLine) } }),
    memo: row.memo,
  }
}

/** Only our own insert writes this text; one that was tampered with is kept, and gives no hash. */
function epcsOf(text: string): readonly string[] {
  try {
    const epcs: unknown = JSON.parse(text)
    return Array.isArray(epcs) ? epcs.map(String) : [text]
  } catch {
    return [text]
  }
}
