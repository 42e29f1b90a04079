import assert from 'node:assert/strict'
import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import type { Arrival } from '../broker/intake.ts'
import { createTopicTable } from '../broker/topic-table.ts'
import type { Clock } from '../clock.ts'
import type { CameraConfig, Config, DeviceConfig } from '../config/schema.ts'
import { createLinks, type LinkState } from './links.ts'

/** What the page shows of a device; counted since the gateway's start. */
export interface DeviceLive {
  readonly device: string
  readonly profile: DeviceConfig['profile']
  readonly connected: boolean
  readonly lastSeenAtMs: number | null
  readonly messages: number
  readonly refused: number
}

export interface Desk {
  arrive(arrival: Arrival): void
  /** From a device that we dial ourselves: no topic leads to it. */
  hear(device: string, payload: Buffer, answer: Arrival['answer']): void
  client(id: string, connected: boolean): void
  /** How it stands with a device that we dial ourselves; while it is lost it is blind. */
  link(device: string, state: LinkState, detail: string): void
  /** After an outage of the store, before anything else is submitted. */
  storeWrites(): void
  devices(): DeviceLive[]
}

export interface DeskOptions {
  readonly config: Config
  readonly clock: Clock
  /** Set only where time comes from the simulator. */
  readonly setClock: ((atMs: number) => void) | null
  readonly submit: (body: WorkBody, settle: (verdict: Verdict) => void) => void
  readonly takeFrame: (camera: CameraConfig, topic: string, payload: Uint8Array) => void
}

const SIMULATED_CLOCK_TOPIC = 'tallygate/v1/sim/clock'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Receives what devices publish and sends each message down its road. */
export function createDesk(options: DeskOptions): Desk {
  const { config, clock, submit } = options
  const topics = createTopicTable(config.devices)
  const cameras = new Map(config.cameras.map((camera) => [camera.id, camera]))
  const live = new Map<string, Mutable<DeviceLive>>(
    config.devices.map(({ id, profile }) => [
      id,
      { device: id, profile, connected: false, lastSeenAtMs: null, messages: 0, refused: 0 },
    ]),
  )
  const settleInto = (device: Mutable<DeviceLive> | undefined, arrival: Arrival) => {
    return (verdict: Verdict) => {
      if (verdict.status === 'not-stored')
        return arrival.answer(new Error('the store cannot write; send it again'))
      if (verdict.status === 'kept' && device) device.refused += 1
      return arrival.answer(null)
    }
  }
  const park = (arrival: Arrival, device: string, code: string, message: string) => {
    const { topic, payload } = arrival
    submit(
      { kind: 'park', device, topic, code, message, payload },
      settleInto(live.get(device), arrival),
    )
  }
  const tell = (arrival: Arrival) => {
    const atMs = clockTime(arrival.payload)
    if (atMs === null || !options.setClock)
      return park(arrival, arrival.client, 'bad-clock', 'expected {"atMs":<milliseconds>}')
    options.setClock(atMs)
    return submit({ kind: 'tick' }, settleInto(undefined, arrival))
  }

  const take = (device: DeviceConfig, arrival: Arrival) => {
    const { topic, payload } = arrival
    const row = live.get(device.id)
    if (row) {
      row.lastSeenAtMs = clock.nowMs()
      row.messages += 1
    }
    if (device.profile === 'camera') {
      const camera = cameras.get(device.id)
      if (!camera) return park(arrival, device.id, 'no-camera', 'expected a calibrated camera')
      options.takeFrame(camera, topic, payload)
      return arrival.answer(null)
    }
    if (isTooLarge(device, payload.length, config)) {
      const message = `expected at most ${config.mqtt.readBytes} bytes, got ${payload.length}`
      return park(arrival, device.id, 'too-large', message)
    }
    const body = { kind: 'message', device: device.id, topic, payload } as const
    return submit(body, settleInto(row, arrival))
  }
  const links = createLinks(submit)
  const byId = new Map(config.devices.map((device) => [device.id, device]))

  return {
    arrive(arrival) {
      const { topic } = arrival
      if (options.setClock && topic === SIMULATED_CLOCK_TOPIC) return tell(arrival)
      const device = topics.deviceOf(topic)
      if (device) return take(device, arrival)
      const message = `expected a topic of a configured device, got "${topic.slice(0, 200)}"`
      return park(arrival, arrival.client, 'unknown-topic', message)
    },
    hear(id, payload, answer) {
      const device = byId.get(id)
      assert(device, 'only configured devices are dialled')
      take(device, { client: id, topic: device.profile, payload, answer })
    },
    client(id, connected) {
      const row = live.get(id)
      if (row) row.connected = connected
    },
    link(id, state, detail) {
      const row = live.get(id)
      if (row && state !== 'missed') row.connected = state === 'reading'
      links.tell(id, state, detail)
    },
    storeWrites: links.tellAgain,
    devices: () => [...live.values()],
  }
}

/** Papers are never cut or thrown away for their size: only the packet's own limit holds. */
function isTooLarge({ profile }: DeviceConfig, bytes: number, { mqtt }: Config): boolean {
  return profile !== 'till' && profile !== 'document' && bytes > mqtt.readBytes
}

function clockTime(payload: Uint8Array): number | null {
  try {
    const told: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    if (told === null || typeof told !== 'object' || !('atMs' in told)) return null
    return Number.isSafeInteger(told.atMs) ? Number(told.atMs) : null
  } catch {
    return null
  }
}
