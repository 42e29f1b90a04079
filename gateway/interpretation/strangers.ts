import type { TagObservation } from '../../sensors/index.ts'
import { forget, remember } from './commands.ts'
import type { Conclusion, Facts, Memory, Tag } from './conclusion.ts'

/**
 * Well-formed items that no master knows: visible, never in the books, and remembered as they were
 * last seen at each place, so that they can be told again when their master arrives.
 */

/** A neighbour's whole delivery in view of a reader must not fill the store. */
const STRANGERS_MAX = 5_000
const KEPT_MS = 30 * 86_400_000

/** Shown once; counted from then on. */
export function stranger(
  facts: Facts,
  { epc, gtin14, serial }: Tag,
  place: string,
  observation: TagObservation,
): Conclusion[] {
  const key = `${gtin14}/${epc}/${place}`
  const known = facts.recall('stranger', key)
  const { atMs } = observation
  if (known) {
    const isNewer = atMs >= known.observation.atMs
    const kept = { ...known, sightings: known.sightings + 1 }
    return [remember('stranger', key, isNewer ? { ...kept, observation } : kept)]
  }
  const { device } = observation.evidence
  const message = `expected an item of the masters at ${place}, got GTIN ${gtin14}, serial ${serial}`
  const shown = { device, place, code: 'unknown-tag', message, what: epc, atMs } as const
  const isFull = facts.recallAll('stranger', '').length >= STRANGERS_MAX
  return [
    { kind: 'set-aside', ...shown },
    ...(isFull ? [] : [remember('stranger', key, { observation, sightings: 1, firstAtMs: atMs })]),
  ]
}

/** What was seen of goods whose master has come, in the order it was seen. */
export function knownByNow(facts: Facts): { observation: TagObservation; forgotten: Conclusion }[] {
  return facts
    .recallAll('stranger', '')
    .filter(([key]) => facts.skuByGtin(key.split('/', 1)[0] ?? '') !== null)
    .map(([key, { observation }]) => ({ observation, forgotten: forget('stranger', key) }))
    .sort((a, b) => a.observation.atMs - b.observation.atMs)
}

/** Nobody has made them known in a month: they belong to somebody else. */
export function oldStranger(key: string, one: Memory['stranger'], nowMs: number): Conclusion[] {
  return nowMs - one.observation.atMs > KEPT_MS ? [forget('stranger', key)] : []
}
