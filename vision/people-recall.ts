import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { DatasetRefused, type LabelledPicture, readDataset } from './dataset.ts'
import { loadDetector } from './onnx-detector.ts'
import { prepareInput } from './picture.ts'
import type { Box } from './shelf-sample.ts'

/** A picture of which it is known where people are, in pixels of the upright picture. */
export interface PeoplePicture {
  readonly name: string
  readonly bytes: Uint8Array
  isPerson(x: number, y: number, size: Size): boolean
}

interface Size {
  readonly width: number
  readonly height: number
}

export interface PeopleRecall {
  readonly pictures: number
  /** Sampled pixels of people, and which share of them would be black. */
  readonly personPixels: number
  readonly recall: number
  /** Share of everything else that would be black too. */
  readonly lost: number
  /** Per picture, worst first. */
  readonly each: readonly { readonly name: string; readonly recall: number }[]
}

/** Every second pixel in each direction is enough, and four times faster. */
const STEP = 2

/**
 * Which share of the pixels of people a model would black out, whatever its manifest claims.
 * Throws `ModelRefused` and `PictureRefused`.
 */
export async function measurePeople(
  modelFolder: string,
  pictures: AsyncIterable<PeoplePicture>,
): Promise<PeopleRecall> {
  const detector = await loadDetector(modelFolder)
  try {
    const counts: Counts[] = []
    for await (const picture of pictures) {
      const input = await prepareInput(picture.bytes, detector.inputShape)
      counts.push(
        countPixels(picture, input.placement, detector.peopleBoxes(await detector.detect(input))),
      )
    }
    return summed(counts)
  } finally {
    await detector.close()
  }
}

/** The pictures of a labelled set that show people. Throws `DatasetRefused`. */
export async function* peopleOf(dataset: string): AsyncGenerator<PeoplePicture> {
  const shown = (await readDataset(dataset)).filter(({ truth }) =>
    truth.some(({ label }) => PEOPLE.test(label)),
  )
  if (shown.length === 0)
    throw new DatasetRefused(`${dataset} must hold pictures with the label person, hand or arm`)
  for (const picture of shown) yield labelled(picture, await readFile(picture.file))
}

const PEOPLE = /^(person|people|hand|arm|face|head)s?$/i

function labelled({ file, units, truth }: LabelledPicture, bytes: Uint8Array): PeoplePicture {
  const people = truth.filter(({ label }) => PEOPLE.test(label))
  return {
    name: basename(file),
    bytes,
    isPerson: (x, y, { width, height }) => {
      const [left, top] = units === 'shares' ? [x / width, y / height] : [x, y]
      return people.some(({ box, outlines }) =>
        outlines
          ? outlines.some((outline) => isInside(left, top, outline))
          : liesIn(left, top, box),
      )
    },
  }
}

interface Counts {
  readonly name: string
  readonly people: number
  readonly hidden: number
  readonly others: number
  readonly lost: number
}

function countPixels(picture: PeoplePicture, size: Size, boxes: readonly Box[]): Counts {
  let [people, hidden, others, lost] = [0, 0, 0, 0]
  for (let y = 0; y < size.height; y += STEP)
    for (let x = 0; x < size.width; x += STEP) {
      const black = boxes.some((box) => liesIn(x, y, box)) ? 1 : 0
      if (picture.isPerson(x, y, size)) {
        people++
        hidden += black
      } else {
        others++
        lost += black
      }
    }
  return { name: picture.name, people, hidden, others, lost }
}

function summed(counts: readonly Counts[]): PeopleRecall {
  const sum = (key: 'people' | 'hidden' | 'others' | 'lost') =>
    counts.reduce((total, one) => total + one[key], 0)
  const people = sum('people')
  return {
    pictures: counts.length,
    personPixels: people,
    recall: people === 0 ? 0 : sum('hidden') / people,
    lost: sum('lost') / Math.max(1, sum('others')),
    each: counts
      .map(({ name, hidden, people }) => ({ name, recall: people === 0 ? 1 : hidden / people }))
      .toSorted((a, b) => a.recall - b.recall),
  }
}

const liesIn = (x: number, y: number, box: Box) =>
  x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height

/** Whether a ray to the right crosses the outline (x, y, x, y ...) an odd number of times. */
function isInside(x: number, y: number, outline: readonly number[]): boolean {
  let inside = false
  const corners = outline.length / 2
  for (let index = 0; index < corners; index++) {
    const [x1 = 0, y1 = 0] = outline.slice(index * 2, index * 2 + 2)
    const next = ((index + 1) % corners) * 2
    const [x2 = 0, y2 = 0] = outline.slice(next, next + 2)
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}
