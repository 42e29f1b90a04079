import { checkDigit } from '../../sensors/index.ts'
import { type StoreDay, storeDay } from './calendar.ts'
import { type Fault, USUAL_FAULTS } from './faults.ts'
import { createMint } from './radio/mint.ts'
import { createRandom } from './random.ts'
import { deliverGoods } from './story/deliveries.ts'
import { deviceFaults } from './story/device-faults.ts'
import { type Frame, type Instant, instantsOf } from './story/messages.ts'
import {
  cameraHeartbeat,
  lingeringArm,
  mishaps,
  rackBeside,
  readerHeartbeats,
  redelivered,
  shelfInventory,
  strangers,
} from './story/nuisances.ts'
import { fillCameraShelves, fillHousehold, fillTagged } from './story/replenishment.ts'
import { bringBack, visit } from './story/shoppers.ts'
import { takeStock } from './story/stock-takes.ts'
import { createStory, type Story } from './story/story.ts'
import type { TillName } from './story/tills.ts'
import type { Process } from './story/timeline.ts'
import { createWorld, stockWorld, type World } from './world.ts'

/** One day of the store, told in advance: what every device will publish, and when. */
export interface Day {
  readonly index: number
  readonly date: string
  /** First and last moment; the clock stands at the first when the masters are imported. */
  readonly startMs: number
  readonly endMs: number
  readonly instants: readonly Instant[]
}

/** The world before the first day: the same seed gives the same units in the same places. */
export function openWorld(seed: number): World {
  const world = createWorld(createMint(seed))
  stockWorld(world, createRandom(seed, 'opening'))
  return world
}

const SHOPPERS = 32
/** A valid number that nobody registered. */
const UNKNOWN_GTIN = `952999000001${checkDigit('952999000001')}`

export interface DayOptions {
  readonly faults?: ReadonlySet<Fault>
  /** Whether cameras watch the shelves of the untagged; they do by default. */
  readonly watched?: boolean
}

/** Lets one day happen in the world. Same seed, day and options, same messages, byte for byte. */
export function simulateDay(
  world: World,
  seed: number,
  index: number,
  { faults = USUAL_FAULTS, watched = true }: DayOptions = {},
): Day {
  const day = storeDay(index)
  const story = createStory(seed, day, world, { faults, watched })
  const people = [...staff(story), ...shoppers(story)]
  for (const process of [...people, ...nuisances(story), ...deviceFaults(story)])
    story.timeline.spawn(day.at(7, 30), process)
  story.timeline.run()
  const { sent: once } = story.outbox
  const sent = faults.has('duplicates') ? redelivered(story.chance('redelivery'), once) : once
  const thefts = world.moves.filter(({ to, atMs }) => to === 'shrunk' && atMs >= day.at(7, 30))
  const frame = { ...frameOf(day), closelyMs: thefts.map(({ atMs }) => atMs) }
  const { startMs, endMs } = frame
  return { index, date: day.date, startMs, endMs, instants: instantsOf(sent, frame) }
}

/** The night's last tick is past the end of the business date, so the day's questions are asked. */
function frameOf(day: StoreDay): Omit<Frame, 'closelyMs'> {
  return { startMs: day.at(7, 30), endMs: day.at(27, 30), managerAtMs: day.at(20, 45) }
}

function staff(story: Story): Process[] {
  const random = story.chance('staff')
  const { day } = story
  const arrivals = [day.at(8, 50), day.at(11, 40), day.at(14, 50)]
    .map((atMs) => atMs + random.int(0, 40) * 60_000)
    .slice(0, random.int(2, 3))
  return [
    ...arrivals.map((atMs, nth) => deliverGoods(story, nth, atMs)),
    ...[day.at(9, 40), day.at(13, 10), day.at(16, 20)].map((atMs) => fillTagged(story, atMs)),
    ...[10, 12, 14, 16, 18].map((hour) =>
      fillCameraShelves(story, day.at(hour, random.int(0, 50))),
    ),
    fillHousehold(story, day.at(12, random.int(0, 59))),
    offlineTill(story, day.at(15, random.int(0, 59))),
    ...takeStock(story),
  ]
}

function shoppers(story: Story): Process[] {
  const random = story.chance('door')
  const { day } = story
  const thieves = random.int(0, 2)
  const unknown = random.int(5, SHOPPERS - 5)
  const honest = Array.from({ length: SHOPPERS }, (_, nth) => ({
    nth,
    entersMs: day.at(8, 10) + random.int(0, 11 * 3_600) * 1_000,
    honest: true,
    unknownGtin: nth === unknown ? UNKNOWN_GTIN : null,
  }))
  const others = Array.from({ length: thieves }, (_, index) => ({
    nth: SHOPPERS + index,
    entersMs: day.at(9, 0) + random.int(0, 10 * 3_600) * 1_000,
    honest: false,
    unknownGtin: null,
  }))
  return [
    ...[...honest, ...others].map((one) => visit(story, one)),
    bringBack(story, day.at(17, random.int(0, 59))),
  ]
}

function nuisances(story: Story): Process[] {
  return [
    readerHeartbeats(story),
    shelfInventory(story),
    cameraHeartbeat(story, 0),
    cameraHeartbeat(story, 1),
    rackBeside(story, 'floor-reader'),
    rackBeside(story, 'exit-reader'),
    strangers(story),
    mishaps(story),
    lingeringArm(story),
  ]
}

/** A till loses its line for a while; its receipts come late, all at once. */
function* offlineTill(story: Story, atMs: number): Process {
  const till: TillName = story.chance('offline').pick(['till-1', 'till-2'])
  yield atMs
  story.tills.offline(till)
  const before = story.tills.sold.length
  yield atMs + 20 * 60_000
  story.tills.online(till, story.timeline.nowMs())
  for (const { unit, till: soldAt } of story.tills.sold.slice(before))
    if (soldAt === till && unit.epc !== null)
      story.world.ask({ sku: unit.good.sku, epc: unit.epc, why: 'left before its receipt came' })
}
