import type { MovementPart } from './command.ts'
import type { CostMethod } from './costing.ts'

/** What happens to stock inside the company: counts, transfers, kits, values. */
export type StockCommand =
  | {
      /** Units promised to somebody; they stay on the shelf but are not available. */
      readonly kind: 'reserve'
      readonly reservation: string
      readonly sku: string
      readonly quantity: bigint
      readonly expiresAtMs: number
    }
  | { readonly kind: 'release'; readonly reservation: string; readonly reason: string }
  /** Every reservation whose time has come is released. */
  | { readonly kind: 'expire-reservations'; readonly nowMs: number }
  | {
      /** Goods leave for another store of the company; they stay ours, in transit. */
      readonly kind: 'dispatch'
      readonly transfer: string
      readonly toSite: string
      readonly parts: readonly DispatchPart[]
    }
  | {
      /** Goods from another store arrive with the layers its message carries. */
      readonly kind: 'arrive'
      readonly transfer: string
      readonly fromSite: string
      readonly lines: readonly {
        readonly part: MovementPart
        readonly layers: readonly CarriedLayer[]
      }[]
    }
  | {
      /** The other store's confirmation: what it took in leaves our transit. */
      readonly kind: 'confirm-arrival'
      readonly transfer: string
      readonly lines: readonly { readonly sku: string; readonly quantity: bigint }[]
    }
  | {
      readonly kind: 'start-count'
      readonly count: string
      /** Every SKU with stock there, or those named. */
      readonly location: string
      readonly skus?: readonly string[]
    }
  | {
      /** What a person counted, without seeing the books. A second one for a line is a recount. */
      readonly kind: 'record-count'
      readonly count: string
      readonly sku: string
      readonly location: string
      readonly quantity: bigint
      readonly countedAtMs: number
      /** Last journal entry when it was counted; by default the last one now. */
      readonly atSequence?: number
    }
  | { readonly kind: 'approve-count'; readonly count: string; readonly reason: string }
  | { readonly kind: 'cancel-count'; readonly count: string; readonly reason: string }
  | {
      /** Goods that exist but cannot be sold any more. */
      readonly kind: 'write-off'
      readonly part: MovementPart
      readonly cause: 'damaged' | 'expired' | 'own-use'
      readonly reason: string
    }
  | {
      /** Units found that the books had lost. With a loss named, back at the cost they left at. */
      readonly kind: 'gain'
      readonly part: MovementPart
      readonly loss?: string
      readonly reason: string
    }
  | {
      /** Lower of cost and net realisable value, held in an allowance beside the layers. */
      readonly kind: 'write-down'
      readonly sku: string
      /** What the units on hand will bring, less cost to sell. */
      readonly realisableMinor: bigint
      readonly reason: string
    }
  | ({ readonly kind: 'assemble-kit' } & KitFacts)
  | ({ readonly kind: 'break-kit' } & KitFacts)
  | {
      /** Layers are worth more or less from now on; against revaluation, or COGS as a correction. */
      readonly kind: 'revalue'
      readonly sku: string
      readonly costGroup?: string
      readonly amountMinor: bigint
      readonly against: 'revaluation' | 'cogs'
      readonly reason: string
    }
  | {
      /** From the first day of a period on; history stays as it was. */
      readonly kind: 'change-method'
      readonly skus: readonly string[]
      readonly method: CostMethod
      readonly reason: string
    }
  | {
      /** A unit sold provisionally turns out to be this one. */
      readonly kind: 'name-serial'
      readonly sale: string
      readonly line: number
      readonly sku: string
      readonly serial: string
    }

export interface KitFacts {
  /** Units of the kit, at the place where the work is done. */
  readonly sku: string
  readonly quantity: bigint
  readonly location: string
  readonly components: readonly {
    readonly sku: string
    readonly quantity: bigint
    /** Share of the kit's cost when it is broken up; by default by quantity. */
    readonly weight?: number
  }[]
}

export interface DispatchPart {
  readonly sku: string
  readonly quantity: bigint
  readonly from: string
  readonly epcs: readonly string[]
}

/** A layer as it travels: what it holds and where it came from. */
export interface CarriedLayer {
  readonly date: string
  readonly quantity: bigint
  readonly valueMinor: bigint
  /** Site and entry that first received it, for a person and for landed cost. */
  readonly origin: string
  readonly lot?: string
  readonly expires?: string
  readonly serial?: string
}
