import { stat } from 'node:fs/promises'
import { type Embedder, loadEmbedder } from './embedder.ts'
import { readGallery } from './gallery-file.ts'
import { createSlotLooks, type SlotLooks } from './slot-looks.ts'

export interface RecognitionFiles {
  readonly modelFolder: string
  readonly gallery: string
}

/** What is enrolled now; changes while the process runs. */
export interface Enrolled {
  /** Null while nothing is enrolled, or the gallery cannot be used. */
  current(nowMs: number): Promise<SlotLooks | null>
  close(): Promise<void>
}

/** A picture enrolled at the counter is known at the shelf within this. */
const LOOK_AGAIN_MS = 5_000

/**
 * Follows the gallery that `tallygate enroll` writes. Without one no embedder is loaded. One that
 * cannot be used is said once, and counting goes on without names.
 */
export function followGallery(
  { modelFolder, gallery }: RecognitionFiles,
  onNews: (skus: number, fault: string | null) => void,
): Enrolled {
  let embedder: Embedder | null = null
  let looks: SlotLooks | null = null
  let version: number | null = null
  let nextLookMs = 0
  const load = async (): Promise<SlotLooks | null> => {
    embedder ??= await loadEmbedder(modelFolder)
    const entries = await readGallery(gallery, embedder.model.sha256)
    return entries.length === 0 ? null : createSlotLooks(embedder, entries)
  }
  return {
    async current(nowMs) {
      if (nowMs < nextLookMs) return looks
      nextLookMs = nowMs + LOOK_AGAIN_MS
      const now = await stat(gallery).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      )
      if (now === version) return looks
      version = now
      try {
        looks = now === null ? null : await load()
        onNews(looks?.recognised.enrolled.length ?? 0, null)
      } catch (cause) {
        looks = null
        onNews(0, cause instanceof Error ? cause.message : String(cause))
      }
      return looks
    },
    close: async () => void (await embedder?.close()),
  }
}
