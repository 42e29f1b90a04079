import { SHELVES, type ShelfLayout } from '../shelf/shelf-layout.ts'
import { createLens, type LensOptions, type Stretch } from './lens.ts'
import type { Process } from './timeline.ts'

/** One person's hand at one camera shelf. */
export interface Handling {
  readonly shelf: ShelfLayout
  readonly fromMs: number
  /** How long the arm stays before the shelf. */
  readonly armMs?: number
  /** Looks at the shelf when the arm is there; null if there is nothing to do after all. */
  readonly choose: () => { readonly slot: string; readonly change: (atMs: number) => void } | null
}

export interface Cameras {
  handle(handling: Handling): Process
  /** A picture of the shelf as it stands. */
  rest(shelf: ShelfLayout, atMs: number): void
  dark(shelf: ShelfLayout, atMs: number): void
  /** False while a hand is announced for this shelf or has just left. */
  atRest(shelf: ShelfLayout, atMs: number): boolean
  /** It sends its last picture again and again meanwhile; told before its time comes. */
  freeze(shelf: ShelfLayout, spell: Stretch): void
  /** Back after a fault: it shows the shelf as it is now. */
  restarted(shelf: ShelfLayout): Process
  /** From now on it sees everything so many pixels further right and down. */
  knock(shelf: ShelfLayout, by: readonly [number, number]): Process
  /** Whether a change on the shelf at this moment shows in no picture of its own. */
  isBlind(shelf: ShelfLayout, atMs: number): boolean
}

export interface CamerasOptions extends LensOptions {
  readonly nowMs: () => number
  /** Told of every SKU on a shelf that changed while its camera could not show it. */
  readonly onBlind: (sku: string, why: string) => void
}

export function shelfAt(location: string): ShelfLayout {
  const shelf = SHELVES.find((known) => known.location === location)
  if (!shelf) throw new RangeError(`expected a camera shelf, got "${location}"`)
  return shelf
}

/** Between two hands at one shelf it comes to rest. */
const APART_MS = 22_000
const BEFORE_MS = 2_000
/** Pictures at rest after a hand: the gateway settles on the new state within them. */
const AFTER = 4
const RECENT_MS = 45_000
/** Something moves: it sends pictures for as long as it takes to find the shelf again, and more. */
const KNOCKED_FOR_MS = 75_000
const KNOCKED_EVERY_MS = 5_000

export function createCameras(options: CamerasOptions): Cameras {
  const lens = createLens(options)
  const freeFromMs = new Map<string, number>()
  const restedAtMs = new Map<string, number>()
  const rest = (shelf: ShelfLayout, atMs: number) => {
    restedAtMs.set(shelf.camera, atMs)
    lens.shoot(shelf, atMs, {})
  }
  const reserve = ({ camera }: ShelfLayout, fromMs: number, armMs: number) => {
    const earliest = Math.max(fromMs + BEFORE_MS, freeFromMs.get(camera) ?? 0)
    const armAtMs = Math.ceil(earliest / 1_000) * 1_000
    freeFromMs.set(camera, armAtMs + armMs + AFTER * 1_000 + APART_MS)
    return armAtMs
  }
  function* shots(shelf: ShelfLayout, startMs: number, forMs: number, everyMs: number): Process {
    for (let atMs = startMs; atMs <= startMs + forMs; atMs += everyMs) {
      yield atMs
      rest(shelf, atMs)
    }
  }
  return {
    rest,
    dark: (shelf, atMs) => lens.shoot(shelf, atMs, { dark: true }),
    atRest: ({ camera }, atMs) => (freeFromMs.get(camera) ?? 0) <= atMs,
    freeze: lens.freeze,
    isBlind: lens.isBlind,
    // Both wait their turn like a hand, so that nobody reaches in meanwhile.
    *restarted(shelf) {
      const forMs = (AFTER - 1) * 1_000
      yield* shots(shelf, reserve(shelf, options.nowMs(), forMs), forMs, 1_000)
    },
    *knock(shelf, by) {
      const startMs = reserve(shelf, options.nowMs(), KNOCKED_FOR_MS)
      yield startMs
      options.world.knockCamera(shelf.camera, by)
      yield* shots(shelf, startMs, KNOCKED_FOR_MS, KNOCKED_EVERY_MS)
    },
    *handle({ shelf, fromMs, armMs = 2_000, choose }) {
      const armAtMs = reserve(shelf, fromMs, armMs)
      yield armAtMs - BEFORE_MS
      if ((restedAtMs.get(shelf.camera) ?? 0) < armAtMs - RECENT_MS)
        rest(shelf, armAtMs - BEFORE_MS)
      yield armAtMs
      const chosen = choose()
      if (!chosen) return
      const { slot, change } = chosen
      if (options.watched && lens.isBlind(shelf, armAtMs))
        options.onBlind(skuAt(shelf, slot), `handled while ${shelf.camera} could not show it`)
      const arm = { slot, from: sideOf(shelf, slot, options.world.next(`arm/${shelf.camera}`)) }
      lens.shoot(shelf, armAtMs, { arm })
      change(armAtMs + 1_000)
      const stepMs = armMs > 10_000 ? 5_000 : 2_000
      for (let atMs = armAtMs + stepMs; atMs < armAtMs + armMs - 500; atMs += stepMs) {
        yield atMs
        lens.shoot(shelf, atMs, { arm })
      }
      yield* shots(shelf, armAtMs + armMs, (AFTER - 1) * 1_000, 1_000)
    },
  }
}

function skuAt({ zones }: ShelfLayout, wanted: string): string {
  const zone = zones.find(({ slots }) => slots.some(({ slot }) => slot === wanted))
  if (!zone) throw new RangeError(`expected a slot of this shelf, got "${wanted}"`)
  return zone.sku
}

/** Who stands left reaches from the left; the lowest board is reached from below. */
function sideOf(shelf: ShelfLayout, slot: string, nth: number): 'left' | 'right' | 'below' {
  const known = shelf.zones.flatMap(({ slots }) => slots).find((place) => place.slot === slot)
  if (!known || nth % 3 === 0 || known.y > 600) return 'below'
  return known.x < 480 ? 'left' : 'right'
}
