import { assertDims, at, type Decoder, type RawBox, soundBox } from './decoder.ts'

/** Our own: boxes [1, rows, 4] as corners in input pixels, scores [1, rows, labels] in 0..1. */
export const decodeDense: Decoder = (job) => {
  const boxes = job.output('boxes')
  const scores = job.output('scores')
  const rows = boxes.dims[1] ?? 0
  assertDims(boxes, [1, rows, 4])
  assertDims(scores, [1, rows, job.classes])
  const found: RawBox[] = []
  for (let row = 0; row < rows; row++)
    for (let classIndex = 0; classIndex < job.classes; classIndex++) {
      const score = at(scores.data, row * job.classes + classIndex)
      if (score < job.scoreMin) continue
      found.push(soundBox({ classIndex, score, ...cornersOf(boxes.data, row * 4) }, row))
    }
  return found
}

/** mmdeploy end to end: dets [1, rows, 5] with corners and score, labels [1, rows]; padded with zeros. */
export const decodeMmdeploy: Decoder = (job) => {
  const dets = job.output('dets')
  const rows = dets.dims[1] ?? 0
  assertDims(dets, [1, rows, 5])
  const labels = job.output('labels')
  assertDims(labels, [1, rows])
  const found: RawBox[] = []
  for (let row = 0; row < rows; row++) {
    const score = at(dets.data, row * 5 + 4)
    if (score < job.scoreMin) continue
    const classIndex = Math.round(at(labels.data, row)) - job.options.classBase
    found.push(soundBox({ classIndex, score, ...cornersOf(dets.data, row * 5) }, row))
  }
  return found
}

function cornersOf(data: Float32Array, first: number) {
  const [x1, y1, x2, y2] = [0, 1, 2, 3].map((offset) => at(data, first + offset))
  return { x1: x1 ?? Number.NaN, y1: y1 ?? Number.NaN, x2: x2 ?? Number.NaN, y2: y2 ?? Number.NaN }
}
