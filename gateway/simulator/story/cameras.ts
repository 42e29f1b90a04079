import type { StoreDay } from '../calendar.ts'
import type { ShelfScene } from '../render-shelf.ts'
import { SHELVES, type ShelfLayout } from '../shelf/shelf-layout.ts'
import type { World } from '../world.ts'
import type { Outbox } from './messages.ts'
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

export function createCameras(world: World, outbox: Outbox, day: StoreDay): Cameras {
  const freeFromMs = new Map<string, number>()
  const restedAtMs = new Map<string, number>()
  const shoot = (shelf: ShelfLayout, atMs: number, extra: Partial<ShelfScene>) => {
    const { camera, location } = shelf
    const sequence = world.next(`frame/${camera}`)
    const topic = `tallygate/v1/${camera}/frame/d${day.index + 1}/${sequence}/${atMs}`
    const scene = {
      shelf,
      filled: world.filledSlots(location),
      arm: null,
      dark: false,
      frameSeed: sequence,
      ...extra,
    }
    outbox.send(atMs, { device: camera, topic, body: { kind: 'frame', scene, atMs } })
  }
  const rest = (shelf: ShelfLayout, atMs: number) => {
    restedAtMs.set(shelf.camera, atMs)
    shoot(shelf, atMs, {})
  }
  const reserve = ({ shelf, fromMs, armMs = 2_000 }: Handling) => {
    const earliest = Math.max(fromMs + BEFORE_MS, freeFromMs.get(shelf.camera) ?? 0)
    const armAtMs = Math.ceil(earliest / 1_000) * 1_000
    freeFromMs.set(shelf.camera, armAtMs + armMs + AFTER * 1_000 + APART_MS)
    return armAtMs
  }
  return {
    rest,
    dark: (shelf, atMs) => shoot(shelf, atMs, { dark: true }),
    atRest: ({ camera }, atMs) => (freeFromMs.get(camera) ?? 0) <= atMs,
    *handle(handling) {
      const { shelf, armMs = 2_000, choose } = handling
      const armAtMs = reserve(handling)
      yield armAtMs - BEFORE_MS
      if ((restedAtMs.get(shelf.camera) ?? 0) < armAtMs - RECENT_MS)
        rest(shelf, armAtMs - BEFORE_MS)
      yield armAtMs
      const chosen = choose()
      if (!chosen) return
      const from = sideOf(shelf, chosen.slot, world.next(`arm/${shelf.camera}`))
      const arm = { slot: chosen.slot, from }
      shoot(shelf, armAtMs, { arm })
      chosen.change(armAtMs + 1_000)
      const stepMs = armMs > 10_000 ? 5_000 : 2_000
      for (let atMs = armAtMs + stepMs; atMs < armAtMs + armMs - 500; atMs += stepMs) {
        yield atMs
        shoot(shelf, atMs, { arm })
      }
      for (let number = 0; number < AFTER; number++) {
        const atMs = armAtMs + armMs + number * 1_000
        yield atMs
        rest(shelf, atMs)
      }
    },
  }
}

/** Who stands left reaches from the left; the lowest board is reached from below. */
function sideOf(shelf: ShelfLayout, slot: string, nth: number): 'left' | 'right' | 'below' {
  const known = shelf.zones.flatMap(({ slots }) => slots).find((place) => place.slot === slot)
  if (!known || nth % 3 === 0 || known.y > 600) return 'below'
  return known.x < 480 ? 'left' : 'right'
}
