import type { ControlCommand } from './command-control.ts'
import type { PurchaseCommand } from './command-purchase.ts'
import type { StockCommand } from './command-stock.ts'
import type { CostMethod } from './costing.ts'
import type { RefusalCode } from './refusal.ts'

/**
 * What the books accept. A command states facts already concluded elsewhere; the ledger only
 * checks, costs and posts them. Quantities are scaled integers (scale per SKU: 0 for pieces),
 * money is in minor units of the site's currency; both are bigint, never a float.
 */

/** Facts every command carries. */
export interface CommandHeader {
  /** Who said it, which event of his, which part. Same event, same key, for ever. */
  readonly sourceKey: string
  /** SHA-256 (hex) over the input facts as received; see `fingerprintOf`. */
  readonly fingerprint: string
  /** UTC milliseconds, corrected. */
  readonly occurredAtMs: number
  /** Where the time comes from. */
  readonly occurredAtSource: 'device' | 'gateway' | 'document'
  /** ISO date YYYY-MM-DD, as the till said or as the site's day end rules. */
  readonly businessDate: string
  /** The gateway's own time; the ledger never lets it run backwards. */
  readonly postedAtMs: number
  /** Device id, user name or `system`. */
  readonly actor: string
  /** What the conclusion rests on, oldest first. Plain data, kept beside the entry. */
  readonly evidence: readonly Evidence[]
}

/** One ground for a movement. `body` is plain JSON data for a person to read. */
export interface Evidence {
  readonly kind:
    | 'portal-pass'
    | 'tag-arrival'
    | 'shelf-change'
    | 'till-line'
    | 'document'
    | 'decision'
    | 'import'
  /** Device that saw it, or who said it. */
  readonly from: string
  readonly atMs: number
  /** One sentence a shopkeeper understands. */
  readonly summary: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface Sku {
  readonly sku: string
  readonly name: string
  readonly category: string
  /** All GTIN-14 that mean one base unit of this SKU. */
  readonly gtins: readonly string[]
  /** Decimal places of its quantity: 0 for pieces. */
  readonly quantityScale: number
  readonly method: CostMethod
  readonly tagged: boolean
  /** Cost of one base unit while none was ever received: what units sold too early cost at first. */
  readonly standardCostMinor?: bigint
  /** Retail price incl. tax per base unit, minor units; for display and checks only. */
  readonly priceMinor: bigint
  /** Planogram home: the location shoppers take it from. */
  readonly home: string
}

export interface Location {
  readonly location: string
  readonly name: string
  /** `real` holds stock of the site; `basket` and `in-transit` too (own stock, not on a shelf). */
  readonly kind: 'real' | 'basket' | 'in-transit' | 'virtual'
  /** Places that share one cost; by default the whole site. Fixed once the place exists. */
  readonly costGroup?: string
}

/** What a layer carries besides cost: when it must be gone, and which units it is. */
export interface LotFacts {
  readonly lot?: string
  /** ISO date of the last day the goods may be sold. */
  readonly expires?: string
  /** One per base unit, for goods that are identified one by one. */
  readonly serials?: readonly string[]
}

export interface OpeningLayer extends LotFacts {
  /** ISO date the goods were bought; by default the business date of the import. */
  readonly date?: string
  readonly sku: string
  readonly location: string
  readonly quantity: bigint
  /** Total cost of the layer, minor units. */
  readonly valueMinor: bigint
}

export interface PurchaseOrderLine {
  readonly line: number
  readonly sku: string
  readonly quantity: bigint
  /** Agreed cost of the whole line, minor units. */
  readonly valueMinor: bigint
}

/** A planned change of place or owner of one SKU. Locations must exist (virtual ones do). */
export interface MovementPart {
  readonly sku: string
  readonly quantity: bigint
  readonly from: string
  readonly to: string
  /** Upper-case hex EPCs where known; evidence, never an addend. */
  readonly epcs: readonly string[]
  /** Which units leave, where goods are identified one by one; without it FIFO for the time being. */
  readonly serials?: readonly string[]
}

/** One till line as taken at the till. Tax is taken, never recomputed. */
export interface SaleLine {
  readonly line: number
  readonly kind: 'stock' | 'unmapped' | 'non-stock'
  readonly gtin: string
  readonly description: string
  /** Positive for a sale, negative for a return. Scale 0 for unmapped and non-stock lines. */
  readonly quantity: bigint
  readonly netMinor: bigint
  readonly taxMinor: bigint
  readonly taxCode: string
  /** Only for `stock`: where the units came from (sale) or go to (return). Sums to |quantity|. */
  readonly parts: readonly MovementPart[]
  /** Only for returns with a reference: the source key of the original receipt and its line. */
  readonly original?: { readonly sourceKey: string; readonly line: number }
}

export interface Tender {
  /** `account`: sold on credit, owed by the customer. */
  readonly kind: 'cash' | 'card' | 'voucher' | 'account'
  readonly amountMinor: bigint
}

export type Command = CommandHeader &
  (
    | PurchaseCommand
    | StockCommand
    | ControlCommand
    | {
        readonly kind: 'import-masters'
        readonly skus: readonly Sku[]
        readonly locations: readonly Location[]
        readonly suppliers: readonly { readonly supplier: string; readonly name: string }[]
        readonly opening: readonly OpeningLayer[]
      }
    | { readonly kind: 'move'; readonly part: MovementPart; readonly reason: string }
    | {
        readonly kind: 'till-receipt'
        readonly till: string
        readonly receipt: string
        readonly lines: readonly SaleLine[]
        readonly tenders: readonly Tender[]
        /** Cash rounding taken at the till; tenders = net + tax + rounding. */
        readonly roundingMinor: bigint
      }
    | { readonly kind: 'shrink'; readonly part: MovementPart; readonly reason: string }
  )

/** One kind of command with its header. */
export type CommandOf<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>

export type { RefusalCode } from './refusal.ts'

export type Outcome =
  | { readonly status: 'posted'; readonly sequence: number }
  /** Accepted without a journal record (masters without opening stock, an order). */
  | { readonly status: 'recorded' }
  /** Same key, same fingerprint: the first result again. */
  | { readonly status: 'already'; readonly sequence: number | null }
  | { readonly status: 'refused'; readonly code: RefusalCode; readonly message: string }
