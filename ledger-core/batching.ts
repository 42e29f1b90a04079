import { type BatchFacts, sealEntries } from './batch.ts'
import type { JournalEntry, SealedBatch } from './journal.ts'
import type { Backlog, BatchStore } from './store/batch-store.ts'
import type { LedgerSite } from './store/site-store.ts'
import type { Stores } from './store/stores.ts'

export type Acknowledgement =
  | { readonly status: 'acknowledged' | 'already' }
  | {
      readonly status: 'refused'
      readonly code: 'unknown-batch' | 'hash-differs' | 'out-of-order'
      readonly message: string
    }

export interface Batching {
  /** Seal the next range after the last batch; null when nothing is waiting. */
  readonly sealBatch: (nowMs: number, limits: { readonly maxEntries: number }) => SealedBatch | null
  readonly batch: (number: number) => SealedBatch | null
  readonly lastBatchNumber: () => number
  /** What waits for the next batch: how many entries, and when the oldest was posted. */
  readonly oldestUnsealed: () => { readonly entries: number; readonly postedAtMs: number } | null
  /** Make a destination known before its first acknowledgement; known ones stay as they are. */
  readonly registerDestination: (destination: string) => void
  readonly destinations: () => { readonly destination: string; readonly acknowledged: number }[]
  readonly nextUnacknowledged: (destination: string) => SealedBatch | null
  /** Move a cursor forward by one, when the receiver names the last hash of that batch. */
  readonly acknowledge: (
    destination: string,
    number: number,
    receipt: { readonly lastHash: string; readonly atMs: number },
  ) => Acknowledgement
  readonly backlog: (destination: string) => Backlog
}

/** Cutting the journal into batches, and how far each destination has them. */
export function createBatching(
  stores: Stores,
  batches: BatchStore,
  site: LedgerSite,
  nameOf: (account: string) => string,
): Batching {
  const { journal, masters } = stores
  const factsOf = (entries: readonly JournalEntry[], sealedAtMs: number): BatchFacts => {
    const skus = new Set(entries.flatMap(({ movements }) => movements.map(({ sku }) => sku)))
    const accounts = new Set(entries.flatMap(({ lines }) => lines.map(({ account }) => account)))
    return {
      ...site,
      number: batches.lastNumber() + 1,
      sealedAtMs,
      quantityScales: Object.fromEntries(
        [...skus].map((sku) => [sku, masters.sku(sku)?.quantityScale ?? 0]),
      ),
      accountNames: Object.fromEntries([...accounts].map((account) => [account, nameOf(account)])),
    }
  }
  return {
    sealBatch: (nowMs, { maxEntries }) => {
      const entries = journal.entries(batches.lastSequence(), maxEntries)
      const first = entries[0]
      if (first === undefined) return null
      const batch = sealEntries(factsOf(entries, nowMs), first, entries)
      batches.insert(batch)
      return batch
    },
    batch: batches.batch,
    lastBatchNumber: batches.lastNumber,
    oldestUnsealed: () => {
      const after = batches.lastSequence()
      const head = journal.head()
      const oldest = head.sequence > after ? journal.entries(after, 1)[0] : undefined
      if (oldest === undefined) return null
      return { entries: head.sequence - after, postedAtMs: oldest.postedAtMs }
    },
    registerDestination: batches.addDestination,
    destinations: batches.destinations,
    nextUnacknowledged: (destination) => batches.batch(batches.cursor(destination) + 1),
    acknowledge: (destination, number, receipt) =>
      acknowledge(batches, destination, number, receipt),
    backlog: batches.backlog,
  }
}

function acknowledge(
  batches: BatchStore,
  destination: string,
  number: number,
  { lastHash, atMs }: { readonly lastHash: string; readonly atMs: number },
): Acknowledgement {
  const refuse = (code: 'unknown-batch' | 'hash-differs' | 'out-of-order', message: string) =>
    ({ status: 'refused', code, message }) as const
  const batch = batches.batch(number)
  const cursor = batches.cursor(destination)
  if (batch === null) {
    return refuse('unknown-batch', `expected a sealed batch, got number ${number}`)
  }
  if (batch.lastHash !== lastHash) {
    const message = `expected ${batch.lastHash} as last hash of batch ${number}, got ${lastHash}`
    return refuse('hash-differs', message)
  }
  if (number <= cursor) return { status: 'already' }
  if (number > cursor + 1) {
    const message = `expected batch ${cursor + 1} from ${destination} next, got ${number}`
    return refuse('out-of-order', message)
  }
  batches.acknowledge(destination, number, lastHash, atMs)
  return { status: 'acknowledged' }
}
