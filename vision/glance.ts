import type { LumaStats } from './quality.ts'

/** A picture at a glance: what the gate looks at before and after the model does. */
export interface Glance {
  readonly luma: LumaStats
  /** Variance of the Laplacian of `grey`. */
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
  const factor = Math.max(1, Math.ceil(Math.max(width, height) / GLANCE_SIDE))
  const small = shrink(picture, factor)
  return {
    luma: spreadOf(picture),
    sharpness: laplacianVariance(small),
    ...small,
    pixelsX: (original.width / width) * factor,
    pixelsY: (original.height / height) * factor,
  }
}

/** By ITU-R BT.601 weights. */
function spreadOf({ width, height, rgb }: RgbPicture): LumaStats {
  let sum = 0
  let squares = 0
  let samples = 0
  for (let y = 0; y < height; y += LUMA_STEP)
    for (let x = 0; x < width; x += LUMA_STEP) {
      const at = (y * width + x) * 3
      const luma = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0)
      sum += luma
      squares += luma * luma
      samples++
    }
  const mean = sum / samples
  return { mean, deviation: Math.sqrt(Math.max(0, squares / samples - mean * mean)) }
}

interface GreyPicture {
  readonly width: number
  readonly height: number
  readonly grey: Uint8Array
}

function laplacianVariance({ width, height, grey }: GreyPicture): number {
  let sum = 0
  let squares = 0
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      const above = grey[at - width] ?? 0
      const below = grey[at + width] ?? 0
      const edge = above + below + (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) - 4 * (grey[at] ?? 0)
      sum += edge
      squares += edge * edge
    }
  const samples = Math.max(1, (width - 2) * (height - 2))
  const mean = sum / samples
  return squares / samples - mean * mean
}

/**
 * Mean green of each whole block, the channel that carries most of the light; what is left over at
 * the right and below is cut off.
 */
function shrink(picture: RgbPicture, factor: number): GreyPicture {
  const { rgb } = picture
  const width = Math.max(1, Math.floor(picture.width / factor))
  const height = Math.max(1, Math.floor(picture.height / factor))
  const grey = new Uint8Array(width * height)
  const area = factor * factor
  const sums = new Uint32Array(width)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    // Along the rows, as the bytes lie.
    for (let row = y * factor; row < (y + 1) * factor; row++) {
      let at = row * picture.width * 3 + 1
      for (let x = 0; x < width; x++)
        for (let last = at + factor * 3; at < last; at += 3)
          sums[x] = (sums[x] ?? 0) + (rgb[at] ?? 0)
    }
    for (let x = 0; x < width; x++) grey[y * width + x] = (sums[x] ?? 0) / area
  }
  return { width, height, grey }
}
