import type { LotFacts, MovementPart, PurchaseOrderLine } from './command.ts'

/** What passes between the store and its suppliers. */
export type PurchaseCommand =
  | {
      readonly kind: 'open-purchase-order'
      readonly order: string
      readonly supplier: string
      readonly lines: readonly PurchaseOrderLine[]
    }
  | ({
      /** Goods confirmed against an order line; costed from that line's agreed value. */
      readonly kind: 'receive'
      readonly order: string
      readonly line: number
      /** Despatch advice or receiving session the goods came with. */
      readonly delivery: string
      readonly part: MovementPart
      /** Cost confirmed at the dock for these units; by default the agreed value. */
      readonly valueMinor?: bigint
      /** More than ordered came and a person took it in, at the agreed unit cost. */
      readonly excess?: 'accepted'
      readonly charges?: readonly Charge[]
    } & LotFacts)
  | ({
      /** Goods nobody ordered, taken in by a person at an expected cost, flagged until invoiced. */
      readonly kind: 'receive-unordered'
      readonly supplier: string
      readonly delivery: string
      readonly part: MovementPart
      readonly valueMinor: bigint
      readonly charges?: readonly Charge[]
    } & LotFacts)
  | {
      /** What has not come will not come. */
      readonly kind: 'close-order-line'
      readonly order: string
      readonly line: number
      readonly reason: string
    }
  | {
      /** A supplier's invoice or credit note, matched to receipts. */
      readonly kind: 'supplier-invoice'
      readonly supplier: string
      readonly invoice: string
      /** The currency it is written in; amounts of lines and tax are in it. */
      readonly foreign?: { readonly currency: string; readonly rate: string }
      readonly lines: readonly InvoiceLine[]
      readonly taxMinor: bigint
      readonly taxCode: string
      /** Invoiced but not received (positive), or such a claim settled (negative). */
      readonly claimMinor: bigint
    }
  | {
      /** Freight, duty or insurance of goods already received. */
      readonly kind: 'landed-cost'
      readonly document: string
      readonly amountMinor: bigint
      readonly basis: 'value' | 'quantity' | 'weight'
      readonly receipts: readonly {
        /** Source key of the receipt. */
        readonly receipt: string
        /** Weight or volume of its share, where the basis is weight. */
        readonly weight?: number
      }[]
    }
  | {
      /** Goods of a named receipt go back to their supplier at their original cost. */
      readonly kind: 'return-to-supplier'
      readonly receipt: string
      readonly part: MovementPart
      readonly reason: string
      /** The units of that receipt are gone: take others by the method, difference to variance. */
      readonly instead?: 'by-method'
    }

/** A cost known when the goods arrive, part of what they cost. */
export interface Charge {
  readonly description: string
  readonly amountMinor: bigint
}

export interface InvoiceLine {
  /** Source key of the receipt it pays for. */
  readonly receipt: string
  readonly quantity: bigint
  readonly netMinor: bigint
}
