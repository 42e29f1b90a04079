import type { FamilyName, ModelManifest } from './model-manifest.ts'
import type { InputFacts, ProposalHints } from './model-proposal.ts'
import type { ModelFacts } from './onnx-session.ts'

/** One way in which a model may want to be fed and read. */
export interface Draft {
  /** What was assumed, in words for a person; empty when nothing was open. */
  readonly assumed: string
  readonly input: ModelManifest['input']
  readonly extraInputs: ModelManifest['extraInputs']
  readonly outputs: ModelManifest['outputs']
  readonly options: ModelManifest['options']
  readonly nmsIou: number
  /** Class columns that this reading needs, background included. */
  readonly columns: number
}

interface Known {
  readonly facts: ModelFacts
  readonly input: InputFacts
  readonly hints: ProposalHints
  /** Labels given. */
  readonly classes: number
}

type Feeding = Partial<ModelManifest['input']>

const UNIT: Feeding = { scale: 1 / 255, color: 'rgb' }
const IMAGENET: Feeding = { ...UNIT, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
/** ImageNet's in 0..255 and blue first. */
const IMAGENET_BGR: Feeding = {
  color: 'bgr',
  mean: [103.53, 116.28, 123.675],
  std: [57.375, 57.12, 58.395],
}
const CENTERED: Feeding = { ...UNIT, resize: 'letterbox-center' }
/** Shorter side 800 and longer at most 1333, as the transformers processor does. */
const DETR_SIZE: Feeding = { resize: 'keep-aspect', shortest: 800, width: 1333, height: 1333 }

interface Plan {
  readonly feeding: Feeding
  /** Word -> name of the output, where the names do not depend on the file. */
  readonly outputs?: Readonly<Record<string, string>>
  readonly nmsIou: number
  readonly options?: Partial<ModelManifest['options']>
}

/** Finished lists get a guard: a quantised end-to-end model may say one item twice. */
const GUARD = 0.8

/** From the families' own export and inference code; sources in the reference of this project. */
const PLANS: Readonly<Record<FamilyName, Plan>> = {
  'tallygate-dense': { feeding: { resize: 'letterbox-top-left' }, nmsIou: 0.5 },
  yolov5: { feeding: CENTERED, nmsIou: 0.45 },
  yolov8: { feeding: CENTERED, nmsIou: 0.5 },
  'yolo-end-to-end': { feeding: CENTERED, nmsIou: GUARD },
  yolox: {
    feeding: { color: 'bgr', resize: 'letterbox-top-left', rounding: 'truncate' },
    nmsIou: 0.45,
  },
  'yolo-nas-flat': { feeding: UNIT, nmsIou: GUARD },
  'detr-with-sizes': { feeding: UNIT, nmsIou: GUARD },
  detr: {
    feeding: UNIT,
    outputs: { logits: 'logits', boxes: 'pred_boxes' },
    nmsIou: GUARD,
  },
  'rf-detr': { feeding: IMAGENET, nmsIou: GUARD, options: { activation: 'sigmoid' } },
  'tf-object-detection': {
    feeding: {},
    outputs: {
      count: 'num_detections',
      boxes: 'detection_boxes',
      scores: 'detection_scores',
      classes: 'detection_classes',
    },
    nmsIou: GUARD,
    options: { classBase: 1 },
  },
  ssd: {
    feeding: { mean: [127, 127, 127], std: [128, 128, 128] },
    nmsIou: 0.3,
    options: { background: 'first' },
  },
  nanodet: { feeding: IMAGENET_BGR, nmsIou: 0.6 },
  'nanodet-plus': { feeding: IMAGENET_BGR, nmsIou: 0.6 },
  picodet: { feeding: IMAGENET_BGR, nmsIou: 0.6 },
  fastestdet: { feeding: { ...UNIT, color: 'bgr' }, nmsIou: 0.45 },
  mmdeploy: {
    feeding: {
      mean: [123.675, 116.28, 103.53],
      std: [58.395, 57.12, 57.375],
      resize: 'letterbox-top-left',
    },
    nmsIou: GUARD,
  },
}

/** Every reading that file and hints leave open. */
export function draftsOf(family: FamilyName, known: Known): Draft[] {
  const plan = PLANS[family]
  return readingsOf(family, known).map(({ assumed, feeding, options = {} }) => {
    const all = { ...NO_OPTIONS, ...plan.options, ...options }
    return {
      assumed,
      input: inputOf(known.input, { ...plan.feeding, ...feeding }),
      extraInputs: extraInputsOf(known.facts, known.input),
      outputs: outputsOf(family, plan, known.facts),
      options: all,
      nmsIou: plan.nmsIou,
      columns: known.classes + (all.background === 'none' ? 0 : 1),
    }
  })
}

const NO_OPTIONS: ModelManifest['options'] = {
  boxes: 'decoded',
  activation: 'none',
  background: 'none',
  classBase: 0,
}

interface Reading {
  readonly assumed: string
  readonly feeding?: Feeding
  readonly options?: Partial<ModelManifest['options']>
}

function readingsOf(family: FamilyName, { input, hints }: Known): Reading[] {
  switch (family) {
    case 'yolox':
      return (['raw', 'decoded'] as const)
        .filter((boxes) => boxes === (hints.boxes ?? boxes))
        .map((boxes) => ({ assumed: `--boxes ${boxes}`, options: { boxes } }))
    case 'detr':
      return detrReadings(input).filter(
        ({ options }) => options?.activation === (hints.activation ?? options?.activation),
      )
    case 'rf-detr':
      return (['last', 'first', 'none'] as const)
        .filter((background) => background === (hints.background ?? background))
        .map((background) => ({ assumed: `--background ${background}`, options: { background } }))
    default:
      return [{ assumed: '' }]
  }
}

/** DETR and YOLOS say softmax with "nothing" last; RT-DETR and D-FINE sigmoid without. */
function detrReadings({ isDynamic }: InputFacts): Reading[] {
  return [
    {
      assumed: '--activation softmax',
      feeding: { ...IMAGENET, ...(isDynamic ? DETR_SIZE : {}) },
      options: { activation: 'softmax', background: 'last' },
    },
    { assumed: '--activation sigmoid', options: { activation: 'sigmoid' } },
  ]
}

function inputOf(input: InputFacts, feeding: Feeding): ModelManifest['input'] {
  const { name, layout, type, width, height } = input
  const scale = type === 'uint8' ? 1 : (feeding.scale ?? 1)
  return {
    name,
    width,
    height,
    layout,
    type,
    color: 'rgb',
    mean: [0, 0, 0],
    std: [1, 1, 1],
    resize: 'stretch',
    rounding: 'round',
    pad: 114,
    ...feeding,
    scale,
  }
}

function extraInputsOf(facts: ModelFacts, input: InputFacts): ModelManifest['extraInputs'] {
  return facts.inputs
    .filter(({ name }) => name !== input.name)
    .map(({ name }) => ({ name, holds: name === 'pixel_mask' ? 'mask' : 'size-width-height' }))
}

function outputsOf(family: FamilyName, plan: Plan, { outputs }: ModelFacts): Draft['outputs'] {
  const names = outputs.map(({ name }) => name)
  const real = (name: string) => names.find((known) => known.replace(/:0$/, '') === name) ?? name
  if (plan.outputs)
    return Object.fromEntries(
      Object.entries(plan.outputs).map(([word, name]) => [word, real(name)]),
    )
  if (family === 'nanodet')
    return {
      scores: byStride(names, 'cls_pred_stride_'),
      sides: byStride(names, 'dis_pred_stride_'),
    }
  // The names carry no meaning: the first half are the scores, the second the sides.
  if (family === 'picodet') return { scores: names.slice(0, 4), sides: names.slice(4) }
  if (names.length === 1) return { predictions: names[0] ?? '' }
  return Object.fromEntries(names.map((name) => [name, name]))
}

function byStride(names: readonly string[], prefix: string): string[] {
  const strideOf = (name: string) => Number(name.slice(prefix.length))
  return names
    .filter((name) => name.startsWith(prefix))
    .toSorted((a, b) => strideOf(a) - strideOf(b))
}
