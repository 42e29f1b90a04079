import { judge } from './recognition/gallery.ts'
import type { Foreign, Likeness, Recognised, Zone, ZoneSample } from './shelf-sample.ts'

/** Between "stays" and "appears": keeps what was there, and can never be a delivery. */
const STRANGER_SCORE_MAX = 400
/** Just appears, so that whatever follows from it is asked and not booked. */
const DOUBTFUL_SCORE_MAX = 510

export interface Identified {
  readonly slotScores: readonly number[]
  readonly strangers: readonly Foreign[]
}

/**
 * What the looks of the items say of a zone. The planned SKU is looked for among those planned for
 * this camera: nearly all that is ever put back wrong comes from next door. Something else in a slot
 * neither comes nor goes as the planned SKU, it is a stranger; and where two planned SKUs look alike
 * a unit counts, but too weakly to be booked. A SKU without pictures is believed as before. Pure.
 */
export function identify(
  zone: Zone,
  { slotScores, looks, foreign = [] }: ZoneSample,
  recognition: Recognised | undefined,
  planned: ReadonlySet<string>,
): Identified {
  if (!recognition || !looks || !recognition.enrolled.includes(zone.sku))
    return { slotScores, strangers: foreign }
  const strangers: Foreign[] = []
  const scores = slotScores.map((score, slot) => {
    const nearest = looks[slot]
    if (!nearest) return score
    const verdict = verdictOf(zone.sku, nearest, recognition, planned)
    if (verdict === 'planned') return score
    if (verdict === 'doubtful') return Math.min(score, DOUBTFUL_SCORE_MAX)
    strangers.push({ label: 'product', sku: verdict.sku })
    return Math.min(score, STRANGER_SCORE_MAX)
  })
  return { slotScores: scores, strangers: [...foreign, ...strangers] }
}

type SlotVerdict = 'planned' | 'doubtful' | { readonly sku: string | null }

function verdictOf(
  sku: string,
  nearest: readonly Likeness[],
  recognition: Recognised,
  planned: ReadonlySet<string>,
): SlotVerdict {
  const here = judge(
    nearest.filter((likeness) => planned.has(likeness.sku)),
    recognition,
  )
  if (here.kind === 'known' && here.sku === sku) return 'planned'
  if (here.kind === 'ambiguous' && isWithin(here.nearest, sku, recognition.marginMin))
    return 'doubtful'
  // Only to name it: what is planned nowhere near is looked for everywhere.
  const anywhere = judge(nearest, recognition)
  return { sku: anywhere.kind === 'known' && anywhere.sku !== sku ? anywhere.sku : null }
}

/** The planned SKU is one of those that nobody can tell apart. */
function isWithin(nearest: readonly Likeness[], sku: string, marginMin: number): boolean {
  const [first] = nearest
  const own = nearest.find((likeness) => likeness.sku === sku)
  return first !== undefined && own !== undefined && first.similarity - own.similarity < marginMin
}
