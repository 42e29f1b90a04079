import { type BatchSummary, verifyBatch } from '../../ledger-core/index.ts'
import { type Acknowledged, sha256Of } from '../forwarding/acknowledgement.ts'
import { readContent } from './batch-content.ts'
import type { HeadOfficeStore, StoredBatch } from './store.ts'

export type Taken =
  | {
      readonly status: 'stored'
      /** Whether these bytes were here before. */
      readonly first: 'now' | 'before'
      readonly acknowledgement: Acknowledged
    }
  | {
      readonly status: 'refused'
      readonly http: 409 | 422
      readonly code: string
      readonly message: string
    }

/** Before the first batch of a site; the books begin with this hash. */
const BEGINNING = { number: 0, lastSequence: 0, lastHash: '0'.repeat(64) }

/**
 * Takes one signed batch: proves it from its bytes, joins it to what is there, stores it. A batch
 * that does not join on (gap, other content under a known number) is refused and alarmed, because
 * no later batch can heal it.
 */
export function takeBatch(
  store: HeadOfficeStore,
  bytes: Uint8Array,
  idempotencyKey: string,
  atMs: number,
): Taken {
  const check = verifyBatch(bytes)
  if (check.status === 'refused') return refuse(422, check.code, check.message)
  const { batch } = check
  if (batch.idempotencyKey !== idempotencyKey) {
    const message = `expected the key ${batch.idempotencyKey} for this batch, got ${idempotencyKey}`
    return refuse(422, 'key-differs', message)
  }
  const content = readContent(bytes)
  if (content === null) return refuse(422, 'unreadable', 'expected every field of the batch format')
  const { site, number, lastHash } = batch
  const sha256 = sha256Of(bytes)
  const acknowledgement: Acknowledged = { status: 'stored', site, number, lastHash, sha256 }
  const known = store.batch(site, number)
  if (known?.sha256 === sha256) return { status: 'stored', first: 'before', acknowledgement }
  const misfit = known
    ? { code: 'conflict', message: conflictText(batch, known) }
    : whyNotNext(store.lastBatch(site) ?? BEGINNING, batch)
  if (misfit !== null) {
    store.raise(site, { code: misfit.code, number, sha256, atMs, text: misfit.message })
    return refuse(409, misfit.code, misfit.message)
  }
  const currency = store.currency(site) ?? content.currency
  if (
    currency.code !== content.currency.code ||
    currency.minorUnits !== content.currency.minorUnits
  )
    return refuse(
      422,
      'currency-differs',
      `expected ${currency.code}, got ${content.currency.code}`,
    )
  store.keep(batch, content, { bytes, sha256, atMs })
  return { status: 'stored', first: 'now', acknowledgement }
}

function whyNotNext(
  last: Pick<StoredBatch, 'number' | 'lastSequence' | 'lastHash'>,
  batch: BatchSummary,
): { readonly code: string; readonly message: string } | null {
  const { site, number, firstSequence, previousHash } = batch
  if (number !== last.number + 1) {
    const message = `expected batch ${last.number + 1} of ${site} next, got ${number}`
    return { code: 'gap', message }
  }
  if (firstSequence !== last.lastSequence + 1) {
    const message = `expected entry ${last.lastSequence + 1} of ${site} next, got ${firstSequence}`
    return { code: 'gap', message }
  }
  if (previousHash !== last.lastHash) {
    const message = `expected batch ${number} of ${site} to follow ${last.lastHash}, got ${previousHash}`
    return { code: 'chain-broken', message }
  }
  return null
}

function conflictText({ site, number, lastHash }: BatchSummary, known: StoredBatch): string {
  return `expected batch ${number} of ${site} as it came first (${known.lastHash}), got other content (${lastHash})`
}

const refuse = (http: 409 | 422, code: string, message: string): Taken => ({
  status: 'refused',
  http,
  code,
  message,
})
