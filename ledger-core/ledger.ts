import assert from 'node:assert'
import { accountNames, type Chart, chartOf } from './account.ts'
import { type Batching, createBatching } from './batching.ts'
import { type BooksDigest, booksDigest } from './books-digest.ts'
import { checkCommand, type Lookup } from './check-command.ts'
import type { Command, Outcome } from './command.ts'
import { commandText } from './command-text.ts'
import { sha256Hex } from './hash.ts'
import type { VerifyReport } from './journal.ts'
import { createReads, type LedgerReads } from './ledger-reads.ts'
import { createPoster } from './poster.ts'
import { type PlanLookup, planMovements } from './posting-rules.ts'
import { createBatchStore } from './store/batch-store.ts'
import type { Db } from './store/database.ts'
import { migrate } from './store/migrate.ts'
import { LEDGER_MIGRATIONS } from './store/schema.ts'
import { claimSite, type LedgerSite } from './store/site-store.ts'
import { createStores, type Stores } from './store/stores.ts'
import { verifyBooks } from './verify.ts'

export interface LedgerOptions extends LedgerSite {
  /** The site's own account numbers and names, by role; the rest keep ours. */
  readonly chart?: Partial<Chart>
}

/** The door of the books. Reads are plain look-ups by key; nothing here scans but `verify`. */
export interface Ledger extends LedgerReads, Batching {
  readonly db: Db
  readonly site: LedgerSite
  readonly chart: Chart
  /** Check, cost, post and record one command. The caller holds the transaction. */
  readonly apply: (command: Command) => Outcome
  /** Derive every balance, layer, quantity and hash again from the journal and compare. */
  readonly verify: () => VerifyReport
  /** The books without order and values of time: equal between runs with the same business. */
  readonly booksDigest: () => BooksDigest
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
  const batches = createBatchStore(db, site.site)
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
    ...createBatching(stores, batches, site, accountNames(chart)),
    verify: () => verifyBooks(stores, batches, chart),
    booksDigest: () => booksDigest(stores, accountNames(chart)),
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
