import { accountNames, inventoryMinor } from './account.ts'
import { availableOf, type Books, returnable } from './books.ts'
import { canonicalJson } from './canonical.ts'
import type { Evidence, Location, Sku } from './command.ts'
import type { CarriedLayer } from './command-stock.ts'
import { commandFromText } from './command-text.ts'
import { type ControlReads, createControlReads } from './control-reads.ts'
import type { HeldLayer } from './cost-book.ts'
import { sha256Hex } from './hash.ts'
import type { AccountBalance, JournalEntry, PoolValue, StockRow } from './journal.ts'
import type { OpenOrderLine } from './store/order-store.ts'
import type { ParkedLine } from './store/parked-store.ts'
import { carriedLayers } from './transactions/transfer.ts'

/** What a sale line took from where, and what may still come back of it. */
export interface SoldLine {
  readonly sku: string
  readonly parts: readonly { readonly from: string; readonly quantity: bigint }[]
  readonly sold: bigint
  readonly returnable: bigint
}

/** Reads of the books, and the one late addition: evidence. */
export interface LedgerReads extends ControlReads {
  /** On hand in the store less what is promised; what is in baskets or in transit is not on hand. */
  readonly available: (sku: string) => bigint
  readonly quantityAt: (sku: string, location: string) => bigint
  /** What a place held after an entry, without what came later. */
  readonly quantityAtSequence: (sku: string, location: string, sequence: number) => bigint
  /** The last entry posted up to then (UTC ms); 0 before the first. */
  readonly sequenceAt: (atMs: number) => number
  /** Own stock that is not zero, by SKU and location. */
  readonly stock: () => StockRow[]
  readonly sku: (sku: string) => Sku | null
  readonly skus: () => Sku[]
  readonly skuByGtin: (gtin14: string) => Sku | null
  readonly locations: () => Location[]
  readonly isLocation: (location: string) => boolean
  readonly orderLine: (order: string, line: number) => OpenOrderLine | null
  /** Lines with something still to come; of one order all its lines. */
  readonly openOrderLines: (order?: string) => OpenOrderLine[]
  readonly soldOn: (originalSourceKey: string, line: number) => SoldLine | null
  /** Till lines that no master knew, not mapped yet, oldest first. */
  readonly parkedLines: () => (ParkedLine & { readonly sourceKey: string })[]
  readonly trialBalance: () => AccountBalance[]
  /** The subledger: quantity and value per SKU, deficits taken off. */
  readonly pools: () => PoolValue[]
  /** Open layers of a SKU in a cost group, oldest first. */
  readonly layers: (sku: string, costGroup?: string) => HeldLayer[]
  /** Open layers, soonest expiry first: what to pick first (FEFO). */
  readonly pickAdvice: (sku: string) => HeldLayer[]
  /** Open layers whose last day is up to a date. */
  readonly expiring: (upTo: string) => HeldLayer[]
  /** What the message of a transfer carries for a SKU, and what is still in transit. */
  readonly carriedLayers: (transfer: string, sku: string) => CarriedLayer[]
  readonly inventoryAccountMinor: () => bigint
  readonly head: () => { readonly sequence: number; readonly hash: string }
  readonly entry: (sequence: number) => JournalEntry | null
  /** Entries with sequence > after, oldest first. */
  readonly entries: (after: number, limit: number) => JournalEntry[]
  /** Journal sequence posted under this source key, or null. */
  readonly sequenceOf: (sourceKey: string) => number | null
  /** Evidence that came with the command, then what was attached later. */
  readonly evidenceOf: (sequence: number) => Evidence[]
  /** Late evidence for a posted entry; the same evidence twice is attached once. */
  readonly attachEvidence: (sequence: number, evidence: Evidence) => 'attached' | 'already'
}

export function createReads(books: Books): LedgerReads {
  const { balances, masters, orders, costs, journal, commands, chart } = books
  const nameOf = accountNames(chart)
  const entry = (sequence: number) =>
    journal.entries(sequence - 1, 1).find((found) => found.sequence === sequence) ?? null
  const sequenceOf = (sourceKey: string) => commands.find(sourceKey)?.sequence ?? null
  return {
    quantityAt: balances.quantityAt,
    quantityAtSequence: (sku, location, sequence) =>
      balances.quantityAt(sku, location) - journal.movedSince(sku, location, sequence),
    sequenceAt: journal.sequenceAt,
    stock: balances.stock,
    sku: masters.sku,
    skus: masters.skus,
    skuByGtin: masters.skuByGtin,
    locations: masters.locations,
    isLocation: (location) => masters.locationKind(location) !== null,
    orderLine: orders.orderLine,
    openOrderLines: orders.openOrderLines,
    soldOn: (sourceKey, line) => {
      const sequence = sequenceOf(sourceKey)
      const sale =
        sequence === null ? null : entry(books.parked.mappedBy(sequence, line) ?? sequence)
      return sale === null ? null : soldLine(sale, line, books)
    },
    parkedLines: books.parked.waiting,
    trialBalance: () =>
      balances.totals().map((total) => ({ ...total, name: nameOf(total.account) })),
    pools: costs.pools,
    inventoryAccountMinor: () => inventoryMinor(balances.totals(), chart),
    available: (sku) => availableOf(books, sku),
    layers: (sku, costGroup = '') => [...costs.heldLayers(sku, costGroup)],
    pickAdvice: costs.byExpiry,
    expiring: costs.expiring,
    carriedLayers: (transfer, sku) => carriedLayers(transfer, sku, books),
    ...createControlReads(books),
    head: () => {
      const { sequence, hash } = journal.head()
      return { sequence, hash }
    },
    entry,
    entries: journal.entries,
    sequenceOf,
    ...createEvidence(books, entry),
  }
}

function soldLine(sale: JournalEntry, line: number, books: Books): SoldLine | null {
  const taken = sale.movements.filter(({ kind, line: of }) => kind === 'sale' && of === line)
  const sku = taken[0]?.sku
  if (sku === undefined) return null
  return {
    sku,
    parts: taken.map(({ from, quantity }) => ({ from, quantity })),
    sold: taken.reduce((sum, { quantity }) => sum + quantity, 0n),
    returnable: returnable(books, { sequence: sale.sequence, line, sku }),
  }
}

function createEvidence(
  { commands }: Books,
  entry: (sequence: number) => JournalEntry | null,
): Pick<LedgerReads, 'attachEvidence' | 'evidenceOf'> {
  const evidenceOf = (sequence: number): Evidence[] => {
    const sourceKey = entry(sequence)?.sourceKey
    const body = sourceKey === undefined ? null : commands.body(sourceKey)
    const first = body === null ? [] : commandFromText(body).evidence
    const late = commands.evidenceBodies(sequence).map((text): Evidence => JSON.parse(text))
    return [...first, ...late]
  }
  return {
    evidenceOf,
    attachEvidence: (sequence, evidence) => {
      const body = canonicalJson(evidence)
      const known = evidenceOf(sequence).some((attached) => canonicalJson(attached) === body)
      if (known) return 'already'
      commands.insertEvidence(sequence, sha256Hex(body), body)
      return 'attached'
    },
  }
}
