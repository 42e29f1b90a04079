import type { Db } from './database.ts'

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
  const adjust = db.prepare(
    `UPDATE count_line SET adjusted = ?, adjusted_sequence = ?, adjusted_line = ?
     WHERE stock_count = ? AND sku = ? AND location = ?`,
  )
  const setState = db.prepare('UPDATE stock_count SET state = ? WHERE stock_count = ?')
  return {
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
    saveAdjusted: (count, { sku, location }, adjusted, sequence, number) => {
      adjust.run(adjusted, sequence, number, count, sku, location)
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
