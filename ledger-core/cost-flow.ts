import type { LotFacts } from './command.ts'
import type { CostBook, UseOrigin } from './cost-book.ts'
import { createValues, poolAfter } from './cost-values.ts'
import {
  currentCost,
  issue,
  type Layer,
  type Pool,
  receive,
  restore,
  shareOf,
  sumMinor,
  takeIn,
  type Use,
} from './costing.ts'
import type { CostEffect, LayerFacts } from './journal.ts'

/** Units of one SKU in one cost group, and the movement of the entry that they belong to. */
export interface Goods {
  readonly sku: string
  readonly group: string
  readonly quantity: bigint
  readonly movement: number
}

/** What came of bringing goods in. */
export interface Cost {
  /** Cost that entered or left with the goods; never negative. */
  readonly costMinor: bigint
  /** Owed to COGS for deficits that they settled. */
  readonly settlementMinor: bigint
}

/** The cost side of one entry while it is made: every change is an effect. */
export interface CostFlow {
  readonly effects: readonly CostEffect[]
  /** Units leave by the method of their pool; named serials first. */
  readonly take: (goods: Goods, serials?: readonly string[]) => Cost
  /** Units leave from given layers, as far as these hold them. */
  readonly takeFrom: (goods: Goods, layers: readonly Layer[]) => Cost
  /** Units leave an average pool that holds them at a given cost; the last ones take all. */
  readonly takeAt: (goods: Goods, valueMinor: bigint) => Cost
  /** Units arrive at a known cost. A receipt is also the last known unit cost from now on. */
  readonly bring: (goods: Goods, valueMinor: bigint, facts: LayerFacts & LotFacts) => Cost
  /** Units that were issued come back to what they left, or at the current cost. */
  readonly giveBack: (goods: Goods, origin: UseOrigin | null, facts: LayerFacts) => Cost
  /** Units change their cost group with their layers. */
  readonly carry: (goods: Goods, to: string, facts: LayerFacts) => Cost
  /** A layer, or the average pool, is worth more or less; its units stay. */
  readonly addValue: (sku: string, group: string, layer: number | null, amountMinor: bigint) => void
  /** The pool's units stand in other layers from now on. */
  readonly restack: (sku: string, group: string, pool: Pool, facts: LayerFacts) => void
  /** The exact opposite of a posted effect. */
  readonly undo: (effect: CostEffect, movement: number) => void
}

type Draft = Omit<CostEffect, 'number'>

/** The flow of one entry after another: `begin` starts the next with no effects. */
export function createCostFlow(book: CostBook): CostFlow & { readonly begin: () => void } {
  const add = (draft: Draft) => {
    flow.effects.push({ ...draft, number: flow.effects.length + 1 })
  }
  const flow = {
    effects: [] as CostEffect[],
    ...createIssues(book, add),
    ...createEntries(book, add),
    ...createValues(book, add),
    begin: () => {
      flow.effects = []
    },
  }
  return flow
}

export type Add = (draft: Draft) => void

function createIssues(book: CostBook, add: Add): Pick<CostFlow, 'take' | 'takeFrom' | 'takeAt'> {
  const takeOf = (before: Pool, goods: Goods, layers: readonly Layer[]): Cost => {
    const { sku, group, movement } = goods
    const { pool, uses, costMinor } = issue(before, layers, goods.quantity)
    for (const use of uses) {
      const { source, layer } = use
      const isOwed = source === 'deficit'
      const quantity = isOwed ? use.quantity : -use.quantity
      const valueMinor = isOwed ? use.valueMinor : -use.valueMinor
      if (layer !== null) book.changeLayer(layer, quantity, valueMinor)
      add({ movement, sku, group, source, layer, quantity, valueMinor })
    }
    book.savePool(sku, group, pool, before)
    return { costMinor, settlementMinor: 0n }
  }
  return {
    takeFrom: (goods, layers) => takeOf(book.pool(goods.sku, goods.group), goods, layers),
    takeAt: ({ sku, group, movement, quantity }, valueMinor) => {
      const change = { quantity: -quantity, valueMinor: -valueMinor }
      const before = book.pool(sku, group)
      book.savePool(sku, group, poolAfter(before, 'pool', change), before)
      add({ movement, sku, group, source: 'pool', layer: null, ...change })
      return { costMinor: valueMinor, settlementMinor: 0n }
    },
    take: (goods, serials = []) => {
      const { sku, group, quantity } = goods
      const pool = book.pool(sku, group)
      if (pool.method === 'average') return takeOf(pool, goods, [])
      const next = book.openLayers(sku, group, pool.method, quantity)
      if (pool.method !== 'specific' || serials.length === 0) return takeOf(pool, goods, next)
      const named = serials.flatMap((serial) => book.serialLayer(sku, serial) ?? [])
      const rest = next.filter(({ id }) => !named.some((layer) => layer.id === id))
      return takeOf(pool, goods, [...named, ...rest])
    },
  }
}

function createEntries(book: CostBook, add: Add): Pick<CostFlow, 'bring' | 'giveBack' | 'carry'> {
  /** Put units into the pool: open deficits first, what is kept on the layer or on a new one. */
  const putIn = (goods: Goods, use: Slice, enter: typeof takeIn, of?: CostEffect['of']): bigint => {
    const { sku, group, movement } = goods
    const before = book.pool(sku, group)
    const { pool, kept, settlementMinor } = enter(before, use.quantity, use.valueMinor)
    const settled = before.deficitQuantity - pool.deficitQuantity
    const origin = of === undefined ? {} : { of }
    if (settled > 0n) {
      const valueMinor = pool.deficitValueMinor - before.deficitValueMinor
      const change = { quantity: -settled, valueMinor }
      add({ movement, sku, group, source: 'deficit', layer: null, ...change, ...origin })
    }
    book.savePool(sku, group, pool, before)
    if (kept.quantity === 0n) return settlementMinor
    const rest = settled > 0n ? {} : origin
    if (pool.method === 'average') {
      add({ movement, sku, group, source: 'pool', layer: null, ...kept, ...rest })
    } else if (use.layer !== null) {
      book.changeLayer(use.layer, kept.quantity, kept.valueMinor)
      add({ movement, sku, group, source: 'layer', layer: use.layer, ...kept, ...rest })
    } else {
      const layer = book.addLayer(sku, group, use.facts, kept.quantity, kept.valueMinor)
      add({ movement, sku, group, source: 'layer', layer, ...kept, facts: use.facts, ...rest })
    }
    return settlementMinor
  }
  return {
    bring: (goods, valueMinor, { serials = [], ...facts }) => {
      const { method } = book.pool(goods.sku, goods.group)
      const slices =
        method === 'specific' && serials.length > 0
          ? slicesOf(goods.quantity, valueMinor, facts, serials)
          : [{ quantity: goods.quantity, valueMinor, facts, layer: null }]
      const settlementMinor = slices.reduce((sum, slice) => sum + putIn(goods, slice, receive), 0n)
      return { costMinor: valueMinor, settlementMinor }
    },
    giveBack: (goods, origin, facts) => {
      const slices = origin === null ? [unlinked(book, goods)] : linked(book, goods, origin)
      let settlementMinor = 0n
      for (const slice of slices) {
        const place = placeOf(book, goods, slice.layer, facts)
        settlementMinor += putIn(goods, { ...slice, ...place }, takeIn, slice.of)
      }
      return { costMinor: sumMinor(slices), settlementMinor }
    },
    carry: (goods, to, facts) => carry(book, add, putIn, goods, to, facts),
  }
}

interface Slice {
  readonly quantity: bigint
  readonly valueMinor: bigint
  readonly facts: LayerFacts
  /** The layer they belong on; null makes a new one. */
  readonly layer: number | null
}

/** One slice per serial, each with its share of the whole cost. */
function slicesOf(
  quantity: bigint,
  valueMinor: bigint,
  facts: LayerFacts,
  serials: readonly string[],
): Slice[] {
  const unit = quantity / BigInt(serials.length)
  let open = { quantity, valueMinor }
  return serials.map((serial) => {
    const shareMinor = shareOf(open.valueMinor, open.quantity, unit)
    open = { quantity: open.quantity - unit, valueMinor: open.valueMinor - shareMinor }
    return { quantity: unit, valueMinor: shareMinor, facts: { ...facts, serial }, layer: null }
  })
}

interface Back extends Use {
  readonly of?: NonNullable<CostEffect['of']>
}

function linked(book: CostBook, goods: Goods, origin: UseOrigin): Back[] {
  return restore(book.openUses(origin), goods.quantity).map((use) => {
    const { sequence, number, quantity, valueMinor } = use
    book.changeOpen(use, -quantity, -valueMinor)
    return { ...use, of: { sequence, number, quantity, valueMinor } }
  })
}

function unlinked(book: CostBook, { sku, group, quantity }: Goods): Back {
  const pool = book.pool(sku, group)
  const head =
    pool.method === 'average' ? null : (book.openLayers(sku, group, pool.method, 1n)[0] ?? null)
  const valueMinor = currentCost(pool, head, quantity)
  return { source: 'deficit', layer: null, quantity, valueMinor }
}

/** Where a slice stands again: on its layer, if that is of this group, or on a new one like it. */
function placeOf(
  book: CostBook,
  { group }: Goods,
  layer: number | null,
  facts: LayerFacts,
): Pick<Slice, 'facts' | 'layer'> {
  if (layer === null) return { facts, layer: null }
  const held = book.layer(layer)
  return { facts: held.facts, layer: held.group === group ? layer : null }
}

function carry(
  book: CostBook,
  add: Add,
  putIn: (goods: Goods, slice: Slice, enter: typeof takeIn) => bigint,
  goods: Goods,
  to: string,
  facts: LayerFacts,
): Cost {
  const moved: CostEffect[] = []
  const { costMinor } = createIssues(book, (draft) => {
    add(draft)
    moved.push({ ...draft, number: 0 })
  }).take(goods)
  let settlementMinor = 0n
  for (const { source, layer, quantity, valueMinor } of moved) {
    const sign = source === 'deficit' ? 1n : -1n
    const slice = { quantity: sign * quantity, valueMinor: sign * valueMinor, layer: null }
    const carried = layer === null ? facts : book.layer(layer).facts
    settlementMinor += putIn({ ...goods, group: to }, { ...slice, facts: carried }, takeIn)
  }
  return { costMinor, settlementMinor }
}
