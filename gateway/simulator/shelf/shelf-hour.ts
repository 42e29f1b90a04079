import { createRandom, type Random } from '../random.ts'
import type { Shot } from './film.ts'
import type { Arm } from './people.ts'
import { PICTURE, type ShelfLayout } from './shelf-layout.ts'

/** Frames come on this grid; 2, 5 and 10 frames a second are every fifth, second and each of it. */
export const FRAME_MS = 100

export interface HourOptions {
  readonly seed: number
  readonly shelf: ShelfLayout
  readonly handlings: number
  /** Units that fit one behind another in a slot of this zone. */
  readonly depthOf: (zone: string) => number
  /** At the end the camera is knocked and hangs askew until it has found the shelf again. */
  readonly endsKnocked?: boolean
}

/** Facings that came or went, as a camera that misses nothing would see it. */
export interface TrueChange {
  readonly zone: string
  readonly delta: number
}

export interface HourFrame {
  readonly atMs: number
  readonly shot: Shot
  /** What has happened since the frame before. */
  readonly changes: readonly TrueChange[]
  /** Zone a hand has just left; told once a visit. */
  readonly handled: string | null
}

/** Of the visits: what else a shop does to a camera. */
const SHOPPER_SHARE = 0.12
const LAMP_SHARE = 0.08
const KNOCK_SHARE = 0.04
/** Longer than the camera needs to believe that it hangs anew. */
const NEW_PLACE_MS = 66_000

/**
 * Visit after visit before one shelf: hands that take one or two, put back, or only touch; people
 * who stand in the way, lamps that change, a camera that is knocked. The still time between the
 * visits is cut down to what a count needs to settle, which makes it harder, not easier.
 */
export function* shelfHour(options: HourOptions): Generator<HourFrame> {
  const story = new Story(options)
  yield* story.still(3_000)
  for (let visit = 0; visit < options.handlings; visit++) {
    yield* story.nuisance()
    yield* story.visit()
  }
  if (!options.endsKnocked) return
  yield* story.knockedForGood()
  yield* story.visit()
}

type Look = Partial<Pick<Shot, 'arm' | 'shopper' | 'light' | 'shift'>>

class Story {
  readonly #options: HourOptions
  readonly #random: Random
  readonly #slots: readonly { readonly zone: string; readonly slot: string }[]
  readonly #units = new Map<string, number>()
  #shift: readonly [number, number] = [0, 0]
  #frames = 0
  #changes: TrueChange[] = []
  #handled: string | null = null

  constructor(options: HourOptions) {
    this.#options = options
    this.#random = createRandom(options.seed, `hour/${options.shelf.camera}`)
    this.#slots = options.shelf.zones.flatMap(({ zone, slots }) =>
      slots.map(({ slot }) => ({ zone, slot })),
    )
    for (const { zone, slot } of this.#slots) this.#units.set(slot, options.depthOf(zone))
  }

  *still(forMs: number, look: Look = {}): Generator<HourFrame> {
    for (let ms = 0; ms < forMs; ms += FRAME_MS) yield this.#frame(look)
  }

  *visit(): Generator<HourFrame> {
    const random = this.#random
    const { zone, goals, delta } = this.#wish()
    const seed = random.int(0, 1e9)
    const from = random.pick(['left', 'right', 'below'] as const)
    const shopper = random.chance(SHOPPER_SHARE) ? { x: this.#xOf(goals[0]), seed } : null
    yield* this.still(random.int(1, 5) * FRAME_MS)
    for (const slot of goals) {
      const arm = (reach: number): Look => ({ arm: { slot, from, reach, seed }, shopper })
      yield* this.#reaching(arm, [0.2, 0.5, 0.8])
      yield* this.still(random.int(3, 6) * FRAME_MS, arm(1))
      this.#put(zone, slot, delta)
      yield* this.still(random.int(2, 5) * FRAME_MS, arm(1))
      yield* this.#reaching(arm, [0.8, 0.5, 0.2])
    }
    if (shopper) yield* this.still(random.int(5, 30) * FRAME_MS, { shopper })
    this.#handled = zone
    yield* this.still(random.int(18, 26) * FRAME_MS)
  }

  /** Nothing is taken meanwhile. */
  *nuisance(): Generator<HourFrame> {
    const random = this.#random
    if (random.chance(SHOPPER_SHARE)) {
      const seed = random.int(0, 1e9)
      const stop = random.int(100, PICTURE.width - 100)
      for (const x of [-100, (stop - 100) / 2]) yield this.#frame({ shopper: { x, seed } })
      yield* this.still(random.int(10, 60) * FRAME_MS, { shopper: { x: stop, seed } })
      yield this.#frame({ shopper: { x: (stop + PICTURE.width) / 2, seed } })
      yield* this.still(1_500)
    }
    if (random.chance(LAMP_SHARE)) {
      yield* this.still(random.int(10, 30) * FRAME_MS, {
        light: random.pick([0.02, 0.5, 0.7, 1.3]),
      })
      yield* this.still(1_500)
    }
    if (random.chance(KNOCK_SHARE)) {
      const shift = [random.pick([-40, -24, 24, 40]), random.int(-16, 16)] as const
      yield* this.still(random.int(10, 30) * FRAME_MS, { shift })
      yield* this.still(1_500)
    }
  }

  *knockedForGood(): Generator<HourFrame> {
    this.#shift = [28, 12]
    yield* this.still(NEW_PLACE_MS)
  }

  *#reaching(arm: (reach: number) => { arm?: Arm | null }, way: readonly number[]) {
    for (const reach of way) yield this.#frame(arm(reach))
  }

  #frame(look: Look): HourFrame {
    const { shelf, seed } = this.#options
    const filled = new Set([...this.#units].flatMap(([slot, units]) => (units > 0 ? [slot] : [])))
    const usual = { arm: null, shopper: null, light: 1, shift: this.#shift }
    const frameSeed = seed + this.#frames
    const frame: HourFrame = {
      atMs: this.#frames++ * FRAME_MS,
      shot: { shelf, filled, frameSeed, ...usual, ...look },
      changes: this.#changes,
      handled: this.#handled,
    }
    this.#changes = []
    this.#handled = null
    return frame
  }

  /** Facings are what a camera can know: a unit before or behind a twin changes none. */
  #put(zone: string, slot: string, delta: number): void {
    const before = this.#units.get(slot) ?? 0
    const after = before + delta
    this.#units.set(slot, after)
    const facings = Math.sign(after) - Math.sign(before)
    if (facings !== 0) this.#changes.push({ zone, delta: facings })
  }

  /** Takes one or two, returns where there is room, or only touches. */
  #wish(): { zone: string; goals: string[]; delta: number } {
    const random = this.#random
    const kind = random.pick(['take', 'take', 'return', 'return', 'touch', 'take-two'] as const)
    const has = (slot: string) => (this.#units.get(slot) ?? 0) > 0
    const hasRoom = ({ zone, slot }: { zone: string; slot: string }) =>
      (this.#units.get(slot) ?? 0) < this.#options.depthOf(zone)
    const open = this.#slots.filter(hasRoom)
    const isSparse = this.#slots.filter(({ slot }) => has(slot)).length * 2 < this.#slots.length
    if ((kind === 'return' || isSparse) && open.length > 0) {
      const { zone, slot } = random.pick(open)
      return { zone, goals: [slot], delta: 1 }
    }
    const { zone, slot } = random.pick(this.#slots.filter(({ slot }) => has(slot)))
    if (kind === 'touch') return { zone, goals: [slot], delta: 0 }
    const beside = this.#slots.find(
      (other) => other.zone === zone && other.slot !== slot && has(other.slot),
    )
    const goals = kind === 'take-two' && beside ? [slot, beside.slot] : [slot]
    return { zone, goals, delta: -1 }
  }

  #xOf(wanted: string | undefined): number {
    const slots = this.#options.shelf.zones.flatMap(({ slots }) => slots)
    return slots.find(({ slot }) => slot === wanted)?.x ?? PICTURE.width / 2
  }
}
