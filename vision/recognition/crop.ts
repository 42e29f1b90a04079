import type { RgbPicture } from '../picture.ts'
import type { Box } from '../shelf-sample.ts'

/** Room around a detector's box: it cuts edges off. */
const MARGIN = 0.12
/** Points that are averaged along each side of a target pixel. */
const SAMPLES = 2

/** The part of a picture in a box with some margin, stretched to a square. Pure. */
export function cropSquare(picture: RgbPicture, box: Box, side: number): Uint8Array {
  const { left, top, width, height } = withMargin(box, picture)
  const pixels = new Uint8Array(side * side * 3)
  const points = side * SAMPLES
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const sums = [0, 0, 0]
      for (let part = 0; part < SAMPLES * SAMPLES; part++) {
        const u = (x * SAMPLES + (part % SAMPLES) + 0.5) / points
        const v = (y * SAMPLES + Math.floor(part / SAMPLES) + 0.5) / points
        addPixel(sums, picture, left + u * width, top + v * height)
      }
      for (const [channel, sum] of sums.entries())
        pixels[(y * side + x) * 3 + channel] = Math.round(sum / (SAMPLES * SAMPLES))
    }
  return pixels
}

function withMargin({ x, y, width, height }: Box, picture: RgbPicture) {
  const [dx, dy] = [width * MARGIN, height * MARGIN]
  const left = Math.max(0, x - dx)
  const top = Math.max(0, y - dy)
  return {
    left,
    top,
    width: Math.max(1, Math.min(picture.width, x + width + dx) - left),
    height: Math.max(1, Math.min(picture.height, y + height + dy) - top),
  }
}

/** The pixel that covers the point. */
function addPixel(sums: number[], { width, height, rgb }: RgbPicture, x: number, y: number): void {
  const column = Math.min(width - 1, Math.max(0, Math.floor(x)))
  const row = Math.min(height - 1, Math.max(0, Math.floor(y)))
  const at = (row * width + column) * 3
  for (let channel = 0; channel < 3; channel++)
    sums[channel] = (sums[channel] ?? 0) + (rgb[at + channel] ?? 0)
}
