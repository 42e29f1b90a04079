import {
  assertDims,
  at,
  bestOf,
  centredBox,
  type DecodeJob,
  type Decoder,
  gridOf,
  type Output,
  type RawBox,
  sigmoid,
  soundBox,
  stridesOf,
} from './decoder.ts'

/** Each side of a box is a distribution over 0..7 strides. */
const BINS = 8

/** NanoDet-Plus: one output [1, cells, classes + 32]; a point lies on its cell's corner. */
export const decodeNanodetPlus: Decoder = (job) => {
  const output = job.output('predictions')
  const columns = job.classes + 4 * BINS
  assertDims(output, [1, -1, columns])
  const strides = stridesOf(output, output.dims[1] ?? 0, job)
  const points = strides.flatMap((stride) =>
    gridOf(job.width, job.height, stride).map(({ x, y }) => ({
      x: x * stride,
      y: y * stride,
      stride,
    })),
  )
  const { data } = output
  return points.flatMap((point, row) => {
    const first = row * columns
    const best = bestOf(data, first, job.classes)
    if (best.score < job.scoreMin) return []
    return [sidesBox(data, first + job.classes, { ...best, point, row })]
  })
}

/** NanoDet of 2021: per stride one output of scores and one of sides; a point is its cell's middle pixel. */
export const decodeNanodet: Decoder = (job) =>
  levels(job, (cell, stride) => cell * stride + 0.5 * (stride - 1))

/** PP-PicoDet without post-processing: the same with the point in the cell's middle. */
export const decodePicodet: Decoder = (job) => levels(job, (cell, stride) => (cell + 0.5) * stride)

function levels(job: DecodeJob, place: (cell: number, stride: number) => number): RawBox[] {
  const sides = job.outputs('sides')
  return job.outputs('scores').flatMap((scores, level) => {
    const stride = 8 * 2 ** level
    const cells = gridOf(job.width, job.height, stride)
    const distances = sides[level] ?? { name: 'sides', dims: [], data: new Float32Array(0) }
    assertDims(scores, [1, cells.length, job.classes])
    assertDims(distances, [1, cells.length, 4 * BINS])
    return cells.flatMap(({ x, y }, row) => {
      const best = bestOf(scores.data, row * job.classes, job.classes)
      if (best.score < job.scoreMin) return []
      const point = { x: place(x, stride), y: place(y, stride), stride }
      return [sidesBox(distances.data, row * 4 * BINS, { ...best, point, row })]
    })
  })
}

interface Found {
  readonly index: number
  readonly score: number
  readonly row: number
  readonly point: { readonly x: number; readonly y: number; readonly stride: number }
}

/** Left, top, right, bottom: the mean of each side's distribution, in strides from the point. */
function sidesBox(data: Float32Array, first: number, found: Found): RawBox {
  const { x, y, stride } = found.point
  const side = (index: number) => meanOf(data, first + index * BINS) * stride
  const corners = { x1: x - side(0), y1: y - side(1), x2: x + side(2), y2: y + side(3) }
  return soundBox({ classIndex: found.index, score: found.score, ...corners }, found.row)
}

function meanOf(data: Float32Array, first: number): number {
  const top = bestOf(data, first, BINS).score
  let sum = 0
  let weighted = 0
  for (let bin = 0; bin < BINS; bin++) {
    const weight = Math.exp(at(data, first + bin) - top)
    sum += weight
    weighted += bin * weight
  }
  return weighted / sum
}

/** FastestDet: [1, 5 + classes, rows, columns]; object^0.6 x class^0.4; place and size as shares. */
export const decodeFastestDet: Decoder = (job) => {
  const output = job.output('predictions')
  assertDims(output, [1, 5 + job.classes, -1, -1])
  const [, , rows = 0, columns = 0] = output.dims
  const found: RawBox[] = []
  for (let cell = 0; cell < rows * columns; cell++) {
    const box = fastestCell(output, { cell, rows, columns }, job)
    if (box) found.push(box)
  }
  return found
}

interface Cell {
  readonly cell: number
  readonly rows: number
  readonly columns: number
}

function fastestCell({ data }: Output, grid: Cell, job: DecodeJob): RawBox | null {
  const { cell, rows, columns } = grid
  const plane = rows * columns
  const channel = (index: number) => at(data, index * plane + cell)
  const best = bestOf(data, 5 * plane + cell, job.classes, plane)
  const score = channel(0) ** 0.6 * best.score ** 0.4
  if (score < job.scoreMin) return null
  return centredBox(cell, best.index, score, [
    (((cell % columns) + Math.tanh(channel(1))) / columns) * job.width,
    ((Math.floor(cell / columns) + Math.tanh(channel(2))) / rows) * job.height,
    sigmoid(channel(3)) * job.width,
    sigmoid(channel(4)) * job.height,
  ])
}
