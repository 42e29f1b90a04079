import { type Hand, handGone, handSeen } from './hand.ts'
import type { ShelfChange, ShelfQuestion, ShelfSample, Zone, ZoneSample } from './shelf-sample.ts'
import { type Stranger, strangerSeen } from './stranger.ts'
import { identify } from './zone-identity.ts'

/** When a slot counts as filled, and when a count counts as settled. */
export interface ShelfSettings {
  /** Slot score, thousandths, from which an item appears; and down to which it stays. */
  readonly appearAt: number
  readonly stayAt: number
  /** Equal counts in a row, and the time from the first to the last, before one is believed. */
  readonly settleFrames: number
  readonly settleMs: number
  /** A zone not seen for longer was not watched; what changed meanwhile is marked `gap`. */
  readonly gapAfterMs: number
  /** Somebody stood before a zone for longer: what changed behind him is marked `gap` too. */
  readonly blindAfterMs: number
  /** Book counts by zone for zones never seen before; without one the first count is a baseline. */
  readonly expected?: Readonly<Record<string, number>>
}

/** What is remembered of one zone; plain JSON. */
export interface ZoneState {
  /** What is counted here; another SKU or place in this zone begins anew. */
  readonly sku: string
  readonly location: string
  /** Per slot, with hysteresis. */
  readonly occupied: readonly boolean[]
  /** Changes confirmed so far, for ever rising. */
  readonly transition: number
  readonly confirmed: Confirmed | null
  readonly candidate: Candidate | null
  /** Somebody stands, or stood, before the zone; null once it is settled what that did. */
  readonly hand?: Hand | null
  readonly stranger?: Stranger | null
}

interface Confirmed {
  readonly count: number
  readonly occupied: readonly boolean[]
  /** Last usable frame that showed this count with nobody before it. */
  readonly seenAtMs: number
}

/** A count that differs from the confirmed one and may settle. */
interface Candidate {
  readonly count: number
  readonly frames: number
  readonly firstAtMs: number
  readonly lastAtMs: number
  readonly firstFrameSha256: string
  /** Per slot, thousandths, added up over its frames. */
  readonly scoreSums: readonly number[]
}

/** One look at one zone. */
export interface Sight {
  readonly sample: Extract<ShelfSample, { kind: 'usable' }>
  readonly zone: Zone
  readonly seen: ZoneSample
  readonly settings: ShelfSettings
  /** SKUs that stand somewhere before this camera. */
  readonly planned: ReadonlySet<string>
}

export type ZoneNote = 'changed' | 'baseline' | 'settling' | 'hidden' | 'steady'

export interface ZoneStep {
  readonly name: string
  readonly zone: ZoneState
  readonly change: ShelfChange | null
  readonly questions: readonly ShelfQuestion[]
  readonly note: ZoneNote
  readonly dirty: boolean
}

/** Thousandths above `appearAt`, or below `stayAt`, at which a slot leaves no doubt. */
const CLEAR_MARGIN = 200
/** Nobody watched: of what is sure otherwise, this much is left, in thousandths. */
const GAP_FACTOR = 700
/** Several items gone at once while the zone was in view and no hand came: glare, not a shopper. */
const UNEXPLAINED_MAX = 400
/** A hand is seen when frames come at least this often; what is farther apart proves nothing. */
const HAND_SEEN_MS = 3_000

export function stepZone(known: ZoneState | undefined, raw: Sight): ZoneStep {
  const { zone, sample, planned } = raw
  const { slotScores, strangers } = identify(zone, raw.seen, sample.recognition, planned)
  const sight = { ...raw, seen: { ...raw.seen, slotScores } }
  const before = known && isSameShelf(known, sight) ? known : beginAnew(known, sight)
  const isNew = before !== known
  const step = sight.seen.visible ? look(before, sight) : hide(before, sample.atMs)
  const knownStranger = before.stranger ?? null
  const { stranger, question } = strangerSeen(knownStranger, strangers, sight)
  return {
    name: zone.zone,
    zone: stranger === knownStranger ? step.zone : { ...step.zone, stranger },
    change: step.change,
    questions: [step.question, question].filter((asked) => asked !== null),
    note: step.note,
    dirty: step.dirty || isNew || stranger !== knownStranger,
  }
}

type Looked = Omit<ZoneStep, 'name' | 'questions'> & { readonly question: ShelfQuestion | null }

/** A hand is there: whatever was settling must settle again without it. */
function hide(before: ZoneState, atMs: number): Looked {
  const hand = handSeen(before.hand ?? null, atMs)
  const zone = { ...before, candidate: null, hand }
  const dirty = before.candidate !== null || !before.hand
  return { zone, change: null, question: null, note: 'hidden', dirty }
}

/** The camera looked elsewhere: nothing goes on settling, and what changed meanwhile is a gap. */
export function lookAway(before: ZoneState, atMs: number): ZoneState {
  return hide(before, atMs).zone
}

function look(before: ZoneState, sight: Sight): Looked {
  const { atMs } = sight.sample
  const occupied = before.occupied.map((was, index) => isOccupied(was, index, sight))
  const count = occupied.filter(Boolean).length
  if (before.confirmed?.count === count) {
    const { hand, question } = handGone(before.hand ?? null, sight)
    const isNews = before.candidate !== null || !isEqual(before.occupied, occupied)
    const confirmed = { count, occupied, seenAtMs: atMs }
    const zone = { ...before, occupied, confirmed, candidate: null, hand }
    const dirty = isNews || (before.hand ?? null) !== hand
    return { zone, change: null, question, note: 'steady', dirty }
  }
  const candidate = growCandidate(before.candidate, count, sight)
  if (!isSettled(candidate, sight.settings)) {
    const zone = { ...before, occupied, candidate }
    return { zone, change: null, question: null, note: 'settling', dirty: true }
  }
  return confirm(before, occupied, candidate, sight)
}

function confirm(
  before: ZoneState,
  occupied: readonly boolean[],
  candidate: Candidate,
  sight: Sight,
): Looked {
  const { count } = candidate
  const countBefore = before.confirmed?.count ?? sight.settings.expected?.[sight.zone.zone]
  const confirmed = { count, occupied, seenAtMs: candidate.lastAtMs }
  const settled = { ...before, occupied, confirmed, candidate: null, hand: null }
  if (countBefore === undefined || countBefore === count)
    return { zone: settled, change: null, question: null, note: 'baseline', dirty: true }

  const seenAtMs = before.confirmed?.seenAtMs ?? null
  const gap = isGap(before, candidate, sight.settings)
  const transition = before.transition + 1
  const change: ShelfChange = {
    camera: sight.sample.camera,
    zone: sight.zone.zone,
    sku: sight.zone.sku,
    location: sight.zone.location,
    transition,
    countBefore,
    countAfter: count,
    observedFromMs: seenAtMs ?? candidate.firstAtMs,
    observedAtMs: candidate.firstAtMs,
    gap,
    confidence: confidenceOf(before, occupied, candidate, gap, sight.settings),
    frames: candidate.frames,
    frameSha256: candidate.firstFrameSha256,
  }
  return { zone: { ...settled, transition }, change, question: null, note: 'changed', dirty: true }
}

/** Nobody could see the zone for long: no frames came, or somebody stood before it. */
function isGap(
  { confirmed, hand }: ZoneState,
  { firstAtMs }: Candidate,
  { gapAfterMs, blindAfterMs }: ShelfSettings,
): boolean {
  if (!confirmed || firstAtMs - confirmed.seenAtMs > gapAfterMs) return true
  return hand ? hand.lastMs - hand.fromMs > blindAfterMs : false
}

/**
 * Thousandths. The weakest of the slots that changed decides, by how far its mean score lies
 * outside the band between "stays" and "appears"; at the band's edge nothing is sure.
 */
function confidenceOf(
  before: ZoneState,
  occupied: readonly boolean[],
  { scoreSums, frames, firstAtMs }: Candidate,
  gap: boolean,
  { appearAt, stayAt }: ShelfSettings,
): number {
  const margins = occupied.flatMap((is, slot) => {
    if (before.confirmed?.occupied[slot] === is) return []
    const mean = (scoreSums[slot] ?? 0) / frames
    return [is ? mean - appearAt : stayAt - mean]
  })
  const weakest = Math.min(CLEAR_MARGIN, ...margins)
  const sure = Math.round((Math.max(0, weakest) * 1000) / CLEAR_MARGIN)
  if (gap) return Math.floor((sure * GAP_FACTOR) / 1000)
  return isUnexplained(before, occupied, firstAtMs) ? Math.min(sure, UNEXPLAINED_MAX) : sure
}

function isUnexplained(
  { confirmed, hand }: ZoneState,
  occupied: readonly boolean[],
  firstAtMs: number,
): boolean {
  if (!confirmed || hand || firstAtMs - confirmed.seenAtMs > HAND_SEEN_MS) return false
  return confirmed.count - occupied.filter(Boolean).length > 1
}

/** The clock starts again when the count changes, or when the camera was away too long. */
function growCandidate(candidate: Candidate | null, count: number, sight: Sight): Candidate {
  const { atMs, frameSha256 } = sight.sample
  const { slotScores } = sight.seen
  const goesOn =
    candidate?.count === count && atMs - candidate.lastAtMs <= sight.settings.gapAfterMs
  if (!goesOn)
    return {
      count,
      frames: 1,
      firstAtMs: atMs,
      lastAtMs: atMs,
      firstFrameSha256: frameSha256,
      scoreSums: slotScores,
    }
  return {
    ...candidate,
    frames: candidate.frames + 1,
    lastAtMs: atMs,
    scoreSums: candidate.scoreSums.map((sum, slot) => sum + (slotScores[slot] ?? 0)),
  }
}

function isSettled(candidate: Candidate, settings: ShelfSettings): boolean {
  const spanMs = candidate.lastAtMs - candidate.firstAtMs
  return candidate.frames >= settings.settleFrames && spanMs >= settings.settleMs
}

function isOccupied(was: boolean, slot: number, { seen, settings }: Sight): boolean {
  return (seen.slotScores[slot] ?? 0) >= (was ? settings.stayAt : settings.appearAt)
}

function isSameShelf(known: ZoneState, { zone, seen }: Sight): boolean {
  return (
    known.sku === zone.sku &&
    known.location === zone.location &&
    known.occupied.length === seen.slotScores.length
  )
}

/** A zone never seen, or planned anew: its first count is a baseline; its numbering goes on. */
function beginAnew(known: ZoneState | undefined, { zone, seen }: Sight): ZoneState {
  return {
    sku: zone.sku,
    location: zone.location,
    occupied: seen.slotScores.map(() => false),
    transition: known?.transition ?? 0,
    confirmed: null,
    candidate: null,
    hand: null,
  }
}

function isEqual(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
