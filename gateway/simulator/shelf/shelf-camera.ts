import type { Camera } from '../../../vision/index.ts'
import { PICTURE, type ShelfLayout } from './shelf-layout.ts'

/** The camera that looks at this shelf with `scale` pixels per pixel of the layout. */
export function cameraOf(
  { camera, location, zones }: ShelfLayout,
  scale = 1,
  depthOf: (zone: string) => number = () => 1,
): Camera {
  return {
    camera,
    width: PICTURE.width * scale,
    height: PICTURE.height * scale,
    zones: zones.map(({ zone, sku, slots }) => ({
      zone,
      sku,
      location,
      depth: depthOf(zone),
      slots: slots.map(({ slot, box: [x, y, width, height] }) => ({
        slot,
        box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale },
      })),
    })),
  }
}
