import { join } from 'node:path'
import { measureLoopDelay } from '../process/loop-delay.ts'
import { renderShelf } from '../simulator/render-shelf.ts'
import { SHELVES } from '../simulator/shelf/shelf-layout.ts'
import { type Helper, startHelper } from './child.ts'
import { inTemporaryFolder } from './folder.ts'
import type { ServerAnswer, ServerQuestion } from './ingest-gateway.entry.ts'
import type { LoadAnswer, LoadQuestion } from './ingest-load.entry.ts'
import { type Figure, interleave, median, type Progress, ratioOf } from './ratio.ts'

type Server = Helper<ServerQuestion, ServerAnswer>
type Load = Helper<LoadQuestion, LoadAnswer>

/** Store time of one round; the four readers send about 960 reads a second of it. */
const ROUND_SECONDS = 30
const WINDOW = 64
const ONE_BY_ONE_MESSAGES = 300
const ALL = Number.MAX_SAFE_INTEGER

/** Reads acknowledged after their commit, beside the bare broker's acknowledgements. */
export function benchIngest(rounds: number, progress: Progress): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const gateway: Server = startHelper('ingest-gateway.entry')
    const bare: Server = startHelper('ingest-bare.entry')
    const load: Load = startHelper('ingest-load.entry')
    try {
      const start = {
        kind: 'start',
        folder: join(folder, 'data'),
        vision: 'off',
        masters: 'import',
      } as const
      return await compare(await gateway.ask(start), { gateway, bare, load }, rounds, progress)
    } finally {
      await Promise.all([load.end(), gateway.end(), bare.end()])
    }
  })
}

interface Parts {
  readonly gateway: Server
  readonly bare: Server
  readonly load: Load
}

async function compare(
  { port }: ServerAnswer,
  { gateway, bare, load }: Parts,
  rounds: number,
  progress: Progress,
): Promise<Figure[]> {
  const barePort = (await bare.ask({ kind: 'figures' })).port
  let startSecond = 0
  let prepared = { passShare: 0, meanBytes: 0 }
  const prepare = async () => {
    prepared = await load.ask({ kind: 'prepare', startSecond, seconds: ROUND_SECONDS })
    startSecond += ROUND_SECONDS
  }
  const cpuUs = { ours: [] as number[], floor: [] as number[] }
  const side = (name: 'ours' | 'floor', window: number, messages: number) => async () => {
    const [server, at] = name === 'ours' ? [gateway, port] : [bare, barePort]
    const before = await server.ask({ kind: 'figures' })
    const sent = await load.ask({ kind: 'send', port: at, window, messages })
    const after = await server.ask({ kind: 'figures' })
    cpuUs[name].push(((after.cpuMs - before.cpuMs) * 1_000) / sent.acknowledged)
    return sent.perSecond
  }
  const ours = side('ours', WINDOW, ALL)
  const floor = side('floor', WINDOW, ALL)

  // Two stretches first: the shelves' tags settle, and both sides are compiled.
  for (const stretch of ['warming up 1 of 2', 'warming up 2 of 2']) {
    progress(stretch)
    await prepare()
    await ours()
    await floor()
  }
  cpuUs.ours.length = 0
  cpuUs.floor.length = 0
  const settled = await gateway.ask({ kind: 'figures' })
  let preparedRound = -1
  const fresh = async (round: number) => {
    if (preparedRound === round) return
    preparedRound = round
    await prepare()
  }
  const sides = await interleave(
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
  const done = await gateway.ask({ kind: 'figures' })
  if (done.refused > 0) throw new Error(`${done.refused} of the bench's own messages were refused`)
  const cpu = `server CPU per message: ${median(cpuUs.ours).toFixed(0)} us against ${median(cpuUs.floor).toFixed(0)} us`

  progress('one in flight')
  await prepare()
  const oneByOne = await interleave(
    3,
    side('ours', 1, ONE_BY_ONE_MESSAGES),
    side('floor', 1, ONE_BY_ONE_MESSAGES),
  )
  const share = (prepared.passShare * 100).toFixed(0)
  return [
    ratioOf(sides, {
      name: 'RFID ingest, QoS 1, acknowledged after its commit',
      method: [
        'floor: bare Aedes, QoS 1, the same messages',
        `load: 4 MQTT.js clients in a process of their own x ${WINDOW} in flight, Zebra tag events of ${prepared.meanBytes.toFixed(0)} bytes, ${rounds} rounds of ${ROUND_SECONDS} s of store time`,
        `${share} % of the reads belong to portal passes (a durable record each); ${done.postings - settled.postings} movements posted in the measured rounds; the rest refreshes 2,000 shelf tags`,
        cpu,
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
      await load.ask({ kind: 'prepare', startSecond: 0, seconds: 10 })
      await load.ask(pace)
      await disk.ask({ folder })
      progress(`${BUSY_SECONDS} s of load`)
      await load.ask({ kind: 'prepare', startSecond: 10, seconds: BUSY_SECONDS })
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
