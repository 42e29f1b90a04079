import type { SaleLine } from '../command.ts'
import type { Db } from './database.ts'

/** A till line that no master knew when it was sold: taken, taxed, and without a cost so far. */
export interface ParkedLine {
  readonly sequence: number
  readonly line: number
  readonly gtin: string
  readonly description: string
  /** Whole pieces; negative for a return. */
  readonly quantity: bigint
  readonly netMinor: bigint
}

export interface ParkedStore {
  readonly parkLine: (sequence: number, line: SaleLine) => void
  readonly line: (sequence: number, line: number) => ParkedLine | null
  /** Every line ever parked, as verification reads them. */
  readonly all: () => ParkedLine[]
  /** Neither mapped nor taken back, oldest first. */
  readonly waiting: () => (ParkedLine & { readonly sourceKey: string })[]
  readonly mapLine: (sequence: number, line: number, mappedBy: number) => void
  /** The entry that holds the cost of a parked line and stands; null: none. */
  readonly mappedBy: (sequence: number, line: number) => number | null
  /** An entry that holds the cost of some parked line of this receipt and stands; null: none. */
  readonly mappedLineOf: (sequence: number) => number | null
  /** Every mapping ever made, as verification reads them. */
  readonly mappings: () => { sequence: number; line: number; mappedBy: number }[]
}

type Row = [bigint, bigint, string, string, bigint, bigint]

const COLUMNS = 'p.sequence, p.line, p.gtin, p.description, p.quantity, p.net_minor'
/** A mapping stands until its own entry is reversed. */
const STANDING = `parked_mapping AS m WHERE NOT EXISTS
  (SELECT 1 FROM reversal AS r WHERE r.sequence = m.mapped_by)`

export function createParkedStore(db: Db): ParkedStore {
  const insert = db.prepare(
    `INSERT INTO parked_line (sequence, line, gtin, description, quantity, net_minor)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const one = db
    .prepare<[number, number], Row>(
      `SELECT ${COLUMNS} FROM parked_line AS p WHERE p.sequence = ? AND p.line = ?`,
    )
    .raw()
  const all = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM parked_line AS p`).raw()
  const waiting = db
    .prepare<[], [...Row, string]>(
      `SELECT ${COLUMNS}, e.source_key FROM parked_line AS p
       JOIN entry AS e ON e.sequence = p.sequence
       WHERE NOT EXISTS (SELECT 1 FROM reversal AS r WHERE r.sequence = p.sequence)
         AND NOT EXISTS (SELECT 1 FROM ${STANDING} AND m.sequence = p.sequence AND m.line = p.line)
       ORDER BY p.sequence, p.line`,
    )
    .raw()
  const map = db.prepare('INSERT INTO parked_mapping (sequence, line, mapped_by) VALUES (?, ?, ?)')
  const mapped = db
    .prepare<[number, number], bigint>(
      `SELECT m.mapped_by FROM ${STANDING} AND m.sequence = ? AND m.line = ?`,
    )
    .pluck()
  const mappedOf = db
    .prepare<[number], bigint>(`SELECT m.mapped_by FROM ${STANDING} AND m.sequence = ? LIMIT 1`)
    .pluck()
  const mappings = db
    .prepare<[], [bigint, bigint, bigint]>('SELECT sequence, line, mapped_by FROM parked_mapping')
    .raw()
  return {
    parkLine: (sequence, { line, gtin, description, quantity, netMinor }) => {
      insert.run(sequence, line, gtin, description, quantity, netMinor)
    },
    line: (sequence, line) => {
      const row = one.get(sequence, line)
      return row === undefined ? null : lineOf(row)
    },
    all: () => all.all().map(lineOf),
    waiting: () =>
      waiting.all().map(([a, b, c, d, e, f, sourceKey]) => ({
        ...lineOf([a, b, c, d, e, f]),
        sourceKey,
      })),
    mapLine: (sequence, line, mappedBy) => {
      map.run(sequence, line, mappedBy)
    },
    mappedBy: (sequence, line) => {
      const by = mapped.get(sequence, line)
      return by === undefined ? null : Number(by)
    },
    mappedLineOf: (sequence) => {
      const by = mappedOf.get(sequence)
      return by === undefined ? null : Number(by)
    },
    mappings: () =>
      mappings.all().map(([sequence, line, mappedBy]) => ({
        sequence: Number(sequence),
        line: Number(line),
        mappedBy: Number(mappedBy),
      })),
  }
}

function lineOf([sequence, line, gtin, description, quantity, netMinor]: Row): ParkedLine {
  return { sequence: Number(sequence), line: Number(line), gtin, description, quantity, netMinor }
}
