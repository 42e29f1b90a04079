import type { Books } from './books.ts'
import { canonicalJson } from './canonical.ts'
import { sha256Hex } from './hash.ts'
import type { BatchStore } from './store/batch-store.ts'
import { verifyBatch } from './verify-batch.ts'
import type { Derived, DerivedLayer } from './verify-fold.ts'

/** Running results against what the journal says: the first difference as a sentence, or null. */
export function compareTables(stores: Books, derived: Derived): string | null {
  return (
    compareTotals(stores, derived) ??
    compareStock(stores, derived) ??
    comparePools(stores, derived) ??
    compareLayers(stores, derived) ??
    compareOpen(stores, derived) ??
    compareOrders(stores, derived) ??
    compareParked(stores, derived) ??
    compareEvidence(stores)
  )
}

/** Every sealed batch proves itself, and ends at the hash of its last entry. */
export function compareBatches(batches: BatchStore, { journal }: Books): string | null {
  for (let number = 1; number <= batches.lastNumber(); number += 1) {
    const batch = batches.batch(number)
    if (batch === null) return `batch ${number} is missing`
    const check = verifyBatch(batch.bytes)
    if (check.status === 'refused') return `batch ${number}: ${check.message}`
    const last = journal.entries(batch.lastSequence - 1, 1)[0]
    const { firstSequence, lastSequence, sealedAtMs, lastHash } = check.batch
    const isFiled =
      firstSequence === batch.firstSequence &&
      lastSequence === batch.lastSequence &&
      sealedAtMs === batch.sealedAtMs &&
      lastHash === batch.lastHash
    if (!isFiled || last?.hash !== lastHash) return `batch ${number} does not match the journal`
  }
  return acknowledgementFault(batches)
}

function acknowledgementFault(batches: BatchStore): string | null {
  for (const { destination, number, lastHash } of batches.acknowledgements()) {
    if (batches.batch(number)?.lastHash === lastHash) continue
    return `the acknowledgement of batch ${number} by ${destination} names another hash`
  }
  return null
}

function compareTotals({ balances }: Books, derived: Derived): string | null {
  const expected = [...derived.totals].map(
    ([account, { debitMinor, creditMinor }]) => `${account} Dr ${debitMinor} Cr ${creditMinor}`,
  )
  const got = balances
    .totals()
    .map(({ account, debitMinor, creditMinor }) => `${account} Dr ${debitMinor} Cr ${creditMinor}`)
  return firstDifference('account total', expected, got)
}

function compareStock({ balances, masters }: Books, derived: Derived): string | null {
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

/** Pools by the tables and by the journal, and units of cost against units at the locations. */
function comparePools({ costs, masters }: Books, derived: Derived): string | null {
  const row = (sku: string, group: string, quantity: bigint, valueMinor: bigint) =>
    `${sku}${group === '' ? '' : ` in ${group}`}: ${quantity} units worth ${valueMinor}`
  const expected = [...derived.pools.values()].map((pool) =>
    row(
      pool.sku,
      pool.group,
      pool.quantity - pool.deficitQuantity,
      pool.valueMinor - pool.deficitValueMinor,
    ),
  )
  const known = new Set([...derived.pools.values()].map(({ sku, group }) => `${sku}\n${group}`))
  const got = costs
    .pools()
    .filter(
      ({ sku, group, quantity, valueMinor }) =>
        known.has(`${sku}\n${group}`) || quantity !== 0n || valueMinor !== 0n,
    )
    .map(({ sku, group, quantity, valueMinor }) => row(sku, group, quantity, valueMinor))
  return firstDifference('pool', expected, got) ?? compareUnits(masters, derived)
}

function compareUnits(masters: Books['masters'], derived: Derived): string | null {
  const units = new Map<string, bigint>()
  for (const { sku, quantity, deficitQuantity } of derived.pools.values()) {
    units.set(sku, (units.get(sku) ?? 0n) + quantity - deficitQuantity)
  }
  for (const [sku, places] of derived.stock) {
    const placed = [...places]
      .filter(([location]) => masters.locationKind(location) !== 'virtual')
      .reduce((sum, [, quantity]) => sum + quantity, 0n)
    const costed = units.get(sku) ?? 0n
    if (placed !== costed) {
      return `${sku}: expected ${costed} units at its locations, got ${placed}`
    }
  }
  return null
}

const PAGE = 1000

function compareLayers({ costs }: Books, derived: Derived): string | null {
  const row = ({ sku, group, facts, quantity, valueMinor }: DerivedLayer) =>
    `${quantity} worth ${valueMinor} in ${sku} ${group} ${canonicalJson(facts)}`
  const missing = new Map(derived.layers)
  let after = 0
  for (let page = costs.layers(after, PAGE); page.length > 0; page = costs.layers(after, PAGE)) {
    for (const layer of page) {
      const expected = missing.get(layer.id)
      missing.delete(layer.id)
      if (expected === undefined || row(expected) !== row(layer)) {
        const said = expected === undefined ? 'no such layer' : row(expected)
        return `layers of ${layer.sku}: expected ${said}, got ${row(layer)}`
      }
    }
    after = page.at(-1)?.id ?? after
  }
  const lost = [...missing.keys()][0]
  return lost === undefined ? null : `layers: expected layer ${lost}, got none`
}

/** What may still be given back of each issue. */
function compareOpen({ costs }: Books, derived: Derived): string | null {
  const expected = [...derived.open].map(
    ([key, { quantity, valueMinor }]) => `${key}: ${quantity} worth ${valueMinor}`,
  )
  const got = costs
    .openEffects()
    .map(
      ({ sequence, number, quantity, valueMinor }) =>
        `${sequence}/${number}: ${quantity} worth ${valueMinor}`,
    )
  return firstDifference('returnable', expected, got)
}

function compareParked({ parked }: Books, derived: Derived): string | null {
  const expected = [...derived.parked].map(([key, facts]) => `${key}: ${facts}`)
  const got = parked
    .all()
    .map(
      ({ sequence, line, gtin, description, quantity, netMinor }) =>
        `${sequence} line ${line}: ${canonicalJson([gtin, description, quantity, netMinor])}`,
    )
  const mapped = parked
    .mappings()
    .map(({ sequence, line, mappedBy }) => `${sequence} line ${line} by ${mappedBy}`)
  return (
    firstDifference('parked', expected, got) ??
    firstDifference('mapped', [...derived.mapped], mapped)
  )
}

/** Late evidence under the hash it was attached with. */
function compareEvidence({ commands }: Books): string | null {
  for (const { sequence, hash, body } of commands.evidenceRows()) {
    if (sha256Hex(body) !== hash) return `evidence of entry ${sequence} does not give its hash`
  }
  return null
}

function compareOrders({ orders }: Books, derived: Derived): string | null {
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
