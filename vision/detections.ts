import type { Box, Detection, Role } from './shelf-sample.ts'

/** What a detector says, before suppression; corners in pixels of the model's input. */
export interface RawDetection {
  readonly label: string
  readonly role: Role
  readonly sku?: string
  /** 0..1. */
  readonly score: number
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/**
 * How the picture was put into the model's input. The scales are those that really came about:
 * the size inside the input is whole pixels, so they differ a little from the ratio aimed at.
 */
export interface Placement {
  /** Input pixels per original pixel. */
  readonly scaleX: number
  readonly scaleY: number
  /** Padding to the left and above, input pixels. */
  readonly offsetX: number
  readonly offsetY: number
  /** Of the upright original, pixels. */
  readonly width: number
  readonly height: number
}

/** A shelf frame holds 25 to 150 facings; more candidates than this are noise. */
const CANDIDATES_MAX = 3000
const DETECTIONS_MAX = 300

/** Two names for one item are one item with `across-labels`; a person never hides a product. */
export type SuppressionScope = 'per-label' | 'across-labels'

/**
 * Non-maximum suppression, best score first. Equal scores keep the model's order, so the same
 * outputs always give the same detections.
 */
export function suppress(
  found: readonly RawDetection[],
  iouMax: number,
  scope: SuppressionScope = 'per-label',
): RawDetection[] {
  const isSameKind = (a: RawDetection, b: RawDetection) =>
    scope === 'per-label' ? a.label === b.label : a.role === b.role
  const kept: RawDetection[] = []
  const ranked = found.toSorted((a, b) => b.score - a.score).slice(0, CANDIDATES_MAX)
  for (const candidate of ranked) {
    if (kept.length === DETECTIONS_MAX) break
    const isRepeat = kept.some(
      (better) => isSameKind(better, candidate) && cornerIou(better, candidate) > iouMax,
    )
    if (!isRepeat) kept.push(candidate)
  }
  return kept
}

/** The same place of the same picture, in the pixels of another input. Pure. */
export function movedTo(box: RawDetection, from: Placement, to: Placement): RawDetection {
  const acrossX = (x: number) => ((x - from.offsetX) / from.scaleX) * to.scaleX + to.offsetX
  const acrossY = (y: number) => ((y - from.offsetY) / from.scaleY) * to.scaleY + to.offsetY
  return {
    ...box,
    x1: acrossX(box.x1),
    y1: acrossY(box.y1),
    x2: acrossX(box.x2),
    y2: acrossY(box.y2),
  }
}

/** Back to pixels of the upright original, cut at its edges; what lies in the padding is gone. */
export function toOriginal(found: readonly RawDetection[], placement: Placement): Detection[] {
  const { scaleX, scaleY, offsetX, offsetY, width, height } = placement
  return found.flatMap(({ label, role, sku, score, x1, y1, x2, y2 }) => {
    const left = clamp((x1 - offsetX) / scaleX, width)
    const top = clamp((y1 - offsetY) / scaleY, height)
    const box = {
      x: left,
      y: top,
      width: clamp((x2 - offsetX) / scaleX, width) - left,
      height: clamp((y2 - offsetY) / scaleY, height) - top,
    }
    if (box.width <= 0 || box.height <= 0) return []
    return [{ label, role, ...(sku === undefined ? {} : { sku }), score: Math.min(1, score), box }]
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

/** Share of the union that both cover, 0..1; in the same pixels. */
export function cornerIou(a: RawDetection, b: RawDetection): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - shared)
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max)
}
