import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { GalleryEntry } from './gallery.ts'

/** The gallery cannot be used; the message says what was expected and what is there. */
export class GalleryRefused extends Error {}

const fileSchema = z.strictObject({
  version: z.literal(1),
  /** SHA-256 of the embedder: vectors of two models cannot be compared. */
  model: z.string().regex(/^[0-9a-f]{64}$/),
  entries: z.array(
    z.strictObject({ sku: z.string().min(1), picture: z.string(), vector: z.base64() }),
  ),
})

/** Empty when there is no such file. Throws `GalleryRefused`. */
export async function readGallery(file: string, modelSha256: string): Promise<GalleryEntry[]> {
  const stored = await storedGallery(file)
  if (stored === null) return []
  if (stored.model !== modelSha256)
    throw new GalleryRefused(
      `${file} was made with another embedder (${stored.model.slice(0, 12)}, now ${modelSha256.slice(0, 12)}): enrol the pictures again`,
    )
  return stored.entries.map(({ sku, picture, vector }) => {
    const bytes = Uint8Array.from(Buffer.from(vector, 'base64'))
    return { sku, picture, vector: new Float32Array(bytes.buffer) }
  })
}

/** SKU and picture of every entry, whichever model made them; empty when there is no gallery. */
export async function listGallery(file: string): Promise<Pick<GalleryEntry, 'sku' | 'picture'>[]> {
  return (await storedGallery(file))?.entries.map(({ sku, picture }) => ({ sku, picture })) ?? []
}

/** Takes one picture of a SKU out again; what is not there stays so. Throws `GalleryRefused`. */
export async function forgetPicture(
  file: string,
  { sku, picture }: Pick<GalleryEntry, 'sku' | 'picture'>,
): Promise<void> {
  const stored = await storedGallery(file)
  if (stored === null) return
  const isIt = (entry: (typeof stored.entries)[number]) =>
    entry.sku === sku && entry.picture === picture
  if (!stored.entries.some(isIt)) return
  await writeInOneStep(file, {
    ...stored,
    entries: stored.entries.filter((entry) => !isIt(entry)),
  })
}

async function storedGallery(file: string): Promise<StoredGallery | null> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (isMissing(cause)) return null
    throw new GalleryRefused(`${file} must be readable: ${String(cause)}`, { cause })
  })
  if (text === null) return null
  const parsed = fileSchema.safeParse(parsedJson(text))
  if (!parsed.success)
    throw new GalleryRefused(`${file} must be a gallery: ${parsed.error.issues[0]?.message}`)
  return parsed.data
}

type StoredGallery = z.infer<typeof fileSchema>

/** In one step: a reader sees the old file or the new one. */
export async function writeGallery(
  file: string,
  modelSha256: string,
  entries: readonly GalleryEntry[],
): Promise<void> {
  const told = entries.map(({ sku, picture, vector }) => ({
    sku,
    picture,
    vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'),
  }))
  await writeInOneStep(file, { version: 1, model: modelSha256, entries: told })
}

async function writeInOneStep(file: string, gallery: StoredGallery): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const fresh = `${file}.next`
  await writeFile(fresh, `${JSON.stringify(gallery)}\n`, { flush: true })
  await rename(fresh, file)
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
