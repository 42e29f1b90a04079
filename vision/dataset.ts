import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { z } from 'zod'
import { readPythonNames } from './onnx-file.ts'
import type { Box } from './shelf-sample.ts'

/** The folder or file holds no data set that can be read; the message says what was expected. */
export class DatasetRefused extends Error {}

export interface LabelledPicture {
  readonly file: string
  /** In pixels, or in shares of the picture where the format says so. */
  readonly units: 'pixels' | 'shares'
  readonly truth: readonly LabelledThing[]
}

interface LabelledThing {
  readonly label: string
  readonly box: Box
  /** Corners x, y, x, y ... of its parts, where the set draws them. */
  readonly outlines?: readonly (readonly number[])[]
}

const PICTURE = /\.(jpe?g|png)$/i

/**
 * Reads a labelled set: a COCO file (.json, pictures beside it or in `images/`), a VOC folder
 * (`Annotations/*.xml`) or a YOLO folder (`images/` and `labels/`, names in a `data.yaml` there or
 * above). Throws `DatasetRefused`.
 */
export async function readDataset(path: string): Promise<LabelledPicture[]> {
  if (extname(path) === '.json') return await readCoco(path)
  const names = await namesIn(path)
  if (names.includes('Annotations')) return await readVoc(path)
  if (names.includes('labels')) return await readYolo(path)
  const coco = names.filter((name) => name.endsWith('.json'))
  const [only] = coco
  if (only && coco.length === 1) return await readCoco(join(path, only))
  throw new DatasetRefused(
    `${path} must hold labels/ (YOLO), Annotations/ (VOC) or one .json (COCO), got ${names.slice(0, 8).join(', ')}`,
  )
}

async function readYolo(folder: string): Promise<LabelledPicture[]> {
  const names = await yoloNames(folder)
  const pictures = (await namesIn(join(folder, 'images'))).filter((name) => PICTURE.test(name))
  return await Promise.all(
    pictures.toSorted().map(async (name) => {
      const labels = join(folder, 'labels', `${basename(name, extname(name))}.txt`)
      const text = await readFile(labels, 'utf8').catch(() => '')
      const truth = text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => yoloLine(line, names, labels))
      return { file: join(folder, 'images', name), units: 'shares' as const, truth }
    }),
  )
}

/** class cx cy w h; a polygon's corners instead of a box are taken as the box around them. */
function yoloLine(line: string, names: readonly string[], file: string): LabelledThing {
  const [index = Number.NaN, ...numbers] = line.trim().split(/\s+/).map(Number)
  const label = names[index]
  if (label === undefined || numbers.length < 4 || !numbers.every(Number.isFinite))
    throw new DatasetRefused(
      `${file} must hold lines of a class number below ${names.length} and a box, got "${line}"`,
    )
  if (numbers.length > 5) return { label, box: around(numbers), outlines: [numbers] }
  const [cx = 0, cy = 0, width = 0, height = 0] = numbers
  return { label, box: { x: cx - width / 2, y: cy - height / 2, width, height } }
}

function around(corners: readonly number[]): Box {
  const xs = corners.filter((_, index) => index % 2 === 0)
  const ys = corners.filter((_, index) => index % 2 === 1)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** `names:` of data.yaml, as a list, a map, or one name a line. */
async function yoloNames(folder: string): Promise<string[]> {
  for (const place of [folder, dirname(folder)]) {
    const text = await readFile(join(place, 'data.yaml'), 'utf8').catch(() => null)
    const names = text === null ? null : namesOf(text)
    if (names) return names
  }
  throw new DatasetRefused(`${folder} or the folder above must hold data.yaml with its names`)
}

function namesOf(yaml: string): string[] | null {
  const after = /^names:[ \t]*(.*(?:\n(?:[ \t]+|- ).*)*)/m.exec(yaml)?.[1] ?? ''
  const flow = /^[[{]([\s\S]*)[\]}]/.exec(after)?.[1]
  const entries = (flow === undefined ? after.split('\n') : flow.split(','))
    .map((entry) => entry.replace(/^\s*(?:-|\d+\s*:)?\s*/, '').trim())
    .filter((entry) => entry !== '')
  const bare = entries.map((entry) => readPythonNames(entry)?.[0] ?? entry)
  return bare.length === 0 ? null : bare
}

const cocoSchema = z.looseObject({
  images: z.array(z.looseObject({ id: z.union([z.number(), z.string()]), file_name: z.string() })),
  annotations: z.array(
    z.looseObject({
      image_id: z.union([z.number(), z.string()]),
      category_id: z.number(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      /** Outlines; a crowd's run lengths are passed over, its box stays. */
      segmentation: z.array(z.array(z.number()).min(6)).nonempty().optional().catch(undefined),
    }),
  ),
  categories: z.array(z.looseObject({ id: z.number(), name: z.string() })),
})

async function readCoco(file: string): Promise<LabelledPicture[]> {
  const parsed = cocoSchema.safeParse(parsedJson(await readFile(file, 'utf8')))
  if (!parsed.success)
    throw new DatasetRefused(
      `${file} must be COCO with images, annotations and categories: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`,
    )
  const { images, annotations, categories } = parsed.data
  const folder = dirname(file)
  const below = await namesIn(folder)
  const label = new Map(categories.map(({ id, name }) => [id, name]))
  return images.map(({ id, file_name }) => ({
    file: join(folder, below.includes('images') ? 'images' : '', basename(file_name)),
    units: 'pixels' as const,
    truth: annotations
      .filter(({ image_id }) => image_id === id)
      .map(({ category_id, bbox: [x, y, width, height], segmentation }) => ({
        label: label.get(category_id) ?? `category ${category_id}`,
        box: { x, y, width, height },
        ...(segmentation ? { outlines: segmentation } : {}),
      })),
  }))
}

async function readVoc(folder: string): Promise<LabelledPicture[]> {
  const files = (await namesIn(join(folder, 'Annotations'))).filter((name) => name.endsWith('.xml'))
  const pictures = (await namesIn(folder)).includes('JPEGImages') ? 'JPEGImages' : 'images'
  return await Promise.all(
    files.toSorted().map(async (name) => {
      const xml = await readFile(join(folder, 'Annotations', name), 'utf8')
      const picture = textIn(xml, 'filename') ?? `${basename(name, '.xml')}.jpg`
      const objects = [...xml.matchAll(/<object>([\s\S]*?)<\/object>/g)]
      const truth = objects.map(([, object = '']) => vocObject(object, name))
      return { file: join(folder, pictures, basename(picture)), units: 'pixels' as const, truth }
    }),
  )
}

function vocObject(xml: string, file: string) {
  const side = (name: string) => Number(textIn(xml, name) ?? Number.NaN)
  // VOC counts pixels from 1.
  const [x, y] = [side('xmin') - 1, side('ymin') - 1]
  const box = { x, y, width: side('xmax') - 1 - x, height: side('ymax') - 1 - y }
  const label = textIn(xml, 'name')
  if (label === undefined || !Number.isFinite(box.x + box.y + box.width + box.height))
    throw new DatasetRefused(`${file} must give every object a name and a bndbox`)
  return { label, box }
}

function textIn(xml: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]?.trim()
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((cause: unknown) => {
    throw new DatasetRefused(`${folder} must be a folder that can be read: ${String(cause)}`, {
      cause,
    })
  })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
