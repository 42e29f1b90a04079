import { canonicalJson } from './canonical.ts'
import { entryWire } from './entry-text.ts'
import { sha256Hex } from './hash.ts'
import type { JournalEntry, SealedBatch } from './journal.ts'

/** Format of the bytes of a journal batch; a receiver refuses a format it does not know. */
export const BATCH_FORMAT = 'tallygate-batch/1'

/** What a receiver adds up again: counts, money on both sides, and goods moved. */
export interface ControlTotals {
  readonly entries: number
  readonly debitMinor: bigint
  readonly creditMinor: bigint
  readonly quantityHash: string
}

export interface BatchFacts {
  readonly site: string
  readonly currency: { readonly code: string; readonly minorUnits: number }
  readonly number: number
  readonly sealedAtMs: number
  /** Decimal places of the quantity of each SKU in the batch. */
  readonly quantityScales: Readonly<Record<string, number>>
  /** Account names, so that a person can read the batch alone. */
  readonly accountNames: Readonly<Record<string, string>>
}

/** Seal entries into bytes. Same facts and entries, same bytes. */
export function sealEntries(
  facts: BatchFacts,
  first: JournalEntry,
  entries: readonly JournalEntry[],
): SealedBatch {
  const last = entries.at(-1) ?? first
  const content = {
    ...facts,
    format: BATCH_FORMAT,
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    previousHash: first.previousHash,
    lastHash: last.hash,
    control: controlTotals(entries),
    entries: entries.map((entry) => ({ ...entryWire(entry), hash: entry.hash })),
  }
  const text = canonicalJson({ ...content, contentHash: sha256Hex(canonicalJson(content)) })
  return {
    site: facts.site,
    number: facts.number,
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    sealedAtMs: facts.sealedAtMs,
    lastHash: last.hash,
    bytes: new TextEncoder().encode(text),
    idempotencyKey: idempotencyKeyOf(facts.site, facts.number),
  }
}

/** One batch of one site has one key for ever, whoever receives it. */
export function idempotencyKeyOf(site: string, number: number): string {
  return `${site}:batch:${String(number).padStart(9, '0')}`
}

interface ControlLine {
  readonly amountMinor: bigint
}

interface ControlMovement {
  readonly sku: string
  readonly quantity: bigint
  readonly from: string
  readonly to: string
}

export interface ControlEntry {
  readonly lines: readonly ControlLine[]
  readonly movements: readonly ControlMovement[]
}

/** Control totals over entries, by the sealer and again by the receiver. */
export function controlTotals(entries: readonly ControlEntry[]): ControlTotals {
  let debitMinor = 0n
  let creditMinor = 0n
  const moved = new Map<string, bigint>()
  for (const { lines, movements } of entries) {
    for (const { amountMinor } of lines) {
      if (amountMinor > 0n) debitMinor += amountMinor
      else creditMinor -= amountMinor
    }
    for (const { sku, from, to, quantity } of movements) {
      const key = canonicalJson([sku, from, to])
      moved.set(key, (moved.get(key) ?? 0n) + quantity)
    }
  }
  const rows = [...moved].map(([key, quantity]) => `${key} ${quantity}`).sort()
  const quantityHash = sha256Hex(rows.join('\n'))
  return { entries: entries.length, debitMinor, creditMinor, quantityHash }
}
