import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { boxIou, suppress, toOriginal } from './detections.ts'
import { familyOf, type ModelFamily, type Output } from './model-families.ts'
import { type ModelManifest, ModelRefused, parseManifest } from './model-manifest.ts'
import { type ModelInput, prepareInput } from './picture.ts'
import type { Box, Detection } from './shelf-sample.ts'
import { TRACE_SCORE_MIN } from './zones.ts'

export interface ModelIdentity {
  readonly name: string
  readonly version: string
  readonly sha256: string
}

export interface Detector {
  readonly model: ModelIdentity
  readonly inputShape: ModelManifest['input']
  /** The model's own operating point, 0..1. */
  readonly scoreMin: number
  /** Everything from a trace upwards, boxes in original pixels, best first. Throws `ModelRefused`. */
  detect(input: ModelInput): Promise<Detection[]>
  close(): Promise<void>
}

/**
 * One thread and no spinning: with ONNX Runtime's own choice a shared two-core machine was twice
 * as slow, and spinning burns a core after every frame.
 */
const SESSION: InferenceSession.SessionOptions = {
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  interOpNumThreads: 1,
  intraOpNumThreads: 1,
  enableCpuMemArena: false,
  enableMemPattern: false,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
}

/**
 * Loads `manifest.json` and the model it names, and lets it look at its self-test picture, which
 * also warms it up. `session.run` blocks its thread: never load one where sockets live. Throws
 * `ModelRefused` for a model that is not what its manifest says or does not find what it must.
 */
export async function loadDetector(modelFolder: string): Promise<Detector> {
  const manifest = parseManifest((await readModelFile(modelFolder, 'manifest.json')).toString())
  const family = familyOf(manifest)
  const bytes = await readModelFile(modelFolder, manifest.file)
  assertDigest(manifest, bytes)
  const session = await InferenceSession.create(bytes, SESSION).catch((cause: unknown) => {
    throw new ModelRefused(`${manifest.file} cannot be loaded: ${messageOf(cause)}`, { cause })
  })
  assertNames(manifest, session)
  const { name, version, sha256, input, thresholds } = manifest
  const detector: Detector = {
    model: { name, version, sha256 },
    inputShape: input,
    scoreMin: thresholds.score,
    detect: (prepared) => detect(session, family, manifest, prepared),
    close: () => session.release(),
  }
  await assertSelfTest(detector, manifest, modelFolder)
  return detector
}

async function detect(
  session: InferenceSession,
  family: ModelFamily,
  manifest: ModelManifest,
  prepared: ModelInput,
): Promise<Detection[]> {
  const { name, width, height } = manifest.input
  const tensor = new Tensor('uint8', prepared.pixels, [1, height, width, 3])
  const outputs = await session.run({ [name]: tensor })
  // Half of the threshold is what hides a zone.
  const scoreMin = Math.min(TRACE_SCORE_MIN, manifest.thresholds.score / 2)
  const raw = family.read((output) => floats(output, outputs[output]), manifest, scoreMin)
  for (const output of Object.values(outputs)) output.dispose()
  return toOriginal(suppress(raw, manifest.thresholds.nmsIou), prepared.letterbox)
}

function floats(name: string, tensor: Tensor | undefined): Output {
  const data = tensor?.data
  if (tensor && data instanceof Float32Array) return { dims: tensor.dims, data }
  throw new ModelRefused(
    `output "${name}" must be float32, got ${tensor ? tensor.type : 'no such output'}`,
  )
}

function assertDigest(manifest: ModelManifest, bytes: Uint8Array): void {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 === manifest.sha256) return
  throw new ModelRefused(
    `${manifest.file} must have the SHA-256 ${manifest.sha256}, got ${sha256}: model and manifest do not belong together`,
  )
}

function assertNames({ input, outputs }: ModelManifest, session: InferenceSession): void {
  const wanted = [outputs.boxes, outputs.scores].filter(
    (name) => !session.outputNames.includes(name),
  )
  if (session.inputNames.join() !== input.name)
    throw new ModelRefused(
      `the model must have the one input "${input.name}", got "${session.inputNames.join('", "')}"`,
    )
  if (wanted.length > 0)
    throw new ModelRefused(
      `the model must have the output "${wanted.join('", "')}", got "${session.outputNames.join('", "')}"`,
    )
}

/** Scores hide a wrong scale or colour order; only the places of the boxes prove a model. */
async function assertSelfTest(
  detector: Detector,
  { input, selfTest }: ModelManifest,
  modelFolder: string,
): Promise<void> {
  const picture = await readModelFile(modelFolder, selfTest.picture)
  const found = await detector
    .detect(await prepareInput(picture, input))
    .catch((cause: unknown) => {
      throw new ModelRefused(`the self-test cannot be run: ${messageOf(cause)}`, { cause })
    })
  const free = new Set(found.filter(({ score }) => score >= detector.scoreMin))
  const missed = selfTest.expect.filter(({ label, box: [x, y, width, height] }) => {
    const match = bestMatch([...free], label, { x, y, width, height }, selfTest.minIou)
    return match === undefined || !free.delete(match)
  })
  if (missed.length === 0) return
  throw new ModelRefused(
    `the self-test must find ${selfTest.expect.length} boxes in ${selfTest.picture}, missed ${missed.length}, first ${JSON.stringify(missed[0])}`,
  )
}

function bestMatch(
  found: readonly Detection[],
  label: Detection['label'],
  box: Box,
  iouMin: number,
): Detection | undefined {
  return found
    .filter((detection) => detection.label === label && boxIou(detection.box, box) >= iouMin)
    .sort((a, b) => boxIou(b.box, box) - boxIou(a.box, box))[0]
}

async function readModelFile(modelFolder: string, name: string): Promise<Buffer> {
  return await readFile(join(modelFolder, name)).catch((cause: unknown) => {
    throw new ModelRefused(`the model folder must hold ${name}: ${messageOf(cause)}`, { cause })
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.trim() : String(cause)
}
