import {
  type AxisShift,
  blended,
  type EdgeProfile,
  edgeProfile,
  shiftBetween,
} from './camera-shift.ts'
import type { Glance } from './glance.ts'
import type { QualityFault } from './quality.ts'

/** What one camera's pictures have been like; kept by the process that looks at them. */
export interface CameraWatch {
  /** Of the newest good frames, newest last. */
  readonly sharpness: readonly number[]
  /** Products found in the newest good frames, newest last. */
  readonly found: readonly number[]
  readonly last: {
    readonly grey: Uint8Array
    readonly sinceMs: number
    readonly atMs: number
  } | null
  readonly reference: EdgeProfile | null
  /** A shift that has been seen since then and may be the camera's new place. */
  readonly moved: { readonly x: number; readonly y: number; readonly sinceMs: number } | null
  /** How far the shelf lies from where it was calibrated, original pixels. */
  readonly offset: { readonly x: number; readonly y: number }
}

export interface CameraFrame {
  readonly atMs: number
  readonly glance: Glance
}

export interface WatchStep {
  readonly next: CameraWatch
  readonly fault: QualityFault | null
  /** The light changed everywhere at once: nothing that was settling may settle over it. */
  readonly isUnsettled: boolean
}

export const unwatched: CameraWatch = {
  sharpness: [],
  found: [],
  last: null,
  reference: null,
  moved: null,
  offset: { x: 0, y: 0 },
}

/** The very same picture for longer, while its times go on, is a picture that hangs. */
const FROZEN_AFTER_MS = 60_000
/** Of the camera's own median; 0.15 was blind, and sigma 3 of blur still found everything. */
const BLUR_SHARE = 0.15
/** Blurred alone is no harm: the model must miss things too. */
const FOUND_SHARE = 0.7
const KEPT = 31
/** Fewer good frames say nothing about what is usual. */
const USUAL_FROM = 5
/** Grey levels that count as a change, and the share of blocks that changed one way. */
const LIGHT_LEVELS = 12
const LIGHT_SHARE = 0.6
/** Smaller shifts leave an item in its slot. */
const SHIFT_PIXELS_MIN = 8
const SHIFT_MATCH_MIN = 0.6
const SHIFT_MATCH_GAIN = 0.15
/** With so little left in common along both axes the camera looks elsewhere, or is covered. */
const SCENE_MATCH_MIN = 0.3
/** A shift that stays this long is where the camera looks now. */
const SETTLED_AFTER_MS = 60_000
/** Of each good frame: an emptying shelf is followed within minutes, a knock is not. */
const REFERENCE_SHARE = 1 / 64

/** Before the model looks: frozen, moved, or lit anew. Pure. */
export function watchFrame(watch: CameraWatch, { atMs, glance }: CameraFrame): WatchStep {
  const { last } = watch
  const isSame = last !== null && isEqual(last.grey, glance.grey)
  const sinceMs = isSame ? last.sinceMs : atMs
  const next = { ...watch, last: { grey: glance.grey, sinceMs, atMs } }
  if (isSame && atMs - sinceMs >= FROZEN_AFTER_MS)
    return { next, isUnsettled: false, fault: frozen(atMs - sinceMs) }
  const now = edgeProfile(glance)
  if (!watch.reference)
    return { next: { ...next, reference: now }, isUnsettled: false, fault: null }
  const isUnsettled = last !== null && !isSame && isLitAnew(last.grey, glance)
  const { x, y } = shiftBetween(watch.reference, now, glance)
  if (isShifted(x, y)) return { ...takeShift(next, x.pixels, y.pixels, atMs, now), isUnsettled }
  if (Math.max(x.match, y.match) < SCENE_MATCH_MIN)
    return { next: { ...next, moved: null }, isUnsettled, fault: elsewhere(x, y) }
  const reference = blended(watch.reference, now, REFERENCE_SHARE)
  return { next: { ...next, reference, moved: null }, isUnsettled, fault: null }
}

/** One axis is clearly better elsewhere, and the other is not worse for it. */
function isShifted(x: AxisShift, y: AxisShift): boolean {
  const isClear = ({ pixels, match, atRest }: AxisShift) =>
    Math.abs(pixels) >= SHIFT_PIXELS_MIN &&
    match >= SHIFT_MATCH_MIN &&
    match - atRest >= SHIFT_MATCH_GAIN
  return (isClear(x) || isClear(y)) && Math.min(x.match, y.match) >= SCENE_MATCH_MIN
}

/** Suspends the camera's zones; a shift that stays becomes its new place. */
function takeShift(
  watch: CameraWatch,
  x: number,
  y: number,
  atMs: number,
  now: EdgeProfile,
): Omit<WatchStep, 'isUnsettled'> {
  const { moved, offset } = watch
  const isSteady =
    moved !== null && Math.max(Math.abs(moved.x - x), Math.abs(moved.y - y)) < SHIFT_PIXELS_MIN
  if (isSteady && atMs - moved.sinceMs >= SETTLED_AFTER_MS) {
    const place = { x: offset.x + x, y: offset.y + y }
    return { next: { ...watch, reference: now, moved: null, offset: place }, fault: null }
  }
  const since = isSteady ? moved : { x, y, sinceMs: atMs }
  return {
    next: { ...watch, moved: since },
    fault: {
      reason: 'moved',
      detail: `the shelf must stay within ${SHIFT_PIXELS_MIN} pixels of where it was, got ${x.toFixed(0)} to the right and ${y.toFixed(0)} down`,
    },
  }
}

/** After the model has looked: whether a blurred picture hid things. Pure. */
export function watchFound(
  watch: CameraWatch,
  { sharpness }: Glance,
  found: number,
): Omit<WatchStep, 'isUnsettled'> {
  const usual = watch.sharpness.length < USUAL_FROM ? 0 : medianOf(watch.sharpness)
  const usuallyFound = medianOf(watch.found)
  if (sharpness < BLUR_SHARE * usual && found < FOUND_SHARE * usuallyFound)
    return {
      next: watch,
      fault: {
        reason: 'blurred',
        detail: `sharpness must be at least ${BLUR_SHARE} of the camera's usual ${usual.toFixed(0)}, got ${sharpness.toFixed(0)}, and ${found} found instead of ${usuallyFound}`,
      },
    }
  const next = {
    ...watch,
    sharpness: [...watch.sharpness, sharpness].slice(-KEPT),
    found: [...watch.found, found].slice(-KEPT),
  }
  return { next, fault: null }
}

function frozen(forMs: number): QualityFault {
  return {
    reason: 'frozen',
    detail: `the picture must change a little within ${FROZEN_AFTER_MS} ms, got the same for ${forMs} ms`,
  }
}

function elsewhere(x: AxisShift, y: AxisShift): QualityFault {
  return {
    reason: 'moved',
    detail: `the shelf's edges must match at least ${SCENE_MATCH_MIN} with where they were, got ${Math.max(x.match, y.match).toFixed(2)}: the camera looks elsewhere or is covered`,
  }
}

/** Most of an 8 x 8 grid of blocks brighter, or most darker: a lamp, not a hand. */
function isLitAnew(before: Uint8Array, glance: Glance): boolean {
  let [brighter, darker] = [0, 0]
  for (let block = 0; block < 64; block++) {
    const change = blockChange(before, glance, block % 8, Math.floor(block / 8))
    if (change > LIGHT_LEVELS) brighter++
    if (change < -LIGHT_LEVELS) darker++
  }
  return Math.max(brighter, darker) > LIGHT_SHARE * 64
}

/** Mean change in grey levels. */
function blockChange(
  before: Uint8Array,
  { width, height, grey }: Glance,
  column: number,
  row: number,
): number {
  const [left, right] = [(column * width) >> 3, ((column + 1) * width) >> 3]
  const [top, bottom] = [(row * height) >> 3, ((row + 1) * height) >> 3]
  let [sum, pixels] = [0, 0]
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      sum += (grey[y * width + x] ?? 0) - (before[y * width + x] ?? 0)
      pixels++
    }
  return pixels === 0 ? 0 : sum / pixels
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
