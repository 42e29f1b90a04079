import { GOODS, type Good } from '../catalogue.ts'
import type { Random } from '../random.ts'
import type { Unit } from '../world.ts'
import { shelfAt } from './cameras.ts'
import { carryThrough } from './portals.ts'
import { placeOnSmartShelf } from './replenishment.ts'
import type { Story } from './story.ts'
import type { TillName } from './tills.ts'
import type { Process } from './timeline.ts'

/** What kind of visit it is. */
export interface Visit {
  readonly nth: number
  readonly entersMs: number
  readonly honest: boolean
  /** Scans something nobody registered. */
  readonly unknownGtin: string | null
}

const KINDS = [
  { of: GOODS.filter(({ home }) => home.startsWith('shelf-c')), weight: 0.46 },
  { of: GOODS.filter(({ home }) => home === 'shelf-r1'), weight: 0.15 },
  { of: GOODS.filter(({ home, tagged }) => home === 'floor' && tagged), weight: 0.21 },
  { of: GOODS.filter(({ home, tagged }) => home === 'floor' && !tagged), weight: 0.18 },
] as const

/** Comes in, picks, changes their mind now and then, pays (or does not), leaves. */
export function* visit(story: Story, { nth, entersMs, honest, unknownGtin }: Visit): Process {
  yield entersMs
  const random = story.chance(`shopper/${nth}`)
  const hands: Unit[] = []
  for (const good of wishes(random, honest)) {
    yield story.timeline.nowMs() + random.int(20, 110) * 1_000
    if (good.home.startsWith('shelf-c')) yield* pickFromCameraShelf(story, random, good, hands)
    else pickUp(story, random, good, hands)
    if (hands.length > 1 && random.chance(0.12)) yield* changeMind(story, random, hands)
  }
  if (hands.length === 0 && unknownGtin === null) return
  if (honest) yield* pay(story, random, hands, unknownGtin)
  yield* leave(story, random, hands, honest)
}

function wishes(random: Random, honest: boolean): Good[] {
  return Array.from({ length: honest ? random.int(1, 4) : 1 }, () => {
    const roll = random.next()
    let sum = 0
    const kind = KINDS.find(({ weight }) => {
      sum += weight
      return roll < sum
    })
    return random.pick((kind ?? KINDS[0]).of)
  })
}

/** Nothing watches hands on the floor; the smart shelf just stops reading the tag. */
function pickUp(story: Story, random: Random, good: Good, hands: Unit[]): void {
  const free = story.free(good.sku, good.home)
  if (free.length === 0) return
  const unit = random.pick(free)
  story.world.move(unit, 'basket', story.timeline.nowMs(), { tells: false })
  hands.push(unit)
}

function* pickFromCameraShelf(story: Story, random: Random, good: Good, hands: Unit[]): Process {
  const { world, timeline } = story
  if (story.filling.has(good.sku) || world.quantity(good.sku, good.home) === 0) return
  const wanted = random.chance(0.2) ? 2 : 1
  yield* story.cameras.handle({
    shelf: shelfAt(good.home),
    fromMs: timeline.nowMs(),
    choose: () => {
      if (story.filling.has(good.sku)) return null
      const units = random.shuffled(world.at(good.sku, good.home)).slice(0, wanted)
      const slot = units[0]?.slot ?? null
      if (slot === null) return null
      const change = (atMs: number) => {
        const tells = !story.cameras.isBlind(shelfAt(good.home), atMs)
        for (const unit of units) world.move(unit, 'basket', atMs, { tells })
        hands.push(...units)
      }
      return { slot, change }
    },
  })
}

/** Puts one thing back where it belongs. */
function* changeMind(story: Story, random: Random, hands: Unit[]): Process {
  const { world, timeline } = story
  yield timeline.nowMs() + random.int(15, 60) * 1_000
  const unit = random.pick(hands)
  const { good } = unit
  const letGo = () => hands.splice(hands.indexOf(unit), 1)
  if (good.home === 'shelf-r1') {
    letGo()
    placeOnSmartShelf(story, unit, timeline.nowMs(), { tells: false })
  } else if (good.home === 'floor') {
    letGo()
    world.move(unit, 'floor', timeline.nowMs(), { tells: false })
  } else {
    yield* story.cameras.handle({
      shelf: shelfAt(good.home),
      fromMs: timeline.nowMs(),
      choose: () => {
        const slot = world.freeSlots(good.sku, good.home)[0]
        if (slot === undefined || story.filling.has(good.sku)) return null
        const change = (atMs: number) => {
          letGo()
          const tells = !story.cameras.isBlind(shelfAt(good.home), atMs)
          world.move(unit, good.home, atMs, { slot, tells })
        }
        return { slot, change }
      },
    })
  }
}

function* pay(
  story: Story,
  random: Random,
  units: readonly Unit[],
  unknownGtin: string | null,
): Process {
  yield story.timeline.nowMs() + random.int(40, 200) * 1_000
  if (units.length === 0 && unknownGtin === null) return
  if (unknownGtin !== null)
    story.world.ask({ kind: 'unmapped-line', sku: null, epc: null, why: `sold ${unknownGtin}` })
  story.tills.sell({
    till: random.pick<TillName>(['till-1', 'till-2']),
    atMs: story.timeline.nowMs(),
    units,
    tender: random.pick(['cash', 'card']),
    bags: random.chance(0.3) ? 1 : 0,
    unknownGtin,
  })
}

function* leave(story: Story, random: Random, units: readonly Unit[], honest: boolean): Process {
  const { world, timeline } = story
  yield timeline.nowMs() + random.int(25, 90) * 1_000
  const atMs = timeline.nowMs()
  const seen = carryThrough(story, { reader: 'exit-reader', direction: 'out', atMs, units })
  if (honest) return
  for (const unit of units) {
    const { sku, home } = unit.good
    const observable = seen.has(unit.id)
    const bookedFrom = story.watched && home.startsWith('shelf-c') ? 'basket' : home
    world.move(unit, 'shrunk', atMs + 2_000, { observable, bookedFrom })
    world.ask({ sku, epc: unit.epc, why: 'taken without paying' })
  }
}

/** Brings back something bought earlier today, with the receipt. */
export function* bringBack(story: Story, atMs: number): Process {
  yield atMs
  const random = story.chance(`return/${atMs}`)
  const { world, timeline, tills } = story
  const candidates = tills.sold.filter(
    ({ unit }) => unit.epc !== null && unit.good.home === 'floor',
  )
  if (candidates.length === 0) return
  const sold = random.pick(candidates)
  const units = [sold.unit]
  carryThrough(story, { reader: 'exit-reader', direction: 'in', atMs: timeline.nowMs(), units })
  yield timeline.nowMs() + random.int(60, 180) * 1_000
  tills.takeBack(sold, 'till-1', timeline.nowMs())
  world.move(sold.unit, 'floor', timeline.nowMs())
}
