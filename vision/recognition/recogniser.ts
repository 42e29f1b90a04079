import { createHash } from 'node:crypto'
import { decodePicture } from '../picture.ts'
import type { Detection } from '../shelf-sample.ts'
import { loadEmbedder } from './embedder.ts'
import { createGallery, type Recognition } from './gallery.ts'
import { GalleryRefused, readGallery, writeGallery } from './gallery-file.ts'

/** More pictures of one SKU say little new and slow the search. */
const PICTURES_MAX = 20

export interface EnrolOptions {
  readonly modelFolder: string
  readonly gallery: string
  readonly sku: string
  readonly pictures: readonly Uint8Array[]
}

export interface Enrolment {
  readonly sku: string
  /** Pictures this SKU has now, and how many were new. */
  readonly pictures: number
  readonly added: number
  /** The SKU enrolled before that looks most like these pictures; null when there is none. */
  readonly nearestOther: { readonly sku: string; readonly similarity: number } | null
}

/** Pictures become vectors; no training. Throws `ModelRefused`, `GalleryRefused`, `PictureRefused`. */
export async function enrol(options: EnrolOptions): Promise<Enrolment> {
  const { sku, gallery, pictures } = options
  const embedder = await loadEmbedder(options.modelFolder)
  try {
    const before = await readGallery(gallery, embedder.model.sha256)
    const entries = [...before]
    for (const bytes of pictures) {
      const picture = createHash('sha256').update(bytes).digest('hex')
      const [vector] = await embedder.embed(await decodePicture(bytes))
      const isKnown = entries.some((entry) => entry.sku === sku && entry.picture === picture)
      if (vector && !isKnown) entries.push({ sku, picture, vector })
    }
    const own = entries.filter((entry) => entry.sku === sku)
    if (own.length > PICTURES_MAX)
      throw new GalleryRefused(
        `a SKU must have at most ${PICTURES_MAX} pictures, got ${own.length}`,
      )
    const others = createGallery(before.filter((entry) => entry.sku !== sku))
    const likest = own
      .flatMap(({ vector }) => nearestOf(others.recognise(vector, NEVER)))
      .sort((a, b) => b.similarity - a.similarity)[0]
    await writeGallery(gallery, embedder.model.sha256, entries)
    return {
      sku,
      pictures: own.length,
      added: entries.length - before.length,
      nearestOther: likest ?? null,
    }
  } finally {
    await embedder.close()
  }
}

/** Nothing is so alike; what is nearest is told all the same. */
const NEVER = { similarityMin: 2, marginMin: 0 }

function nearestOf(recognition: Recognition) {
  return recognition.kind === 'known' ? [] : recognition.nearest.slice(0, 1)
}

export interface Recogniser {
  readonly skus: readonly string[]
  /** What each product of a picture is sold as, in their order; null for people and other things. */
  recognise(
    picture: Uint8Array,
    detections: readonly Detection[],
    allowed?: ReadonlySet<string>,
  ): Promise<(Recognition | null)[]>
  close(): Promise<void>
}

/** Throws `ModelRefused` and `GalleryRefused`. */
export async function openRecogniser(modelFolder: string, gallery: string): Promise<Recogniser> {
  const embedder = await loadEmbedder(modelFolder)
  const known = createGallery(await readGallery(gallery, embedder.model.sha256))
  return {
    skus: known.skus,
    async recognise(picture, detections, allowed) {
      const products = detections.filter(({ role }) => role === 'product')
      const vectors = await embedder.embed(
        await decodePicture(picture),
        products.map(({ box }) => box),
      )
      const found = new Map(products.map((product, index) => [product, vectors[index]]))
      return detections.map((detection) => {
        const vector = found.get(detection)
        return vector ? known.recognise(vector, embedder.settings, allowed) : null
      })
    },
    close: () => embedder.close(),
  }
}
