import type { RawDetection } from './detections.ts'
import { type ModelManifest, ModelRefused } from './model-manifest.ts'

/** An output of the model, as plain data. */
export interface Output {
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** How one family of detectors is to be read. */
export interface ModelFamily {
  /** Boxes at or above `scoreMin`, 0..1, before suppression. Throws `ModelRefused`. */
  read(output: (name: string) => Output, manifest: ModelManifest, scoreMin: number): RawDetection[]
}

/** The families this build can read, by the manifest's `family`. */
const FAMILIES: Readonly<Record<string, ModelFamily>> = { 'tallygate-dense': { read: readDense } }

/** Throws `ModelRefused`. */
export function familyOf(manifest: ModelManifest): ModelFamily {
  const family = FAMILIES[manifest.family]
  if (family) return family
  const known = Object.keys(FAMILIES).join(', ')
  throw new ModelRefused(`model family must be one of ${known}, got "${manifest.family}"`)
}

/** Boxes [1, N, 4] as corners in input pixels, scores [1, N, labels] already between 0 and 1. */
function readDense(
  output: (name: string) => Output,
  manifest: ModelManifest,
  scoreMin: number,
): RawDetection[] {
  const { labels, outputs } = manifest
  const boxes = output(outputs.boxes)
  const scores = output(outputs.scores)
  const rows = boxes.dims[1] ?? 0
  assertDims(outputs.boxes, boxes, [1, rows, 4])
  assertDims(outputs.scores, scores, [1, rows, labels.length])
  const found: RawDetection[] = []
  for (let row = 0; row < rows; row++)
    for (const [column, label] of labels.entries()) {
      const score = scores.data[row * labels.length + column] ?? Number.NaN
      if (score < scoreMin) continue
      const [x1, y1, x2, y2] = boxes.data.subarray(row * 4, row * 4 + 4)
      found.push(finite({ label, score, x1, y1, x2, y2 }, row))
    }
  return found
}

type Unchecked = { [K in keyof RawDetection]: RawDetection[K] | undefined }

/** NaN compares false with every threshold, so it would neither be found nor missed. */
function finite({ label, score, x1, y1, x2, y2 }: Unchecked, row: number): RawDetection {
  const isSound =
    label !== undefined &&
    isSoundNumber(score) &&
    score <= 1 &&
    isSoundNumber(x1) &&
    isSoundNumber(y1) &&
    isSoundNumber(x2) &&
    isSoundNumber(y2)
  if (isSound) return { label, score, x1, y1, x2, y2 }
  throw new ModelRefused(
    `the model's row ${row} must hold finite corners and a score of 0..1, got ${[x1, y1, x2, y2]} and ${score}`,
  )
}

function isSoundNumber(value: number | undefined): value is number {
  return Number.isFinite(value)
}

function assertDims(name: string, output: Output, expected: readonly number[]): void {
  if (output.dims.join() === expected.join()) return
  throw new ModelRefused(
    `output "${name}" must have the shape ${expected.join(' x ')}, got ${output.dims.join(' x ')}`,
  )
}
