import {
  type CostMethod,
  chartOf,
  type Db,
  inventoryAccount,
  type Ledger,
  type OpenOrderLine,
  openDatabase,
  openLedger,
  type Policy,
  type Sku,
} from '../../ledger-core/index.ts'
import { memoryKind } from '../bookkeeper/facts.ts'
import type { Config } from '../config/schema.ts'
import type { Memory } from '../interpretation/conclusion.ts'

/** What the checks of an import ask the books; new books know nothing. */
export interface KnownBooks {
  readonly sku: (sku: string) => Sku | null
  readonly gtinOwner: (gtin14: string) => string | null
  readonly locationKind: (location: string) => string | null
  /** Cost group of a place; empty: the whole site; null: no such place. */
  readonly costGroup: (location: string) => string | null
  /** The account that opening stock of a cost group is posted to. */
  readonly openingAccount: (costGroup: string) => string
  /** The SKU that a GTIN is a pack of; null: it is none. */
  readonly packSku: (gtin14: string) => string | null
  readonly hasSupplier: (supplier: string) => boolean
  /** All lines of an order; none: no such order. */
  readonly orderLines: (order: string) => readonly OpenOrderLine[]
  readonly hasOpening: (sku: string) => boolean
  /** When the entry of this source happened; null: nothing was booked under it. */
  readonly bookedAtMs: (sourceKey: string) => number | null
  readonly framework: Policy['framework']
  /** The one method that the policy rules for a category. */
  readonly ruledMethod: (category: string) => CostMethod | undefined
}

/** What rows mean to each other, to the configuration and to the books. */
export interface Surroundings {
  readonly config: Config
  readonly books: KnownBooks
  /** Business date of the import. */
  readonly today: string
  /** Booked before under the same key: what it brought is in the books by right. */
  readonly isRepeat: boolean
}

/** What holds for books that do not exist yet; see DEFAULT_POLICY of the ledger. */
const NEW_BOOKS: KnownBooks = {
  sku: () => null,
  gtinOwner: () => null,
  locationKind: () => null,
  costGroup: () => null,
  openingAccount: (costGroup) => inventoryAccount(chartOf(), costGroup),
  packSku: () => null,
  hasSupplier: () => false,
  orderLines: () => [],
  hasOpening: () => false,
  bookedAtMs: () => null,
  framework: 'IFRS',
  ruledMethod: () => undefined,
}

/** Reads the books on a connection of its own that cannot write; the gateway may run meanwhile. */
export function withKnownBooks<T>(
  file: string | null,
  { site }: Config,
  work: (books: KnownBooks) => T,
): T {
  if (file === null) return work(NEW_BOOKS)
  const db = openDatabase(file, { readonly: true })
  try {
    const currency = { code: site.currency, minorUnits: site.minorUnits }
    const ledger = openLedger(db, { site: site.id, currency })
    const pluck = (sql: string) => new Set(db.prepare<[], string>(sql).pluck().all())
    const suppliers = pluck('select supplier from supplier')
    const opened = pluck(`select distinct m.sku from entry e
      join movement m on m.sequence = e.sequence and m.kind = 'opening'
      where e.kind = 'import-masters'
        and e.kind in ('import-masters', 'receive', 'landed-cost', 'supplier-invoice')`)
    return work({ ...booksOf(ledger, suppliers, opened), packSku: packsIn(db) })
  } finally {
    db.close()
  }
}

function booksOf(
  ledger: Ledger,
  suppliers: ReadonlySet<string>,
  opened: ReadonlySet<string>,
): Omit<KnownBooks, 'packSku'> {
  const kinds = new Map(ledger.locations().map(({ location, kind }) => [location, kind]))
  const groups = new Map(
    ledger.locations().map(({ location, costGroup = '' }) => [location, costGroup]),
  )
  const { framework, methods } = ledger.policy()
  return {
    sku: ledger.sku,
    gtinOwner: (gtin14) => ledger.skuByGtin(gtin14)?.sku ?? null,
    locationKind: (location) => kinds.get(location) ?? null,
    costGroup: (location) => groups.get(location) ?? null,
    openingAccount: (costGroup) => inventoryAccount(ledger.chart, costGroup),
    hasSupplier: (supplier) => suppliers.has(supplier),
    orderLines: ledger.openOrderLines,
    hasOpening: (sku) => opened.has(sku),
    bookedAtMs: (sourceKey) => {
      const sequence = ledger.sequenceOf(sourceKey)
      return sequence === null ? null : (ledger.entry(sequence)?.occurredAtMs ?? null)
    },
    framework,
    ruledMethod: (category) => methods[category],
  }
}

/** Packs are remembered by interpretation, beside the books. */
function packsIn(db: Db): KnownBooks['packSku'] {
  const select = db
    .prepare<[string, string], string>('select body from state where kind = ? and key = ?')
    .pluck()
  return (gtin14) => {
    const body = select.get(memoryKind('pack'), gtin14)
    return body === undefined ? null : (JSON.parse(body) as Memory['pack']).sku
  }
}
