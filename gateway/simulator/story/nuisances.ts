import { shelfReads, strayReads } from '../radio/pass.ts'
import type { Random } from '../random.ts'
import { SHELVES } from '../shelf/shelf-layout.ts'
import type { Sent } from './messages.ts'
import { foreignPass } from './portals.ts'
import { READERS, type ReaderName } from './readers.ts'
import type { Story } from './story.ts'
import type { Process } from './timeline.ts'

/** Everything that is normal in a store and that a careful gateway must not fall for. */

/** A garment hangs beside a portal: its tag is read weakly for minutes, several times a day. */
export function* rackBeside(story: Story, reader: ReaderName): Process {
  yield story.day.at(8, 5)
  const random = story.chance(`rack/${reader}`)
  const apparel = story.world.units.filter(
    ({ id, epc, location, good }) =>
      epc !== null && location === 'floor' && good.home === 'floor' && !story.taken.has(id),
  )
  if (apparel.length === 0) return
  const unit = random.pick(apparel)
  story.taken.add(unit.id)
  if (unit.epc === null) return
  for (let stretch = 0; stretch < 3; stretch++) {
    yield story.timeline.nowMs() + random.int(40, 170) * 60_000
    const durationMs = random.int(60, 180) * 1_000
    const reads = strayReads(random, unit.epc, story.timeline.nowMs(), durationMs)
    story.readers.report(reader, reads)
  }
}

/** Tags that are not ours: another shop's garment, a library book, a blank tag. */
export function* strangers(story: Story): Process {
  const random = story.chance('strangers')
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.int(0, 15).toString(16))
      .join('')
      .toUpperCase()
  const tags = [`3034F4${hex(18)}`, `E280${hex(20)}`, `313630323030303120202020`]
  for (const epc of tags) {
    yield Math.max(story.timeline.nowMs(), story.day.at(8, 30)) + random.int(30, 160) * 60_000
    foreignPass(story, 'exit-reader', epc, story.timeline.nowMs())
  }
}

/** Cut-off JSON, a connect message in plain text, a lamp that is out. */
export function* mishaps(story: Story): Process {
  const random = story.chance('mishaps')
  yield story.day.at(9, 0) + random.int(0, 90) * 60_000
  const cut = `{"type":"PORTAL","timestamp":"2026-03-02T09:1`
  story.outbox.text(story.timeline.nowMs(), 'dock-reader', READERS['dock-reader'].topic, cut)
  yield story.timeline.nowMs() + random.int(20, 90) * 60_000
  story.outbox.text(
    story.timeline.nowMs(),
    'floor-reader',
    READERS['floor-reader'].topic,
    'connected',
  )
  yield story.timeline.nowMs() + random.int(20, 90) * 60_000
  story.cameras.dark(random.pick(SHELVES), story.timeline.nowMs())
}

/** Somebody reads every label: an arm stands before the shelf for 40 s, nothing is taken. */
export function* lingeringArm(story: Story): Process {
  const random = story.chance('linger')
  yield story.day.at(10, 0) + random.int(0, 400) * 60_000
  const shelf = random.pick(SHELVES)
  yield* story.cameras.handle({
    shelf,
    fromMs: story.timeline.nowMs(),
    armMs: 40_000,
    choose: () => {
      const zone = random.pick(shelf.zones)
      const slot = random.pick(zone.slots).slot
      return { slot, change: () => undefined }
    },
  })
}

/** A picture now and then although nothing happens. */
export function* cameraHeartbeat(story: Story, nth: number): Process {
  const shelf = SHELVES[nth]
  if (!shelf) return
  const random = story.chance(`heartbeat/${shelf.camera}`)
  yield story.day.at(7, 50)
  for (let number = 0; number < 3; number++) {
    story.cameras.rest(shelf, story.timeline.nowMs() + nth * 5_000)
    yield story.timeline.nowMs() + 1_000
  }
  while (story.timeline.nowMs() < story.day.at(20, 5)) {
    yield story.timeline.nowMs() + random.int(900, 1_800) * 1_000
    // Not in the middle of a hand: cameras shoot when the picture is at rest.
    if (story.cameras.atRest(shelf, story.timeline.nowMs()))
      story.cameras.rest(shelf, story.timeline.nowMs())
  }
}

/** The smart shelf reports every tag it holds, round after round. */
export function* shelfInventory(story: Story): Process {
  const random = story.chance('inventory')
  yield story.day.at(7, 55)
  for (let round = 0; story.timeline.nowMs() < story.day.at(20, 10); round++) {
    const atMs = story.timeline.nowMs()
    for (const { epc, location } of story.world.units) {
      if (location !== 'shelf-r1' || epc === null || !random.chance(0.97)) continue
      story.readers.report('shelf-reader', shelfReads(random, epc, atMs, 1))
    }
    yield atMs + (round < 3 ? 2_000 : 300_000)
  }
}

export function* readerHeartbeats(story: Story): Process {
  yield story.day.at(7, 40)
  while (story.timeline.nowMs() < story.day.at(20, 30)) {
    for (const reader of Object.keys(READERS) as ReaderName[])
      story.readers.heartbeat(reader, story.timeline.nowMs())
    yield story.timeline.nowMs() + 900_000
  }
}

/** QoS 1 delivers at least once: at times twice at once, at times again minutes later. */
export function redelivered(random: Random, sent: readonly Sent[]): Sent[] {
  return sent.flatMap((once) => {
    if (once.message.body.kind === 'frame') return [once]
    if (random.chance(0.02)) return [once, once]
    if (random.chance(0.005))
      return [once, { ...once, atMs: once.atMs + random.int(60, 300) * 1_000 }]
    return [once]
  })
}
