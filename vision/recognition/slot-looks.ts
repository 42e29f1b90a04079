import { decodePicture, type ModelInput } from '../picture.ts'
import type { Box, Likeness, Recognised } from '../shelf-sample.ts'
import type { Embedder } from './embedder.ts'
import { createGallery, type Gallery, type GalleryEntry } from './gallery.ts'

/** What the items of a picture look like; only those that changed are compared again. */
export interface SlotLooks {
  readonly recognised: Recognised
  /** Per box its likest SKUs. `memory` is this camera's, slot by slot. */
  look(job: LooksJob, memory: SlotMemory): Promise<LookedAt>
}

export interface LooksJob {
  readonly picture: Uint8Array
  readonly input: ModelInput
  /** Per slot the item's box on the picture; null where none can be seen. */
  readonly boxes: readonly (Box | null)[]
}

export interface LookedAt {
  readonly looks: (readonly Likeness[] | null)[]
  /** Crops that the embedder had to look at. */
  readonly embedded: number
}

interface Remembered {
  readonly print: Float32Array
  readonly nearest: readonly Likeness[]
}
export type SlotMemory = Map<number, Remembered>

/** Points a side that tell whether a crop is still the same. */
const PRINT_SIDE = 8
/**
 * Grey levels, mean difference after the light's level is taken out. Noise and flicker stay below
 * 4 on drawn shelves; another pack, or the same one turned, is over 20.
 */
const CHANGED_LEVELS = 10

export function createSlotLooks(embedder: Embedder, entries: readonly GalleryEntry[]): SlotLooks {
  const gallery = createGallery(entries)
  return {
    recognised: { ...embedder.settings, enrolled: gallery.skus },
    async look(job, memory) {
      const changed = changedBoxes(job, memory)
      if (changed.length > 0) await embed(job, changed, memory, { embedder, gallery })
      const looks = job.boxes.map((box, slot) => (box && memory.get(slot)?.nearest) ?? null)
      return { looks, embedded: changed.length }
    },
  }
}

interface ChangedBox {
  readonly slot: number
  readonly box: Box
  readonly print: Float32Array
}

function changedBoxes({ boxes, input }: LooksJob, memory: SlotMemory): ChangedBox[] {
  return boxes.flatMap((box, slot) => {
    if (!box) return []
    const print = printOf(input, box)
    const known = memory.get(slot)
    return known && differenceOf(known.print, print) < CHANGED_LEVELS ? [] : [{ slot, box, print }]
  })
}

/** At full size: what the detector is shown has too few pixels to read a label by. */
async function embed(
  { picture }: LooksJob,
  changed: readonly ChangedBox[],
  memory: SlotMemory,
  { embedder, gallery }: { readonly embedder: Embedder; readonly gallery: Gallery },
): Promise<void> {
  const boxes = changed.map(({ box }) => box)
  const vectors = await embedder.embed(await decodePicture(picture), boxes)
  for (const [index, { slot, print }] of changed.entries()) {
    const vector = vectors[index]
    if (vector) memory.set(slot, { print, nearest: gallery.nearest(vector) })
  }
}

/** The crop as a few colours less their mean, from the pixels the detector was given. */
function printOf({ width, height, pixels, placement }: ModelInput, box: Box): Float32Array {
  const print = new Float32Array(PRINT_SIDE * PRINT_SIDE * 3)
  const { scaleX, scaleY, offsetX, offsetY } = placement
  const left = box.x * scaleX + offsetX
  const top = box.y * scaleY + offsetY
  const [stepX, stepY] = [(box.width * scaleX) / PRINT_SIDE, (box.height * scaleY) / PRINT_SIDE]
  for (let row = 0; row < PRINT_SIDE; row++)
    for (let column = 0; column < PRINT_SIDE; column++) {
      const area = {
        left: Math.max(0, Math.floor(left + column * stepX)),
        top: Math.max(0, Math.floor(top + row * stepY)),
        right: Math.min(width, Math.ceil(left + (column + 1) * stepX)),
        bottom: Math.min(height, Math.ceil(top + (row + 1) * stepY)),
      }
      addMean(print, (row * PRINT_SIDE + column) * 3, { width, pixels }, area)
    }
  const mean = print.reduce((sum, level) => sum + level, 0) / print.length
  return print.map((level) => level - mean)
}

interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

function addMean(
  to: Float32Array,
  at: number,
  { width, pixels }: { readonly width: number; readonly pixels: Uint8Array },
  { left, top, right, bottom }: Area,
): void {
  const count = Math.max(1, (right - left) * (bottom - top))
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      for (let channel = 0; channel < 3; channel++)
        to[at + channel] =
          (to[at + channel] ?? 0) + (pixels[(y * width + x) * 3 + channel] ?? 0) / count
}

function differenceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += Math.abs((a[index] ?? 0) - (b[index] ?? 0))
  return sum / a.length
}
