import type { Ledger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import type { ReportTable, SkuLabel } from './answer.ts'

type BookReport =
  | 'stock'
  | 'skus'
  | 'locations'
  | 'trial-balance'
  | 'pools'
  | 'batches'
  | 'next-batch'
  | 'books-digest'
  | 'verify'

/** Reports that the ledger itself can give. */
export function createBookReports(
  ledger: Ledger,
  config: Config,
  label: SkuLabel,
): Pick<ReportTable, BookReport> {
  const { currency, minorUnits } = config.site
  return {
    stock: ({ sku, location }) => ({
      rows: ledger
        .stock()
        .filter((row) => sku === undefined || row.sku === sku)
        .filter((row) => location === undefined || row.location === location)
        .map((row) => ({ ...row, ...label(row.sku), quantity: row.quantity.toString() })),
    }),
    skus: () => ({
      rows: ledger.skus().map(({ quantityScale, priceMinor, gtins, ...sku }) => ({
        ...sku,
        gtins: [...gtins],
        priceMinor: priceMinor.toString(),
        scale: quantityScale,
      })),
    }),
    locations: () => ({ rows: ledger.locations() }),
    'trial-balance': () => ({
      currency,
      minorUnits,
      rows: ledger.trialBalance().map(({ account, name, debitMinor, creditMinor }) => ({
        account,
        name,
        debitMinor: debitMinor.toString(),
        creditMinor: creditMinor.toString(),
      })),
    }),
    pools: () => ({
      currency,
      minorUnits,
      rows: ledger.pools().map((pool) => ({
        ...pool,
        ...label(pool.sku),
        quantity: pool.quantity.toString(),
        valueMinor: pool.valueMinor.toString(),
      })),
      inventoryAccountMinor: ledger.inventoryAccountMinor().toString(),
    }),
    ...createBatchReports(ledger, config),
    'books-digest': () => ledger.booksDigest(),
    verify: ({ lastEntries }) => ledger.verify(lastEntries === undefined ? {} : { lastEntries }),
  }
}

function createBatchReports(
  ledger: Ledger,
  config: Config,
): Pick<ReportTable, 'batches' | 'next-batch'> {
  return {
    batches: () => {
      const sealed = ledger.lastBatchNumber()
      const cursors = new Map(
        ledger.destinations().map(({ destination, acknowledged }) => [destination, acknowledged]),
      )
      return {
        destinations: config.destinations.map(({ id: destination }) => {
          const { batches, entries, oldestSealedAtMs } = ledger.backlog(destination)
          return {
            destination,
            sealed,
            acknowledged: cursors.get(destination) ?? 0,
            backlogBatches: batches,
            backlogEntries: entries,
            oldestSealedAtMs,
          }
        }),
      }
    },
    'next-batch': ({ destination }) => {
      const batch = ledger.nextUnacknowledged(destination)
      if (!batch) return null
      const { number, idempotencyKey, lastHash, sealedAtMs, bytes } = batch
      return { number, idempotencyKey, lastHash, sealedAtMs, bytes }
    },
  }
}
