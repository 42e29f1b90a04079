import type { Db } from './database.ts'
import { createMemo } from './memo.ts'

export interface CountLine {
  readonly sku: string
  readonly location: string
  /** Null until somebody has counted. */
  readonly counted: bigint | null
  /** Units the books held there at the sequence it was counted at. */
  readonly book: bigint | null
  readonly counter: string | null
  readonly countedAtMs: number | null
  readonly atSequence: number | null
  readonly recounts: number
}

/** A line of an approved count that changed the books, as far as no later fact explained it. */
export interface AdjustedLine {
  readonly count: string
  readonly adjusted: bigint
  readonly sequence: number
  readonly line: number
}

export interface StockCount {
  readonly count: string
  readonly state: 'open' | 'approved' | 'cancelled'
  readonly actor: string
}

export interface CountStore {
  readonly stockCount: (count: string) => StockCount | null
  readonly openCounts: () => StockCount[]
  readonly countLines: (count: string) => CountLine[]
  readonly countLine: (count: string, sku: string, location: string) => CountLine | null
  readonly addCount: (count: string, actor: string) => void
  readonly addCountLine: (count: string, sku: string, location: string) => void
  readonly saveCounted: (count: string, line: CountLine) => void
  /** What an approved line posted, as line of which entry. */
  readonly saveAdjusted: (
    count: string,
    place: { readonly sku: string; readonly location: string },
    adjusted: bigint,
    sequence: number,
    line: number,
  ) => void
  /** When the last count that changed the books was taken; 0 when none was. */
  readonly lastAdjustedAtMs: () => number
  /** The first count of a place after a moment, if it changed the books. */
  readonly adjustedAfter: (sku: string, location: string, atMs: number) => AdjustedLine | null
  readonly setCountState: (count: string, state: StockCount['state']) => void
}

interface LineRow {
  readonly sku: string
  readonly location: string
  readonly counted: bigint | null
  readonly book: bigint | null
  readonly counter: string | null
  readonly countedAtMs: bigint | null
  readonly atSequence: bigint | null
  readonly recounts: bigint
}

const LINE = `SELECT sku, location, counted, book, counter, counted_at_ms AS countedAtMs,
    at_sequence AS atSequence, recounts FROM count_line WHERE stock_count = ?`
const COUNT = 'SELECT stock_count AS "count", state, actor FROM stock_count'

interface AdjustedRow {
  readonly count: string
  readonly adjusted: bigint
  readonly sequence: bigint
  readonly line: bigint
}

type Adjustments = 'saveAdjusted' | 'lastAdjustedAtMs' | 'adjustedAfter'

function createAdjustments(db: Db): Pick<CountStore, Adjustments> {
  const save = db.prepare(
    `UPDATE count_line SET adjusted = ?, adjusted_sequence = ?, adjusted_line = ?
     WHERE stock_count = ? AND sku = ? AND location = ?`,
  )
  const last = db
    .prepare<[], bigint | null>(
      'SELECT max(counted_at_ms) FROM count_line WHERE adjusted IS NOT NULL AND adjusted <> 0',
    )
    .pluck()
  const after = db.prepare<[string, string, number], AdjustedRow>(
    `SELECT stock_count AS "count", adjusted, adjusted_sequence AS sequence, adjusted_line AS line
     FROM count_line WHERE sku = ? AND location = ? AND counted_at_ms > ?
       AND adjusted IS NOT NULL AND adjusted <> 0 ORDER BY counted_at_ms LIMIT 1`,
  )
  const memo = createMemo(db, () => Number(last.get() ?? 0n))
  return {
    saveAdjusted: (count, { sku, location }, adjusted, sequence, line) => {
      memo.forget()
      save.run(adjusted, sequence, line, count, sku, location)
    },
    lastAdjustedAtMs: memo.get,
    adjustedAfter: (sku, location, atMs) => {
      const row = after.get(sku, location, atMs)
      if (row === undefined) return null
      return { ...row, sequence: Number(row.sequence), line: Number(row.line) }
    },
  }
}

export function createCountStore(db: Db): CountStore {
  const one = db.prepare<[string], StockCount>(`${COUNT} WHERE stock_count = ?`)
  const open = db.prepare<[], StockCount>(`${COUNT} WHERE state = 'open' ORDER BY stock_count`)
  const lines = db.prepare<[string], LineRow>(`${LINE} ORDER BY sku, location`)
  const line = db.prepare<[string, string, string], LineRow>(`${LINE} AND sku = ? AND location = ?`)
  const addCount = db.prepare("INSERT INTO stock_count VALUES (?, 'open', ?)")
  const addLine = db.prepare(
    `INSERT INTO count_line VALUES (?, ?, ?, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL)
     ON CONFLICT DO NOTHING`,
  )
  const save = db.prepare(
    `UPDATE count_line SET counted = ?, book = ?, counter = ?, counted_at_ms = ?, at_sequence = ?,
       recounts = ? WHERE stock_count = ? AND sku = ? AND location = ?`,
  )
  const setState = db.prepare('UPDATE stock_count SET state = ? WHERE stock_count = ?')
  return {
    ...createAdjustments(db),
    stockCount: (count) => one.get(count) ?? null,
    openCounts: () => open.all(),
    countLines: (count) => lines.all(count).map(toLine),
    countLine: (count, sku, location) => {
      const row = line.get(count, sku, location)
      return row === undefined ? null : toLine(row)
    },
    addCount: (count, actor) => {
      addCount.run(count, actor)
    },
    addCountLine: (count, sku, location) => {
      addLine.run(count, sku, location)
    },
    saveCounted: (count, { sku, location, counted, book, counter, countedAtMs, ...rest }) => {
      const { atSequence, recounts } = rest
      save.run(counted, book, counter, countedAtMs, atSequence, recounts, count, sku, location)
    },
    setCountState: (count, state) => {
      setState.run(state, count)
    },
  }
}

function toLine(row: LineRow): CountLine {
  return {
    ...row,
    countedAtMs: row.countedAtMs === null ? null : Number(row.countedAtMs),
    atSequence: row.atSequence === null ? null : Number(row.atSequence),
    recounts: Number(row.recounts),
  }
}
