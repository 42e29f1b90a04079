import { ModelRefused } from '../model-manifest.ts'
import {
  assertDims,
  at,
  bestOf,
  centredBox,
  type DecodeJob,
  type Decoder,
  type Output,
  type RawBox,
  sigmoid,
  soundBox,
} from './decoder.ts'

/**
 * RT-DETR, D-FINE and DEIM with their own post-processing: labels, boxes, scores. Boxes come in
 * the units of `orig_target_sizes`, which is given the input's own size. A simplified export may
 * have lost the batch axis.
 */
export const decodeDetrWithSizes: Decoder = (job) => {
  const [labels, boxes, scores] = [job.output('labels'), job.output('boxes'), job.output('scores')]
  const rows = scores.data.length
  if (boxes.data.length !== rows * 4 || labels.data.length !== rows)
    throw new ModelRefused(
      `labels, boxes and scores must have one row each per query, got ${labels.data.length}, ${boxes.data.length} / 4 and ${rows}`,
    )
  const found: RawBox[] = []
  for (let row = 0; row < rows; row++) {
    const score = at(scores.data, row)
    if (score < job.scoreMin) continue
    const classIndex = Math.round(at(labels.data, row)) - job.options.classBase
    found.push(soundBox({ classIndex, score, ...cornersAt(boxes.data, row * 4) }, row))
  }
  return found
}

function cornersAt(data: Float32Array, first: number) {
  return {
    x1: at(data, first),
    y1: at(data, first + 1),
    x2: at(data, first + 2),
    y2: at(data, first + 3),
  }
}

/**
 * DETR, YOLOS (softmax, last class is "nothing") and the transformers exports of RT-DETR and
 * D-FINE (sigmoid, no background): logits and pred_boxes, centre and size as shares of the input.
 */
export const decodeDetr: Decoder = (job) => queries(job, job.output('logits'), job.output('boxes'))

/** RF-DETR: the same under the names dets and labels, sigmoid, one column of background. */
export const decodeRfDetr: Decoder = (job) => queries(job, job.output('labels'), job.output('dets'))

function queries(job: DecodeJob, logits: Output, boxes: Output): RawBox[] {
  const hasBackground = job.options.background !== 'none'
  const columns = job.classes + (hasBackground ? 1 : 0)
  const rows = boxes.dims[1] ?? 0
  assertDims(boxes, [1, rows, 4])
  assertDims(logits, [1, rows, columns])
  const firstClass = job.options.background === 'first' ? 1 : 0
  const scoresAt = job.options.activation === 'softmax' ? softmaxBest : sigmoidAll
  const found: RawBox[] = []
  for (let row = 0; row < rows; row++) {
    const place = boxAt(boxes.data, row, job)
    const first = row * columns
    const scored = scoresAt(logits.data, { first, columns, firstClass, classes: job.classes })
    for (const { classIndex, score } of scored)
      if (!(score < job.scoreMin)) found.push(centredBox(row, classIndex, score, place))
  }
  return found
}

function boxAt(data: Float32Array, row: number, { width, height }: DecodeJob) {
  return [
    at(data, row * 4) * width,
    at(data, row * 4 + 1) * height,
    at(data, row * 4 + 2) * width,
    at(data, row * 4 + 3) * height,
  ] as const
}

interface Logits {
  readonly first: number
  readonly columns: number
  readonly firstClass: number
  readonly classes: number
}

type Scored = { readonly classIndex: number; readonly score: number }

/** One class per query: the likeliest that is not the background. */
function softmaxBest(data: Float32Array, logits: Logits): Scored[] {
  const { first, columns, firstClass, classes } = logits
  const top = bestOf(data, first, columns).score
  let sum = 0
  for (let column = 0; column < columns; column++) sum += Math.exp(at(data, first + column) - top)
  const best = bestOf(data, first + firstClass, classes)
  return [{ classIndex: best.index, score: Math.exp(best.score - top) / sum }]
}

/** Each class on its own, as the authors' top-k over queries x classes does. */
function sigmoidAll(data: Float32Array, { first, firstClass, classes }: Logits): Scored[] {
  const scored: Scored[] = []
  for (let classIndex = 0; classIndex < classes; classIndex++)
    scored.push({ classIndex, score: sigmoid(at(data, first + firstClass + classIndex)) })
  return scored
}
