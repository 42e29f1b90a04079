import { readFile } from 'node:fs/promises'
import { type DetectionScores, type JudgedPicture, scoreDetections } from './average-precision.ts'
import { DatasetRefused, type LabelledPicture, readDataset } from './dataset.ts'
import { type Detector, loadDetector } from './onnx-detector.ts'
import { prepareInput } from './picture.ts'

export interface EvaluateOptions {
  readonly modelFolder: string
  readonly dataset: string
  /** The model's own when left out. */
  readonly scoreMin?: number
  /** Compare every product with every label of the set, whatever either is called. */
  readonly ignoreLabels: boolean
}

export interface ModelEvaluation extends DetectionScores {
  readonly pictures: number
  readonly boxes: number
  readonly scoreMin: number
  readonly labels: readonly string[]
  /** Per picture: decoding and resizing, and the model with its suppression; medians. */
  readonly decodeMs: number
  readonly detectMs: number
}

const ANY = 'any'
/** Average precision asks for everything a model suspects, however faintly. */
const SCORE_FLOOR = 0.02

/** How good a model is on a labelled set. Throws `ModelRefused`, `DatasetRefused`, `PictureRefused`. */
export async function evaluateModel(options: EvaluateOptions): Promise<ModelEvaluation> {
  const pictures = await readDataset(options.dataset)
  if (pictures.length === 0)
    throw new DatasetRefused(`${options.dataset} must hold at least one picture`)
  const detector = await loadDetector(options.modelFolder)
  try {
    const judged: Judged[] = []
    for (const picture of pictures) judged.push(await judge(detector, picture, options))
    const scoreMin = options.scoreMin ?? detector.scoreMin
    const truth = judged.flatMap((picture) => picture.truth)
    return {
      pictures: judged.length,
      boxes: truth.length,
      scoreMin,
      labels: [...new Set(truth.map(({ label }) => label))],
      ...scoreDetections(judged, scoreMin),
      decodeMs: medianOf(judged.map(({ decodeMs }) => decodeMs)),
      detectMs: medianOf(judged.map(({ detectMs }) => detectMs)),
    }
  } finally {
    await detector.close()
  }
}

interface Judged extends JudgedPicture {
  readonly decodeMs: number
  readonly detectMs: number
}

async function judge(
  detector: Detector,
  { file, units, truth }: LabelledPicture,
  { ignoreLabels }: EvaluateOptions,
): Promise<Judged> {
  const startedMs = performance.now()
  const input = await prepareInput(await readFile(file), detector.inputShape)
  const preparedMs = performance.now()
  const found = await detector.detect(input, SCORE_FLOOR)
  const detectMs = performance.now() - preparedMs
  const [width, height] =
    units === 'shares' ? [input.placement.width, input.placement.height] : [1, 1]
  return {
    decodeMs: preparedMs - startedMs,
    detectMs,
    truth: truth.map(({ label, box }) => ({
      label: ignoreLabels ? ANY : label,
      box: {
        x: box.x * width,
        y: box.y * height,
        width: box.width * width,
        height: box.height * height,
      },
    })),
    found: found
      .filter(({ role }) => !ignoreLabels || role !== 'person')
      .map(({ label, score, box }) => ({ label: ignoreLabels ? ANY : label, score, box })),
  }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
