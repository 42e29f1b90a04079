import assert from 'node:assert'

/**
 * What goods cost, as pure arithmetic on integers. A pool is one SKU in one cost group, by default
 * the whole site. FIFO, LIFO and specific identification keep layers and differ in which one goes
 * first; average is one running pool. Only remaining quantity and remaining value are kept, never a
 * unit price, so value is exact and is zero exactly when quantity is zero.
 */
export type CostMethod = 'fifo' | 'lifo' | 'average' | 'specific'

export interface Pool {
  readonly method: CostMethod
  /** Units on hand with a cost, and that cost. Layers, where it has them, sum up to it. */
  readonly quantity: bigint
  readonly valueMinor: bigint
  /** Units issued before they were received, at the provisional cost they were issued at. */
  readonly deficitQuantity: bigint
  readonly deficitValueMinor: bigint
  /** The last receipt (before the first: the standard cost) as a ratio. Zero quantity: none known. */
  readonly lastQuantity: bigint
  readonly lastValueMinor: bigint
}

export interface Layer {
  readonly id: number
  readonly quantity: bigint
  readonly valueMinor: bigint
}

/** Where issued units came from: a layer, the average pool, or a deficit. */
export interface Use {
  readonly source: 'layer' | 'pool' | 'deficit'
  readonly layer: number | null
  readonly quantity: bigint
  readonly valueMinor: bigint
}

export interface Issue {
  readonly costMinor: bigint
  readonly uses: readonly Use[]
  readonly pool: Pool
}

export interface Entry {
  readonly pool: Pool
  /** Owed to COGS because units issued earlier turn out to cost more (or less, negative). */
  readonly settlementMinor: bigint
  /** What stays on hand after open deficits took their units. */
  readonly kept: { readonly quantity: bigint; readonly valueMinor: bigint }
}

export function emptyPool(method: CostMethod): Pool {
  return {
    method,
    quantity: 0n,
    valueMinor: 0n,
    deficitQuantity: 0n,
    deficitValueMinor: 0n,
    lastQuantity: 0n,
    lastValueMinor: 0n,
  }
}

/** `quantity` of `ofQuantity` worth `valueMinor`: half-even, and the last unit takes the rest. */
export function shareOf(valueMinor: bigint, ofQuantity: bigint, quantity: bigint): bigint {
  if (quantity <= 0n || quantity > ofQuantity)
    assert.fail(`share of ${ofQuantity}: got ${quantity}`)
  return quantity === ofQuantity ? valueMinor : divideHalfEven(valueMinor * quantity, ofQuantity)
}

/** Integer division rounded half to even; the divisor is positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) assert.fail(`division: expected a positive divisor, got ${divisor}`)
  const magnitude = dividend < 0n ? -dividend : dividend
  const whole = magnitude / divisor
  const twice = (magnitude % divisor) * 2n
  const up = twice > divisor || (twice === divisor && whole % 2n === 1n)
  const rounded = up ? whole + 1n : whole
  return dividend < 0n ? -rounded : rounded
}

/** Cost of units nobody has received yet: the last known unit cost, else nothing. */
export function provisionalCost(pool: Pool, quantity: bigint): bigint {
  if (pool.lastQuantity === 0n) return 0n
  return divideHalfEven(pool.lastValueMinor * quantity, pool.lastQuantity)
}

/**
 * Issue units. `layers` are open ones in the order of the method, enough to cover the issue (unused
 * for average).
 * What the pool cannot cover becomes a deficit at provisional cost.
 */
export function issue(pool: Pool, layers: readonly Layer[], quantity: bigint): Issue {
  if (quantity <= 0n) assert.fail(`issue: expected a positive quantity, got ${quantity}`)
  const covered = smaller(quantity, pool.quantity)
  const uses = pool.method === 'average' ? takePool(pool, covered) : takeLayers(layers, covered)
  const coveredMinor = sumMinor(uses)
  const short = quantity - covered
  const shortMinor = short === 0n ? 0n : provisionalCost(pool, short)
  if (short > 0n) {
    uses.push({ source: 'deficit', layer: null, quantity: short, valueMinor: shortMinor })
  }
  return {
    costMinor: coveredMinor + shortMinor,
    uses,
    pool: {
      ...pool,
      quantity: pool.quantity - covered,
      valueMinor: pool.valueMinor - coveredMinor,
      deficitQuantity: pool.deficitQuantity + short,
      deficitValueMinor: pool.deficitValueMinor + shortMinor,
    },
  }
}

/** Take units in. Open deficits are settled first; the difference in cost is owed to COGS. */
export function takeIn(pool: Pool, quantity: bigint, valueMinor: bigint): Entry {
  if (quantity <= 0n) assert.fail(`take in: expected a positive quantity, got ${quantity}`)
  const settled = smaller(quantity, pool.deficitQuantity)
  const settledMinor = settled === 0n ? 0n : shareOf(valueMinor, quantity, settled)
  const provisionalMinor =
    settled === 0n ? 0n : shareOf(pool.deficitValueMinor, pool.deficitQuantity, settled)
  const kept = { quantity: quantity - settled, valueMinor: valueMinor - settledMinor }
  return {
    settlementMinor: settledMinor - provisionalMinor,
    kept,
    pool: {
      ...pool,
      quantity: pool.quantity + kept.quantity,
      valueMinor: pool.valueMinor + kept.valueMinor,
      deficitQuantity: pool.deficitQuantity - settled,
      deficitValueMinor: pool.deficitValueMinor - provisionalMinor,
    },
  }
}

/** A receipt is also the last known unit cost from now on. */
export function receive(pool: Pool, quantity: bigint, valueMinor: bigint): Entry {
  const entry = takeIn(pool, quantity, valueMinor)
  return { ...entry, pool: { ...entry.pool, lastQuantity: quantity, lastValueMinor: valueMinor } }
}

/** Cost of a return that names no sale: the layer next to go or the average, else the last cost. */
export function currentCost(pool: Pool, head: Layer | null, quantity: bigint): bigint {
  const basis = pool.method === 'average' ? pool : head
  if (basis === null || basis.quantity === 0n) return provisionalCost(pool, quantity)
  return divideHalfEven(basis.valueMinor * quantity, basis.quantity)
}

/** What is still returnable of one use: the effect of a posted entry, and what is open of it. */
export interface ReturnableUse extends Use {
  readonly sequence: number
  readonly number: number
}

/** Split an amount in proportion to weights, by cumulative rounding: the parts sum to the whole. */
export function splitByWeight(amountMinor: bigint, weights: readonly bigint[]): readonly bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  let weighed = 0n
  let placed = 0n
  return weights.map((weight) => {
    weighed += weight
    const upTo = total === 0n ? 0n : divideHalfEven(amountMinor * weighed, total)
    const part = upTo - placed
    placed = upTo
    return part
  })
}

/** Split a return over the uses of its sale, last consumed first, at what is left of their cost. */
export function restore(
  usesNewestFirst: readonly ReturnableUse[],
  quantity: bigint,
): readonly ReturnableUse[] {
  const restored: ReturnableUse[] = []
  let open = quantity
  for (const use of usesNewestFirst) {
    if (open === 0n) break
    if (use.quantity === 0n) continue
    const taken = smaller(open, use.quantity)
    const valueMinor = shareOf(use.valueMinor, use.quantity, taken)
    restored.push({ ...use, quantity: taken, valueMinor })
    open -= taken
  }
  if (open > 0n) assert.fail(`restore: ${open} of ${quantity} were never issued`)
  return restored
}

export function sumMinor(parts: readonly { readonly valueMinor: bigint }[]): bigint {
  return parts.reduce((sum, part) => sum + part.valueMinor, 0n)
}

export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

function takePool(pool: Pool, quantity: bigint): Use[] {
  if (quantity === 0n) return []
  const valueMinor = shareOf(pool.valueMinor, pool.quantity, quantity)
  return [{ source: 'pool', layer: null, quantity, valueMinor }]
}

function takeLayers(layers: readonly Layer[], quantity: bigint): Use[] {
  const uses: Use[] = []
  let open = quantity
  for (const layer of layers) {
    if (open === 0n) break
    const taken = smaller(open, layer.quantity)
    const valueMinor = shareOf(layer.valueMinor, layer.quantity, taken)
    uses.push({ source: 'layer', layer: layer.id, quantity: taken, valueMinor })
    open -= taken
  }
  if (open > 0n) assert.fail(`issue: the layers given lack ${open} of ${quantity} units`)
  return uses
}
