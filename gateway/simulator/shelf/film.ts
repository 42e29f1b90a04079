import { rgbToJpeg, svgToPixels } from '../../../vision/index.ts'
import { createRandom, type Random } from '../random.ts'
import { stillShelfSvg, svgOpen } from '../render-shelf.ts'
import { type Arm, drawArm, drawShopper, type Shopper } from './people.ts'
import type { ShelfLayout } from './shelf-layout.ts'

/** What one frame of a film shows. */
export interface Shot {
  readonly shelf: ShelfLayout
  readonly filled: ReadonlySet<string>
  readonly arm: Arm | null
  readonly shopper: Shopper | null
  /** 1 is the usual light, 0 none. */
  readonly light: number
  /** How far the shelf lies from where it was calibrated, pixels. */
  readonly shift: readonly [number, number]
  /** Noise and flicker: another value is another frame of the same scene. */
  readonly frameSeed: number
}

/** Three quarters of what the layout is drawn in: as good to a model, and quicker by half. */
export const FILM = { width: 720, height: 540 } as const
export const FILM_SCALE = 0.75

const STILLS_KEPT = 4
/** Longer than a picture's row by an odd number, so that no pattern stands still. */
const NOISE_LENGTH = 65_521
const NOISE_LEVELS = 3
const FLICKER = 0.05

/**
 * Draws frame after frame of a shelf: the shelf itself once per state, hands and people over it,
 * light and sensor noise per frame. The same shots give the same bytes.
 */
export function createFilm(seed: number): (shot: Shot) => Promise<Uint8Array> {
  const stills = new Map<string, Promise<Uint8Array>>()
  const noise = noiseOf(createRandom(seed, 'sensor'))
  const stillOf = (shot: Shot): Promise<Uint8Array> => {
    const key = `${shot.shelf.camera} ${[...shot.filled].sort()} ${shot.shift}`
    const known = stills.get(key) ?? svgToPixels(stillShelfSvg(shot, shot.shift), FILM)
    stills.delete(key)
    stills.set(key, known)
    for (const old of stills.keys()) if (stills.size > STILLS_KEPT) stills.delete(old)
    return known
  }
  return async (shot) => {
    const random = createRandom(shot.frameSeed, `film/${shot.shelf.camera}`)
    const rgb = developed(await stillOf(shot), await peopleOf(shot), {
      levels: levelsOf(shot.light * (1 + random.between(-FLICKER, FLICKER))),
      noise,
      from: random.int(0, NOISE_LENGTH - 1),
    })
    return await rgbToJpeg(rgb, { ...FILM, quality: random.int(82, 87) })
  }
}

/** Null when nobody is there. */
async function peopleOf({ shelf, arm, shopper }: Shot): Promise<Uint8Array | null> {
  if (!arm && !shopper) return null
  const people = `${shopper ? drawShopper(shopper) : ''}${arm ? drawArm(shelf, arm) : ''}`
  return await svgToPixels(`${svgOpen()}${people}</svg>`, FILM)
}

interface Exposure {
  readonly levels: Uint8Array
  readonly noise: Int8Array
  readonly from: number
}

/** `people` cover what is behind them by their opacity. */
function developed(
  still: Uint8Array,
  people: Uint8Array | null,
  { levels, noise, from }: Exposure,
): Uint8Array {
  const seen = people ? covered(still, people) : still
  const pixels = FILM.width * FILM.height
  const rgb = new Uint8ClampedArray(pixels * 3)
  let grain = from
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let channel = 0; channel < 3; channel++) {
      grain = grain + 1 === NOISE_LENGTH ? 0 : grain + 1
      const level = levels[seen[pixel * 4 + channel] ?? 0] ?? 0
      rgb[pixel * 3 + channel] = level + (noise[grain] ?? 0)
    }
  return new Uint8Array(rgb.buffer)
}

function covered(still: Uint8Array, people: Uint8Array): Uint8Array {
  const seen = Uint8Array.from(still)
  for (let at = 0; at < seen.length; at += 4) {
    const cover = people[at + 3] ?? 0
    if (cover === 0) continue
    for (let channel = at; channel < at + 3; channel++)
      seen[channel] = ((seen[channel] ?? 0) * (255 - cover) + (people[channel] ?? 0) * cover) / 255
  }
  return seen
}

function levelsOf(gain: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, level) => Math.min(255, level * gain))
}

function noiseOf(random: Random): Int8Array {
  return Int8Array.from({ length: NOISE_LENGTH }, () => Math.round(random.normal(0, NOISE_LEVELS)))
}
