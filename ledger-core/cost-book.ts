import type { CostMethod, Layer, Pool, ReturnableUse } from './costing.ts'
import type { LayerFacts } from './journal.ts'

/** A layer with everything the books know of it. */
export interface HeldLayer extends Layer {
  readonly sku: string
  readonly group: string
  readonly facts: LayerFacts
  readonly receivedQuantity: bigint
  readonly receivedMinor: bigint
}

/** A document line whose units left: entry, line number and SKU. */
export interface UseOrigin {
  readonly sequence: number
  readonly line: number
  readonly sku: string
}

/** Where costing reads and keeps its state. */
export interface CostBook {
  /** The pool of a SKU in a cost group; an empty one when nothing was ever there. */
  readonly pool: (sku: string, group: string) => Pool
  /** With the pool as it was just read, only what differs need be written. */
  readonly savePool: (sku: string, group: string, pool: Pool, before?: Pool) => void
  /** Open layers in the order of the method, at least enough to cover `quantity` if there are. */
  readonly openLayers: (
    sku: string,
    group: string,
    method: CostMethod,
    quantity: bigint,
  ) => readonly Layer[]
  readonly layer: (id: number) => HeldLayer
  /** Open layers with their facts, oldest first. */
  readonly heldLayers: (sku: string, group: string) => readonly HeldLayer[]
  /** Open layers that hold units of a receipt, wherever they are now. */
  readonly layersOfReceipt: (sku: string, sequence: number) => readonly HeldLayer[]
  readonly serialLayer: (sku: string, serial: string) => HeldLayer | null
  readonly addLayer: (
    sku: string,
    group: string,
    facts: LayerFacts,
    quantity: bigint,
    valueMinor: bigint,
  ) => number
  /** Change what remains of a layer by signed amounts. */
  readonly changeLayer: (id: number, quantity: bigint, valueMinor: bigint) => void
  /** What may still be given back of a posted line, last consumed first. */
  readonly openUses: (origin: UseOrigin) => readonly ReturnableUse[]
  /** Change what may still be given back of a posted effect. */
  readonly changeOpen: (
    effect: { readonly sequence: number; readonly number: number },
    quantity: bigint,
    valueMinor: bigint,
  ) => void
  /** Entries after `sequence` with effects on a layer, or on the average of a pool; newest first. */
  readonly entriesTouching: (
    sku: string,
    group: string,
    layer: number | null,
    sequence: number,
  ) => readonly number[]
}
