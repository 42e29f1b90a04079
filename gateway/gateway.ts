import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { setInterval } from 'node:timers'
import { startVisionPool, type VisionPool } from '../vision/index.ts'
import { startAlarms } from './alarms.ts'
import { createAudit } from './audit.ts'
import { createBusinessDate } from './bookkeeper/business-date.ts'
import { Lane } from './bookkeeper/lane.ts'
import type { Verdict, WorkBody } from './bookkeeper/protocol.ts'
import { startBroker } from './broker/broker.ts'
import { type Clock, createSimulatedClock, systemClock } from './clock.ts'
import type { Config } from './config/schema.ts'
import { dataFolderAt } from './data-folder.ts'
import { createDesk } from './devices/desk.ts'
import { startDialled } from './devices/start-dialled.ts'
import { createEventStream } from './event-stream.ts'
import {
  type ForwarderOptions,
  type Forwarders,
  startForwarders,
} from './forwarding/start-forwarders.ts'
import { createFrameLane } from './frames/frame-lane.ts'
import type { Live } from './http/live.ts'
import { startHttp } from './http/server.ts'
import type { Log } from './log.ts'
import { shippedEmbedderFolder, shippedModelFolder } from './models.ts'
import { measureLoopDelay } from './process/loop-delay.ts'
import { type Reader, startReader } from './reports/reader.ts'
import { VERSION } from './version.ts'

export interface RunningGateway {
  readonly mqttPort: number
  readonly httpPort: number
  stop(): Promise<void>
}

type Stop = () => unknown

/** Starts every part in order; stopping is the same list backwards. */
export async function startGateway(config: Config, log: Log): Promise<RunningGateway> {
  const stops: Stop[] = []
  try {
    const ports = await startParts(config, log, stops)
    return { ...ports, stop: () => stopAll(stops, log) }
  } catch (error) {
    await stopAll(stops, log)
    throw error
  }
}

async function startParts(config: Config, log: Log, stops: Stop[]) {
  const folder = dataFolderAt(config.dataFolder)
  const stream = createEventStream()
  const simulated = config.clock === 'simulated' ? createSimulatedClock(0) : null
  const clock = simulated ?? systemClock

  const lane = new Lane({
    config,
    log,
    nowMs: clock.nowMs,
    onEvents: (events) => events.forEach(stream.emit),
    onSealed: () => forwarders.wake(),
    onStoreRefusing: () => broker.closeClients(),
  })
  const lastStepMs = await lane.start()
  simulated?.set(lastStepMs)
  stops.push(() => lane.stop())
  const submit = (body: WorkBody, settle: (verdict: Verdict) => void) => lane.submit(body, settle)
  const commit = (body: WorkBody) => new Promise<Verdict>((resolve) => submit(body, resolve))

  const reader = await startReader({ file: folder.file, config })
  stops.push(() => reader.stop())

  const vision = startVision(config, log)
  stops.push(() => vision.stop())
  const frames = createFrameLane({ vision, nowMs: clock.nowMs, submit, emit: stream.emit })
  const given = { config, clock, log, emit: stream.emit }
  const { audit, forwarders } = startForwarding({ ...given, reader, commit })
  stops.push(() => forwarders.stop())
  stops.push(() => audit.stop())

  const desk = createDesk({
    config,
    clock,
    setClock: simulated ? simulated.set : null,
    submit,
    takeFrame: frames.take,
  })
  const loopDelay = measureLoopDelay()
  stops.push(() => loopDelay.stop())
  const broker = await startBroker({
    mqtt: config.mqtt,
    log,
    onArrival: desk.arrive,
    onClient: desk.client,
    isOpen: () => lane.isWritable(),
  })
  stops.push(() => broker.stop())
  const alarms = startAlarms({ config, log, stream, reader, frames, broker })
  stops.push(() => alarms.stop())

  stops.push(startDialled({ config, log, desk, events: stream }).stop)

  const machineKey = randomBytes(32).toString('base64url')
  // After the broker: whoever is told that we are ready may send reads at once.
  const http = await startHttp({
    config,
    reader,
    submit: commit,
    events: stream,
    frames: { get: frames.latest },
    pictures: alarms.pictures,
    log,
    version: VERSION,
    isReady: () => lane.isWritable(),
    machineKey,
    live: () => liveOf({ ...given, desk, frames, vision, lane, forwarders, broker, loopDelay }),
  })
  stops.push(() => http.stop())

  if (!simulated) {
    const ticking = setInterval(() => {
      submit({ kind: 'tick' }, () => {})
      audit.look()
    }, config.limits.tickMs)
    stops.push(() => clearInterval(ticking))
  }
  const ports = { mqttPort: broker.port, httpPort: http.port }
  writePorts(folder.portsFile, { mqtt: ports.mqttPort, http: ports.httpPort, key: machineKey })
  const page = `http://${config.http.host}:${http.port}/`
  log.info({ ...ports, site: config.site.id, page }, 'the gateway is open')
  return ports
}

/** For tools beside the gateway: where it listens, and the key that lets them speak for anybody. */
function writePorts(file: string, ports: { mqtt: number; http: number; key: string }): void {
  // A file of before may be readable by all; a new one is made with its mode.
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify(ports), { mode: 0o600 })
}

interface LiveParts {
  readonly clock: Clock
  readonly config: Config
  readonly desk: ReturnType<typeof createDesk>
  readonly frames: ReturnType<typeof createFrameLane>
  readonly vision: VisionPool
  readonly lane: Lane
  readonly forwarders: Forwarders
  readonly broker: Awaited<ReturnType<typeof startBroker>>
  readonly loopDelay: ReturnType<typeof measureLoopDelay>
}

function liveOf(parts: LiveParts): Live {
  const { clock, config, desk, frames, vision, lane, forwarders, broker, loopDelay } = parts
  return {
    nowMs: clock.nowMs(),
    devices: desk.devices(),
    cameras: config.cameras.map(({ id }) => ({ camera: id, ...frames.outcomeOf(id) })),
    vision: vision.status(),
    store: { writable: lane.isWritable(), waiting: lane.waiting(), restarts: lane.restarts() },
    destinations: forwarders.status(),
    mqttClients: broker.clients(),
    loopDelayP99Ms: loopDelay.p99Ms(),
  }
}

type ForwardingParts = Omit<ForwarderOptions, 'nextBatch'> & { readonly reader: Reader }

/** Nothing leaves the store while a verification of its books has failed. */
function startForwarding({ reader, ...parts }: ForwardingParts) {
  const { config, commit, clock, log } = parts
  const { timeZone, dayEndsAt } = config.site
  const audit = createAudit({
    commit,
    clock,
    log,
    verify: (lastEntries) => reader.ask({ report: 'verify', lastEntries }),
    remembered: async () => (await reader.ask({ report: 'counts' })).unsound,
    businessDateOf: createBusinessDate(timeZone, dayEndsAt),
    lastEntries: config.limits.verifyAtStartEntries,
  })
  const nextBatch = async (destination: string) => {
    await audit.sound()
    return reader.ask({ report: 'next-batch', destination })
  }
  return { audit, forwarders: startForwarders({ ...parts, nextBatch }) }
}

function startVision(config: Config, log: Log) {
  return startVisionPool({
    modelFolder: config.modelFolder ?? shippedModelFolder,
    recognition: {
      modelFolder: config.embedderFolder ?? shippedEmbedderFolder,
      gallery: dataFolderAt(config.dataFolder).galleryFile,
    },
    deadlineMs: config.limits.frameDeadlineMs,
    log,
  })
}

/** A part that does not stop must not keep the others from stopping. */
async function stopAll(stops: Stop[], log: Log): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop()
    } catch (cause) {
      log.error({ cause: String(cause) }, 'a part did not stop cleanly')
    }
  }
}
