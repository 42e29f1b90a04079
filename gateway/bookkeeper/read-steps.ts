import {
  type DecodeOptions,
  decodeReads,
  type ReaderProfile,
  type TagRead,
  type Unreadable,
} from '../../sensors/index.ts'
import type { DeviceConfig } from '../config/schema.ts'
import { isContainerTag } from '../interpretation/index.ts'
import { createChipCheck } from './chip-check.ts'
import { createEventSteps } from './event-steps.ts'
import type { HeardRead } from './ghost-check.ts'
import { createItemCheck } from './item-check.ts'
import type { Work } from './protocol.ts'
import { readPointFinder, readPointMap } from './read-point-map.ts'
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
  const pointAt = readPointFinder(points)
  const isItem = createItemCheck()
  const watch = createReaderWatch(parts)
  const links = createReaderLinks(parts, watch)
  const machines = createTagMachines(parts, watch.blindUntilMs)
  const chips = createChipCheck(parts)
  const unplaced = createUnplaced(parts)
  const oneEvent = createEventSteps(parts, { points, watch, links, machines })
  const options = optionsOf(config.devices)

  const oneRead = (read: TagRead, nowMs: number) => {
    const atMs = watch.timeOf(read, nowMs)
    const point = pointAt(read.device, read.antenna, atMs)
    if (!point) return unplaced(read, nowMs)
    // Foreign and look-alike EPCs are nobody's stock, and a passer-by's private matter.
    const portal = 'portal' in point ? point.portal : null
    if (!isItem(read.epc) && !isContainer(read.epc, portal)) return
    for (const one of machines.believed(heard(read, atMs, nowMs), portal)) placed(one, nowMs)
  }
  const isContainer = (epc: string, portal: string | null) =>
    portal !== null && docks.has(portal) && isContainerTag(epc)
  const placed = (read: HeardRead, nowMs: number) => {
    const { device, antenna, atMs, epc } = read
    const point = pointAt(device, antenna, atMs)
    if (!point) return
    const area = 'location' in point ? point.location : point.portal
    if (!chips.mayMove(read, area, atMs, nowMs)) return
    if ('location' in point) machines.shelf(epc, shelfRead(read, point.location), nowMs)
    else machines.pass(point.portal, epc, doorRead(read, point.side), nowMs)
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

/** Written out, every field: copying a read with `...` costs more than its machine's step. */
function heard(read: TagRead, atMs: number, receivedAtMs: number): HeardRead {
  const { device, antenna, epc, rssiCdbm, count, tid, crcHolds } = read
  const one: Optional<HeardRead> = { device, antenna, epc, atMs, receivedAtMs, rssiCdbm, count }
  if (tid !== undefined) one.tid = tid
  if (crcHolds !== undefined) one.crcHolds = crcHolds
  return one
}

/** Fields that may be missing, still to be set. */
type Optional<Read extends HeardRead> = Omit<Read, 'tid' | 'crcHolds'> & {
  tid?: string
  crcHolds?: boolean
}

function shelfRead(read: HeardRead, location: string) {
  const { device, antenna, rssiCdbm, count, atMs } = read
  return { kind: 'read', location, atMs, device, antenna, rssiCdbm, count } as const
}

function doorRead(read: HeardRead, side: 'outer' | 'inner') {
  const { device, antenna, rssiCdbm, count, atMs, receivedAtMs } = read
  return { kind: 'read', atMs, device, antenna, rssiCdbm, count, receivedAtMs, side } as const
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
