import type { ModelManifest } from '../model-manifest.ts'
import { ModelRefused } from '../model-manifest.ts'

/** An output of the model, as plain data. */
export interface Output {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** A box as the model says it, before suppression; corners in pixels of the input tensor. */
export interface RawBox {
  readonly classIndex: number
  /** 0..1. */
  readonly score: number
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** What one run of a model gave, and what is known about the model. */
export interface DecodeJob {
  /** By the family's own word. Throws `ModelRefused`. */
  output(word: string): Output
  /** In the order of the manifest. Throws `ModelRefused`. */
  outputs(word: string): readonly Output[]
  /** Of the input tensor, pixels. */
  readonly width: number
  readonly height: number
  /** How many labels the manifest names. */
  readonly classes: number
  readonly scoreMin: number
  readonly options: ModelManifest['options']
}

/** Boxes at or above `scoreMin`. Throws `ModelRefused` when the outputs are not the family's. */
export type Decoder = (job: DecodeJob) => RawBox[]

/** NaN compares false with every threshold, so it would neither be found nor missed. */
export function soundBox(box: RawBox, row: number): RawBox {
  const { score, x1, y1, x2, y2 } = box
  if (score <= 1.001 && Number.isFinite(score + x1 + y1 + x2 + y2)) return box
  throw new ModelRefused(
    `the model's row ${row} must hold finite corners and a score of 0..1, got ${[x1, y1, x2, y2]} and ${score}`,
  )
}

/** The same, from centre and size. */
export function centredBox(
  row: number,
  classIndex: number,
  score: number,
  [cx, cy, width, height]: readonly [number, number, number, number],
): RawBox {
  const [halfWidth, halfHeight] = [width / 2, height / 2]
  const corners = {
    x1: cx - halfWidth,
    y1: cy - halfHeight,
    x2: cx + halfWidth,
    y2: cy + halfHeight,
  }
  return soundBox({ classIndex, score, ...corners }, row)
}

/** -1 in `expected` stands for any size. */
export function assertDims({ name, dims }: Output, expected: readonly number[]): void {
  const fits =
    dims.length === expected.length &&
    expected.every((size, axis) => size === -1 || dims[axis] === size)
  if (fits) return
  const wanted = expected.map((size) => (size === -1 ? '?' : size)).join(' x ')
  throw new ModelRefused(`output "${name}" must have the shape ${wanted}, got ${dims.join(' x ')}`)
}

export function at(data: Float32Array, index: number): number {
  return data[index] ?? Number.NaN
}

/**
 * The best of `count` scores that lie `step` apart; `map` must not reverse their order. A score
 * that is no number wins, so that it is seen.
 */
export function bestOf(
  data: Float32Array,
  first: number,
  count: number,
  step = 1,
): { readonly index: number; readonly score: number } {
  let index = 0
  let score = Number.NEGATIVE_INFINITY
  for (let candidate = 0; candidate < count; candidate++) {
    const value = at(data, first + candidate * step)
    if (Number.isNaN(value)) return { index: candidate, score: value }
    if (value > score) {
      score = value
      index = candidate
    }
  }
  return { index, score }
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

export interface GridPoint {
  readonly x: number
  readonly y: number
  readonly stride: number
}

/** Cells of one level, row by row. */
export function gridOf(width: number, height: number, stride: number): GridPoint[] {
  const columns = Math.ceil(width / stride)
  const rows = Math.ceil(height / stride)
  return Array.from({ length: columns * rows }, (_, cell) => ({
    x: cell % columns,
    y: Math.floor(cell / columns),
    stride,
  }))
}

/** How many cells `strides` have together. */
export function cellsOf(width: number, height: number, strides: readonly number[]): number {
  return strides.reduce(
    (sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride),
    0,
  )
}

/** The strides whose cells give exactly so many rows. Throws `ModelRefused`. */
export function stridesOf(output: Output, rows: number, job: DecodeJob): readonly number[] {
  const known = [
    [8, 16, 32],
    [8, 16, 32, 64],
  ]
  const strides = known.find((levels) => cellsOf(job.width, job.height, levels) === rows)
  if (strides) return strides
  const wanted = known.map((levels) => cellsOf(job.width, job.height, levels)).join(' or ')
  throw new ModelRefused(
    `output "${output.name}" must have ${wanted} rows for ${job.width} x ${job.height} pixels, got ${rows}`,
  )
}
