import type { Box, Detection } from './shelf-sample.ts'

/** What a detector says, before suppression; corners in pixels of the letterboxed input. */
export interface RawDetection {
  readonly label: Detection['label']
  /** 0..1. */
  readonly score: number
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** How the picture was put into the model's input: top-left, so only a scale is to be undone. */
export interface Letterbox {
  /** Input pixels per original pixel. */
  readonly scale: number
  /** Of the upright original, pixels. */
  readonly width: number
  readonly height: number
}

/** A shelf frame holds 25 to 150 facings; more candidates than this are noise. */
const CANDIDATES_MAX = 3000
const DETECTIONS_MAX = 300

/**
 * Class-wise non-maximum suppression, best score first. Equal scores keep the model's order, so
 * the same outputs always give the same detections.
 */
export function suppress(found: readonly RawDetection[], iouMax: number): RawDetection[] {
  const kept: RawDetection[] = []
  const ranked = found.toSorted((a, b) => b.score - a.score).slice(0, CANDIDATES_MAX)
  for (const candidate of ranked) {
    if (kept.length === DETECTIONS_MAX) break
    const isRepeat = kept.some(
      (better) => better.label === candidate.label && cornerIou(better, candidate) > iouMax,
    )
    if (!isRepeat) kept.push(candidate)
  }
  return kept
}

/** Back to pixels of the upright original, cut at its edges; what lies in the padding is gone. */
export function toOriginal(found: readonly RawDetection[], letterbox: Letterbox): Detection[] {
  const { scale, width, height } = letterbox
  return found.flatMap(({ label, score, x1, y1, x2, y2 }) => {
    const left = clamp(x1 / scale, width)
    const top = clamp(y1 / scale, height)
    const box = {
      x: left,
      y: top,
      width: clamp(x2 / scale, width) - left,
      height: clamp(y2 / scale, height) - top,
    }
    return box.width > 0 && box.height > 0 ? [{ label, score, box }] : []
  })
}

/** Share of the union that both boxes cover, 0..1. */
export function boxIou(a: Box, b: Box): number {
  const shared = sharedArea(a, b)
  const union = a.width * a.height + b.width * b.height - shared
  return union > 0 ? shared / union : 0
}

/** Square pixels that both boxes cover. */
export function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}

function cornerIou(a: RawDetection, b: RawDetection): number {
  return boxIou(boxOf(a), boxOf(b))
}

function boxOf({ x1, y1, x2, y2 }: RawDetection): Box {
  return { x: x1, y: y1, width: x2 - x1, height: y2 - y1 }
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max)
}
