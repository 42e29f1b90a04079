import type { Camera, ShelfChange, ShelfSample } from './shelf-sample.ts'
import { type ShelfSettings, stepZone, type ZoneNote, type ZoneState } from './zone-state.ts'

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
}

/** What is remembered of one camera; plain JSON. Only `stepShelf` writes it. */
export interface ShelfState {
  readonly version: 1
  /** Device time of the newest usable frame taken; frames not newer change nothing. */
  readonly lastAtMs: number
  readonly zones: Readonly<Record<string, ZoneState>>
}

export interface ShelfStep {
  readonly next: ShelfState
  readonly changes: readonly ShelfChange[]
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
    return { next: before, changes: [], note: 'unusable', dirty: false }
  if (sample.atMs <= before.lastAtMs)
    return { next: before, changes: [], note: 'duplicate', dirty: false }

  const steps = camera.zones.flatMap((zone) => {
    const seen = sample.zones.find((candidate) => candidate.zone === zone.zone)
    if (!seen) return []
    return [stepZone(before.zones[zone.zone], { sample, zone, seen, settings })]
  })
  const zones = Object.fromEntries(steps.map(({ name, zone }) => [name, zone]))
  return {
    next: { version: 1, lastAtMs: sample.atMs, zones: { ...before.zones, ...zones } },
    changes: steps.flatMap(({ change }) => (change ? [change] : [])),
    note: WEIGHT.find((note) => steps.some((step) => step.note === note)) ?? 'steady',
    dirty: state === undefined || steps.some((step) => step.dirty),
  }
}
