import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { AddedModel, ModelOffer } from './add-model.ts'
import type { EvaluateOptions, ModelEvaluation } from './evaluate-model.ts'
import type { CameraMemory, Look } from './look.ts'
import { parseManifest } from './model-manifest.ts'
import type { ModelIdentity } from './onnx-detector.ts'
import type { PeoplePicture, PeopleRecall } from './people-recall.ts'
import type { RecognitionFiles } from './recognition/enrolled.ts'
import type { Enrolment, EnrolOptions, Recogniser } from './recognition/recogniser.ts'
import type { Camera, Detection, ShelfSample } from './shelf-sample.ts'

/**
 * Single pictures and models, for the command line: everything here loads sharp and ONNX Runtime
 * when it is first called, and blocks its thread while a model runs.
 */

export interface SeenPicture {
  /** Of the upright picture, pixels. */
  readonly width: number
  readonly height: number
  /** At and above the threshold, best first. */
  readonly detections: readonly Detection[]
}

export interface OpenModel {
  readonly model: ModelIdentity
  /** The model's own threshold, 0..1. */
  readonly scoreMin: number
  /** Throws for a picture that cannot be read. */
  see(picture: Uint8Array, scoreMin?: number): Promise<SeenPicture>
  /**
   * One frame of a shelf camera, from JPEG to slot scores. The same picture handed in again, for
   * another camera or time, is looked at anew, but the model runs on it once.
   */
  lookAt(camera: Camera, atMs: number, picture: Uint8Array): Promise<ShelfSample>
  close(): Promise<void>
}

export interface Names extends RecognitionFiles {
  /** Told once when something is enrolled, or why what is enrolled cannot be used. */
  readonly onNews: (skus: number, fault: string | null) => void
}

/**
 * With `names`, frames are looked at as in a running gateway: what stands in a slot is compared with
 * what is enrolled. Throws `ModelRefused` when the model does not pass its self-test.
 */
export async function openModel(modelFolder: string, names?: Names): Promise<OpenModel> {
  const { loadDetector } = await import('./onnx-detector.ts')
  const { prepareInput } = await import('./picture.ts')
  const { lookAt } = await import('./look.ts')
  const { followGallery } = await import('./recognition/enrolled.ts')
  const detector = await loadDetector(modelFolder)
  const enrolled = names ? followGallery(names, names.onNews) : null
  const memory: CameraMemory = new Map()
  let last: { readonly picture: Uint8Array; readonly found: Promise<Detection[]> } | null = null
  const once = (picture: Uint8Array): typeof detector => ({
    ...detector,
    detect(input) {
      if (last?.picture !== picture) last = { picture, found: detector.detect(input) }
      return last.found
    },
  })
  return {
    model: detector.model,
    scoreMin: detector.scoreMin,
    async see(picture, scoreMin = detector.scoreMin) {
      const input = await prepareInput(picture, detector.inputShape)
      const found = await detector.detect(input, scoreMin)
      const { width, height } = input.placement
      return { width, height, detections: found.filter(({ score }) => score >= scoreMin) }
    },
    async lookAt(camera, atMs, picture) {
      const looks = (await enrolled?.current(performance.now())) ?? null
      const job = { camera, atMs, jpeg: picture }
      const { sample }: Look = await lookAt(once(picture), job, memory, looks)
      return sample
    },
    async close() {
      await enrolled?.close()
      await detector.close()
    },
  }
}

/** Throws `ModelRefused`; what stood in the folder before stays in use then. */
export async function addModel(offer: ModelOffer): Promise<AddedModel> {
  const { addModel } = await import('./add-model.ts')
  return await addModel(offer)
}

export async function evaluateModel(options: EvaluateOptions): Promise<ModelEvaluation> {
  const { evaluateModel } = await import('./evaluate-model.ts')
  return await evaluateModel(options)
}

/** Throws `ModelRefused` and `PictureRefused`. */
export async function measurePeople(
  modelFolder: string,
  pictures: AsyncIterable<PeoplePicture>,
): Promise<PeopleRecall> {
  const { measurePeople } = await import('./people-recall.ts')
  return await measurePeople(modelFolder, pictures)
}

/** The pictures with people of a labelled set. Throws `DatasetRefused`. */
export async function* peopleOf(dataset: string): AsyncGenerator<PeoplePicture> {
  const { peopleOf } = await import('./people-recall.ts')
  yield* peopleOf(dataset)
}

/** Throws `ModelRefused`, `GalleryRefused` and `PictureRefused`. */
export async function enrol(options: EnrolOptions): Promise<Enrolment> {
  const { enrol } = await import('./recognition/recogniser.ts')
  return await enrol(options)
}

/** Throws `ModelRefused` and `GalleryRefused`. */
export async function openRecogniser(modelFolder: string, gallery: string): Promise<Recogniser> {
  const { openRecogniser } = await import('./recognition/recogniser.ts')
  return await openRecogniser(modelFolder, gallery)
}

export interface ListedModel {
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly family: string
  readonly labels: readonly string[]
  /** What is wrong with the manifest; null when it can be read. */
  readonly fault: string | null
}

/** The model folders below `folder`, by name; looks at manifests alone. */
export async function listModels(folder: string): Promise<ListedModel[]> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
  const listed: ListedModel[] = []
  for (const name of names) {
    const text = await readFile(join(folder, name, 'manifest.json'), 'utf8').catch(() => null)
    if (text !== null) listed.push(listedModel(join(folder, name), text))
  }
  return listed
}

function listedModel(folder: string, text: string): ListedModel {
  try {
    const embedder = embedderIn(text)
    if (embedder) return { folder, ...embedder, labels: [], fault: null }
    const { name, version, family, labels } = parseManifest(text)
    return { folder, name, version, family, labels, fault: null }
  } catch (cause) {
    const fault = cause instanceof Error ? cause.message : String(cause)
    return { folder, name: '', version: '', family: '', labels: [], fault }
  }
}

const embedderSchema = z.object({
  name: z.string(),
  version: z.string(),
  family: z.literal('tallygate-embedder'),
})

/** An embedder has no labels, so its manifest is another one. */
function embedderIn(text: string) {
  const result = embedderSchema.safeParse(JSON.parse(text))
  return result.success ? result.data : null
}

/** Runs the self-test of a detector or an embedder. Throws `ModelRefused`. */
export async function verifyModel(modelFolder: string): Promise<void> {
  const { readModelFile } = await import('./model-folder.ts')
  const text = (await readModelFile(modelFolder, 'manifest.json')).toString()
  if (listedModel(modelFolder, text).family === 'tallygate-embedder') {
    const { loadEmbedder } = await import('./recognition/embedder.ts')
    await (await loadEmbedder(modelFolder)).close()
  } else await (await openModel(modelFolder)).close()
}
