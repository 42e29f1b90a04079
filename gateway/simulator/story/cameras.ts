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
  /** It sends its last picture again and again meanwhile; told before its time comes. */
  freeze(shelf: ShelfLayout, spell: { readonly fromMs: number; readonly untilMs: number }): void
  /** Back after a fault: it shows the shelf as it is now. */
  restarted(shelf: ShelfLayout): Process
  /** From now on it sees everything so many pixels further right and down. */
  knock(shelf: ShelfLayout, by: readonly [number, number]): Process
  /** Whether a change on the shelf at this moment shows in no picture of its own. */
  isBlind(shelf: ShelfLayout, atMs: number): boolean
}

export interface CamerasOptions {
  readonly world: World
  readonly outbox: Outbox
  readonly day: StoreDay
  readonly nowMs: () => number
  /** False: the shelves have no cameras; hands come and go unseen. */
  readonly watched: boolean
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

interface Spell {
  readonly camera: string
  readonly fromMs: number
  readonly untilMs: number
}

export function createCameras(options: CamerasOptions): Cameras {
  const { world, outbox, day, nowMs, watched, onBlind } = options
  const freeFromMs = new Map<string, number>()
  const restedAtMs = new Map<string, number>()
  const frozen: Spell[] = []
  const blind: Spell[] = []
  const last = new Map<string, ShelfScene>()
  const within = (spells: readonly Spell[], { camera }: ShelfLayout, atMs: number) =>
    spells.some((one) => one.camera === camera && one.fromMs <= atMs && atMs < one.untilMs)
  const shoot = (shelf: ShelfLayout, atMs: number, extra: Partial<ShelfScene>) => {
    if (!watched) return
    const { camera, location } = shelf
    const sequence = world.next(`frame/${camera}`)
    const topic = `tallygate/v1/${camera}/frame/d${day.index + 1}/${sequence}/${atMs}`
    const shift = world.cameraShift(camera)
    const seen = {
      shelf,
      filled: world.filledSlots(location),
      arm: null,
      dark: false,
      ...(shift ? { shift } : {}),
      frameSeed: sequence,
      ...extra,
    }
    const scene = within(frozen, shelf, atMs) ? (last.get(camera) ?? seen) : seen
    last.set(camera, scene)
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
  /** Waits its turn like a hand, so that nobody reaches in meanwhile. */
  const turnFor = (shelf: ShelfLayout, forMs: number) =>
    reserve({ shelf, fromMs: nowMs(), armMs: forMs, choose: () => null })
  function* shots(shelf: ShelfLayout, startMs: number, forMs: number, everyMs: number): Process {
    for (let atMs = startMs; atMs <= startMs + forMs; atMs += everyMs) {
      yield atMs
      rest(shelf, atMs)
    }
  }
  const isBlind = (shelf: ShelfLayout, atMs: number) => !watched || within(blind, shelf, atMs)
  return {
    rest,
    dark: (shelf, atMs) => shoot(shelf, atMs, { dark: true }),
    atRest: ({ camera }, atMs) => (freeFromMs.get(camera) ?? 0) <= atMs,
    freeze({ camera }, { fromMs, untilMs }) {
      frozen.push({ camera, fromMs, untilMs })
      // A hand that is there when it comes back is seen only when it has gone.
      blind.push({ camera, fromMs: fromMs - 10_000, untilMs: untilMs + 10_000 })
    },
    *restarted(shelf) {
      const forMs = (AFTER - 1) * 1_000
      yield* shots(shelf, turnFor(shelf, forMs), forMs, 1_000)
    },
    *knock(shelf, by) {
      const startMs = turnFor(shelf, KNOCKED_FOR_MS)
      yield startMs
      world.knockCamera(shelf.camera, by)
      yield* shots(shelf, startMs, KNOCKED_FOR_MS, KNOCKED_EVERY_MS)
    },
    isBlind,
    *handle(handling) {
      const { shelf, armMs = 2_000, choose } = handling
      const armAtMs = reserve(handling)
      yield armAtMs - BEFORE_MS
      if ((restedAtMs.get(shelf.camera) ?? 0) < armAtMs - RECENT_MS)
        rest(shelf, armAtMs - BEFORE_MS)
      yield armAtMs
      const chosen = choose()
      if (!chosen) return
      if (watched && isBlind(shelf, armAtMs)) {
        const sku = shelf.zones.find(({ slots }) => slots.some(({ slot }) => slot === chosen.slot))
        if (sku) onBlind(sku.sku, `handled while ${shelf.camera} could not show it`)
      }
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
