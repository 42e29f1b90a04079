import type { CostMethod } from './costing.ts'

/** What the books hold: numbered, chained records of movements with their debit and credit lines. */

export type MovementKind =
  | 'opening'
  | 'receipt'
  | 'purchase-return'
  | 'move'
  | 'sale'
  | 'return'
  | 'shrinkage'
  | 'gain'
  | 'write-off'
  | 'dispatch'
  | 'arrival'
  | 'confirmed-arrival'
  | 'assembly'
  | 'reversal'

export interface Movement {
  /** 1-based within its entry. */
  readonly number: number
  readonly kind: MovementKind
  readonly sku: string
  readonly quantity: bigint
  readonly from: string
  readonly to: string
  readonly epcs: readonly string[]
  /** Cost that left or entered the pool with it, minor units; 0 for value-neutral moves. */
  readonly costMinor: bigint
  /** Line of the document it came from, where the document has lines. */
  readonly line?: number
  /** For a return: the sale it reverses. */
  readonly original?: { readonly sourceKey: string; readonly line: number }
  /** Remark for a person, or empty: a reason, or why a cost is an estimate. */
  readonly memo: string
}

export interface Line {
  readonly number: number
  readonly account: string
  /** Debit positive, credit negative; never zero. */
  readonly amountMinor: bigint
  readonly memo: string
}

/** What a layer is, once and for all. */
export interface LayerFacts {
  /** Order of issue: the business date the goods were bought. */
  readonly date: string
  /** Entry that first received the units, carried along when they move to another cost group. */
  readonly receipt: number
  readonly lot?: string
  readonly expires?: string
  readonly serial?: string
  /** Site and entry of the first receipt, for units that came from another store. */
  readonly origin?: string
}

/** A change of one layer, one average pool or one deficit: the subledger's side of an entry. */
export interface CostEffect {
  readonly number: number
  /** Movement of the same entry that caused it; 0 for a change of value alone. */
  readonly movement: number
  readonly sku: string
  /** Cost group; empty for the site. */
  readonly group: string
  readonly source: 'layer' | 'pool' | 'deficit'
  readonly layer: number | null
  /** Signed: what is on hand (layer, pool) or owed (deficit) changes by this much. */
  readonly quantity: bigint
  readonly valueMinor: bigint
  /** Only when this effect created its layer. */
  readonly facts?: LayerFacts
  /** The earlier effect that this one gives back, and how much of it. */
  readonly of?: {
    readonly sequence: number
    readonly number: number
    readonly quantity: bigint
    readonly valueMinor: bigint
  }
}

export interface JournalEntry {
  readonly sequence: number
  readonly kind: string
  readonly sourceKey: string
  readonly occurredAtMs: number
  readonly businessDate: string
  readonly accountingDate: string
  readonly postedAtMs: number
  readonly actor: string
  readonly movements: readonly Movement[]
  readonly lines: readonly Line[]
  readonly effects: readonly CostEffect[]
  /** Hash of the recorded command and of every command before it: ties all input into the chain. */
  readonly commandHash: string
  readonly previousHash: string
  readonly hash: string
}

/** A sealed range of the journal: same number, same bytes for ever. */
export interface SealedBatch {
  readonly site: string
  readonly number: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly sealedAtMs: number
  readonly lastHash: string
  /** Canonical JSON, UTF-8: what travels and what is signed. */
  readonly bytes: Uint8Array
  readonly idempotencyKey: string
}

export interface StockRow {
  readonly sku: string
  readonly location: string
  readonly quantity: bigint
}

export interface AccountBalance {
  readonly account: string
  readonly name: string
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

export interface PoolValue {
  readonly sku: string
  /** Cost group; empty for the site. */
  readonly group: string
  readonly method: CostMethod
  readonly quantity: bigint
  readonly valueMinor: bigint
  readonly layers: number
}

export interface VerifyReport {
  readonly ok: boolean
  readonly entries: number
  readonly lastHash: string
  /** Set when not ok: the first bad sequence (or null when not tied to one) and what is wrong. */
  readonly firstBad?: { readonly sequence: number | null; readonly what: string }
}
