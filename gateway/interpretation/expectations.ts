import { forget, remember } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'

type Expected = Memory['expect']['entries'][number]

/**
 * What a camera shelf should still show: units that documents or tills have moved already and
 * the picture has not. Positive units are to appear, negative ones to vanish.
 */
export function expectedAt(facts: Facts, location: string, sku: string): readonly Expected[] {
  return facts.recall('expect', `${location}/${sku}`)?.entries ?? []
}

export function expectMore(
  facts: Facts,
  location: string,
  sku: string,
  entry: Expected,
): Conclusion {
  const key = `${location}/${sku}`
  return remember('expect', key, { entries: [...expectedAt(facts, location, sku), entry] })
}

export function expectOnly(
  location: string,
  sku: string,
  entries: readonly Expected[],
): Conclusion {
  const key = `${location}/${sku}`
  return entries.length === 0 ? forget('expect', key) : remember('expect', key, { entries })
}

export interface Consumed<Entry> {
  /** Units accounted for, without sign. */
  readonly units: number
  /** The entries that gave them, as they were. */
  readonly used: readonly Entry[]
  readonly left: readonly Entry[]
}

/** Takes `delta` units (signed) out of the entries, the oldest of the same sign first. */
export function consume<Entry extends { readonly quantity: number }>(
  entries: readonly Entry[],
  delta: number,
): Consumed<Entry> {
  const sign = Math.sign(delta)
  let open = Math.abs(delta)
  const used: Entry[] = []
  const left = entries.flatMap((entry) => {
    if (open === 0 || Math.sign(entry.quantity) !== sign) return [entry]
    const taken = Math.min(open, Math.abs(entry.quantity))
    open -= taken
    used.push(entry)
    const rest = entry.quantity - sign * taken
    return rest === 0 ? [] : [{ ...entry, quantity: rest }]
  })
  return { units: Math.abs(delta) - open, used, left }
}

/** A camera that hangs for half a day has to be looked at, and so has its shelf. */
const BLIND_MS = 12 * 3_600_000
/** A shelf that can be seen again comes to rest within it. */
const REST_MS = 60_000

/** Pictures contradict nothing while there are none that can be used, or have only just come back. */
export function pictureWaitMs(facts: Facts, location: string): number {
  const sinceMs = facts.camerasAt(location).map(facts.seeingSinceMs)
  const isBlind = sinceMs.every((since) => since === null || facts.nowMs - since < REST_MS)
  return sinceMs.length > 0 && isBlind ? BLIND_MS : facts.policy.shelfExpectMs
}
