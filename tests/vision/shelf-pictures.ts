import { join } from 'node:path'
import type { Camera } from '../../vision/index.ts'
import { svgToJpeg } from '../../vision/index.ts'

/** Sees green as products and red as people, cell by cell of 100 pixels on this camera. */
export const colourDetector = join(import.meta.dirname, 'fixtures/colour-detector')
export const productDetector = join(import.meta.dirname, '../../models/product-detector')

/** Two zones of three slots on an 800 x 600 picture, one slot per cell of the colour detector. */
export const camera: Camera = {
  camera: 'aisle-1',
  width: 800,
  height: 600,
  zones: [zoneOf('milk', 100), zoneOf('oats', 300)],
}

function zoneOf(zone: string, y: number): Camera['zones'][number] {
  const slots = [100, 300, 500].map((x, index) => ({
    slot: `${zone}-${index + 1}`,
    box: { x, y, width: 100, height: 100 },
  }))
  return { zone, sku: `sku-${zone}`, location: 'shelf-7', slots }
}

export interface Scene {
  /** Zone -> one sign per slot: 'O' an item, 'L' one that looks else, 'o' a weak one (score near 0.4), '.' nothing. */
  readonly milk?: string
  readonly oats?: string
  /** Left edge of a red arm across the milk zone. */
  readonly armAtX?: number
  readonly background?: string
  /** Left, top of an item that hangs in the air. */
  readonly airborne?: readonly [number, number]
  /** Light added to each pixel of a rectangle: the sun through a window. */
  readonly glare?: { readonly x: number; readonly width: number }
  /** Boards, rails and posts, as a real shelf has them, shifted with everything else. */
  readonly furniture?: boolean
  readonly shift?: readonly [number, number]
  /** 0..1, darkness over all. */
  readonly shade?: number
  /** Another value is another picture: what the sensor's noise does. */
  readonly grain?: number
  readonly width?: number
  readonly height?: number
}

const FILL: Readonly<Record<string, string>> = {
  O: 'rgb(20,200,20)',
  o: 'rgb(100,152,100)',
  L: 'rgb(90,220,20)',
}

/** A real JPEG of the shelf. */
export async function shelfJpeg(scene: Scene): Promise<Uint8Array> {
  const { width = 800, height = 600 } = scene
  const items = camera.zones.flatMap((zone) =>
    zone.slots.map(({ box }, index) => {
      const row = zone.zone === 'milk' ? scene.milk : scene.oats
      const fill = FILL[row?.[index] ?? '.']
      return fill
        ? `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="${fill}"/>`
        : ''
    }),
  )
  const arm =
    scene.armAtX === undefined
      ? ''
      : `<rect x="${scene.armAtX}" y="0" width="100" height="300" fill="rgb(200,20,20)"/>`
  const air = scene.airborne
    ? `<rect x="${scene.airborne[0]}" y="${scene.airborne[1]}" width="100" height="100" fill="${FILL['O']}"/>`
    : ''
  const glare = scene.glare
    ? `<rect x="${scene.glare.x}" width="${scene.glare.width}" height="600" fill="#fff" opacity=".93"/>`
    : ''
  const grain =
    scene.grain === undefined
      ? ''
      : `<rect x="${(scene.grain * 37) % 760}" y="590" width="40" height="10" fill="rgb(90,90,90)"/>`
  const [dx, dy] = scene.shift ?? [0, 0]
  const shade = `<rect width="800" height="600" fill="#000" opacity="${scene.shade ?? 0}"/>`
  const background = scene.background ?? 'rgb(120,120,120)'
  const floor = scene.background ?? 'rgb(60,60,60)'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="${background}"/><g transform="translate(${dx} ${dy})"><rect y="560" x="-100" width="1000" height="140" fill="${floor}"/>${scene.furniture ? FURNITURE : ''}${items.join('')}${air}${arm}</g>${grain}${glare}${shade}</svg>`
  return await svgToJpeg(svg, { width, height, quality: 92 })
}

/** Grey, so that the colour detector sees nothing in it. */
const FURNITURE = [
  ...[0, 205, 405].map(
    (y) =>
      `<rect x="-100" y="${y}" width="1000" height="14" fill="rgb(220,220,220)"/><rect x="-100" y="${y + 14}" width="1000" height="8" fill="rgb(40,40,40)"/>`,
  ),
  ...[20, 62, 244, 431, 655, 762].map(
    (x, index) =>
      `<rect x="${x}" y="0" width="${14 + 4 * index}" height="560" fill="rgb(${70 + 10 * index},${70 + 10 * index},${70 + 10 * index})"/>`,
  ),
].join('')
