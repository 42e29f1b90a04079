import { ModelRefused } from '../model-manifest.ts'
import { assertDims, at, bestOf, type Decoder, type RawBox, soundBox } from './decoder.ts'

/** TensorFlow Object Detection API: finished boxes as ymin, xmin, ymax, xmax in 0..1; classes from 1. */
export const decodeTfObjectDetection: Decoder = (job) => {
  const boxes = job.output('boxes')
  const rows = boxes.dims[1] ?? 0
  assertDims(boxes, [1, rows, 4])
  const scores = job.output('scores')
  assertDims(scores, [1, rows])
  const classes = job.output('classes')
  assertDims(classes, [1, rows])
  // Rows beyond the count hold leftovers.
  const used = Math.min(rows, Math.round(at(job.output('count').data, 0)))
  const found: RawBox[] = []
  for (let row = 0; row < used; row++) {
    const score = at(scores.data, row)
    if (score < job.scoreMin) continue
    const box = {
      classIndex: Math.round(at(classes.data, row)) - job.options.classBase,
      score,
      y1: at(boxes.data, row * 4) * job.height,
      x1: at(boxes.data, row * 4 + 1) * job.width,
      y2: at(boxes.data, row * 4 + 2) * job.height,
      x2: at(boxes.data, row * 4 + 3) * job.width,
    }
    found.push(soundBox(box, row))
  }
  return found
}

/** Farther outside the picture than this, a box in shares was never decoded. */
const OUTSIDE_MAX = 1

/** Plain SSD in PyTorch: scores [1, rows, 1 + classes] after softmax, corners in 0..1, class 0 is nothing. */
export const decodeSsd: Decoder = (job) => {
  const boxes = job.output('boxes')
  const rows = boxes.dims[1] ?? 0
  const skipped = job.options.background === 'first' ? 1 : 0
  const columns = job.classes + (job.options.background === 'none' ? 0 : 1)
  assertDims(boxes, [1, rows, 4])
  const scores = job.output('scores')
  assertDims(scores, [1, rows, columns])
  const found: RawBox[] = []
  for (let row = 0; row < rows; row++) {
    const best = bestOf(scores.data, row * columns + skipped, job.classes)
    if (best.score < job.scoreMin) continue
    const corners = boxes.data.subarray(row * 4, row * 4 + 4)
    if (corners.some((corner) => corner < -OUTSIDE_MAX || corner > 1 + OUTSIDE_MAX))
      throw new ModelRefused(
        `output "${boxes.name}" must hold decoded corners in 0..1, got ${corners.join(', ')} in row ${row}: export the model with its post-processing`,
      )
    const box = {
      classIndex: best.index,
      score: best.score,
      x1: at(corners, 0) * job.width,
      y1: at(corners, 1) * job.height,
      x2: at(corners, 2) * job.width,
      y2: at(corners, 3) * job.height,
    }
    found.push(soundBox(box, row))
  }
  return found
}
