import type { ShelfQuestion } from './shelf-sample.ts'
import type { Sight } from './zone-state.ts'

/** Somebody before a zone, and how it has looked since he left. Plain JSON. */
export interface Hand {
  readonly fromMs: number
  readonly lastMs: number
  /** Sights since, all with the confirmed count, and the first of them. */
  readonly calmFrames: number
  readonly calmFromMs: number | null
}

/** A hand counts as the same one while the zone has not settled in between. */
export function handSeen(hand: Hand | null, atMs: number): Hand {
  return { fromMs: hand?.fromMs ?? atMs, lastMs: atMs, calmFrames: 0, calmFromMs: null }
}

/**
 * The zone shows what it showed before the hand. Once that has settled the hand is forgotten; where
 * items stand one behind another, the next one may have come into sight: a question, no guess.
 */
export function handGone(
  hand: Hand | null,
  { sample, zone, settings }: Sight,
): { readonly hand: Hand | null; readonly question: ShelfQuestion | null } {
  if (!hand) return { hand: null, question: null }
  const { atMs } = sample
  const calmFromMs = hand.calmFromMs ?? atMs
  const calmFrames = hand.calmFrames + 1
  if (calmFrames < settings.settleFrames || atMs - calmFromMs < settings.settleMs)
    return { hand: { ...hand, calmFrames, calmFromMs }, question: null }
  if ((zone.depth ?? 1) === 1) return { hand: null, question: null }
  const question: ShelfQuestion = {
    kind: 'possible-pick',
    camera: sample.camera,
    zone: zone.zone,
    sku: zone.sku,
    location: zone.location,
    fromMs: hand.fromMs,
    toMs: calmFromMs,
  }
  return { hand: null, question }
}
