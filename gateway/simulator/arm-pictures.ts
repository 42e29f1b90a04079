import { decodePicture, type PeoplePicture } from '../../vision/index.ts'
import { renderShelf, type ShelfScene } from './render-shelf.ts'
import { SHELVES } from './shelf/shelf-layout.ts'

/** The set's name, as cards and manifests give it. */
export const RENDERED_ARMS = 'arms before the rendered shelves of the simulator'

/** Rendered shelves with an arm before them, and of every pixel whether it is arm: the same set always. */
export async function* armPictures(): AsyncGenerator<PeoplePicture> {
  for (const [index, scene] of armScenes().entries()) {
    const bytes = await renderShelf(scene)
    const bare = await decodePicture(await renderShelf({ ...scene, arm: null }))
    const shown = await decodePicture(bytes)
    const at = (x: number, y: number) => (y * shown.width + x) * 3
    // Noise and JPEG change less.
    const isPerson = (x: number, y: number) =>
      [0, 1, 2].reduce(
        (sum, channel) =>
          sum +
          Math.abs((shown.rgb[at(x, y) + channel] ?? 0) - (bare.rgb[at(x, y) + channel] ?? 0)),
        0,
      ) >= 60
    yield { name: `${scene.shelf.camera} ${index + 1}`, bytes, isPerson }
  }
}

function armScenes(): ShelfScene[] {
  const froms = ['left', 'right', 'below'] as const
  const reached = SHELVES.flatMap((shelf) => {
    const slots = shelf.zones.flatMap((zone) => zone.slots.map(({ slot }) => slot))
    return slots.filter((_, index) => index % 2 === 0).map((slot) => ({ shelf, slots, slot }))
  })
  return reached.map(({ shelf, slots, slot }, index) => ({
    shelf,
    filled: new Set(slots.filter((_, place) => place % 4 !== index % 4)),
    arm: { slot, from: froms[index % 3] ?? 'below' },
    dark: false,
    frameSeed: 9000 + index,
  }))
}
