import {
  type DecodeOptions,
  type DeviceClock,
  type DeviceEvent,
  decodeReads,
  type ReaderProfile,
  stepDeviceClock,
  type TagRead,
  type Unreadable,
} from '../../sensors/index.ts'
import type { DeviceConfig } from '../config/schema.ts'
import { tagOf } from '../interpretation/index.ts'
import type { Work } from './protocol.ts'
import type { StepParts } from './step-parts.ts'
import { createTagMachines } from './tag-machines.ts'

type Message = Extract<Work, { kind: 'message' }>
type ReadPoint = DeviceConfig['readPoints'][number]

export interface ReadSteps {
  /** `used` is false when nothing of the message could be read. */
  take(
    profile: ReaderProfile,
    message: Message,
  ): {
    readonly used: boolean
    readonly refused: readonly Unreadable[]
    /** Barcodes: no part of a tag's life. */
    readonly scans: readonly DeviceEvent[]
  }
  /** A connection that we keep ourselves has begun, ended or leaked. */
  link(link: Extract<Work, { kind: 'link' }>): void
  tick(nowMs: number): void
}

const CLOCK = 'clock'
const ANTENNAS_MAX = 64
/** No reader buffers longer than a week; a time further away is no time at all. */
const REPLAY_MAX_MS = 7 * 86_400_000
/** One inventory of a full shelf, with room for a second round. */
const FIRST_INVENTORY_MS = 60_000

/** Tag reads through clock and read point to the machine of their tag. */
export function createReadSteps(parts: StepParts): ReadSteps {
  const { config, states } = parts
  const portals = new Map(config.portals.map((portal) => [portal.id, portal]))
  const points = pointsOf(config.devices)
  const watching = watchersOf(config.devices)
  /** When each reader first spoke since our start: until then and a while after it was blind. */
  const heard = new Map<string, number>()
  const deaf = new Set<string>()
  const machines = createTagMachines(parts)
  const options = optionsOf(config.devices)

  const timeOf = (read: TagRead, receivedAtMs: number): number => {
    if (read.atMs === null) return receivedAtMs
    // Only stepDeviceClock makes records of this kind.
    const state = states.get(CLOCK, read.device) as DeviceClock | undefined
    const step = stepDeviceClock(state, { deviceAtMs: read.atMs, receivedAtMs })
    if (step.isMaterial) states.put(CLOCK, read.device, step.next)
    else states.refresh(CLOCK, read.device, step.next)
    // A clock that was never set, or that is broken, must not date a movement.
    const isSane = Math.abs(receivedAtMs - step.correctedAtMs) <= REPLAY_MAX_MS
    return isSane ? step.correctedAtMs : receivedAtMs
  }
  const oneRead = (read: TagRead, nowMs: number) => {
    const { device, antenna, rssiCdbm, count, epc } = read
    const atMs = timeOf(read, nowMs)
    const point = points.get(`${device}/${antenna}`)
    if (!point) return unplaced(read, nowMs)
    // Foreign and look-alike EPCs are nobody's stock, and a passer-by's private matter.
    if (tagOf(epc) === null) return
    const seen = {
      kind: 'read',
      atMs,
      receivedAtMs: nowMs,
      device,
      antenna,
      rssiCdbm,
      count,
    } as const
    if ('location' in point) return machines.shelf(point.location, epc, seen, nowMs)
    const portal = portals.get(point.portal)
    if (portal) machines.pass(portal, epc, { ...seen, side: point.side }, nowMs)
  }
  /** Said once: an antenna that the configuration gives no place is heard for nothing. */
  const unplaced = ({ device, antenna }: TagRead, atMs: number) => {
    const port = antenna >= 0 && antenna <= ANTENNAS_MAX ? String(antenna) : 'unknown'
    if (deaf.has(`${device}/${port}`)) return
    deaf.add(`${device}/${port}`)
    const text = `${device} reads tags on antenna ${port}, which has no place in the configuration`
    parts.carryOut([{ kind: 'alert', key: `no-read-point/${device}/${port}`, atMs, text }])
  }
  /** What a reader has lost it may have lost anywhere: it is blind until it has looked again. */
  const lost = (device: string, detail: string, nowMs: number) => {
    if (heard.has(device)) heard.set(device, nowMs)
    const day = parts.factsAt(nowMs).businessDateOf(nowMs)
    const text = `${device} lost reads: ${detail}`
    parts.carryOut([{ kind: 'alert', key: `reads-lost/${device}/${day}`, atMs: nowMs, text }])
  }
  /** Blind until it speaks again: nothing tells what it saw, or would have seen, meanwhile. */
  const away = (device: string, detail: string, nowMs: number) => {
    heard.delete(device)
    const day = parts.factsAt(nowMs).businessDateOf(nowMs)
    const text = `${device} is not connected and sees nothing: ${detail}`
    parts.carryOut([{ kind: 'alert', key: `reader-away/${device}/${day}`, atMs: nowMs, text }])
  }
  const blindUntilMs = (location: string, nowMs: number): number => {
    const since = (watching.get(location) ?? []).flatMap((id) => heard.get(id) ?? [])
    return since.length === 0 ? nowMs : Math.min(...since) + FIRST_INVENTORY_MS
  }
  return {
    take(profile, message) {
      const { device, payload, atMs: nowMs } = message
      if (!heard.has(device)) heard.set(device, nowMs)
      const { reads, events, refused } = decodeReads(profile, device, payload, options.get(device))
      for (const { kind, detail } of events) if (kind === 'reads-lost') lost(device, detail, nowMs)
      for (const read of reads) oneRead(read, nowMs)
      const scans = events.filter(({ kind }) => kind === 'scan')
      return { used: reads.length + events.length > 0, refused, scans }
    },
    link({ device, state, detail, atMs }) {
      if (state === 'reading') heard.set(device, atMs)
      else if (state === 'missed') lost(device, detail, atMs)
      else away(device, detail, atMs)
    },
    tick: (nowMs) => machines.tick(nowMs, blindUntilMs),
  }
}

function pointsOf(devices: readonly DeviceConfig[]): Map<string, ReadPoint> {
  return new Map(
    devices.flatMap(({ id, readPoints }) =>
      readPoints.map((point) => [`${id}/${point.antenna}`, point] as const),
    ),
  )
}

/** Which readers hold a shelf location. */
function watchersOf(devices: readonly DeviceConfig[]): Map<string, string[]> {
  const watchers = new Map<string, string[]>()
  for (const { id, readPoints } of devices)
    for (const point of readPoints)
      if ('location' in point)
        watchers.set(point.location, [...(watchers.get(point.location) ?? []), id])
  return watchers
}

/** What the configuration says of how a device's messages are read. */
function optionsOf(devices: readonly DeviceConfig[]): Map<string, DecodeOptions> {
  return new Map(
    devices.map(({ id, mapping, measureRules }) => [
      id,
      { ...(mapping ? { mapping } : {}), ...(measureRules ? { measureRules } : {}) },
    ]),
  )
}
