import type { ModelPlan } from './onnx-writer.ts'

/** The picture all these models claim to have seen, and what stands on it. */
export const SEEN = { width: 800, height: 600 } as const
export const LABELS = ['cola', 'tonic', 'person'] as const
export const TRUTH = [
  { label: 'cola', classIndex: 0, score: 0.9, box: [100, 100, 100, 100] },
  { label: 'person', classIndex: 2, score: 0.8, box: [500, 300, 60, 120] },
] as const

/** No square: width and height mixed up would show. */
export const INPUT = { width: 320, height: 256 } as const
const { width: W, height: H } = INPUT
const STRIDES = [8, 16, 32]
const LIGHT_STRIDES = [8, 16, 32, 64]
const CLASSES = LABELS.length

type Resize = 'center' | 'top-left' | 'stretch'

export interface Item {
  readonly classIndex: number
  readonly score: number
  /** Pixels of the input. */
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly cx: number
  readonly cy: number
  readonly w: number
  readonly h: number
}

/** The two items as a model sees them after the family's own resizing. */
function itemsAfter(resize: Resize): Item[] {
  const scale = Math.min(W / SEEN.width, H / SEEN.height)
  const [scaleX, scaleY] = resize === 'stretch' ? [W / SEEN.width, H / SEEN.height] : [scale, scale]
  const top = resize === 'center' ? (H - SEEN.height * scale) / 2 : 0
  return TRUTH.map(({ classIndex, score, box: [x, y, width, height] }) => {
    const [x1, y1, w, h] = [x * scaleX, y * scaleY + top, width * scaleX, height * scaleY]
    return {
      classIndex,
      score,
      x1,
      y1,
      x2: x1 + w,
      y2: y1 + h,
      cx: x1 + w / 2,
      cy: y1 + h / 2,
      w,
      h,
    }
  })
}

const planar = { name: 'images', dims: [1, 3, H, W] }
const logit = (score: number) => Math.log(score / (1 - score))
const cellsOf = (stride: number) => Math.ceil(W / stride) * Math.ceil(H / stride)
const total = (strides: readonly number[]) => strides.reduce((sum, s) => sum + cellsOf(s), 0)

/** Rows of `columns` numbers, all `rest` but those given by row number. */
function rows(count: number, columns: number, given: Record<number, readonly number[]>, rest = 0) {
  const values = new Float32Array(count * columns).fill(rest)
  for (const [row, numbers] of Object.entries(given)) values.set(numbers, Number(row) * columns)
  return values
}

const oneHot = (index: number, on: number, off = 0) =>
  LABELS.map((_, label) => (label === index ? on : off))
const corners = ({ x1, y1, x2, y2 }: Item) => [x1, y1, x2, y2]
const centre = ({ cx, cy, w, h }: Item) => [cx, cy, w, h]
const share = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => [a / W, b / H, c / W, d / H]

/** Two rows far apart. */
const spread = (
  first: number,
  last: number,
  items: readonly Item[],
  tell: (item: Item, row: number) => readonly number[],
) =>
  Object.fromEntries(
    items.map((item, index) => [
      index === 0 ? first : last,
      tell(item, index === 0 ? first : last),
    ]),
  )

export function yolov5(): ModelPlan {
  const count = 3 * total(STRIDES)
  const values = rows(
    count,
    5 + CLASSES,
    spread(7, 4000, itemsAfter('center'), (item) => [
      ...centre(item),
      Math.sqrt(item.score),
      ...oneHot(item.classIndex, Math.sqrt(item.score)),
    ]),
  )
  return { inputs: [planar], outputs: [{ name: 'output0', dims: [1, count, 5 + CLASSES], values }] }
}

export function yolov8(): ModelPlan {
  const anchors = total(STRIDES)
  const values = new Float32Array((4 + CLASSES) * anchors)
  for (const [index, item] of itemsAfter('center').entries())
    for (const [channel, value] of [
      ...centre(item),
      ...oneHot(item.classIndex, item.score),
    ].entries())
      values[channel * anchors + 11 + index * 900] = value
  const metadata = { names: "{0: 'cola', 1: 'tonic', 2: 'person'}", stride: '32', task: 'detect' }
  return {
    inputs: [planar],
    outputs: [{ name: 'output0', dims: [1, 4 + CLASSES, anchors], values }],
    metadata,
  }
}

export function yoloEndToEnd(): ModelPlan {
  const values = rows(
    300,
    6,
    spread(0, 1, itemsAfter('center'), (item) => [...corners(item), item.score, item.classIndex]),
  )
  return { inputs: [planar], outputs: [{ name: 'output0', dims: [1, 300, 6], values }] }
}

/** One item twice, as a quantised YOLO26 does. */
export function yoloEndToEndTwice(): ModelPlan {
  const [cola, person] = itemsAfter('center')
  const values = rows(
    300,
    6,
    Object.fromEntries(
      [cola!, person!, { ...cola!, score: 0.6, x2: cola!.x2 + 1 }].map((item, row) => [
        row,
        [...corners(item), item.score, item.classIndex],
      ]),
    ),
  )
  return { inputs: [planar], outputs: [{ name: 'output0', dims: [1, 300, 6], values }] }
}

function yoloxRow(row: number) {
  let first = 0
  for (const stride of STRIDES) {
    if (row < first + cellsOf(stride)) {
      const cell = row - first
      return {
        stride,
        x: cell % Math.ceil(W / stride),
        y: Math.floor(cell / Math.ceil(W / stride)),
      }
    }
    first += cellsOf(stride)
  }
  throw new Error('no such row')
}

export function yoloxRaw(): ModelPlan {
  const values = rows(
    total(STRIDES),
    5 + CLASSES,
    spread(300, 1500, itemsAfter('top-left'), (item, row) => {
      const { stride, x, y } = yoloxRow(row)
      const box = [
        item.cx / stride - x,
        item.cy / stride - y,
        Math.log(item.w / stride),
        Math.log(item.h / stride),
      ]
      return [...box, 1, ...oneHot(item.classIndex, item.score)]
    }),
  )
  return {
    inputs: [planar],
    outputs: [{ name: 'output', dims: [1, total(STRIDES), 5 + CLASSES], values }],
  }
}

export function yoloxDecoded(): ModelPlan {
  const values = rows(
    total(STRIDES),
    5 + CLASSES,
    spread(300, 1500, itemsAfter('top-left'), (item) => [
      ...centre(item),
      1,
      ...oneHot(item.classIndex, item.score),
    ]),
  )
  return {
    inputs: [planar],
    outputs: [{ name: 'output', dims: [1, total(STRIDES), 5 + CLASSES], values }],
  }
}

export function yoloNasFlat(): ModelPlan {
  const items = itemsAfter('stretch')
  const given = spread(0, 1, items, (item) => [0, ...corners(item), item.score, item.classIndex])
  const values = rows(20, 7, { ...given, 2: [0, 0, 0, 0, 0, 0, -1], 3: [0, 9, 9, 99, 99, 0.99, 1] })
  return {
    inputs: [{ ...planar, type: 'uint8' }],
    outputs: [{ name: 'graph_out', dims: [20, 7], values }],
  }
}

/** RT-DETR, D-FINE, DEIM: boxes in shares, multiplied in the graph by the size that is handed in. */
export function detrWithSizes(): ModelPlan {
  const items = itemsAfter('stretch')
  return {
    inputs: [planar, { name: 'orig_target_sizes', type: 'int64', dims: [1, 2] }],
    outputs: [
      {
        name: 'labels',
        type: 'int64',
        dims: [1, 300],
        values: rows(
          300,
          1,
          spread(0, 1, items, ({ classIndex }) => [classIndex]),
        ),
      },
      {
        name: 'scores',
        dims: [1, 300],
        values: rows(
          300,
          1,
          spread(0, 1, items, ({ score }) => [score]),
        ),
      },
    ],
    constants: [
      {
        name: 'shares',
        dims: [1, 300, 4],
        values: rows(
          300,
          4,
          spread(0, 1, items, (item) => share(corners(item))),
        ),
      },
      { name: 'shape', type: 'int64', dims: [3], values: [1, 1, 4] },
    ],
    computed: [
      {
        name: 'boxes',
        dims: [1, 300, 4],
        steps: [
          { op: 'Cast', inputs: ['orig_target_sizes'], output: 'sizes', attributes: { to: 1 } },
          { op: 'Concat', inputs: ['sizes', 'sizes'], output: 'twice', attributes: { axis: 1 } },
          { op: 'Reshape', inputs: ['twice', 'value of shape'], output: 'factors' },
          { op: 'Mul', inputs: ['value of shares', 'factors'], output: 'boxes' },
        ],
      },
    ],
  }
}

/** A simplified export that lost its batch axis. */
export function detrSqueezed(): ModelPlan {
  const items = itemsAfter('stretch')
  return {
    inputs: [planar, { name: 'orig_target_sizes', type: 'int64', dims: [1, 2] }],
    outputs: [
      {
        name: 'labels',
        type: 'int64',
        dims: [300],
        values: rows(
          300,
          1,
          spread(0, 1, items, ({ classIndex }) => [classIndex]),
        ),
      },
      { name: 'boxes', dims: [300, 4], values: rows(300, 4, spread(0, 1, items, corners)) },
      {
        name: 'scores',
        dims: [300],
        values: rows(
          300,
          1,
          spread(0, 1, items, ({ score }) => [score]),
        ),
      },
    ],
  }
}

function queries(
  names: readonly [string, string],
  columns: number,
  tell: (item: Item) => readonly number[],
  rest: readonly number[],
): ModelPlan {
  const items = itemsAfter('stretch')
  const boxes = rows(
    100,
    4,
    spread(5, 60, items, (item) => share(centre(item))),
    0.5,
  )
  const logits = rows(
    100,
    columns,
    Object.fromEntries(Array.from({ length: 100 }, (_, row) => [row, rest])),
  )
  logits.set(tell(items[0]!), 5 * columns)
  logits.set(tell(items[1]!), 60 * columns)
  return {
    inputs: [{ ...planar, name: 'pixel_values' }],
    outputs: [
      { name: names[0], dims: [1, 100, columns], values: logits },
      { name: names[1], dims: [1, 100, 4], values: boxes },
    ],
  }
}

/** Sigmoid per class, the last column is background; as many columns as a box has sides. */
export function rfDetr(): ModelPlan {
  const quiet = [-9, -9, -9, 5]
  return queries(
    ['labels', 'dets'],
    4,
    ({ classIndex, score }) => [...oneHot(classIndex, logit(score), -9), -9],
    quiet,
  )
}

/** Softmax, the last class is "nothing". */
export function detr(): ModelPlan {
  const tell = ({ classIndex, score }: Item) => [
    ...oneHot(classIndex, Math.log(score), Math.log(1e-9)),
    Math.log(1 - score),
  ]
  return queries(['logits', 'pred_boxes'], 4, tell, [-9, -9, -9, 5])
}

/** Sigmoid, no background: RT-DETR and D-FINE as transformers exports them. */
export function detrSigmoid(): ModelPlan {
  return queries(
    ['logits', 'pred_boxes'],
    3,
    ({ classIndex, score }) => oneHot(classIndex, logit(score), -9),
    [-9, -9, -9],
  )
}

export function tfObjectDetection(): ModelPlan {
  const items = itemsAfter('stretch')
  const yxyx = (item: Item) => {
    const [x1, y1, x2, y2] = share(corners(item))
    return [y1!, x1!, y2!, x2!]
  }
  const leftOver = { 2: [0.1, 0.1, 0.9, 0.9] }
  return {
    inputs: [{ name: 'image_tensor:0', type: 'uint8', dims: [1, 'h', 'w', 3] }],
    outputs: [
      { name: 'num_detections:0', dims: [1], values: [2] },
      {
        name: 'detection_boxes:0',
        dims: [1, 100, 4],
        values: rows(100, 4, { ...spread(0, 1, items, yxyx), ...leftOver }),
      },
      {
        name: 'detection_scores:0',
        dims: [1, 100],
        values: rows(100, 1, { ...spread(0, 1, items, ({ score }) => [score]), 2: [0.7] }),
      },
      {
        name: 'detection_classes:0',
        dims: [1, 100],
        values: rows(100, 1, {
          ...spread(0, 1, items, ({ classIndex }) => [classIndex + 1]),
          2: [1],
        }),
      },
    ],
  }
}

export function ssd(): ModelPlan {
  const items = itemsAfter('stretch')
  const columns = 1 + CLASSES
  const scores = rows(
    4420,
    columns,
    Object.fromEntries(Array.from({ length: 4420 }, (_, row) => [row, [1, 0, 0, 0]])),
  )
  for (const [index, { classIndex, score }] of items.entries())
    scores.set([1 - score, ...oneHot(classIndex, score)], (index === 0 ? 3 : 4000) * columns)
  return {
    inputs: [{ ...planar, name: 'input' }],
    outputs: [
      { name: 'scores', dims: [1, 4420, columns], values: scores },
      {
        name: 'boxes',
        dims: [1, 4420, 4],
        values: rows(
          4420,
          4,
          spread(3, 4000, items, (item) => share(corners(item))),
        ),
      },
    ],
  }
}

/** A distance in strides as a distribution over eight bins whose mean it is. */
function distribution(distance: number): number[] {
  const whole = Math.floor(distance)
  const part = distance - whole
  const bins = new Array<number>(8).fill(-40)
  bins[whole] = Math.log(1 - part)
  bins[whole + 1] = Math.log(Math.max(part, 1e-12))
  return bins
}

const sidesFrom = (item: Item, x: number, y: number, stride: number) =>
  [x - item.x1, y - item.y1, item.x2 - x, item.y2 - y].flatMap((side) =>
    distribution(side / stride),
  )

export function nanodetPlus(): ModelPlan {
  const columns = CLASSES + 32
  const stride = 16
  const first = cellsOf(8)
  const given = Object.fromEntries(
    itemsAfter('stretch').map((item) => {
      const [x, y] = [Math.floor(item.cx / stride), Math.floor(item.cy / stride)]
      return [
        first + y * Math.ceil(W / stride) + x,
        [
          ...oneHot(item.classIndex, item.score),
          ...sidesFrom(item, x * stride, y * stride, stride),
        ],
      ]
    }),
  )
  const count = total(LIGHT_STRIDES)
  return {
    inputs: [{ ...planar, name: 'data' }],
    outputs: [{ name: 'output', dims: [1, count, columns], values: rows(count, columns, given) }],
  }
}

function levelled(strides: readonly number[], middle: (cell: number, stride: number) => number) {
  const stride = 16
  const found = itemsAfter('stretch').map((item) => {
    const [x, y] = [Math.floor(item.cx / stride), Math.floor(item.cy / stride)]
    return {
      item,
      row: y * Math.ceil(W / stride) + x,
      sides: sidesFrom(item, middle(x, stride), middle(y, stride), stride),
    }
  })
  const at16 = (tell: (found: { item: Item; sides: number[] }) => readonly number[]) =>
    Object.fromEntries(found.map((each) => [each.row, tell(each)]))
  return strides.map((level) => ({
    level,
    scores: {
      dims: [1, cellsOf(level), CLASSES],
      values: rows(
        cellsOf(level),
        CLASSES,
        level === stride ? at16(({ item }) => oneHot(item.classIndex, item.score)) : {},
      ),
    },
    sides: {
      dims: [1, cellsOf(level), 32],
      values: rows(cellsOf(level), 32, level === stride ? at16(({ sides }) => sides) : {}),
    },
  }))
}

/** Six outputs in an order of the exporter's own. */
export function nanodet(): ModelPlan {
  const levels = levelled(STRIDES, (cell, stride) => cell * stride + 0.5 * (stride - 1))
  const outputs = levels.toReversed().flatMap(({ level, scores, sides }) => [
    { name: `dis_pred_stride_${level}`, ...sides },
    { name: `cls_pred_stride_${level}`, ...scores },
  ])
  return { inputs: [{ ...planar, name: 'input.1' }], outputs }
}

/** Eight outputs whose names say nothing. */
export function picodet(): ModelPlan {
  const levels = levelled(LIGHT_STRIDES, (cell, stride) => (cell + 0.5) * stride)
  const outputs = [...levels.map(({ scores }) => scores), ...levels.map(({ sides }) => sides)]
  return {
    inputs: [{ ...planar, name: 'image' }],
    outputs: outputs.map((output, index) => ({
      name: `save_infer_model/scale_${index}.tmp_1`,
      ...output,
    })),
  }
}

export function fastestDet(): ModelPlan {
  const [columns, lines] = [W / 32, H / 32]
  const plane = columns * lines
  const values = new Float32Array((5 + CLASSES) * plane)
  for (const { cx, cy, w, h, classIndex, score } of itemsAfter('stretch')) {
    const [x, y] = [(cx / W) * columns, (cy / H) * lines]
    const [gx, gy] = [Math.floor(x), Math.floor(y)]
    const channels = [
      score,
      Math.atanh(x - gx),
      Math.atanh(y - gy),
      logit(w / W),
      logit(h / H),
      ...oneHot(classIndex, score),
    ]
    for (const [channel, value] of channels.entries())
      values[channel * plane + gy * columns + gx] = value
  }
  return {
    inputs: [{ ...planar, name: 'input.1' }],
    outputs: [{ name: '758', dims: [1, 5 + CLASSES, lines, columns], values }],
  }
}

export function mmdeploy(): ModelPlan {
  const items = itemsAfter('top-left')
  return {
    inputs: [{ ...planar, name: 'input' }],
    outputs: [
      {
        name: 'dets',
        dims: [1, 100, 5],
        values: rows(
          100,
          5,
          spread(0, 1, items, (item) => [...corners(item), item.score]),
        ),
      },
      {
        name: 'labels',
        type: 'int64',
        dims: [1, 100],
        values: rows(
          100,
          1,
          spread(0, 1, items, ({ classIndex }) => [classIndex]),
        ),
      },
    ],
  }
}
