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
  /** Zone -> one sign per slot: 'O' an item, 'o' a weak one (score near 0.4), '.' nothing. */
  readonly milk?: string
  readonly oats?: string
  /** Left edge of a red arm across the milk zone. */
  readonly armAtX?: number
  readonly background?: string
  readonly width?: number
  readonly height?: number
}

const FILL: Readonly<Record<string, string>> = { O: 'rgb(20,200,20)', o: 'rgb(100,152,100)' }

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
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="${scene.background ?? 'rgb(120,120,120)'}"/><rect y="560" width="800" height="40" fill="${scene.background ?? 'rgb(60,60,60)'}"/>${items.join('')}${arm}</svg>`
  return await svgToJpeg(svg, { width, height, quality: 92 })
}
