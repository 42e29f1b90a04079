import type { Chart } from '../account.ts'
import type { Sku } from '../command.ts'
import type { AccountBalance, JournalEntry } from '../journal.ts'

/** What an export says beside the entries, read from the same state of the books. */
export interface ExportFacts {
  readonly site: string
  readonly currency: { readonly code: string; readonly minorUnits: number }
  readonly chart: Chart
  /** Every account that was ever posted to, with what it holds at the end. */
  readonly accounts: readonly AccountBalance[]
  readonly skus: readonly Sku[]
  /** What the open layers of a SKU in a cost group hold together at the end. */
  readonly layered: readonly LayeredStock[]
}

export interface LayeredStock {
  readonly sku: string
  readonly group: string
  readonly quantity: bigint
  readonly valueMinor: bigint
}

/** One journal as text: what comes first, each entry in turn, what comes last. */
export interface JournalFormat {
  readonly head: () => string
  readonly entry: (entry: JournalEntry) => string
  readonly foot: () => string
}
