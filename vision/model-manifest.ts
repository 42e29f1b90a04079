import { z } from 'zod'
import type { Role } from './shelf-sample.ts'

/** What lies beside a model, and why: a wrong pre-processing fails silently, so it is written down. */
export type ModelManifest = z.infer<typeof manifestSchema>
export type ModelInputShape = ModelManifest['input']
export type FamilyName = ModelManifest['family']

/** The model folder is not fit for use; the message says what was expected and what is there. */
export class ModelRefused extends Error {}

/** Output conventions that this build can read; `model-families.ts` says how. */
export const FAMILY_NAMES = [
  'tallygate-dense',
  'yolov5',
  'yolov8',
  'yolo-end-to-end',
  'yolox',
  'yolo-nas-flat',
  'detr-with-sizes',
  'detr',
  'rf-detr',
  'tf-object-detection',
  'ssd',
  'nanodet',
  'nanodet-plus',
  'picodet',
  'fastestdet',
  'mmdeploy',
] as const

/** A file beside the manifest, never a path elsewhere. */
const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of a file in the model folder')
const share = z.number().min(0).max(1)
const pixels = z.number().finite().min(0)
const tensorName = z.string().min(1)
const perChannel = z.tuple([z.number(), z.number(), z.number()])
/** Empty for a class number that stands for nothing, as in the 91 numbers of COCO. */
const label = z.string().max(100)

const inputSchema = z.strictObject({
  name: tensorName,
  /** Pixels; the largest side in each direction for `keep-aspect`. */
  width: z.int().min(32).max(2048),
  height: z.int().min(32).max(2048),
  layout: z.enum(['nchw', 'nhwc']),
  type: z.enum(['uint8', 'float32', 'float16']),
  color: z.enum(['rgb', 'bgr']),
  /** value = (pixel x scale - mean) / std, mean and std in the order of `color`. */
  scale: z.number().positive().default(1),
  mean: perChannel.default([0, 0, 0]),
  std: perChannel.default([1, 1, 1]),
  resize: z.enum(['letterbox-top-left', 'letterbox-center', 'stretch', 'keep-aspect']),
  /** With `keep-aspect`: the shorter side becomes this, unless the longer would not fit. */
  shortest: z.int().min(32).max(2048).optional(),
  rounding: z.enum(['round', 'truncate']).default('round'),
  /** Grey level, 0..255. */
  pad: z.int().min(0).max(255).default(114),
})

/** What the outputs' names and shapes leave open. */
const optionsSchema = z.strictObject({
  /** `raw`: offsets in grid cells that are still to be decoded. */
  boxes: z.enum(['raw', 'decoded']).default('decoded'),
  activation: z.enum(['none', 'sigmoid', 'softmax']).default('none'),
  background: z.enum(['none', 'first', 'last']).default('none'),
  /** Number of the first class. */
  classBase: z.int().min(0).max(1).default(0),
})

const manifestSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1).optional(),
  family: z.enum(FAMILY_NAMES),
  file: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 small hex digits'),
  opset: z.int().min(1),
  input: inputSchema,
  extraInputs: z
    .array(
      z.strictObject({
        name: tensorName,
        holds: z.enum(['size-width-height', 'size-height-width', 'mask']),
      }),
    )
    .max(2)
    .default([]),
  /** The family's own word for an output -> its name, or names, in the file. */
  outputs: z.record(z.string(), z.union([tensorName, z.array(tensorName).min(1).max(8)])),
  options: optionsSchema.prefault({}),
  labels: z.array(label).min(1).max(5_000),
  /** What is neither here nor in `skus` nor called product or person is `other`. */
  roles: z.record(label, z.enum(['product', 'person', 'other'])).default({}),
  skus: z.record(label, z.string().min(1)).default({}),
  thresholds: z.strictObject({ score: z.number().min(0.05).max(0.95), nmsIou: share }),
  /** `across-labels`: one item is one product, whatever two names a model gives it. */
  nms: z.enum(['per-label', 'across-labels']).default('per-label'),
  /**
   * Where the usual product is longer than this in input pixels, the picture is looked at once more,
   * shrunk until it has the length aimed at; what both looks found is one list.
   */
  closeUps: z
    .strictObject({ longSideMax: z.number().min(16), longSideAim: z.number().min(16) })
    .optional(),
  /** Boxes of products from this length in input pixels are the mean of all that cover them so well. */
  boxVotes: z.strictObject({ iouMin: share, longSideMin: z.number().min(0) }).optional(),
  /** Share of person and hand pixels inside the widened boxes, on a set that is named. */
  privacy: z
    .strictObject({ personPixelRecall: share, set: z.string().min(1), pictures: z.int().min(1) })
    .optional(),
  selfTest: z.strictObject({
    picture: fileName,
    expect: z
      .array(
        z.strictObject({
          label,
          /** x, y, width, height in pixels of the upright picture. */
          box: z.tuple([pixels, pixels, pixels, pixels]),
        }),
      )
      .min(1, 'must name at least one box, or it proves nothing'),
    minIou: share,
    /** Boxes beyond the expected ones that are no failure. */
    extraMax: z.int().min(0).optional(),
  }),
})

/** Reads `manifest.json`. Throws `ModelRefused`. */
export function parseManifest(text: string): ModelManifest {
  return checkManifest(readJson(text))
}

/** Throws `ModelRefused`. */
export function checkManifest(value: unknown): ModelManifest {
  const result = manifestSchema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  throw new ModelRefused(`the model's manifest is not valid: ${faults.join('; ')}`)
}

export function roleOf({ roles, skus }: ModelManifest, name: string): Role {
  if (roles[name]) return roles[name]
  if (name === 'person') return 'person'
  return name === 'product' || skus[name] !== undefined ? 'product' : 'other'
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ModelRefused(`the model's manifest is not JSON: ${String(cause)}`, { cause })
  }
}
