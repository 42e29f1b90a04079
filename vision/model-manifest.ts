import { z } from 'zod'
import type { Detection } from './shelf-sample.ts'

/** What lies beside a model, and why: a wrong pre-processing fails silently, so it is written down. */
export type ModelManifest = z.infer<typeof manifestSchema>

/** The model folder is not fit for use; the message says what was expected and what is there. */
export class ModelRefused extends Error {}

const LABELS = ['product', 'person'] as const satisfies readonly Detection['label'][]

/** A file beside the manifest, never a path elsewhere. */
const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of a file in the model folder')
const share = z.number().min(0).max(1)
const pixels = z.number().finite().min(0)

const manifestSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  family: z.string().min(1),
  file: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 small hex digits'),
  opset: z.int().min(1),
  input: z.strictObject({
    name: z.string().min(1),
    /** Pixels. */
    width: z.int().min(32).max(2048),
    height: z.int().min(32).max(2048),
    layout: z.literal('nhwc'),
    type: z.literal('uint8'),
    color: z.literal('rgb'),
    resize: z.literal('letterbox-top-left'),
    /** Grey level, 0..255. */
    pad: z.int().min(0).max(255),
  }),
  outputs: z.strictObject({ boxes: z.string().min(1), scores: z.string().min(1) }),
  boxFormat: z.literal('xyxy-input-pixels'),
  labels: z.array(z.enum(LABELS)).min(1),
  thresholds: z.strictObject({ score: z.number().min(0.05).max(0.95), nmsIou: share }),
  selfTest: z.strictObject({
    picture: fileName,
    expect: z
      .array(
        z.strictObject({
          label: z.enum(LABELS),
          /** x, y, width, height in pixels of the upright picture. */
          box: z.tuple([pixels, pixels, pixels, pixels]),
        }),
      )
      .min(1, 'must name at least one box, or it proves nothing'),
    minIou: share,
  }),
})

/** Reads `manifest.json`. Throws `ModelRefused`. */
export function parseManifest(text: string): ModelManifest {
  const result = manifestSchema.safeParse(readJson(text))
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  throw new ModelRefused(`the model's manifest is not valid: ${faults.join('; ')}`)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ModelRefused(`the model's manifest is not JSON: ${String(cause)}`, { cause })
  }
}
