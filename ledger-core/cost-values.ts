import type { CostBook, HeldLayer } from './cost-book.ts'
import type { Add, CostFlow } from './cost-flow.ts'
import { divideHalfEven, type Pool, provisionalCost } from './costing.ts'
import type { CostEffect } from './journal.ts'

/** Changes of value without goods, and the exact opposite of effects posted before. */
export function createValues(
  book: CostBook,
  add: Add,
): Pick<CostFlow, 'addValue' | 'restack' | 'undo'> {
  return {
    addValue: (sku, group, layer, amountMinor) => {
      if (amountMinor === 0n) return
      const pool = book.pool(sku, group)
      book.savePool(sku, group, { ...pool, valueMinor: pool.valueMinor + amountMinor }, pool)
      if (layer !== null) book.changeLayer(layer, 0n, amountMinor)
      const source = layer === null ? ('pool' as const) : ('layer' as const)
      add({ movement: 0, sku, group, source, layer, quantity: 0n, valueMinor: amountMinor })
    },
    restack: (sku, group, pool, facts) => {
      const before = book.pool(sku, group)
      book.savePool(sku, group, pool)
      if (before.quantity === 0n) return
      const whole = { quantity: before.quantity, valueMinor: before.valueMinor }
      const base = { movement: 0, sku, group }
      if (before.method === 'average') {
        add({ ...base, source: 'pool', layer: null, ...negative(whole) })
        const layer = book.addLayer(sku, group, facts, whole.quantity, whole.valueMinor)
        add({ ...base, source: 'layer', layer, ...whole, facts })
        return
      }
      for (const layer of book.heldLayers(sku, group)) {
        const { quantity, valueMinor } = layer
        book.changeLayer(layer.id, -quantity, -valueMinor)
        add({ ...base, source: 'layer', layer: layer.id, ...negative({ quantity, valueMinor }) })
      }
      add({ ...base, source: 'pool', layer: null, ...whole })
    },
    undo: (effect, movement) => {
      const { sku, group, source, layer, of } = effect
      const change = negative(effect)
      const before = book.pool(sku, group)
      book.savePool(sku, group, poolAfter(before, source, change), before)
      if (layer !== null) book.changeLayer(layer, change.quantity, change.valueMinor)
      if (of !== undefined) book.changeOpen(of, of.quantity, of.valueMinor)
      const again = of === undefined ? {} : { of: { ...of, ...negative(of) } }
      add({ movement, sku, group, source, layer, ...change, ...again })
    },
  }
}

interface Change {
  readonly quantity: bigint
  readonly valueMinor: bigint
}

function negative({ quantity, valueMinor }: Change): Change {
  return { quantity: -quantity, valueMinor: -valueMinor }
}

/** A pool after one effect: layers and the pool itself hold, deficits owe. */
export function poolAfter(pool: Pool, source: CostEffect['source'], change: Change): Pool {
  if (source === 'deficit') {
    return {
      ...pool,
      deficitQuantity: pool.deficitQuantity + change.quantity,
      deficitValueMinor: pool.deficitValueMinor + change.valueMinor,
    }
  }
  return {
    ...pool,
    quantity: pool.quantity + change.quantity,
    valueMinor: pool.valueMinor + change.valueMinor,
  }
}

/** What an effect does to the inventory account. */
export function inventoryMinorOf({ source, valueMinor }: CostEffect): bigint {
  return source === 'deficit' ? -valueMinor : valueMinor
}

/** Unit cost of units found: the newest layer's, the average, or the last known. */
export function foundCost(pool: Pool, newest: HeldLayer | null, quantity: bigint): bigint {
  const basis = pool.method === 'average' ? pool : newest
  if (basis === null || basis.quantity === 0n) return provisionalCost(pool, quantity)
  return divideHalfEven(basis.valueMinor * quantity, basis.quantity)
}
