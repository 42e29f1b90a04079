import { voteOnBoxes } from './box-votes.ts'
import { closeUpScale, shrinkInput } from './close-up.ts'
import type { DecodeJob, Output, RawBox } from './decoders/decoder.ts'
import { boxIou, movedTo, type RawDetection, suppress, toOriginal } from './detections.ts'
import { familyOf } from './model-families.ts'
import { assertDigest, messageOf, readModelFile } from './model-folder.ts'
import { type ModelManifest, ModelRefused, parseManifest, roleOf } from './model-manifest.ts'
import { type Feed, type ModelSession, openSession } from './onnx-session.ts'
import { type ModelInput, prepareInput } from './picture.ts'
import { peopleBoxes, planBlanking } from './privacy.ts'
import type { Blanking, Box, Detection } from './shelf-sample.ts'
import { packTensor } from './tensor.ts'
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
  /**
   * Everything from a trace upwards, or from `floor` where that is lower; boxes in original pixels,
   * best first. Throws `ModelRefused`.
   */
  detect(input: ModelInput, floor?: number): Promise<Detection[]>
  /** What must be black before the picture with these detections may be shown. */
  blanking(traces: readonly Detection[]): Blanking
  /** The same boxes without the question whether the model was measured: for measuring it. */
  peopleBoxes(traces: readonly Detection[]): Box[]
  close(): Promise<void>
}

/**
 * Loads the manifest and the model it names, and lets it look at its self-test picture, which
 * also warms it up. `session.run` blocks its thread: never load one where sockets live. Throws
 * `ModelRefused` for a model that is not what its manifest says or does not find what it must.
 */
export async function loadDetector(
  modelFolder: string,
  manifestFile = 'manifest.json',
): Promise<Detector> {
  const manifest = parseManifest((await readModelFile(modelFolder, manifestFile)).toString())
  const family = familyOf(manifest)
  const bytes = await readModelFile(modelFolder, manifest.file)
  assertDigest(manifest, bytes)
  const session = await openSession(bytes, manifest.file)
  const { name, version, sha256, input, thresholds } = manifest
  const candidates = async (prepared: ModelInput, floor = 1): Promise<RawDetection[]> => {
    const outputs = await session.run(feedsOf(manifest, prepared))
    // Half of the threshold is what hides a zone.
    const scoreMin = Math.min(TRACE_SCORE_MIN, thresholds.score / 2, floor)
    const raw = family.decode(jobOf(outputs, manifest, prepared, scoreMin))
    return raw.flatMap((box) => withName(box, manifest))
  }
  const detector: Detector = {
    model: { name, version, sha256 },
    inputShape: input,
    scoreMin: thresholds.score,
    async detect(prepared, floor) {
      const first = await candidates(prepared, floor)
      const found = settle(first, prepared, manifest)
      const scale = closeUpScale(found, prepared, manifest)
      if (scale === null) return found
      const smaller = shrinkInput(prepared, scale, input.pad)
      const second = await candidates(smaller, floor)
      const both = second.map((box) => movedTo(box, smaller.placement, prepared.placement))
      return settle([...first, ...both], prepared, manifest)
    },
    blanking: (traces) => planBlanking(traces, manifest),
    peopleBoxes: (traces) => peopleBoxes(traces, thresholds),
    close: () => session.close(),
  }
  try {
    assertNames(manifest, session)
    await assertSelfTest(detector, manifest, modelFolder)
  } catch (cause) {
    await session.close()
    throw cause
  }
  return detector
}

/** One box per item, in original pixels. */
function settle(
  found: readonly RawDetection[],
  { placement }: ModelInput,
  { thresholds, nms, boxVotes }: ModelManifest,
): Detection[] {
  const kept = suppress(found, thresholds.nmsIou, nms)
  return toOriginal(boxVotes ? voteOnBoxes(kept, found, boxVotes) : kept, placement)
}

function feedsOf({ input, extraInputs }: ModelManifest, prepared: ModelInput): Feed[] {
  const { width, height } = prepared
  const extra = extraInputs.map(({ name, holds }): Feed => {
    if (holds === 'mask') {
      const data = new BigInt64Array(width * height).fill(1n)
      return { name, type: 'int64', data, dims: [1, height, width] }
    }
    const size = holds === 'size-width-height' ? [width, height] : [height, width]
    return { name, type: 'int64', data: BigInt64Array.from(size, BigInt), dims: [1, 2] }
  })
  return [{ name: input.name, ...packTensor(prepared, input) }, ...extra]
}

function jobOf(
  outputs: ReadonlyMap<string, Output>,
  manifest: ModelManifest,
  { width, height }: ModelInput,
  scoreMin: number,
): DecodeJob {
  const find = (name: string): Output => {
    const output = outputs.get(name)
    if (output) return output
    throw new ModelRefused(`the model must give the output "${name}"`)
  }
  const namesOf = (word: string) => [manifest.outputs[word] ?? word].flat()
  return {
    output: (word) => find(namesOf(word)[0] ?? word),
    outputs: (word) => namesOf(word).map(find),
    width,
    height,
    classes: manifest.labels.length,
    scoreMin,
    options: manifest.options,
  }
}

/** A class number without a name means that model and manifest do not belong together. */
function withName({ classIndex, ...box }: RawBox, manifest: ModelManifest): RawDetection[] {
  const label = manifest.labels[classIndex]
  if (label === undefined)
    throw new ModelRefused(
      `the model's class must be one of the manifest's ${manifest.labels.length} labels, got number ${classIndex}`,
    )
  if (label === '') return []
  const sku = manifest.skus[label]
  return [{ label, role: roleOf(manifest, label), ...(sku === undefined ? {} : { sku }), ...box }]
}

function assertNames(manifest: ModelManifest, session: ModelSession): void {
  const inputs = [manifest.input.name, ...manifest.extraInputs.map(({ name }) => name)]
  if (inputs.toSorted().join() !== session.inputNames.toSorted().join())
    throw new ModelRefused(
      `the model must have the input "${inputs.join('", "')}", got "${session.inputNames.join('", "')}"`,
    )
  const wanted = Object.values(manifest.outputs)
    .flat()
    .filter((name) => !session.outputNames.includes(name))
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
  const { picture, expect, minIou, extraMax = Number.POSITIVE_INFINITY } = selfTest
  const bytes = await readModelFile(modelFolder, picture)
  const found = await detector.detect(await prepareInput(bytes, input)).catch((cause: unknown) => {
    throw new ModelRefused(`the self-test cannot be run: ${messageOf(cause)}`, { cause })
  })
  const free = new Set(found.filter(({ score }) => score >= detector.scoreMin))
  const missed = expect.filter(({ label, box: [x, y, width, height] }) => {
    const match = bestMatch([...free], label, { x, y, width, height }, minIou)
    return match === undefined || !free.delete(match)
  })
  if (missed.length > 0)
    throw new ModelRefused(
      `the self-test must find ${expect.length} boxes in ${picture}, missed ${missed.length}, first ${JSON.stringify(missed[0])}`,
    )
  if (free.size > extraMax)
    throw new ModelRefused(
      `the self-test must find at most ${extraMax} more boxes in ${picture}, got ${free.size}`,
    )
}

function bestMatch(
  found: readonly Detection[],
  label: string,
  box: Box,
  iouMin: number,
): Detection | undefined {
  return found
    .filter((detection) => detection.label === label && boxIou(detection.box, box) >= iouMin)
    .sort((a, b) => boxIou(b.box, box) - boxIou(a.box, box))[0]
}
