import {
  currentCost,
  issue,
  type Layer,
  type Pool,
  poolNetMinor,
  type ReturnableUse,
  receive,
  restore,
  sumMinor,
  takeIn,
  type Use,
} from './costing.ts'

/** Where costing reads and keeps its state: tables in the books, maps when they are verified. */
export interface CostBook {
  readonly pool: (sku: string) => Pool
  readonly savePool: (sku: string, pool: Pool) => void
  /** Oldest open layers, at least enough to cover `quantity` if there are so many units. */
  readonly openLayers: (sku: string, quantity: bigint) => readonly Layer[]
  readonly addLayer: (layer: NewLayer) => void
  /** Change what remains of a layer by signed amounts. */
  readonly changeLayer: (id: number, quantity: bigint, valueMinor: bigint) => void
  readonly addUse: (origin: UseOrigin, use: Use) => void
  /** What is still returnable of a sale line, last consumed first. */
  readonly returnableUses: (origin: UseOrigin) => readonly ReturnableUse[]
  readonly reduceUse: (key: number, quantity: bigint, valueMinor: bigint) => void
}

export interface NewLayer {
  readonly sku: string
  readonly effectiveDate: string
  readonly sequence: number
  readonly quantity: bigint
  readonly valueMinor: bigint
}

/** A line of a posted sale: entry and line number. */
export interface UseOrigin {
  readonly sequence: number
  readonly line: number
  readonly sku: string
}

/** What a movement means for cost. */
export type CostFlow =
  | { readonly flow: 'neutral' }
  | { readonly flow: 'in'; readonly valueMinor: bigint }
  | { readonly flow: 'out' }
  | { readonly flow: 'back'; readonly original: UseOrigin | null }

export interface CostFacts {
  readonly sku: string
  readonly quantity: bigint
  readonly sequence: number
  readonly line: number
  readonly effectiveDate: string
}

export interface Costed {
  /** Cost that entered or left with the goods; never negative. */
  readonly costMinor: bigint
  /** Owed to COGS for deficits that this movement settled. */
  readonly settlementMinor: bigint
  /** Change of the pool's value, by its state before and after: what the inventory account must show. */
  readonly inventoryMinor: bigint
}

export function costMovement(book: CostBook, facts: CostFacts, flow: CostFlow): Costed {
  switch (flow.flow) {
    case 'neutral':
      return { costMinor: 0n, settlementMinor: 0n, inventoryMinor: 0n }
    case 'in':
      return costIn(book, facts, flow.valueMinor)
    case 'out':
      return costOut(book, facts)
    case 'back':
      return costBack(book, facts, flow.original)
  }
}

function costIn(book: CostBook, facts: CostFacts, valueMinor: bigint): Costed {
  const before = book.pool(facts.sku)
  const { pool, kept, settlementMinor } = receive(before, facts.quantity, valueMinor)
  keep(book, pool, facts, kept)
  book.savePool(facts.sku, pool)
  return { costMinor: valueMinor, settlementMinor, inventoryMinor: netChange(before, pool) }
}

function costOut(book: CostBook, facts: CostFacts): Costed {
  const before = book.pool(facts.sku)
  const layers = before.method === 'fifo' ? book.openLayers(facts.sku, facts.quantity) : []
  const { pool, uses, costMinor } = issue(before, layers, facts.quantity)
  for (const use of uses) {
    if (use.layer !== null) book.changeLayer(use.layer, -use.quantity, -use.valueMinor)
    book.addUse(facts, use)
  }
  book.savePool(facts.sku, pool)
  return { costMinor, settlementMinor: 0n, inventoryMinor: netChange(before, pool) }
}

/** Goods come back: to the layers they left, or at the current cost when no sale is named. */
function costBack(book: CostBook, facts: CostFacts, original: UseOrigin | null): Costed {
  const before = book.pool(facts.sku)
  const slices = original === null ? [unlinked(book, before, facts)] : linked(book, facts, original)
  let pool = before
  let settlementMinor = 0n
  for (const slice of slices) {
    const entry = takeIn(pool, slice.quantity, slice.valueMinor)
    pool = entry.pool
    settlementMinor += entry.settlementMinor
    if (slice.layer === null) keep(book, pool, facts, entry.kept)
    else if (entry.kept.quantity > 0n) {
      book.changeLayer(slice.layer, entry.kept.quantity, entry.kept.valueMinor)
    }
  }
  book.savePool(facts.sku, pool)
  const costMinor = sumMinor(slices)
  return { costMinor, settlementMinor, inventoryMinor: netChange(before, pool) }
}

function linked(book: CostBook, facts: CostFacts, original: UseOrigin): readonly Use[] {
  const restored = restore(book.returnableUses(original), facts.quantity)
  for (const use of restored) book.reduceUse(use.key, -use.quantity, -use.valueMinor)
  return restored
}

function unlinked(book: CostBook, pool: Pool, facts: CostFacts): Use {
  const head = pool.method === 'fifo' ? (book.openLayers(facts.sku, 1n)[0] ?? null) : null
  const valueMinor = currentCost(pool, head, facts.quantity)
  return { source: 'deficit', layer: null, quantity: facts.quantity, valueMinor }
}

function keep(
  book: CostBook,
  pool: Pool,
  facts: CostFacts,
  kept: { readonly quantity: bigint; readonly valueMinor: bigint },
): void {
  if (pool.method === 'average' || kept.quantity === 0n) return
  const { sku, effectiveDate, sequence } = facts
  book.addLayer({ sku, effectiveDate, sequence, ...kept })
}

function netChange(before: Pool, after: Pool): bigint {
  return poolNetMinor(after) - poolNetMinor(before)
}
