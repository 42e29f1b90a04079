import {
  type DecodeOptions,
  decodeReads,
  type ReaderProfile,
  readPointAt,
  type TagRead,
  type Unreadable,
} from '../../sensors/index.ts'
import type { DeviceConfig } from '../config/schema.ts'
import { isContainerTag, tagOf } from '../interpretation/index.ts'
import { createChipCheck } from './chip-check.ts'
import { createEventSteps } from './event-steps.ts'
import type { HeardRead } from './ghost-check.ts'
import type { Work } from './protocol.ts'
import { readPointMap } from './read-point-map.ts'
import { createReaderLinks } from './reader-links.ts'
import { createReaderWatch } from './reader-watch.ts'
import type { StepParts } from './step-parts.ts'
import { createTagMachines } from './tag-machines.ts'

type Message = Extract<Work, { kind: 'message' }>

export interface ReadSteps {
  /** `used` is false when nothing of the message could be read. */
  take(
    profile: ReaderProfile,
    message: Message,
  ): {
    readonly used: boolean
    readonly refused: readonly Unreadable[]
  }
  /** A connection that we keep ourselves has begun, ended or leaked. */
  link(link: Extract<Work, { kind: 'link' }>): void
  tick(nowMs: number): void
}

const ANTENNAS_MAX = 64

/** Tag reads through clock and read point to the machine of their tag. */
export function createReadSteps(parts: StepParts): ReadSteps {
  const { config } = parts
  const points = readPointMap(config.devices)
  const docks = new Set(
    config.portals.filter(({ role }) => role === 'receiving').map(({ id }) => id),
  )
  const watch = createReaderWatch(parts)
  const links = createReaderLinks(parts, watch)
  const machines = createTagMachines(parts, watch.blindUntilMs)
  const chips = createChipCheck(parts)
  const unplaced = createUnplaced(parts)
  const oneEvent = createEventSteps(parts, { points, watch, links, machines })
  const options = optionsOf(config.devices)

  const oneRead = (read: TagRead, nowMs: number) => {
    const { device, antenna, rssiCdbm, count, epc, tid, crcHolds } = read
    const atMs = watch.timeOf(read, nowMs)
    const point = readPointAt(points, { device, antenna, atMs })
    if (!point) return unplaced(read, nowMs)
    // Foreign and look-alike EPCs are nobody's stock, and a passer-by's private matter.
    const isContainer = 'portal' in point && docks.has(point.portal) && isContainerTag(epc)
    if (tagOf(epc) === null && !isContainer) return
    const heard: HeardRead = {
      ...{ device, antenna, epc, atMs, receivedAtMs: nowMs, rssiCdbm, count },
      ...(tid === undefined ? {} : { tid }),
      ...(crcHolds === undefined ? {} : { crcHolds }),
    }
    const portal = 'portal' in point ? point.portal : null
    for (const one of machines.believed(heard, portal)) placed(one, nowMs)
  }
  const placed = (read: HeardRead, nowMs: number) => {
    const { device, antenna, atMs, receivedAtMs, rssiCdbm, count, epc } = read
    const point = readPointAt(points, { device, antenna, atMs })
    if (!point) return
    const seen = { atMs, device, antenna, rssiCdbm, count }
    const area = 'location' in point ? point.location : point.portal
    if (!chips.mayMove(read, area, atMs, nowMs)) return
    if ('location' in point)
      return machines.shelf(epc, { ...seen, location: point.location }, nowMs)
    const event = { kind: 'read', ...seen, receivedAtMs, side: point.side } as const
    machines.pass(point.portal, epc, event, nowMs)
  }
  return {
    take(profile, message) {
      const { device, payload, atMs: nowMs } = message
      links.heard(device, nowMs)
      const { reads, events, refused } = decodeReads(profile, device, payload, options.get(device))
      for (const event of events) oneEvent(event, nowMs)
      for (const read of reads) oneRead(read, nowMs)
      return { used: reads.length + events.length > 0, refused }
    },
    link: links.take,
    tick(nowMs) {
      machines.tick(nowMs)
      chips.tick(nowMs)
    },
  }
}

/** Said once: an antenna that the configuration gives no place is heard for nothing. */
function createUnplaced({ carryOut }: StepParts): (read: TagRead, atMs: number) => void {
  const deaf = new Set<string>()
  return ({ device, antenna }, atMs) => {
    const port = antenna >= 0 && antenna <= ANTENNAS_MAX ? String(antenna) : 'unknown'
    if (deaf.has(`${device}/${port}`)) return
    deaf.add(`${device}/${port}`)
    const text = `${device} reads tags on antenna ${port}, which has no place in the configuration`
    carryOut([{ kind: 'alert', key: `no-read-point/${device}/${port}`, atMs, text }])
  }
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
