import { BATCH_FORMAT, type ControlEntry, controlTotals, idempotencyKeyOf } from './batch.ts'
import { canonicalJson } from './canonical.ts'
import { sha256Hex } from './hash.ts'

/** What a batch says of itself, once its bytes have proved it. */
export interface BatchSummary {
  readonly site: string
  readonly number: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly previousHash: string
  readonly lastHash: string
  readonly sealedAtMs: number
  readonly entries: number
  readonly debitMinor: bigint
  readonly creditMinor: bigint
  readonly idempotencyKey: string
}

export type BatchCheck =
  | { readonly status: 'ok'; readonly batch: BatchSummary }
  | {
      readonly status: 'refused'
      readonly code:
        | 'unreadable'
        | 'unknown-format'
        | 'not-canonical'
        | 'content-differs'
        | 'gap'
        | 'chain-broken'
        | 'unbalanced'
        | 'totals-differ'
      readonly message: string
    }

type Record_ = Readonly<Record<string, unknown>>

class BadBatch extends Error {
  readonly code: Extract<BatchCheck, { readonly status: 'refused' }>['code']
  constructor(code: BadBatch['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Prove a batch from its bytes alone: format, canonical form, content hash, gap-free numbers, every hash of the
 * chain from the one before it, every entry balanced, control totals added up again.
 */
export function verifyBatch(bytes: Uint8Array): BatchCheck {
  try {
    return { status: 'ok', batch: summaryOf(parse(bytes)) }
  } catch (error) {
    if (!(error instanceof BadBatch)) throw error
    return { status: 'refused', code: error.code, message: error.message }
  }
}

function parse(bytes: Uint8Array): Record_ {
  let parsed: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new BadBatch('unreadable', `expected canonical JSON in UTF-8: ${String(cause)}`)
  }
  const batch = record(parsed, 'batch')
  if (batch['format'] !== BATCH_FORMAT) {
    throw new BadBatch('unknown-format', `expected ${BATCH_FORMAT}, got ${String(batch['format'])}`)
  }
  if (canonicalJson(batch) !== text) {
    throw new BadBatch('not-canonical', 'expected the canonical form of its own content')
  }
  const { contentHash, ...content } = batch
  if (contentHash !== sha256Hex(canonicalJson(content))) {
    throw new BadBatch('content-differs', 'expected the content to give its own hash')
  }
  return batch
}

function summaryOf(batch: Record_): BatchSummary {
  const firstSequence = whole(batch['firstSequence'], 'firstSequence')
  const lastSequence = whole(batch['lastSequence'], 'lastSequence')
  const previousHash = word(batch['previousHash'], 'previousHash')
  const lastHash = word(batch['lastHash'], 'lastHash')
  const entries = list(batch['entries'], 'entries').map((entry) => record(entry, 'entry'))
  const chained = checkChain(entries, firstSequence, previousHash)
  if (chained !== lastHash || firstSequence + entries.length - 1 !== lastSequence) {
    throw new BadBatch(
      'gap',
      `expected entries up to ${lastSequence} (${lastHash}), got ${chained}`,
    )
  }
  const totals = controlTotals(entries.map(controlEntry))
  if (canonicalJson(totals) !== canonicalJson(batch['control'])) {
    const message = `expected control totals ${canonicalJson(batch['control'])}, got ${canonicalJson(totals)}`
    throw new BadBatch('totals-differ', message)
  }
  const site = word(batch['site'], 'site')
  const number = whole(batch['number'], 'number')
  return {
    site,
    number,
    firstSequence,
    lastSequence,
    previousHash,
    lastHash,
    sealedAtMs: whole(batch['sealedAtMs'], 'sealedAtMs'),
    entries: totals.entries,
    debitMinor: totals.debitMinor,
    creditMinor: totals.creditMinor,
    idempotencyKey: idempotencyKeyOf(site, number),
  }
}

/** Hash every entry again, each over the hash before it; returns the last one. */
function checkChain(entries: readonly Record_[], first: number, before: string): string {
  let previous = before
  entries.forEach((entry, index) => {
    const { hash, ...hashed } = entry
    if (hashed['sequence'] !== first + index) {
      throw new BadBatch(
        'gap',
        `expected entry ${first + index}, got ${String(hashed['sequence'])}`,
      )
    }
    const computed = sha256Hex(canonicalJson(hashed))
    if (hashed['previousHash'] !== previous || hash !== computed) {
      throw new BadBatch('chain-broken', `entry ${first + index} does not carry its own hash`)
    }
    previous = computed
  })
  return previous
}

function controlEntry(entry: Record_): ControlEntry {
  const lines = list(entry['lines'], 'lines').map((line) => ({
    amountMinor: integer(record(line, 'line')['amountMinor'], 'amountMinor'),
  }))
  const sumMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  if (sumMinor !== 0n) {
    const message = `entry ${String(entry['sequence'])} is out of balance by ${sumMinor}`
    throw new BadBatch('unbalanced', message)
  }
  const movements = list(entry['movements'], 'movements').map((movement) => {
    const fields = record(movement, 'movement')
    return {
      sku: word(fields['sku'], 'sku'),
      from: word(fields['from'], 'from'),
      to: word(fields['to'], 'to'),
      quantity: integer(fields['quantity'], 'quantity'),
    }
  })
  return { lines, movements }
}

function record(value: unknown, what: string): Record_ {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new BadBatch('unreadable', `expected ${what} to be an object`)
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new BadBatch('unreadable', `expected ${what} to be a list`)
}

function word(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw new BadBatch('unreadable', `expected ${what} to be text`)
}

function whole(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new BadBatch('unreadable', `expected ${what} to be a whole number`)
}

function integer(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^-?\d{1,30}$/.test(value)) return BigInt(value)
  throw new BadBatch('unreadable', `expected ${what} to be decimal text`)
}
