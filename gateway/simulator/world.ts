import { GOODS, type Good } from './catalogue.ts'
import type { EpcMint } from './radio/mint.ts'
import type { Random } from './random.ts'
import { SHELVES } from './shelf/shelf-layout.ts'

/** One thing that can be picked up. */
export interface Unit {
  readonly id: number
  readonly good: Good
  /** Upper-case hex; null for untagged goods. */
  readonly epc: string | null
  readonly serial: string | null
  readonly location: string
  /** Place on a camera shelf, while it stands there. */
  readonly slot: string | null
}

/** Something really happened to a unit. */
export interface TruthMove {
  readonly sku: string
  readonly epc: string | null
  readonly from: string
  readonly to: string
  readonly atMs: number
  /** False when no sensor or document gave a sample that could show it. */
  readonly observable: boolean
  /** Where honest books still have it when nobody saw it picked up. */
  readonly bookedFrom: string
  /** Whether a movement of its own can be expected of it: nobody watches hands on the floor. */
  readonly tells: boolean
}

/** A question that a careful gateway is right to ask about this day. */
export interface ExpectedQuestion {
  /** Set where only this kind of question is right and no SKU can be named. */
  readonly kind?: string
  readonly sku: string | null
  readonly epc: string | null
  readonly why: string
}

/** The store as it really is. Only the story changes it. */
export interface World {
  readonly units: readonly Unit[]
  readonly moves: readonly TruthMove[]
  readonly questions: readonly ExpectedQuestion[]
  create(good: Good, location: string, slot?: string): Unit
  /** Where a unit is is read from here, not from a stale copy. */
  current(unit: Unit): Unit
  at(sku: string, location: string): Unit[]
  quantity(sku: string, location: string): number
  move(unit: Unit, to: string, atMs: number, options?: MoveOptions): void
  ask(question: ExpectedQuestion): void
  /** Slots of one camera's shelf that hold a pack. */
  filledSlots(location: string): ReadonlySet<string>
  freeSlots(sku: string, location: string): string[]
  /** How far off a knocked camera looks; null while it hangs as it was calibrated. */
  cameraShift(camera: string): readonly [number, number] | null
  knockCamera(camera: string, by: readonly [number, number]): void
  /** A running number per purpose: receipts, orders, events. */
  next(purpose: string): number
}

export interface MoveOptions {
  readonly observable?: boolean
  readonly bookedFrom?: string
  readonly slot?: string
  readonly tells?: boolean
}

export function createWorld(mint: EpcMint): World {
  const units: Unit[] = []
  const moves: TruthMove[] = []
  const questions: ExpectedQuestion[] = []
  const counters = new Map<string, number>()
  const shifts = new Map<string, readonly [number, number]>()
  const next = (purpose: string) => {
    const number = (counters.get(purpose) ?? 0) + 1
    counters.set(purpose, number)
    return number
  }
  const at = (sku: string, location: string) =>
    units.filter(({ good, location: place }) => good.sku === sku && place === location)
  const onShelf = (location: string) => units.filter((unit) => unit.location === location)
  const filledSlots = (location: string) =>
    new Set(onShelf(location).flatMap(({ slot }) => (slot === null ? [] : [slot])))
  return {
    units,
    moves,
    questions,
    create(good, location, slot) {
      const tag = good.tagged ? mint(good, next(`serial/${good.sku}`)) : null
      const unit = {
        id: units.length,
        good,
        epc: tag?.epc ?? null,
        serial: tag?.serial ?? null,
        location,
        slot: slot ?? null,
      }
      units.push(unit)
      return unit
    },
    current: (unit) => units[unit.id] ?? unit,
    at,
    quantity: (sku, location) => at(sku, location).length,
    move(unit, to, atMs, { observable = true, bookedFrom, slot, tells = true } = {}) {
      const now = units[unit.id] ?? unit
      moves.push({
        sku: unit.good.sku,
        epc: unit.epc,
        from: now.location,
        to,
        atMs,
        observable,
        bookedFrom: bookedFrom ?? now.location,
        tells: tells && observable,
      })
      units[unit.id] = { ...now, location: to, slot: slot ?? null }
    },
    ask: (question) => questions.push(question),
    filledSlots,
    freeSlots(sku, location) {
      const taken = filledSlots(location)
      return slotsOf(sku, location).filter((slot) => !taken.has(slot))
    },
    cameraShift: (camera) => shifts.get(camera) ?? null,
    knockCamera(camera, [x, y]) {
      const [right, down] = shifts.get(camera) ?? [0, 0]
      shifts.set(camera, [right + x, down + y])
    },
    next,
  }
}

export function slotsOf(sku: string, location: string): string[] {
  const shelf = SHELVES.find((known) => known.location === location)
  const zone = shelf?.zones.find((known) => known.sku === sku)
  return zone?.slots.map(({ slot }) => slot) ?? []
}

/** Stock before the first day: everything is where the books will be told it is. */
export function stockWorld(world: World, random: Random): void {
  for (const good of GOODS) {
    const put = (location: string, count: number) => {
      for (let number = 0; number < count; number++) world.create(good, location)
    }
    if (good.home.startsWith('shelf-c')) {
      const slots = slotsOf(good.sku, good.home)
      for (const slot of slots) world.create(good, good.home, slot)
      put('backroom', random.int(8, 14))
    } else {
      put(good.home, good.home === 'shelf-r1' ? random.int(3, 4) : random.int(4, 7))
      put('backroom', random.int(4, 9))
    }
  }
}
