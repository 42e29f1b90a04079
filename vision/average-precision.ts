import { boxIou } from './detections.ts'
import type { Box } from './shelf-sample.ts'

/** What stands on a picture, and what a model says about it. */
export interface JudgedPicture {
  readonly truth: readonly { readonly label: string; readonly box: Box }[]
  readonly found: readonly { readonly label: string; readonly score: number; readonly box: Box }[]
}

export interface DetectionScores {
  /** Mean over the labels that occur, 0..1; as COCO computes it, 101 recall points. */
  readonly ap50: number
  readonly ap75: number
  /** Mean over IoU 0.50, 0.55 .. 0.95. */
  readonly ap50to95: number
  /** At `scoreMin` and IoU 0.5: share of what stands there that is found, and of the found that is right. */
  readonly recall: number
  readonly precision: number
  /** Mean of |found - there| over pictures, at `scoreMin`; and what stands there on average. */
  readonly countError: number
  readonly meanCount: number
}

const THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]

/** How good a detector is on pictures whose truth is known. Pure. */
export function scoreDetections(
  pictures: readonly JudgedPicture[],
  scoreMin: number,
): DetectionScores {
  const labels = [...new Set(pictures.flatMap(({ truth }) => truth.map(({ label }) => label)))]
  const table = THRESHOLDS.map((iouMin) =>
    meanOf(labels.map((label) => averagePrecision(pictures, label, iouMin))),
  )
  const sure = pictures.map(({ truth, found }) => ({
    truth,
    found: found.filter(({ score }) => score >= scoreMin),
  }))
  const right = sure.flatMap((picture) =>
    labels.flatMap((label) => matches(picture, label, 0.5).filter(({ isRight }) => isRight)),
  )
  const there = sumOf(sure.map(({ truth }) => truth.length))
  const said = sumOf(sure.map(({ found }) => found.length))
  return {
    ap50: table[0] ?? 0,
    ap75: table[5] ?? 0,
    ap50to95: meanOf(table),
    recall: there === 0 ? 0 : right.length / there,
    precision: said === 0 ? 0 : right.length / said,
    countError: meanOf(sure.map(({ truth, found }) => Math.abs(found.length - truth.length))),
    meanCount: meanOf(sure.map(({ truth }) => truth.length)),
  }
}

function averagePrecision(
  pictures: readonly JudgedPicture[],
  label: string,
  iouMin: number,
): number {
  const wanted = sumOf(
    pictures.map(({ truth }) => truth.filter((item) => item.label === label).length),
  )
  const ranked = pictures
    .flatMap((picture) => matches(picture, label, iouMin))
    .sort((a, b) => b.score - a.score)
  let right = 0
  const curve = ranked.map(({ isRight }, index) => {
    if (isRight) right++
    return { recall: right / wanted, precision: right / (index + 1) }
  })
  // Precision at a recall is the best that any higher recall still has.
  for (let index = curve.length - 2; index >= 0; index--) {
    const [here, next] = [curve[index], curve[index + 1]]
    if (here && next && next.precision > here.precision)
      curve[index] = { recall: here.recall, precision: next.precision }
  }
  let at = 0
  let sum = 0
  for (let point = 0; point <= 100; point++) {
    while (at < curve.length && (curve[at]?.recall ?? 0) < point / 100 - 1e-9) at++
    sum += curve[at]?.precision ?? 0
  }
  return sum / 101
}

interface Matched {
  readonly score: number
  readonly isRight: boolean
}

/** Best score first; each takes the free true box that it covers best. */
function matches(picture: JudgedPicture, label: string, iouMin: number): Matched[] {
  const free = new Set(picture.truth.filter((item) => item.label === label))
  return picture.found
    .filter((item) => item.label === label)
    .toSorted((a, b) => b.score - a.score)
    .map(({ score, box }) => {
      const [best] = [...free]
        .map((item) => ({ item, iou: boxIou(item.box, box) }))
        .filter(({ iou }) => iou >= iouMin)
        .sort((a, b) => b.iou - a.iou)
      if (best) free.delete(best.item)
      return { score, isRight: best !== undefined }
    })
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length
}
