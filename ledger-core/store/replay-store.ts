import type { Db } from './database.ts'
import { RARE_KINDS } from './schema-lookups.ts'

/** What a replay of the journal has to know of its later part before it comes there. */
export interface ReplayStore {
  /** Entries of which something was given back or undone later: their costs are kept. */
  readonly comeBackTo: () => ReadonlySet<number>
  /** The entry that a reversal takes back, or null. */
  readonly reversedBy: (reversal: number) => number | null
  /** Document line of the movement behind a posted effect; 0 where it has none. */
  readonly lineOf: (effect: { readonly sequence: number; readonly number: number }) => number
  /** Entries that may touch the cost of a SKU, oldest first. */
  readonly sequencesOf: (sku: string) => number[]
}

export function createReplayStore(db: Db): ReplayStore {
  const comeBack = db
    .prepare<[], bigint>(
      `SELECT of_sequence FROM cost_effect WHERE of_sequence IS NOT NULL
       UNION SELECT sequence FROM reversal`,
    )
    .pluck()
  const reversed = db
    .prepare<[number], bigint>('SELECT sequence FROM reversal WHERE by_sequence = ?')
    .pluck()
  const line = db
    .prepare<[number, number], bigint | null>(
      `SELECT m.line FROM cost_effect AS e
       JOIN movement AS m ON m.sequence = e.sequence AND m.number = e.movement
       WHERE e.sequence = ? AND e.number = ?`,
    )
    .pluck()
  // An effect with a movement is of its SKU. Later costs of goods that are gone touch no layer: only
  // their kind tells of them.
  const ofSku = db
    .prepare<[string, string], bigint>(
      `SELECT sequence FROM movement WHERE sku = ?
       UNION SELECT sequence FROM cost_effect WHERE sku = ? AND movement = 0
       UNION SELECT sequence FROM entry
         WHERE kind IN ('landed-cost', 'supplier-invoice') AND ${RARE_KINDS}
       ORDER BY 1`,
    )
    .pluck()
  return {
    comeBackTo: () => new Set(comeBack.all().map(Number)),
    reversedBy: (reversal) => {
      const found = reversed.get(reversal)
      return found === undefined ? null : Number(found)
    },
    lineOf: ({ sequence, number }) => Number(line.get(sequence, number) ?? 0n),
    sequencesOf: (sku) => ofSku.all(sku, sku).map(Number),
  }
}
