import type { LumaStats } from './quality.ts'

/** A picture at a glance: what the gate looks at before and after the model does. */
export interface Glance {
  readonly luma: LumaStats
  /** Variance of the Laplacian of the picture inside the model's input. */
  readonly sharpness: number
  /** Grey, shrunk by a whole factor to at most `GLANCE_SIDE` pixels a side. */
  readonly width: number
  readonly height: number
  readonly grey: Uint8Array
  /** Original pixels per pixel of `grey`. */
  readonly pixelsX: number
  readonly pixelsY: number
}

const GLANCE_SIDE = 160
/** Every fourth pixel of every fourth row says enough about brightness. */
const LUMA_STEP = 4

interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** `original`: the size the picture had before it was shrunk to `picture`. Pure. */
export function glanceAt(
  picture: RgbPicture,
  original: { readonly width: number; readonly height: number },
): Glance {
  const { width, height } = picture
  const luma = greyOf(picture)
  const factor = Math.max(1, Math.ceil(Math.max(width, height) / GLANCE_SIDE))
  const small = shrink(luma, picture, factor)
  return {
    luma: spreadOf(luma, picture),
    sharpness: laplacianVariance(luma, picture),
    ...small,
    pixelsX: (original.width / width) * factor,
    pixelsY: (original.height / height) * factor,
  }
}

/** ITU-R BT.601 weights in 256ths. */
function greyOf({ width, height, rgb }: RgbPicture): Uint8Array {
  const grey = new Uint8Array(width * height)
  for (let at = 0, from = 0; at < grey.length; at++, from += 3)
    grey[at] =
      (77 * (rgb[from] ?? 0) + 150 * (rgb[from + 1] ?? 0) + 29 * (rgb[from + 2] ?? 0) + 128) >> 8
  return grey
}

function spreadOf(grey: Uint8Array, { width, height }: RgbPicture): LumaStats {
  let sum = 0
  let squares = 0
  let samples = 0
  for (let y = 0; y < height; y += LUMA_STEP)
    for (let x = 0; x < width; x += LUMA_STEP) {
      const luma = grey[y * width + x] ?? 0
      sum += luma
      squares += luma * luma
      samples++
    }
  const mean = sum / samples
  return { mean, deviation: Math.sqrt(Math.max(0, squares / samples - mean * mean)) }
}

function laplacianVariance(grey: Uint8Array, { width, height }: RgbPicture): number {
  let sum = 0
  let squares = 0
  let samples = 0
  for (let y = 1; y < height - 1; y += 2)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      const around =
        (grey[at - 1] ?? 0) +
        (grey[at + 1] ?? 0) +
        (grey[at - width] ?? 0) +
        (grey[at + width] ?? 0)
      const edge = around - 4 * (grey[at] ?? 0)
      sum += edge
      squares += edge * edge
      samples++
    }
  if (samples === 0) return 0
  const mean = sum / samples
  return squares / samples - mean * mean
}

/** Mean of each whole block; what is left over at the right and below is cut off. */
function shrink(grey: Uint8Array, picture: RgbPicture, factor: number) {
  const width = Math.max(1, Math.floor(picture.width / factor))
  const height = Math.max(1, Math.floor(picture.height / factor))
  const small = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let dy = 0; dy < factor; dy++) {
        const row = (y * factor + dy) * picture.width + x * factor
        for (let dx = 0; dx < factor; dx++) sum += grey[row + dx] ?? 0
      }
      small[y * width + x] = Math.round(sum / (factor * factor))
    }
  return { width, height, grey: small }
}
