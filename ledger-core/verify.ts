import { AssertionError } from 'node:assert'
import type { Chart } from './account.ts'
import { allEntries } from './books-digest.ts'
import { commandFromText } from './command-text.ts'
import { type Costed, type CostFlow, costMovement } from './cost-movement.ts'
import { entryText } from './entry-text.ts'
import { GENESIS_HASH, sha256Hex } from './hash.ts'
import type { JournalEntry, Movement, VerifyReport } from './journal.ts'
import type { BatchStore } from './store/batch-store.ts'
import type { Stores } from './store/stores.ts'
import { createHeldCosts, type HeldCosts } from './verify-costing.ts'
import { compareBatches, compareTables } from './verify-tables.ts'

/** What the journal alone says: kept while it is read from its first entry to its last. */
export interface Derived {
  readonly costs: HeldCosts
  /** By `sku` then `location`, own and virtual. */
  readonly stock: Map<string, Map<string, bigint>>
  readonly totals: Map<string, { debitMinor: bigint; creditMinor: bigint }>
  /** Units received per order line, by `<order> line <line>`. */
  readonly received: Map<string, bigint>
  readonly sequences: Map<string, number>
}

/**
 * Derive the books again from the journal: chain, balance of each entry, cost of each movement by
 * the same rules, then every table of running results. Stops at the first entry that is wrong.
 */
export function verifyBooks(stores: Stores, batches: BatchStore, chart: Chart): VerifyReport {
  const derived: Derived = {
    costs: createHeldCosts((sku) => stores.costs.pool(sku).method),
    stock: new Map(),
    totals: new Map(),
    received: new Map(),
    sequences: new Map(),
  }
  let last = { sequence: 0, hash: GENESIS_HASH }
  for (const entry of allEntries(stores.journal.entries)) {
    const what = faultOf(entry, last, derived, stores, chart)
    if (what !== null) return report(false, last, { sequence: entry.sequence, what })
    last = { sequence: entry.sequence, hash: entry.hash }
  }
  const what = compareTables(stores, derived) ?? compareBatches(batches, stores)
  return what === null ? report(true, last) : report(false, last, { sequence: null, what })
}

function report(
  ok: boolean,
  last: { readonly sequence: number; readonly hash: string },
  firstBad?: { readonly sequence: number | null; readonly what: string },
): VerifyReport {
  const base = { ok, entries: last.sequence, lastHash: last.hash }
  return firstBad === undefined ? base : { ...base, firstBad }
}

function faultOf(
  entry: JournalEntry,
  last: { readonly sequence: number; readonly hash: string },
  derived: Derived,
  stores: Stores,
  chart: Chart,
): string | null {
  if (entry.sequence !== last.sequence + 1) {
    return `expected entry ${last.sequence + 1} next, got ${entry.sequence}`
  }
  if (entry.previousHash !== last.hash) return 'it does not name the hash of the entry before'
  if (sha256Hex(entryText(entry)) !== entry.hash) return 'its content does not give its hash'
  const body = stores.commands.body(entry.sourceKey)
  if (body === null || sha256Hex(body) !== entry.commandHash) {
    return `the recorded command ${entry.sourceKey} does not give the hash in the entry`
  }
  if (entry.kind === 'receive') addReceived(derived, body)
  const fault = costFault(entry, derived, chart) ?? lineFault(entry, derived)
  // Only now: an entry cannot be the original sale of its own return.
  derived.sequences.set(entry.sourceKey, entry.sequence)
  return fault
}

/** Cost every movement again; what the inventory account shows must be what the pools did. */
function costFault(entry: JournalEntry, derived: Derived, chart: Chart): string | null {
  let poolsMinor = 0n
  for (const movement of entry.movements) {
    const { sku, quantity, from, to, line = 0 } = movement
    const facts = {
      sku,
      quantity,
      line,
      sequence: entry.sequence,
      effectiveDate: entry.businessDate,
    }
    const costed = tryCost(() => costMovement(derived.costs, facts, flowOf(movement, derived)))
    if (typeof costed === 'string') return `movement ${movement.number}: ${costed}`
    if (costed.costMinor !== movement.costMinor) {
      return `movement ${movement.number}: expected a cost of ${costed.costMinor}, got ${movement.costMinor}`
    }
    poolsMinor += costed.inventoryMinor
    addStock(derived, sku, from, -quantity)
    addStock(derived, sku, to, quantity)
  }
  const inventoryMinor = entry.lines
    .filter(({ account }) => account === chart.inventory.account)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  if (inventoryMinor === poolsMinor) return null
  return `inventory account: expected ${poolsMinor} by the pools, got ${inventoryMinor}`
}

/** In a journal that was tampered with, the rules may find what they rule out: that is the fault. */
function tryCost(cost: () => Costed): Costed | string {
  try {
    return cost()
  } catch (error) {
    if (error instanceof AssertionError) return error.message
    throw error
  }
}

/** Values that came from outside are facts; all others follow from the state before. */
function flowOf(movement: Movement, derived: Derived): CostFlow {
  switch (movement.kind) {
    case 'opening':
    case 'receipt':
      return { flow: 'in', valueMinor: movement.costMinor }
    case 'move':
      return { flow: 'neutral' }
    case 'sale':
    case 'shrinkage':
      return { flow: 'out' }
    case 'return': {
      const { original, sku } = movement
      const sequence = original === undefined ? null : derived.sequences.get(original.sourceKey)
      if (original === undefined || sequence === undefined || sequence === null) {
        return { flow: 'back', original: null }
      }
      return { flow: 'back', original: { sequence, line: original.line, sku } }
    }
  }
}

function lineFault(entry: JournalEntry, derived: Derived): string | null {
  let sumMinor = 0n
  for (const { account, amountMinor } of entry.lines) {
    const total = derived.totals.get(account) ?? { debitMinor: 0n, creditMinor: 0n }
    if (amountMinor > 0n) total.debitMinor += amountMinor
    else total.creditMinor -= amountMinor
    derived.totals.set(account, total)
    sumMinor += amountMinor
  }
  return sumMinor === 0n ? null : `out of balance by ${sumMinor}`
}

function addReceived(derived: Derived, body: string): void {
  const command = commandFromText(body)
  if (command.kind !== 'receive') return
  const key = `${command.order} line ${command.line}`
  derived.received.set(key, (derived.received.get(key) ?? 0n) + command.part.quantity)
}

function addStock(derived: Derived, sku: string, location: string, quantity: bigint): void {
  const places = derived.stock.get(sku) ?? new Map<string, bigint>()
  places.set(location, (places.get(location) ?? 0n) + quantity)
  derived.stock.set(sku, places)
}
