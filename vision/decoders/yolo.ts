import {
  assertDims,
  at,
  bestOf,
  centredBox,
  type DecodeJob,
  type Decoder,
  gridOf,
  type RawBox,
  soundBox,
  stridesOf,
} from './decoder.ts'

/** Ultralytics YOLOv5 (and v7): [1, rows, 5 + classes], centre and size in pixels, object x class. */
export const decodeYolov5: Decoder = (job) =>
  objectRows(job, (data, row) => [
    at(data, row),
    at(data, row + 1),
    at(data, row + 2),
    at(data, row + 3),
  ])

/**
 * YOLOX: like YOLOv5, but the default export leaves the boxes in grid cells; both forms have the
 * same name and shape, so the manifest says which it is.
 */
export const decodeYolox: Decoder = (job) => {
  if (job.options.boxes === 'decoded') return decodeYolov5(job)
  const output = job.output('predictions')
  const strides = stridesOf(output, output.dims[1] ?? 0, job)
  const cells = strides.flatMap((stride) => gridOf(job.width, job.height, stride))
  return objectRows(job, (data, row, index) => {
    const { x, y, stride } = cells[index] ?? { x: 0, y: 0, stride: Number.NaN }
    return [
      (at(data, row) + x) * stride,
      (at(data, row + 1) + y) * stride,
      Math.exp(at(data, row + 2)) * stride,
      Math.exp(at(data, row + 3)) * stride,
    ]
  })
}

type ReadBox = (
  data: Float32Array,
  row: number,
  index: number,
) => readonly [number, number, number, number]

function objectRows(job: DecodeJob, readBox: ReadBox): RawBox[] {
  const output = job.output('predictions')
  const columns = 5 + job.classes
  assertDims(output, [1, -1, columns])
  const { data } = output
  const found: RawBox[] = []
  for (let index = 0; index < data.length / columns; index++) {
    const row = index * columns
    const object = at(data, row + 4)
    if (object < job.scoreMin) continue
    const best = bestOf(data, row + 5, job.classes)
    const score = object * best.score
    if (score < job.scoreMin) continue
    found.push(centredBox(index, best.index, score, readBox(data, row, index)))
  }
  return found
}

/** Ultralytics YOLOv8 and 11: [1, 4 + classes, anchors], channels first, no objectness. */
export const decodeYolov8: Decoder = (job) => {
  const output = job.output('predictions')
  assertDims(output, [1, 4 + job.classes, -1])
  const { data } = output
  const anchors = output.dims[2] ?? 0
  const found: RawBox[] = []
  for (let anchor = 0; anchor < anchors; anchor++) {
    const best = bestOf(data, 4 * anchors + anchor, job.classes, anchors)
    if (best.score < job.scoreMin) continue
    found.push(
      centredBox(anchor, best.index, best.score, [
        at(data, anchor),
        at(data, anchors + anchor),
        at(data, 2 * anchors + anchor),
        at(data, 3 * anchors + anchor),
      ]),
    )
  }
  return found
}

/** YOLOv10, YOLO26 and exports with `nms=True`: [1, rows, 6], corners, score, class; unused rows are zero. */
export const decodeEndToEnd: Decoder = (job) => {
  const output = job.output('predictions')
  assertDims(output, [1, -1, 6])
  return finishedRows(output.data, job, { columns: 6, first: 0, score: 4, class: 5 })
}

/** YOLO-NAS "flat": [rows, 7] = batch, corners, score, class; class -1 ends the list. */
export const decodeYoloNasFlat: Decoder = (job) => {
  const output = job.output('predictions')
  assertDims(output, [-1, 7])
  const rows = output.dims[0] ?? 0
  let used = 0
  while (used < rows && at(output.data, used * 7 + 6) >= 0) used++
  const data = output.data.subarray(0, used * 7)
  return finishedRows(data, job, { columns: 7, first: 1, score: 5, class: 6 })
}

interface RowPlan {
  readonly columns: number
  /** Column of x1. */
  readonly first: number
  readonly score: number
  readonly class: number
}

function finishedRows(data: Float32Array, job: DecodeJob, plan: RowPlan): RawBox[] {
  const found: RawBox[] = []
  for (let row = 0; row < data.length / plan.columns; row++) {
    const start = row * plan.columns
    const score = at(data, start + plan.score)
    if (score < job.scoreMin) continue
    const corners = start + plan.first
    const box = {
      classIndex: Math.round(at(data, start + plan.class)) - job.options.classBase,
      score,
      x1: at(data, corners),
      y1: at(data, corners + 1),
      x2: at(data, corners + 2),
      y2: at(data, corners + 3),
    }
    found.push(soundBox(box, row))
  }
  return found
}
