import type { Foreign, ShelfQuestion } from './shelf-sample.ts'
import type { Sight } from './zone-state.ts'

/** Something that does not belong into the zone. Plain JSON. */
export interface Stranger {
  readonly sinceMs: number
  readonly isAsked: boolean
}

/** A basket set down for a moment is no stranger, nor is a pack seen askew while it turns. */
const STRANGER_AFTER_MS = 5_000

/** Asked once for as long as it stands there; a zone that is hidden says nothing of it. */
export function strangerSeen(
  known: Stranger | null,
  [thing]: readonly Foreign[],
  { sample, zone, seen }: Sight,
): { readonly stranger: Stranger | null; readonly question: ShelfQuestion | null } {
  if (!thing) return { stranger: seen.visible ? null : known, question: null }
  const { atMs, camera } = sample
  const { sinceMs, isAsked } = known ?? { sinceMs: atMs, isAsked: false }
  if (isAsked || atMs - sinceMs < STRANGER_AFTER_MS)
    return { stranger: known ?? { sinceMs, isAsked }, question: null }
  const question: ShelfQuestion = {
    kind: 'stranger',
    camera,
    zone: zone.zone,
    sku: zone.sku,
    location: zone.location,
    label: thing.label,
    seenSku: thing.sku,
    fromMs: sinceMs,
    toMs: atMs,
  }
  return { stranger: { sinceMs, isAsked: true }, question }
}
