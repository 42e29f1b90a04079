import type { Decoder } from './decoders/decoder.ts'
import {
  decodeFastestDet,
  decodeNanodet,
  decodeNanodetPlus,
  decodePicodet,
} from './decoders/light.ts'
import { decodeDense, decodeMmdeploy } from './decoders/plain.ts'
import { decodeSsd, decodeTfObjectDetection } from './decoders/ssd.ts'
import { decodeDetr, decodeDetrWithSizes, decodeRfDetr } from './decoders/transformer.ts'
import {
  decodeEndToEnd,
  decodeYoloNasFlat,
  decodeYolov5,
  decodeYolov8,
  decodeYolox,
} from './decoders/yolo.ts'
import { type FamilyName, type ModelManifest, ModelRefused } from './model-manifest.ts'

/** How one family of detectors is to be read. */
export interface ModelFamily {
  /** The family's own words for the outputs that the manifest must name. */
  readonly outputs: readonly string[]
  readonly decode: Decoder
}

const ONE = ['predictions']

const FAMILIES: Readonly<Record<FamilyName, ModelFamily>> = {
  'tallygate-dense': { outputs: ['boxes', 'scores'], decode: decodeDense },
  yolov5: { outputs: ONE, decode: decodeYolov5 },
  yolov8: { outputs: ONE, decode: decodeYolov8 },
  'yolo-end-to-end': { outputs: ONE, decode: decodeEndToEnd },
  yolox: { outputs: ONE, decode: decodeYolox },
  'yolo-nas-flat': { outputs: ONE, decode: decodeYoloNasFlat },
  'detr-with-sizes': { outputs: ['labels', 'boxes', 'scores'], decode: decodeDetrWithSizes },
  detr: { outputs: ['logits', 'boxes'], decode: decodeDetr },
  'rf-detr': { outputs: ['dets', 'labels'], decode: decodeRfDetr },
  'tf-object-detection': {
    outputs: ['count', 'boxes', 'scores', 'classes'],
    decode: decodeTfObjectDetection,
  },
  ssd: { outputs: ['scores', 'boxes'], decode: decodeSsd },
  nanodet: { outputs: ['scores', 'sides'], decode: decodeNanodet },
  'nanodet-plus': { outputs: ONE, decode: decodeNanodetPlus },
  picodet: { outputs: ['scores', 'sides'], decode: decodePicodet },
  fastestdet: { outputs: ONE, decode: decodeFastestDet },
  mmdeploy: { outputs: ['dets', 'labels'], decode: decodeMmdeploy },
}

/** Throws `ModelRefused` when the manifest does not name the outputs that its family has. */
export function familyOf({ family, outputs }: ModelManifest): ModelFamily {
  const known = FAMILIES[family]
  const missing = known.outputs.filter((word) => outputs[word] === undefined)
  if (missing.length === 0) return known
  throw new ModelRefused(
    `a manifest of family ${family} must name the outputs ${known.outputs.join(', ')}, misses ${missing.join(', ')}`,
  )
}
