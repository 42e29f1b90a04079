import type { ModelManifest } from './model-manifest.ts'
import type { ModelInput } from './picture.ts'
import type { Detection } from './shelf-sample.ts'

/** Smaller than this nothing is recognised any more. */
const SHRINK_MIN = 0.25

/**
 * A small model knows things of shelf size; a bottle that fills the frame it sees badly. How far
 * the picture should be shrunk for a second look, by what the first one found; null when the
 * first was good. Pure.
 */
export function closeUpScale(
  found: readonly Detection[],
  { placement }: ModelInput,
  { closeUps, thresholds }: Pick<ModelManifest, 'closeUps' | 'thresholds'>,
): number | null {
  if (!closeUps) return null
  const sides = found
    .filter(({ role, score }) => role === 'product' && score >= thresholds.score)
    .map(({ box }) => Math.max(box.width * placement.scaleX, box.height * placement.scaleY))
    .sort((a, b) => a - b)
  const usual = sides[Math.floor(sides.length / 2)]
  if (usual === undefined || usual <= closeUps.longSideMax) return null
  return Math.max(SHRINK_MIN, closeUps.longSideAim / usual)
}

/** The same picture, smaller, at the top left of an input of the same size. Pure. */
export function shrinkInput(input: ModelInput, scale: number, pad: number): ModelInput {
  const { width, height, placement } = input
  const pixels = new Uint8Array(width * height * 3).fill(pad)
  const inner = {
    width: Math.round(placement.width * placement.scaleX * scale),
    height: Math.round(placement.height * placement.scaleY * scale),
  }
  const scaleX = inner.width / placement.width
  const scaleY = inner.height / placement.height
  const stepX = placement.scaleX / scaleX
  const stepY = placement.scaleY / scaleY
  for (let y = 0; y < inner.height; y++)
    for (let x = 0; x < inner.width; x++) {
      const from = {
        left: placement.offsetX + x * stepX,
        top: placement.offsetY + y * stepY,
        right: placement.offsetX + (x + 1) * stepX,
        bottom: placement.offsetY + (y + 1) * stepY,
      }
      averageInto(pixels, (y * width + x) * 3, input, from)
    }
  return { ...input, pixels, placement: { ...placement, scaleX, scaleY, offsetX: 0, offsetY: 0 } }
}

interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Mean of the pixels whose middle lies in the area, at least one. */
function averageInto(to: Uint8Array, at: number, { width, pixels }: ModelInput, area: Area): void {
  const [left, top] = [Math.floor(area.left), Math.floor(area.top)]
  const right = Math.max(left + 1, Math.floor(area.right))
  const bottom = Math.max(top + 1, Math.floor(area.bottom))
  let [red, green, blue] = [0, 0, 0]
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const from = (y * width + x) * 3
      red += pixels[from] ?? 0
      green += pixels[from + 1] ?? 0
      blue += pixels[from + 2] ?? 0
    }
  const count = (right - left) * (bottom - top)
  to[at] = red / count
  to[at + 1] = green / count
  to[at + 2] = blue / count
}
