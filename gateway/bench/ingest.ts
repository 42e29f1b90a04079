import { join } from 'node:path'
import { measureLoopDelay } from '../process/loop-delay.ts'
import { renderShelf } from '../simulator/render-shelf.ts'
import { SHELVES } from '../simulator/shelf/shelf-layout.ts'
import { startHelper } from './child.ts'
import { inTemporaryFolder } from './folder.ts'
import {
  cpuOf,
  type IngestSides,
  type Load,
  type Sent,
  type Server,
  type SideName,
  waitsOf,
  withIngestSides,
} from './ingest-sides.ts'
import { HOLD, READERS } from './ingest-site.ts'
import { type Figure, interleave, median, type Progress, ratioOf } from './ratio.ts'

/** Store time of one round; the four readers send about 820 reads a second of it. */
const ROUND_SECONDS = 20
/** A gateway runs for weeks: what its first minute costs the compiler is not measured. */
const WARM_UP_STRETCHES = 4
const WINDOW = 64
const ONE_BY_ONE_MESSAGES = 300
/** Reads acknowledged after their commit, beside the bare broker's acknowledgements. */
export function benchIngest(rounds: number, progress: Progress): Promise<Figure[]> {
  return withIngestSides(READERS, (sides) => compare(sides, rounds, progress))
}

async function compare(sides: IngestSides, rounds: number, progress: Progress): Promise<Figure[]> {
  let startSecond = 0
  let prepared = { passShare: 0, meanBytes: 0 }
  const prepare = async () => {
    prepared = await sides.prepare({ startSecond, seconds: ROUND_SECONDS, ...HOLD })
    startSecond += ROUND_SECONDS
  }
  const sent = { ours: [] as Sent[], floor: [] as Sent[] }
  const side = (name: SideName, window: number, messages?: number) => async () => {
    const one = await sides.send(name, window, messages)
    sent[name].push(one)
    return one.perSecond
  }
  const ours = side('ours', WINDOW)
  const floor = side('floor', WINDOW)

  // The shelves' tags settle, and both sides are compiled.
  for (let nth = 1; nth <= WARM_UP_STRETCHES; nth++) {
    progress(`warming up ${nth} of ${WARM_UP_STRETCHES}`)
    await prepare()
    await ours()
    await floor()
  }
  sent.ours.length = 0
  sent.floor.length = 0
  const settled = await sides.figures()
  let preparedRound = -1
  const fresh = async (round: number) => {
    if (preparedRound === round) return
    preparedRound = round
    await prepare()
  }
  const ratio = await interleave(
    rounds,
    async (round) => {
      await fresh(round)
      return await ours()
    },
    async (round) => {
      await fresh(round)
      return await floor()
    },
    progress,
  )
  const done = await sides.figures()
  if (done.refused > 0) throw new Error(`${done.refused} of the bench's own messages were refused`)
  const about = [cpuOf(sent), waitsOf(sent)]

  progress('one in flight')
  await prepare()
  const oneByOne = await interleave(
    3,
    side('ours', 1, ONE_BY_ONE_MESSAGES),
    side('floor', 1, ONE_BY_ONE_MESSAGES),
  )
  const share = (prepared.passShare * 100).toFixed(0)
  return [
    ratioOf(ratio, {
      name: 'RFID ingest, QoS 1, acknowledged after its commit',
      method: [
        'floor: bare Aedes, QoS 1, the same messages',
        `load: 4 MQTT.js clients in a process of their own x ${WINDOW} in flight, Zebra tag events of ${prepared.meanBytes.toFixed(0)} bytes, ${rounds} rounds of ${ROUND_SECONDS} s of store time`,
        `${share} % of the reads belong to portal passes (a durable record each); ${done.postings - settled.postings} movements posted in the measured rounds; the rest refreshes 2,000 shelf tags`,
        ...about,
      ],
      unit: 'messages/s',
      hold: { better: 'more', limit: 0.9 },
    }),
    {
      name: 'the same with one message in flight per client',
      method: [
        `4 clients; the bare broker: ${median(oneByOne.floor).toFixed(0)} messages/s; every message waits for a commit of its own turn (no floor)`,
      ],
      value: median(oneByOne.ours),
      unit: 'messages/s',
      spread: [Math.min(...oneByOne.ours), Math.max(...oneByOne.ours)],
      hold: null,
    },
  ]
}

const BUSY_SECONDS = 15
const FRAMES_PER_SECOND = 10

/** How late the sockets' thread runs while vision and a neighbour take what they can. */
export function benchLoopDelay(progress: Progress): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const gateway: Server = startHelper('ingest-gateway.entry')
    const load: Load = startHelper('ingest-load.entry')
    const disk = startHelper<{ folder: string }, { started: true }>('busy-disk.entry')
    try {
      progress('starting vision')
      const frames: Record<string, Uint8Array> = {}
      for (const shelf of SHELVES)
        frames[shelf.camera] = await renderShelf({
          shelf,
          filled: new Set(shelf.zones.flatMap(({ slots }) => slots.map(({ slot }) => slot))),
          arm: null,
          dark: false,
          frameSeed: 1,
        })
      const data = join(folder, 'data')
      const { port } = await gateway.ask({
        kind: 'start',
        folder: data,
        vision: 'on',
        masters: 'import',
      })
      const pace = {
        kind: 'pace',
        port,
        frames,
        framesPerSecond: FRAMES_PER_SECOND,
      } as const
      // Vision is up, and the shelves' tags are settled, before the time is taken.
      await load.ask({ kind: 'prepare', startSecond: 0, seconds: 10, ...HOLD })
      await load.ask(pace)
      await disk.ask({ folder })
      progress(`${BUSY_SECONDS} s of load`)
      await load.ask({ kind: 'prepare', startSecond: 10, seconds: BUSY_SECONDS, ...HOLD })
      const before = await gateway.ask({ kind: 'figures' })
      // What the machine itself imposes: this process only waits.
      const idle = measureLoopDelay()
      const sent = await load.ask(pace)
      const idleP99Ms = idle.p99Ms()
      idle.stop()
      const after = await gateway.ask({ kind: 'figures' })
      const looked = (after.frames - before.frames) / BUSY_SECONDS
      return [
        {
          name: "loop delay p99 of the sockets' thread, vision saturated, disk busy",
          method: [
            `${sent.perSecond.toFixed(0)} reads/s from 4 readers, 2 cameras x ${FRAMES_PER_SECOND} frames/s (${looked.toFixed(1)} a second looked at, the rest replaced), a neighbour writing and syncing 4 MiB blocks`,
            `reads acknowledged after ${sent.p50Ms.toFixed(1)} ms (median), ${sent.p99Ms.toFixed(1)} ms (p99)`,
            `a process that only waited beside it ran ${idleP99Ms.toFixed(1)} ms late (p99)`,
          ],
          value: after.delayP99Ms,
          unit: 'ms',
          spread: null,
          hold: { better: 'less', limit: 20 },
        },
      ]
    } finally {
      await Promise.all([disk.end(), load.end(), gateway.end()])
    }
  })
}
