import assert from 'node:assert'
import { accountNames, type Chart, chartOf } from './account.ts'
import { canonicalJson } from './canonical.ts'
import { checkCommand, type Lookup } from './check-command.ts'
import type { Command, Evidence, Location, Outcome, Sku } from './command.ts'
import { commandFromText, commandText } from './command-text.ts'
import { sha256Hex } from './hash.ts'
import type { AccountBalance, JournalEntry, PoolValue, StockRow } from './journal.ts'
import { createPoster } from './poster.ts'
import { type PlanLookup, planMovements } from './posting-rules.ts'
import type { Db } from './store/database.ts'
import { migrate } from './store/migrate.ts'
import type { OpenOrderLine } from './store/order-store.ts'
import { LEDGER_MIGRATIONS } from './store/schema.ts'
import { claimSite, type LedgerSite } from './store/site-store.ts'
import { createStores, type Stores } from './store/stores.ts'

export interface LedgerOptions extends LedgerSite {
  /** The site's own account numbers and names, by role; the rest keep ours. */
  readonly chart?: Partial<Chart>
}

/** What a sale line took from where, and what may still come back of it. */
export interface SoldLine {
  readonly sku: string
  readonly parts: readonly { readonly from: string; readonly quantity: bigint }[]
  readonly soldQuantity: bigint
  readonly returnableQuantity: bigint
}

export interface Ledger {
  readonly db: Db
  readonly site: LedgerSite
  readonly chart: Chart
  /** Check, cost, post and record one command. The caller holds the transaction. */
  readonly apply: (command: Command) => Outcome
  /** Late evidence for a posted entry; the same evidence twice is attached once. */
  readonly attachEvidence: (sequence: number, evidence: Evidence) => 'attached' | 'already'
  readonly evidenceOf: (sequence: number) => Evidence[]
  readonly quantityAt: (sku: string, location: string) => bigint
  readonly stock: () => StockRow[]
  readonly sku: (sku: string) => Sku | null
  readonly skus: () => Sku[]
  readonly skuByGtin: (gtin14: string) => Sku | null
  readonly locations: () => Location[]
  readonly openOrderLines: (order?: string) => OpenOrderLine[]
  readonly soldOn: (originalSourceKey: string, line: number) => SoldLine | null
  readonly trialBalance: () => AccountBalance[]
  readonly pools: () => PoolValue[]
  readonly inventoryAccountMinor: () => bigint
  readonly head: () => { readonly sequence: number; readonly hash: string }
  readonly entry: (sequence: number) => JournalEntry | null
  readonly entries: (after: number, limit: number) => JournalEntry[]
}

/**
 * Open the books in `db`, bringing their tables up to date. Throws when the file belongs to another
 * site or currency, or when the inventory account and the cost pools do not agree.
 */
export function openLedger(db: Db, { chart: own, ...site }: LedgerOptions): Ledger {
  migrate(db, 'ledger', LEDGER_MIGRATIONS)
  claimSite(db, site)
  const chart = chartOf(own)
  const stores = createStores(db)
  const inventoryAccountMinor = () => stores.balances.netMinor(chart.inventory.account)
  if (inventoryAccountMinor() !== stores.costs.netMinor()) {
    throw new Error(
      `the inventory account holds ${inventoryAccountMinor()}, the cost pools ${stores.costs.netMinor()}: run ledger verify`,
    )
  }
  return {
    db,
    site,
    chart,
    apply: createApply(db, stores, chart),
    ...createReads(stores, chart),
    ...createEvidenceReads(stores),
    inventoryAccountMinor,
  }
}

function createApply(db: Db, stores: Stores, chart: Chart): Ledger['apply'] {
  const { commands, orders, masters } = stores
  const lookup = createLookup(stores)
  const post = createPoster({ ...stores, chart, locationKind: masters.locationKind })
  const record = (command: Command, commandHash: string): number | null => {
    writeMasters(command, stores)
    const entry = post(command, planMovements(command, lookup), commandHash)
    const receipt = entry?.movements[0]
    if (command.kind === 'receive' && receipt !== undefined) {
      orders.addReceived(command.order, command.line, receipt.quantity, receipt.costMinor)
    }
    if (command.kind === 'till-receipt' && entry !== null) {
      const unmapped = command.lines.filter(({ kind }) => kind === 'unmapped')
      for (const line of unmapped) commands.parkLine(entry.sequence, line)
    }
    return entry?.sequence ?? null
  }
  return (command) => {
    assert(db.inTransaction, 'apply needs the transaction of its caller')
    const { sourceKey, fingerprint } = command
    const known = commands.find(sourceKey)
    if (known?.fingerprint === fingerprint) return { status: 'already', sequence: known.sequence }
    if (known !== null) {
      const message = `expected ${sourceKey} with the facts of ${known.fingerprint}, got ${fingerprint}`
      return { status: 'refused', code: 'source-conflict', message }
    }
    const refusal = checkCommand(command, lookup)
    if (refusal !== null) return refusal
    const text = commandText(command)
    const sequence = record(command, sha256Hex(text))
    commands.insert(sourceKey, { fingerprint, sequence }, text)
    return sequence === null ? { status: 'recorded' } : { status: 'posted', sequence }
  }
}

function writeMasters(command: Command, { masters, orders, costs }: Stores): void {
  if (command.kind === 'open-purchase-order') {
    orders.addOrder(command.order, command.supplier, command.lines)
  }
  if (command.kind !== 'import-masters') return
  for (const location of command.locations) masters.saveLocation(location)
  for (const { supplier, name } of command.suppliers) masters.saveSupplier(supplier, name)
  masters.dropGtins(command.skus.map(({ sku }) => sku))
  for (const sku of command.skus) {
    const isNew = !masters.hasSku(sku.sku)
    masters.saveSku(sku)
    if (isNew) costs.createPool(sku.sku, sku.method)
  }
}

function createLookup({ masters, orders, commands, costs }: Stores): Lookup & PlanLookup {
  const saleOrigin = (sourceKey: string, line: number, sku: string) => {
    const sequence = commands.find(sourceKey)?.sequence ?? null
    return sequence === null ? null : { sequence, line, sku }
  }
  return {
    ...masters,
    ...orders,
    saleOrigin,
    returnable: (sourceKey, line, sku) => {
      const origin = saleOrigin(sourceKey, line, sku)
      if (origin === null) return null
      return costs.returnableUses(origin).reduce((sum, use) => sum + use.quantity, 0n)
    },
  }
}

type Reads = Omit<
  Ledger,
  'db' | 'site' | 'chart' | 'apply' | 'attachEvidence' | 'evidenceOf' | 'inventoryAccountMinor'
>

function createReads(stores: Stores, chart: Chart): Reads {
  const { balances, masters, orders, costs, journal } = stores
  const nameOf = accountNames(chart)
  return {
    quantityAt: balances.quantityAt,
    stock: balances.stock,
    sku: masters.sku,
    skus: masters.skus,
    skuByGtin: masters.skuByGtin,
    locations: masters.locations,
    openOrderLines: orders.openOrderLines,
    soldOn: (sourceKey, line) => soldOn(stores, sourceKey, line),
    trialBalance: () =>
      balances.totals().map((total) => ({ ...total, name: nameOf(total.account) })),
    pools: costs.pools,
    head: () => {
      const { sequence, hash } = journal.head()
      return { sequence, hash }
    },
    entry: (sequence) =>
      journal.entries(sequence - 1, 1).find((e) => e.sequence === sequence) ?? null,
    entries: journal.entries,
  }
}

function soldOn({ commands, journal, costs }: Stores, key: string, line: number): SoldLine | null {
  const sequence = commands.find(key)?.sequence ?? null
  if (sequence === null) return null
  const entry = journal.entries(sequence - 1, 1)[0]
  const sold = (entry?.movements ?? []).filter((m) => m.kind === 'sale' && m.line === line)
  const sku = sold[0]?.sku
  if (sku === undefined) return null
  const returnable = costs.returnableUses({ sequence, line, sku })
  return {
    sku,
    parts: sold.map(({ from, quantity }) => ({ from, quantity })),
    soldQuantity: sold.reduce((sum, { quantity }) => sum + quantity, 0n),
    returnableQuantity: returnable.reduce((sum, { quantity }) => sum + quantity, 0n),
  }
}

function createEvidenceReads(stores: Stores): Pick<Ledger, 'attachEvidence' | 'evidenceOf'> {
  const { commands, journal } = stores
  const evidenceOf = (sequence: number): Evidence[] => {
    const sourceKey = journal.entries(sequence - 1, 1)[0]?.sourceKey
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
