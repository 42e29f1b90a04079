/** The gateway's road from socket to books, without page, reports and forwarding. */
import { startVisionPool, type VisionPool } from '../../vision/index.ts'
import { Lane } from '../bookkeeper/lane.ts'
import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import { startBroker } from '../broker/broker.ts'
import { createSimulatedClock } from '../clock.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { createDesk, type Desk } from '../devices/desk.ts'
import { createFrameLane } from '../frames/frame-lane.ts'
import { createLog } from '../log.ts'
import { shippedModelFolder } from '../models.ts'
import { measureLoopDelay } from '../process/loop-delay.ts'
import { answerQuestions } from './child.ts'
import { LOAD_STARTS_AT_MS } from './ingest-reads.ts'
import { ingestConfig, ingestMasters } from './ingest-site.ts'

export type ServerQuestion =
  | {
      readonly kind: 'start'
      readonly folder: string
      readonly vision: 'on' | 'off'
      readonly masters: 'import' | 'there'
      /** The hold's four where nothing is said. */
      readonly readers?: number
    }
  /** Figures since the last question. */
  | { readonly kind: 'figures' }

export interface ServerAnswer {
  readonly port: number
  /** Of this process and its threads, since its start. */
  readonly cpuMs: number
  readonly refused: number
  readonly rssBytes: number
  /** Movements posted since the start. */
  readonly postings: number
  readonly delayP99Ms: number
  /** Frames that vision has looked at since the start. */
  readonly frames: number
}

interface Running {
  readonly port: number
  readonly lane: Lane
  readonly desk: Desk
  readonly vision: VisionPool | null
  stop(): Promise<void>
}

const delay = measureLoopDelay()
let running: Running | null = null
let postings = 0

answerQuestions<ServerQuestion, ServerAnswer>(
  async (question) => {
    if (question.kind === 'start') running = await start(question)
    const { user, system } = process.cpuUsage()
    return {
      port: running?.port ?? 0,
      cpuMs: (user + system) / 1_000,
      rssBytes: process.memoryUsage.rss(),
      refused: running?.desk.devices().reduce((sum, { refused }) => sum + refused, 0) ?? 0,
      postings,
      delayP99Ms: delay.p99Ms(),
      frames: running?.vision?.status().frames ?? 0,
    }
  },
  async () => running?.stop(),
)

async function start(asked: Extract<ServerQuestion, { kind: 'start' }>): Promise<Running> {
  const config = ingestConfig(asked.folder, asked.readers)
  const log = createLog(config.log.level, 'bench')
  prepareDataFolder(asked.folder, true)
  const clock = createSimulatedClock(LOAD_STARTS_AT_MS)
  const lane = new Lane({
    config,
    log,
    nowMs: clock.nowMs,
    onEvents: (events) => {
      for (const event of events) if (event.type === 'movement') postings += 1
    },
    onSealed: () => {},
    onStoreRefusing: () => {},
  })
  clock.set(await lane.start())
  const submit = (body: WorkBody, settle: (verdict: Verdict) => void) => lane.submit(body, settle)
  if (asked.masters === 'import') await importMasters(submit, asked.readers)
  const vision =
    asked.vision === 'on'
      ? startVisionPool({ modelFolder: config.modelFolder ?? shippedModelFolder, log })
      : null
  const frames = vision
    ? createFrameLane({ vision, nowMs: clock.nowMs, submit, emit: () => {} })
    : null
  const desk = createDesk({
    config,
    clock,
    setClock: clock.set,
    submit,
    takeFrame: (camera, topic, payload) => frames?.take(camera, topic, payload),
  })
  const broker = await startBroker({
    mqtt: config.mqtt,
    log,
    onArrival: desk.arrive,
    onClient: desk.client,
    isOpen: () => lane.isWritable(),
  })
  return {
    port: broker.port,
    lane,
    desk,
    vision,
    async stop() {
      await broker.stop()
      await vision?.stop()
      await lane.stop()
    },
  }
}

async function importMasters(
  submit: (body: WorkBody, settle: (verdict: Verdict) => void) => void,
  readers: number | undefined,
): Promise<void> {
  const masters = ingestMasters(LOAD_STARTS_AT_MS, readers)
  const verdict = await new Promise<Verdict>((resolve) =>
    submit({ kind: 'masters', masters, actor: 'bench' }, resolve),
  )
  if (verdict.status !== 'committed') throw new Error(`masters: ${verdict.code} ${verdict.message}`)
}
