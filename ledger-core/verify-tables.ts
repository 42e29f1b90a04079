import { poolNetMinor } from './costing.ts'
import type { BatchStore } from './store/batch-store.ts'
import type { Stores } from './store/stores.ts'
import type { Derived } from './verify.ts'
import { verifyBatch } from './verify-batch.ts'

/** Running results against what the journal says: the first difference as a sentence, or null. */
export function compareTables(stores: Stores, derived: Derived): string | null {
  return (
    compareTotals(stores, derived) ??
    compareStock(stores, derived) ??
    comparePools(stores, derived) ??
    compareLayers(stores, derived) ??
    compareOrders(stores, derived)
  )
}

/** Every sealed batch proves itself, and ends at the hash of its last entry. */
export function compareBatches(batches: BatchStore, { journal }: Stores): string | null {
  for (let number = 1; number <= batches.lastNumber(); number += 1) {
    const batch = batches.batch(number)
    if (batch === null) return `batch ${number} is missing`
    const check = verifyBatch(batch.bytes)
    if (check.status === 'refused') return `batch ${number}: ${check.message}`
    const last = journal.entries(batch.lastSequence - 1, 1)[0]
    if (last?.hash !== check.batch.lastHash) return `batch ${number} does not match the journal`
  }
  return null
}

function compareTotals({ balances }: Stores, derived: Derived): string | null {
  const expected = [...derived.totals].map(
    ([account, { debitMinor, creditMinor }]) => `${account} Dr ${debitMinor} Cr ${creditMinor}`,
  )
  const got = balances
    .totals()
    .map(({ account, debitMinor, creditMinor }) => `${account} Dr ${debitMinor} Cr ${creditMinor}`)
  return firstDifference('account total', expected, got)
}

function compareStock({ balances, masters }: Stores, derived: Derived): string | null {
  const isOwn = (location: string) => masters.locationKind(location) !== 'virtual'
  const expected = [...derived.stock].flatMap(([sku, places]) =>
    [...places]
      .filter(([location, quantity]) => quantity !== 0n && isOwn(location))
      .map(([location, quantity]) => `${sku} at ${location}: ${quantity}`),
  )
  const got = balances
    .stock()
    .map(({ sku, location, quantity }) => `${sku} at ${location}: ${quantity}`)
  return firstDifference('stock', expected, got)
}

/** Pools by the tables and by the rules, and units of the pool against units at the locations. */
function comparePools({ costs, masters }: Stores, derived: Derived): string | null {
  const row = (sku: string, quantity: bigint, valueMinor: bigint) =>
    `${sku}: ${quantity} units worth ${valueMinor}`
  const expected = derived.costs.skus().map((sku) => {
    const pool = derived.costs.pool(sku)
    return row(sku, pool.quantity - pool.deficitQuantity, poolNetMinor(pool))
  })
  const moved = new Set(derived.costs.skus())
  const got = costs
    .pools()
    .filter(
      ({ sku, quantity, valueMinor }) => moved.has(sku) || quantity !== 0n || valueMinor !== 0n,
    )
    .map(({ sku, quantity, valueMinor }) => row(sku, quantity, valueMinor))
  const difference = firstDifference('pool', expected, got)
  if (difference !== null) return difference
  for (const [sku, places] of derived.stock) {
    const pool = derived.costs.pool(sku)
    const units = [...places]
      .filter(([location]) => masters.locationKind(location) !== 'virtual')
      .reduce((sum, [, quantity]) => sum + quantity, 0n)
    if (units !== pool.quantity - pool.deficitQuantity) {
      return `${sku}: expected ${pool.quantity - pool.deficitQuantity} units at its locations, got ${units}`
    }
  }
  return null
}

function compareLayers({ costs }: Stores, derived: Derived): string | null {
  for (const sku of derived.costs.skus()) {
    const row = ({ quantity, valueMinor }: { quantity: bigint; valueMinor: bigint }) =>
      `${quantity} worth ${valueMinor}`
    const expected = derived.costs.layersOf(sku).map(row).join(', ')
    const got = costs.openLayers(sku, costs.pool(sku).quantity).map(row).join(', ')
    if (expected !== got) return `layers of ${sku}: expected ${expected}, got ${got}`
  }
  return null
}

function compareOrders({ orders }: Stores, derived: Derived): string | null {
  const row = (line: string, quantity: bigint) => `${line}: ${quantity}`
  const expected = [...derived.received].map(([line, quantity]) => row(line, quantity))
  const got = orders
    .receivedLines()
    .map(({ order, line, received }) => row(`${order} line ${line}`, received))
  return firstDifference('received', expected, got)
}

function firstDifference(
  what: string,
  expected: readonly string[],
  got: readonly string[],
): string | null {
  const wanted = new Set(expected)
  const found = new Set(got)
  const missing = [...wanted].filter((row) => !found.has(row)).sort()[0]
  const extra = [...found].filter((row) => !wanted.has(row)).sort()[0]
  if (missing === undefined && extra === undefined) return null
  return `${what}: expected ${missing ?? 'no such row'}, got ${extra ?? 'none'}`
}
