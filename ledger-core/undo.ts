import type { Books } from './books.ts'
import type { CostBook } from './cost-book.ts'
import { poolAfter } from './cost-values.ts'
import type { Pool } from './costing.ts'
import type { CostEffect } from './journal.ts'

/** Newest entries named when something depends on one; more would not help a person. */
const NAMED_MAX = 5

/**
 * Whether effects can be undone exactly: what they brought must still be there, untouched. Returns
 * a sentence that names what rests on it, newest first, or null.
 */
export function undoFault(
  sequence: number,
  effects: readonly CostEffect[],
  books: Books,
): string | null {
  const pools = new Map<string, Pool>()
  for (const effect of effects.toReversed()) {
    const { sku, group, source } = effect
    const key = JSON.stringify([sku, group])
    const before = pools.get(key) ?? books.costs.pool(sku, group)
    const change = { quantity: -effect.quantity, valueMinor: -effect.valueMinor }
    const after = poolAfter(before, source, change)
    pools.set(key, after)
    const touched = !isWhole(after) || layerTouched(effect, books.costs)
    const averaged = source === 'pool' && dependants(sequence, effect, books).length > 0
    if (touched || averaged) return sentence(sequence, effect, books)
  }
  return null
}

/** A pool that holds or owes, never both, and nothing below zero. */
export function isWhole(pool: Pool): boolean {
  const holds = pool.quantity >= 0n && pool.valueMinor >= 0n
  const owes = pool.deficitQuantity >= 0n && pool.deficitValueMinor >= 0n
  const isOneOrOther = pool.quantity === 0n || pool.deficitQuantity === 0n
  const isClean =
    (pool.quantity > 0n || pool.valueMinor === 0n) &&
    (pool.deficitQuantity > 0n || pool.deficitValueMinor === 0n)
  return holds && owes && isOneOrOther && isClean
}

/** Are the units that an effect brought to its layer no longer there as they came? */
export function layerTouched(
  { layer, quantity, valueMinor, facts }: CostEffect,
  costs: Pick<CostBook, 'layer'>,
): boolean {
  if (layer === null) return false
  const held = costs.layer(layer)
  if (facts !== undefined) return held.quantity !== quantity || held.valueMinor !== valueMinor
  const left = held.quantity - quantity
  const leftMinor = held.valueMinor - valueMinor
  const fits = left >= 0n && left <= held.receivedQuantity && leftMinor >= 0n
  return !fits || (left === 0n && leftMinor !== 0n)
}

/** Source keys of later entries that changed the same layer or average pool and still stand. */
function dependants(
  sequence: number,
  { sku, group, layer }: CostEffect,
  { costs, stock, journal }: Books,
): string[] {
  return costs
    .entriesTouching(sku, group, layer, sequence)
    .filter((later) => stock.reversedBy(later) === null && !stock.isReversal(later))
    .flatMap((later) => journal.entries(later - 1, 1).map(({ sourceKey }) => sourceKey))
}

function sentence(sequence: number, effect: CostEffect, books: Books): string {
  const names = dependants(sequence, effect, books)
  const named = names.slice(0, NAMED_MAX).join(', ')
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : ''
  const what = names.length === 0 ? 'its units are used up' : `first reverse ${named}${more}`
  return `expected the units of ${effect.sku} of entry ${sequence} untouched, got them used: ${what}`
}
