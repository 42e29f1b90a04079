import { type Draft, draftsOf } from './model-drafts.ts'
import { type FamilyName, ModelRefused } from './model-manifest.ts'
import { readPythonNames } from './onnx-file.ts'
import type { ModelFacts, TensorFacts } from './onnx-session.ts'

/** What a person may say because no file says it. */
export interface ProposalHints {
  readonly family?: FamilyName
  /** Input size where the file leaves it open, pixels. */
  readonly size?: readonly [number, number]
  readonly labels?: readonly string[]
  readonly boxes?: 'raw' | 'decoded'
  readonly activation?: 'sigmoid' | 'softmax'
  readonly background?: 'none' | 'first' | 'last'
}

export interface Proposal {
  readonly family: FamilyName
  readonly labels: readonly string[]
  /** What the file leaves open is tried against the self-test; each way is one draft. */
  readonly drafts: readonly Draft[]
}

/** What is known of an input before its family is. */
export interface InputFacts {
  readonly name: string
  readonly layout: 'nchw' | 'nhwc'
  readonly type: 'uint8' | 'float32' | 'float16'
  readonly width: number
  readonly height: number
  readonly isDynamic: boolean
}

interface Match {
  readonly family: FamilyName
  /** How many class names the model needs; null when its outputs do not say. */
  readonly classes: number | null
}

/** Throws `ModelRefused` when nothing fits, more than one family fits, or something must be said. */
export function proposeManifest(
  facts: ModelFacts,
  metadata: ReadonlyMap<string, string>,
  hints: ProposalHints,
): Proposal {
  const input = pictureInput(facts, hints)
  const matches = RULES.flatMap((rule) => rule(facts, input) ?? [])
  const match = choose(matches, facts, hints)
  const labels = hints.labels ?? readPythonNames(metadata.get('names') ?? '')
  if (!labels)
    throw new ModelRefused('the file does not name its classes: say --labels NAME,NAME or FILE')
  const drafts = draftsOf(match.family, { facts, input, hints, classes: labels.length })
  const needed = match.classes
  if (needed !== null && !drafts.some(({ columns }) => columns === needed))
    throw new ModelRefused(
      `the model's output has room for ${needed} class columns, got ${labels.length} labels: say --labels with as many`,
    )
  const fitting = drafts.filter(({ columns }) => needed === null || columns === needed)
  return { family: match.family, labels, drafts: fitting }
}

function choose(matches: readonly Match[], facts: ModelFacts, hints: ProposalHints): Match {
  const families = [...new Set(matches.map(({ family }) => family))]
  if (hints.family) {
    const { family } = hints
    return matches.find((match) => match.family === family) ?? { family, classes: null }
  }
  const [only] = matches
  if (only && families.length === 1) return only
  const shapes = facts.outputs.map(({ name, shape }) => `${name} [${shape.map((n) => n ?? '?')}]`)
  if (families.length === 0)
    throw new ModelRefused(
      `no known family gives the outputs ${shapes.join(', ')}: say --family NAME`,
    )
  throw new ModelRefused(
    `${families.join(' and ')} both give the outputs ${shapes.join(', ')}: say --family NAME`,
  )
}

/** The one input that holds a picture. Throws `ModelRefused`. */
function pictureInput({ inputs }: ModelFacts, hints: ProposalHints): InputFacts {
  const pictures = inputs.filter(({ shape }) => shape.length === 4)
  const [picture] = pictures
  if (!picture || pictures.length > 1)
    throw new ModelRefused(
      `the model must have one input with four axes, got ${pictures.length}: ${describe(inputs)}`,
    )
  const { name, type, shape } = picture
  if (type !== 'uint8' && type !== 'float32' && type !== 'float16')
    throw new ModelRefused(`input "${name}" must be uint8, float32 or float16, got ${type}`)
  const layout = shape[1] === 3 ? 'nchw' : shape[3] === 3 ? 'nhwc' : null
  if (!layout)
    throw new ModelRefused(`input "${name}" must have three channels, got ${describe([picture])}`)
  const [height, width] = layout === 'nchw' ? [shape[2], shape[3]] : [shape[1], shape[2]]
  const isDynamic = !width || !height
  const size = isDynamic ? hints.size : ([width, height] as const)
  if (!size)
    throw new ModelRefused(`input "${name}" takes any size, so one must be chosen: say --size WxH`)
  return { name, type, layout, width: size[0], height: size[1], isDynamic }
}

function describe(tensors: readonly TensorFacts[]): string {
  return tensors.map(({ name, shape }) => `${name} [${shape.map((n) => n ?? '?')}]`).join(', ')
}

type Rule = (facts: ModelFacts, input: InputFacts) => Match | null

const has = ({ outputs }: ModelFacts, ...names: string[]) =>
  names.every((name) => outputs.some((output) => output.name.replace(/:0$/, '') === name))
const shapeOf = ({ outputs }: ModelFacts, wanted: string) =>
  outputs.find(({ name }) => name.replace(/:0$/, '') === wanted)?.shape ?? []
const cells = ({ width, height }: InputFacts, strides: readonly number[]) =>
  strides.reduce((sum, s) => sum + Math.ceil(width / s) * Math.ceil(height / s), 0)
const soleShape = ({ outputs }: ModelFacts) =>
  outputs.length === 1 ? (outputs[0]?.shape ?? []) : []
const less = (columns: number | null | undefined, by: number) =>
  columns === null || columns === undefined ? null : columns - by

/** In the order of how sure they are; two families that both match are a question, not a guess. */
const RULES: readonly Rule[] = [
  (facts) =>
    facts.inputs.some(({ name }) => name === 'orig_target_sizes') &&
    has(facts, 'labels', 'boxes', 'scores')
      ? { family: 'detr-with-sizes', classes: null }
      : null,
  (facts) => {
    if (!has(facts, 'dets', 'labels')) return null
    const [dets, labels] = [shapeOf(facts, 'dets'), shapeOf(facts, 'labels')]
    if (dets.at(-1) === 5) return { family: 'mmdeploy', classes: null }
    if (labels.length === 3) return { family: 'rf-detr', classes: labels.at(-1) ?? null }
    return null
  },
  (facts) =>
    has(facts, 'logits', 'pred_boxes')
      ? { family: 'detr', classes: shapeOf(facts, 'logits').at(-1) ?? null }
      : null,
  (facts) =>
    has(facts, 'num_detections', 'detection_boxes', 'detection_scores', 'detection_classes')
      ? { family: 'tf-object-detection', classes: null }
      : null,
  (facts) =>
    facts.outputs.some(({ name }) => name.startsWith('cls_pred_stride_'))
      ? { family: 'nanodet', classes: shapeOf(facts, 'cls_pred_stride_8').at(-1) ?? null }
      : null,
  (facts, input) => {
    const { outputs } = facts
    const isPair =
      outputs.length === 8 && outputs.slice(4).every(({ shape }) => shape.at(-1) === 32)
    if (!isPair || outputs[0]?.shape[1] !== cells(input, [8])) return null
    return { family: 'picodet', classes: outputs[0]?.shape.at(-1) ?? null }
  },
  (facts) => {
    const shape = soleShape(facts)
    const isShort = (shape[1] ?? 0) <= 1000
    return shape.length === 3 && shape[2] === 6 && isShort
      ? { family: 'yolo-end-to-end', classes: null }
      : null
  },
  (facts, input) => {
    const shape = soleShape(facts)
    const isColumns = shape.length === 3 && shape[2] === cells(input, [8, 16, 32])
    return isColumns ? { family: 'yolov8', classes: less(shape[1], 4) } : null
  },
  (facts, input) => {
    const shape = soleShape(facts)
    const rows = [3 * cells(input, [8, 16, 32]), 3 * cells(input, [8, 16, 32, 64])]
    return shape.length === 3 && rows.includes(shape[1] ?? 0)
      ? { family: 'yolov5', classes: less(shape[2], 5) }
      : null
  },
  (facts, input) => {
    const shape = soleShape(facts)
    return shape.length === 3 && shape[1] === cells(input, [8, 16, 32])
      ? { family: 'yolox', classes: less(shape[2], 5) }
      : null
  },
  (facts, input) => {
    const shape = soleShape(facts)
    const isPlus = shape.length === 3 && shape[1] === cells(input, [8, 16, 32, 64])
    return isPlus ? { family: 'nanodet-plus', classes: less(shape[2], 32) } : null
  },
  (facts) => {
    const shape = soleShape(facts)
    return shape.length === 4 ? { family: 'fastestdet', classes: less(shape[1], 5) } : null
  },
  (facts) => {
    const shape = soleShape(facts)
    return shape.length === 2 && shape[1] === 7 ? { family: 'yolo-nas-flat', classes: null } : null
  },
  (facts, input) => {
    if (facts.outputs.length !== 2 || !has(facts, 'scores', 'boxes')) return null
    const scores = shapeOf(facts, 'scores')
    const isOurs = input.layout === 'nhwc' && input.type === 'uint8'
    const family = isOurs ? 'tallygate-dense' : 'ssd'
    return shapeOf(facts, 'boxes').at(-1) === 4 ? { family, classes: scores.at(-1) ?? null } : null
  },
]
