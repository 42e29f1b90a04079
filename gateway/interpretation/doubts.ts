import type { Evidence, Sku } from '../../ledger-core/index.ts'
import type { ShelfChange } from '../../vision/index.ts'
import { attach, forget, inWords, remember, settle, tally } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { consume } from './expectations.ts'

type Doubt = Memory['doubt']['entries'][number]

/** Shelf changes a person is being asked about, which a till line or a document may answer. */
export function doubtsAt(facts: Facts, location: string, sku: string): readonly Doubt[] {
  return facts.recall('doubt', `${location}/${sku}`)?.entries ?? []
}

export function doubtMore(facts: Facts, location: string, sku: string, entry: Doubt): Conclusion {
  const entries = [...doubtsAt(facts, location, sku), entry]
  return remember('doubt', `${location}/${sku}`, { entries })
}

export interface SettledDoubts {
  /** Units that the picture has shown already, without sign. */
  readonly units: number
  readonly conclusions: readonly Conclusion[]
}

export interface Answer {
  /** What the document or till line is booked under. */
  readonly sourceKey: string
  readonly atMs: number
}

/**
 * A document or till line that moves `delta` units (signed, as the shelf sees it) answers the
 * questions about the same units, the oldest first; their pictures become its evidence.
 */
export function settleDoubts(
  facts: Facts,
  location: string,
  sku: string,
  delta: number,
  { sourceKey, atMs }: Answer,
): SettledDoubts {
  const all = doubtsAt(facts, location, sku)
  const isClose = ({ change }: Doubt) =>
    Math.abs(atMs - change.observedAtMs) <= facts.policy.shelfExpectMs
  const entries = all.filter(isClose)
  const known = facts.sku(sku)
  const { units, used, left } = consume(entries, delta)
  if (units === 0) return { units, conclusions: [] }
  const isOpen = new Set(left.map(({ reviewKey }) => reviewKey))
  const answered = entries.filter(({ reviewKey }) => !isOpen.has(reviewKey))
  return {
    units,
    conclusions: [
      ...(known ? used.map(({ change }) => attach(sourceKey, pictureEvidence(change, known))) : []),
      ...answered.map(({ reviewKey }) =>
        settle(reviewKey, `answered by ${inWords(sourceKey)}`, atMs),
      ),
      ...answered.map(({ change, quantity }) =>
        tally(change.camera, quantity < 0 ? 'pick' : 'put', 'confirmed', atMs),
      ),
      doubtsOnly(location, sku, [...all.filter((entry) => !isClose(entry)), ...left]),
    ],
  }
}

/** What seemed to come and is gone again (or the other way about) was nothing: no question. */
export function undoDoubts(facts: Facts, change: ShelfChange, delta: number): SettledDoubts {
  const { location, sku, observedAtMs } = change
  const entries = doubtsAt(facts, location, sku)
  const { units, left } = consume(entries, -delta)
  if (units === 0) return { units, conclusions: [] }
  const isOpen = new Set(left.map(({ reviewKey }) => reviewKey))
  const over = entries.filter(({ reviewKey }) => !isOpen.has(reviewKey))
  return {
    units,
    conclusions: [
      ...over.map(({ reviewKey }) => settle(reviewKey, 'the shelf looks as before', observedAtMs)),
      doubtsOnly(location, sku, left),
    ],
  }
}

/** A person has answered: nothing else may answer the same question again. */
export function withoutDoubt(
  facts: Facts,
  location: string,
  sku: string,
  reviewKey: string,
): Conclusion[] {
  const entries = doubtsAt(facts, location, sku)
  const left = entries.filter((entry) => entry.reviewKey !== reviewKey)
  return left.length === entries.length ? [] : [doubtsOnly(location, sku, left)]
}

export function doubtsOnly(location: string, sku: string, entries: readonly Doubt[]): Conclusion {
  const key = `${location}/${sku}`
  return entries.length === 0 ? forget('doubt', key) : remember('doubt', key, { entries })
}

/** A picture as a person reads it. */
export function pictureEvidence(change: ShelfChange, sku: Sku): Evidence {
  const { camera, zone, countBefore, countAfter, frames, confidence } = change
  return {
    kind: 'shelf-change',
    from: camera,
    atMs: change.observedAtMs,
    summary: `${camera} saw ${countBefore} become ${countAfter} of ${sku.name} in ${frames} pictures`,
    body: { zone, frames, confidence, gap: change.gap, frameSha256: change.frameSha256 },
  }
}
