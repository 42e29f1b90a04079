import type { StoreDay } from '../calendar.ts'
import type { Fault } from '../faults.ts'
import { createRandom, type Random } from '../random.ts'
import type { Unit, World } from '../world.ts'
import { type Cameras, createCameras } from './cameras.ts'
import { createOutbox, type Outbox } from './messages.ts'
import { createReaders, type ReaderName, type Readers, type Spell } from './readers.ts'
import { createTills, type Tills } from './tills.ts'
import { createTimeline, type Timeline } from './timeline.ts'

/** What everybody in the story shares. */
export interface Story extends StoryOptions {
  readonly seed: number
  readonly day: StoreDay
  readonly world: World
  readonly timeline: Timeline
  readonly outbox: Outbox
  readonly cameras: Cameras
  readonly readers: Readers
  readonly tills: Tills
  /** Units that nobody touches today: racks beside portals, goods in a shopper's hand. */
  readonly taken: Set<number>
  /** SKUs whose camera shelf is being filled: shoppers leave them alone until it is done. */
  readonly filling: Set<string>
  /** A stream of chance of its own for each purpose. */
  chance(purpose: string): Random
  /** Sends a business document from the office. */
  document(atMs: number, document: unknown): void
  /** Units of a SKU at a place that nobody else has an eye on. */
  free(sku: string, location: string): Unit[]
  /** Somebody's reads cannot be trusted for a while: who asks about them is right to ask. */
  tornAt(spell: Spell): void
  isTorn(reader: ReaderName, atMs: number): boolean
}

export interface StoryOptions {
  readonly faults: ReadonlySet<Fault>
  /** Whether cameras watch the shelves of the untagged. */
  readonly watched: boolean
}

/** How long a walk through a portal takes at most. */
const PASS_MS = 10_000

export function createStory(
  seed: number,
  day: StoreDay,
  world: World,
  options: StoryOptions,
): Story {
  const outbox = createOutbox()
  const timeline = createTimeline(day.at(7, 30))
  const chance = (purpose: string) => createRandom(seed, `day${day.index}/${purpose}`)
  const taken = new Set<number>()
  const torn: Spell[] = []
  const onBlind = (sku: string, why: string) => world.ask({ sku, epc: null, why })
  const { watched } = options
  return {
    ...options,
    seed,
    day,
    world,
    timeline,
    outbox,
    cameras: createCameras({ world, outbox, day, nowMs: timeline.nowMs, watched, onBlind }),
    readers: createReaders(world, outbox, chance('readers')),
    tills: createTills(world, outbox, day),
    taken,
    filling: new Set(),
    chance,
    document: (atMs, document) =>
      outbox.text(atMs, 'office', 'tallygate/v1/office/document', JSON.stringify(document)),
    free: (sku, location) => world.at(sku, location).filter(({ id }) => !taken.has(id)),
    tornAt: (spell) => void torn.push(spell),
    isTorn: (reader, atMs) =>
      torn.some(
        (one) => one.reader === reader && one.fromMs <= atMs + PASS_MS && atMs < one.untilMs,
      ),
  }
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString()
}
