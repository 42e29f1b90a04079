import type { Camera, ShelfChange, ShelfQuestion, ShelfSample } from './shelf-sample.ts'
import {
  lookAway,
  type ShelfSettings,
  stepZone,
  type ZoneNote,
  type ZoneState,
} from './zone-state.ts'

/**
 * Three equal counts over a second gave the true 8 movements on a real clip where every change of
 * count gave 10 to 14. The gap's extra minute keeps a camera on a quarter-hour timer watched.
 */
export const shelfDefaults: ShelfSettings = {
  appearAt: 500,
  stayAt: 300,
  settleFrames: 3,
  settleMs: 1_000,
  gapAfterMs: 16 * 60_000,
  blindAfterMs: 30_000,
}

/** What is remembered of one camera; plain JSON. Only `stepShelf` writes it. */
export interface ShelfState {
  readonly version: 1
  /** Device time of the newest usable frame taken; frames not newer change nothing. */
  readonly lastAtMs: number
  /** Frames in a row whose times lie far back, but rise: the camera's clock was put back. */
  readonly behind?: { readonly frames: number; readonly atMs: number } | null
  readonly zones: Readonly<Record<string, ZoneState>>
}

export interface ShelfStep {
  readonly next: ShelfState
  readonly changes: readonly ShelfChange[]
  /** What the shelf cannot answer by itself. */
  readonly questions: readonly ShelfQuestion[]
  /** What the frame did: the weightiest of its zones, in the order of `WEIGHT`. */
  readonly note: 'duplicate' | 'unusable' | ZoneNote
  /** False for a steady heartbeat: `next` differs in times alone and may be lost in a crash. */
  readonly dirty: boolean
}

const WEIGHT: readonly ZoneNote[] = ['changed', 'baseline', 'settling', 'hidden', 'steady']

/**
 * One frame's samples into the shelf's memory: a count is believed once it has been seen often and
 * long enough without a hand before the zone, and a belief that differs from the last is a change.
 * Zones that `camera` does not list keep what is known of them. Time is the frames' own.
 */
export function stepShelf(
  state: ShelfState | undefined,
  camera: Camera,
  sample: ShelfSample,
  settings: ShelfSettings,
): ShelfStep {
  const before = state ?? { version: 1, lastAtMs: Number.MIN_SAFE_INTEGER, zones: {} }
  if (sample.kind === 'unusable')
    return sample.reason === 'moved' ? lookedAway(before, sample) : unchanged(before, 'unusable')
  if (sample.atMs <= before.lastAtMs) return late(before, sample.atMs)

  const planned = new Set(camera.zones.map(({ sku }) => sku))
  const steps = camera.zones.flatMap((zone) => {
    const seen = sample.zones.find((candidate) => candidate.zone === zone.zone)
    if (!seen) return []
    return [stepZone(before.zones[zone.zone], { sample, zone, seen, settings, planned })]
  })
  const zones = Object.fromEntries(steps.map(({ name, zone }) => [name, zone]))
  return {
    next: { version: 1, lastAtMs: sample.atMs, zones: { ...before.zones, ...zones } },
    changes: steps.flatMap(({ change }) => (change ? [change] : [])),
    questions: steps.flatMap(({ questions }) => questions),
    note: WEIGHT.find((note) => steps.some((step) => step.note === note)) ?? 'steady',
    dirty: state === undefined || steps.some((step) => step.dirty),
  }
}

function unchanged(next: ShelfState, note: ShelfStep['note']): ShelfStep {
  return { next, changes: [], questions: [], note, dirty: false }
}

/** A camera that was knocked sees other things in the places of the slots. */
function lookedAway(before: ShelfState, { atMs }: ShelfSample): ShelfStep {
  if (atMs <= before.lastAtMs) return unchanged(before, 'unusable')
  const zones = Object.fromEntries(
    Object.entries(before.zones).map(([name, zone]) => [name, lookAway(zone, atMs)]),
  )
  const dirty = Object.values(before.zones).some(({ candidate, hand }) => candidate || !hand)
  return { ...unchanged({ ...before, zones }, 'unusable'), dirty }
}

/** Farther back than any delivery comes late. */
const CLOCK_STEP_MS = 5 * 60_000
/** A late delivery comes alone; a clock that was put back goes on. */
const CLOCK_STEP_FRAMES = 5

/**
 * Older than the newest frame taken: a repeated or late delivery, unless several such frames come
 * in order. Then the camera's clock was put back, and its time begins anew from there.
 */
function late(before: ShelfState, atMs: number): ShelfStep {
  if (before.lastAtMs - atMs < CLOCK_STEP_MS) return unchanged(before, 'duplicate')
  const { behind } = before
  const frames = behind && atMs > behind.atMs ? behind.frames + 1 : 1
  if (frames < CLOCK_STEP_FRAMES)
    return unchanged({ ...before, behind: { frames, atMs } }, 'duplicate')
  const zones = Object.fromEntries(
    Object.entries(before.zones).map(([name, zone]) => [
      name,
      {
        ...zone,
        candidate: null,
        hand: null,
        stranger: null,
        confirmed: zone.confirmed && { ...zone.confirmed, seenAtMs: atMs },
      },
    ]),
  )
  const next = { ...before, lastAtMs: atMs, behind: null, zones }
  return { ...unchanged(next, 'duplicate'), dirty: true }
}
