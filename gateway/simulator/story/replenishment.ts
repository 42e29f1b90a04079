import { GOODS, type Good } from '../catalogue.ts'
import { shelfReads } from '../radio/pass.ts'
import type { MoveOptions, Unit } from '../world.ts'
import { shelfAt } from './cameras.ts'
import { carryThrough } from './portals.ts'
import { isoTime, type Story } from './story.ts'
import type { Process } from './timeline.ts'

const TAGGED = GOODS.filter(({ tagged }) => tagged)
const ON_CAMERA = GOODS.filter(({ home }) => home.startsWith('shelf-c'))
const HOUSEHOLD = GOODS.filter(({ tagged, home }) => !tagged && home === 'floor')

/** Tagged goods to the floor and to the smart shelf, a trolley at a time. */
export function* fillTagged(story: Story, fromMs: number): Process {
  yield fromMs
  const random = story.chance(`fill-tagged/${fromMs}`)
  const wanted = random.shuffled(TAGGED).flatMap((good) => {
    const missing = (good.home === 'floor' ? 6 : 4) - story.world.quantity(good.sku, good.home)
    return story.free(good.sku, 'backroom').slice(0, Math.max(0, Math.min(missing, 2)))
  })
  const trolley = wanted.slice(0, random.int(8, 12))
  for (const { id } of trolley) story.taken.add(id)
  for (let start = 0; start < trolley.length; start += 5) {
    const units = trolley.slice(start, start + 5)
    const atMs = story.timeline.nowMs()
    const seen = carryThrough(story, { reader: 'floor-reader', direction: 'in', atMs, units })
    for (const unit of units)
      story.world.move(unit, 'floor', atMs + 3_000, { observable: seen.has(unit.id) })
    yield atMs + random.int(12, 30) * 1_000
  }
  yield story.timeline.nowMs() + random.int(3, 6) * 60_000
  for (const unit of trolley) {
    if (unit.good.home === 'shelf-r1') {
      placeOnSmartShelf(story, unit, story.timeline.nowMs())
      yield story.timeline.nowMs() + random.int(4, 9) * 1_000
    }
    story.taken.delete(unit.id)
  }
}

/** The shelf's reader sees a new tag within seconds. */
export function placeOnSmartShelf(
  story: Story,
  unit: Unit,
  atMs: number,
  options: MoveOptions = {},
): void {
  if (unit.epc === null) return
  const random = story.chance(`place/${unit.id}/${atMs}`)
  story.world.move(unit, 'shelf-r1', atMs, options)
  story.readers.report('shelf-reader', shelfReads(random, unit.epc, atMs, 5))
}

/** Looks at the camera shelves and fills what runs low, with a handheld's transfer. */
export function* fillCameraShelves(story: Story, fromMs: number): Process {
  yield fromMs
  const random = story.chance(`fill-camera/${fromMs}`)
  for (const good of random.shuffled(ON_CAMERA)) {
    const free = story.world.freeSlots(good.sku, good.home).length
    const stock = story.free(good.sku, 'backroom').length
    const count = Math.min(free, stock)
    if (free < 2 || count === 0) continue
    yield* putOnCameraShelf(story, good, count)
    yield story.timeline.nowMs() + random.int(10, 40) * 1_000
  }
}

function* putOnCameraShelf(story: Story, good: Good, count: number): Process {
  const random = story.chance(`put/${good.sku}/${story.timeline.nowMs()}`)
  // While somebody carries one of these about, a put without its document could be theirs.
  const documentFirst = random.chance(0.8) || story.world.quantity(good.sku, 'basket') > 0
  const units = story.free(good.sku, 'backroom').slice(0, count)
  for (const { id } of units) story.taken.add(id)
  story.filling.add(good.sku)
  if (documentFirst) {
    transfer(story, good, units.length, 'backroom', good.home)
    yield story.timeline.nowMs() + random.int(15, 60) * 1_000
  } else {
    story.world.ask({ sku: good.sku, epc: null, why: 'put before its transfer was sent' })
  }
  yield* story.cameras.handle({
    shelf: shelfAt(good.home),
    fromMs: story.timeline.nowMs(),
    armMs: 2_000 + units.length * 1_000,
    choose: () => {
      const slots = story.world.freeSlots(good.sku, good.home)
      const slot = slots[0]
      if (slot === undefined) return null
      const change = (atMs: number) => {
        for (const [index, unit] of units.entries()) {
          const place = slots[index]
          if (place !== undefined) story.world.move(unit, good.home, atMs, { slot: place })
        }
      }
      return { slot, change }
    },
  })
  if (!documentFirst) {
    yield story.timeline.nowMs() + random.int(10, 40) * 1_000
    transfer(story, good, units.length, 'backroom', good.home)
  }
  story.filling.delete(good.sku)
  for (const { id } of units) story.taken.delete(id)
}

/** Household goods are untagged and unwatched: the handheld's transfer is all there is. */
export function* fillHousehold(story: Story, fromMs: number): Process {
  yield fromMs
  const random = story.chance(`fill-household/${fromMs}`)
  for (const good of random.shuffled(HOUSEHOLD).slice(0, 5)) {
    const units = story.free(good.sku, 'backroom').slice(0, random.int(2, 4))
    if (units.length === 0) continue
    const atMs = story.timeline.nowMs()
    for (const unit of units) story.world.move(unit, 'floor', atMs)
    transfer(story, good, units.length, 'backroom', 'floor')
    yield atMs + random.int(40, 120) * 1_000
  }
}

function transfer(story: Story, good: Good, count: number, from: string, to: string): void {
  const atMs = story.timeline.nowMs()
  const number = String(story.world.next('transfer')).padStart(4, '0')
  story.document(atMs, {
    type: 'transfer',
    transfer: `TR-${number}`,
    from,
    to,
    at: isoTime(atMs),
    lines: [{ line: 1, sku: good.sku, quantity: String(count) }],
  })
}
