import { steadyReads } from '../radio/pass.ts'
import { SHELVES } from '../shelf/shelf-layout.ts'
import { READERS, type ReaderName } from './readers.ts'
import type { Story } from './story.ts'
import type { Process } from './timeline.ts'

/** What goes wrong with devices; each is told by one process of the day. */
export function deviceFaults(story: Story): Process[] {
  const { faults, watched } = story
  return [
    ...(faults.has('outage') ? [outage(story)] : []),
    ...(faults.has('clock-step') ? [clockStep(story)] : []),
    ...(faults.has('swapped-antennas') ? [swappedAntennas(story)] : []),
    ...(faults.has('frozen-camera') && watched ? [frozenCamera(story)] : []),
    ...(faults.has('moved-camera') && watched ? [movedCamera(story)] : []),
  ]
}

const MINUTE = 60_000
/** What a Zebra reader keeps for its broker at most. */
const KEPT_READS = 150_000
const RACK_TAGS = 3
const OUTAGE_MS = 40 * MINUTE

/** The exit's or the dock's reader keeps reading a rack beside it, and everybody who goes through. */
function* outage(story: Story): Process {
  const random = story.chance('outage')
  const reader = random.pick(['exit-reader', 'dock-reader'] as const)
  const fromMs = story.day.at(10, 0) + random.int(0, 420) * MINUTE
  const spell = { reader, fromMs, untilMs: fromMs + OUTAGE_MS }
  story.readers.cutOff(spell)
  yield fromMs
  const place = reader === 'exit-reader' ? 'floor' : 'backroom'
  const hanging = story.world.units
    .filter(({ id, epc, location, good }) => {
      const isAtHome = location === place && (place === 'backroom' || good.home === 'floor')
      return epc !== null && isAtHome && !story.taken.has(id)
    })
    .slice(0, RACK_TAGS)
  for (const { id, epc } of hanging) {
    story.taken.add(id)
    if (epc === null) continue
    const count = Math.ceil(KEPT_READS / hanging.length)
    story.readers.report(reader, steadyReads(random, epc, spell, count))
  }
  yield spell.untilMs
  story.readers.restore(spell)
  for (const { id } of hanging) story.taken.delete(id)
}

/** Around the moments at which its clock jumps, a pass may be torn in two. */
const TORN_MS = 10 * MINUTE

function* clockStep(story: Story): Process {
  const random = story.chance('clock-step')
  const reader = random.pick(Object.keys(READERS) as ReaderName[])
  const fromMs = story.day.at(9, 0) + random.int(0, 480) * MINUTE
  const untilMs = fromMs + 90 * MINUTE
  const byMs = random.pick([-11, -4, 3, 8]) * MINUTE
  story.readers.setClock({ reader, fromMs, untilMs, byMs })
  story.tornAt({ reader, fromMs, untilMs: fromMs + TORN_MS })
  story.tornAt({ reader, fromMs: untilMs, untilMs: untilMs + TORN_MS })
  yield untilMs
}

/** The electrician has been at the door between back room and floor, at the dock, or at the exit. */
function* swappedAntennas(story: Story): Process {
  const random = story.chance('swapped')
  const reader = random.pick(['floor-reader', 'dock-reader', 'exit-reader'] as const)
  const fromMs = story.day.at(9, 0) + random.int(0, 480) * MINUTE
  const spell = { reader, fromMs, untilMs: fromMs + 60 * MINUTE }
  story.readers.swap(spell)
  story.tornAt(spell)
  yield spell.untilMs
}

function* frozenCamera(story: Story): Process {
  const random = story.chance('frozen')
  const shelf = random.pick(SHELVES)
  const fromMs = story.day.at(9, 0) + random.int(0, 540) * MINUTE
  const untilMs = fromMs + random.int(20, 40) * MINUTE
  story.cameras.freeze(shelf, { fromMs, untilMs })
  yield untilMs
  yield* story.cameras.restarted(shelf)
}

const SHIFTS = [
  [28, 12],
  [-24, 10],
  [-30, -14],
  [26, -12],
] as const

function* movedCamera(story: Story): Process {
  const random = story.chance('moved')
  const shelf = random.pick(SHELVES)
  yield story.day.at(9, 0) + random.int(0, 600) * MINUTE
  yield* story.cameras.knock(shelf, random.pick(SHIFTS))
}
