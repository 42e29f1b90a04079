import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import {
  type Detection,
  drawBoxes,
  type Names,
  type OpenModel,
  openModel,
  openRecogniser,
  type Recogniser,
  type SeenPicture,
} from '../../vision/index.ts'
import { shippedEmbedderFolder, shippedModelFolder } from '../models.ts'
import { complain, defineCommand, EXIT, numberBetween, print } from './command.ts'
import { countFrames, type Frames, framesOf } from './count-frames.ts'
import { isVisionRefusal } from './vision-refusal.ts'

export const vision = defineCommand(
  {
    about: 'find products in pictures, or count a shelf over a sequence of frames',
    usage: `
tallygate vision detect IMAGE... [--model DIR] [--min-score S] [--json] [--draw DIR]
                 [--gallery FILE]
tallygate vision count --camera ID --config FILE [--fps N] [--model DIR] [--json]
                 [--gallery FILE] FRAMES-DIR

detect  says what a model sees: label, score and box (x y width height) in pixels of the upright
        picture, best first
count   replays the frames of one camera in the order of their names and prints the confirmed
        changes of its shelf; the first settled count is the baseline. Where the data folder of the
        configuration holds books and enrolled products, an item is counted for its zone only where
        it can be the planned SKU, as in the running gateway

Exit 1 when a picture cannot be read or the model is refused.

  --model DIR     model folder; default: the detector that ships
  --min-score S   0..1; default: the model's own threshold
  --gallery FILE  name the products that are enrolled there (see tallygate enroll); count: the one
                  of the data folder by default
  --embedder DIR  model that compares them; default: the one that ships
  --draw DIR      write each picture with its boxes there
  --camera ID     camera of the configuration, with its zones and slots
  --fps N         frames a second, unless the files are called <epochMs>.jpg`,
    options: {
      model: { type: 'string', default: shippedModelFolder },
      'min-score': { type: 'string' },
      gallery: { type: 'string' },
      embedder: { type: 'string', default: shippedEmbedderFolder },
      draw: { type: 'string' },
      camera: { type: 'string' },
      config: { type: 'string' },
      fps: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: [verb, ...paths] }) => {
    const wish = { ...values, scoreMin: numberBetween(values['min-score'], 0, 1) }
    if (verb === 'detect' && paths.length > 0 && wish.scoreMin !== null)
      return await withModel(wish, (model, names) => detect(model, names, paths, wish))
    const frames = verb === 'count' ? await framesOf(paths, values) : null
    if (frames)
      return await withModel({ model: values.model, names: namesFor(frames, values) }, (model) =>
        countFrames(model, frames, values.json),
      )
    if (verb !== 'count') complain('expected "detect IMAGE..." or "count"; see --help')
    return EXIT.usage
  },
)

function namesFor(frames: Frames, { gallery = frames.gallery, embedder }: NamesWish): Names {
  const onNews = (_: number, fault: string | null) => {
    if (fault !== null) complain(`${fault}; counting without names`)
  }
  return { modelFolder: embedder, gallery, onNews }
}

interface NamesWish {
  readonly gallery?: string | undefined
  readonly embedder: string
}

interface ModelWish {
  readonly model: string
  readonly names?: Names
  readonly gallery?: string | undefined
  readonly embedder?: string | undefined
}

/** Opens what is asked for, and closes it whatever happens. */
async function withModel(
  { model: folder, names: slots, gallery, embedder = '' }: ModelWish,
  work: (model: OpenModel, names: Recogniser | null) => Promise<number>,
): Promise<number> {
  const opened: { close(): Promise<void> }[] = []
  try {
    const model = await openModel(folder, slots)
    opened.push(model)
    const names = gallery === undefined ? null : await openRecogniser(embedder, gallery)
    if (names) opened.push(names)
    return await work(model, names)
  } catch (cause) {
    if (!isVisionRefusal(cause)) throw cause
    complain(cause.message)
    return EXIT.refused
  } finally {
    for (const part of opened) await part.close()
  }
}

interface DetectWish {
  readonly scoreMin: number | undefined | null
  readonly draw?: string | undefined
  readonly json: boolean
}

async function detect(
  model: OpenModel,
  names: Recogniser | null,
  images: readonly string[],
  { scoreMin, draw, json }: DetectWish,
): Promise<number> {
  if (draw !== undefined) await mkdir(draw, { recursive: true })
  const seen: Told[] = []
  for (const image of images) {
    const one = await detectOne(model, names, image, scoreMin ?? model.scoreMin)
    if (!one) continue
    const told = toldOf(image, one)
    seen.push(told)
    if (!json) printFound(told)
    if (draw !== undefined) await drawInto(draw, image, one.bytes, one.detections)
  }
  if (json) print(JSON.stringify(seen, null, 2))
  return seen.length === images.length ? EXIT.done : EXIT.refused
}

type Told = ReturnType<typeof toldOf>

function toldOf(image: string, { width, height, detections }: SeenPicture) {
  return {
    image,
    width,
    height,
    detections: detections.map(({ label, score, box, sku }) => ({
      label,
      score: rounded(score, 3),
      box: [box.x, box.y, box.width, box.height].map((side) => rounded(side, 1)),
      ...(sku === undefined ? {} : { sku }),
    })),
  }
}

function printFound({ image, width, height, detections }: Told): void {
  print(`${image}: ${width} x ${height}, ${detections.length} found`)
  for (const { label, score, box, sku } of detections)
    print(`  ${label}${sku === undefined ? '' : ` (${sku})`} ${score.toFixed(3)}  ${box.join(' ')}`)
}

async function detectOne(
  model: OpenModel,
  names: Recogniser | null,
  image: string,
  scoreMin: number,
) {
  try {
    const bytes = await readFile(image)
    const seen = await model.see(bytes, scoreMin)
    return { ...seen, bytes, detections: await named(names, bytes, seen.detections) }
  } catch (cause) {
    if (!isVisionRefusal(cause)) throw cause
    complain(`${image}: ${cause.message}`)
    return null
  }
}

/** A product that resembles none enough, or two alike, stays without a SKU. */
async function named(
  names: Recogniser | null,
  picture: Uint8Array,
  detections: readonly Detection[],
): Promise<readonly Detection[]> {
  const known = (await names?.recognise(picture, detections)) ?? []
  return detections.map((detection, index) => {
    const found = known[index]
    return found?.kind === 'known' ? { ...detection, sku: found.sku } : detection
  })
}

const COLOURS = { product: '#00c853', person: '#d50000', other: '#2962ff' } as const

async function drawInto(
  folder: string,
  image: string,
  bytes: Uint8Array,
  detections: readonly Detection[],
): Promise<void> {
  const marks = detections.map(({ label, role, score, box, sku }) => ({
    box,
    color: COLOURS[role],
    label: `${sku ?? label} ${score.toFixed(2)}`,
  }))
  const name = `${basename(image, extname(image))}.jpg`
  await writeFile(join(folder, name), await drawBoxes(bytes, marks))
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
