import {
  type DecodeOptions,
  type DeviceEvent,
  decodeReads,
  type ReaderProfile,
  type TagRead,
  type Unreadable,
} from '../../sensors/index.ts'
import type { DeviceConfig } from '../config/schema.ts'
import { createChipCheck } from './chip-check.ts'
import { createItemCheck } from './item-check.ts'
import type { Work } from './protocol.ts'
import { beamsOf, portalOf, readPointFinder, readPointMap } from './read-point-map.ts'
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
    /** Barcodes: no part of a tag's life. */
    readonly scans: readonly DeviceEvent[]
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
  const pointAt = readPointFinder(points)
  const isItem = createItemCheck()
  const beams = beamsOf(config.portals)
  /** Connections of ours that are lost: a late word of dropped messages is no sign of life. */
  const away = new Set<string>()
  const watch = createReaderWatch(parts)
  const machines = createTagMachines(parts, watch.blindUntilMs)
  const isOurChip = createChipCheck(parts)
  const unplaced = createUnplaced(parts)
  const options = optionsOf(config.devices)

  const oneRead = (read: TagRead, nowMs: number) => {
    const atMs = watch.timeOf(read, nowMs)
    const point = pointAt(read.device, read.antenna, atMs)
    if (!point) return unplaced(read, nowMs)
    // Foreign and look-alike EPCs are nobody's stock, and a passer-by's private matter.
    if (!isItem(read.epc)) return
    if (!isOurChip(read, 'location' in point ? point.location : point.portal, atMs, nowMs)) return
    if ('location' in point) machines.shelf(read.epc, shelfRead(read, point.location, atMs), nowMs)
    else machines.pass(point.portal, read.epc, doorRead(read, point.side, atMs, nowMs), nowMs)
  }
  /** Beams, and readers that say themselves which way a tag went. */
  const oneEvent = (event: DeviceEvent, nowMs: number) => {
    const atMs = Math.min(event.atMs ?? nowMs, nowMs)
    switch (event.kind) {
      case 'reads-lost':
        return lost(event.device, event.detail, nowMs)
      case 'gpi': {
        const beam = beams.get(`${event.device}/${event.pin}`)
        if (beam && event.level === beam.brokenAt) machines.beam(beam.portal, beam.beam, atMs)
        return
      }
      case 'direction':
        return told(event, atMs, nowMs)
    }
  }
  const told = (
    { device, epc, direction, confidence }: DeviceEvent,
    atMs: number,
    nowMs: number,
  ) => {
    const portal = portalOf(device, points)
    if (portal === null || epc === undefined || !isItem(epc)) return
    if (direction !== 'in' && direction !== 'out') return
    const said = { atMs, direction, confidence: confidence ?? 1_000, receivedAtMs: nowMs }
    machines.pass(portal, epc, { kind: 'told', ...said }, nowMs)
  }
  /** Told once a day and reader. */
  const alert = (what: string, device: string, text: string, nowMs: number) => {
    const day = parts.factsAt(nowMs).businessDateOf(nowMs)
    parts.carryOut([{ kind: 'alert', key: `${what}/${device}/${day}`, atMs: nowMs, text }])
  }
  /** What a reader has lost it may have lost anywhere: it is blind until it has looked again. */
  const lost = (device: string, detail: string, nowMs: number) => {
    watch.blinded(device, nowMs, 'reads-lost')
    if (!away.has(device)) watch.heard(device, nowMs)
    alert('reads-lost', device, `${device} lost reads: ${detail}`, nowMs)
  }
  /** Blind until it speaks again: nothing tells what it saw, or would have seen, meanwhile. */
  const gone = (device: string, detail: string, nowMs: number) => {
    away.add(device)
    watch.blinded(device, nowMs, 'silent')
    const text = `${device} is not connected and sees nothing: ${detail}`
    alert('reader-away', device, text, nowMs)
  }
  return {
    take(profile, message) {
      const { device, payload, atMs: nowMs } = message
      away.delete(device)
      watch.heard(device, nowMs)
      const { reads, events, refused } = decodeReads(profile, device, payload, options.get(device))
      for (const event of events) oneEvent(event, nowMs)
      for (const read of reads) oneRead(read, nowMs)
      const scans = events.filter(({ kind }) => kind === 'scan')
      return { used: reads.length + events.length > 0, refused, scans }
    },
    link({ device, state, detail, atMs }) {
      if (state === 'missed') return lost(device, detail, atMs)
      if (state === 'lost') return gone(device, detail, atMs)
      away.delete(device)
      watch.heard(device, atMs)
    },
    tick: machines.tick,
  }
}

/** Written out, every field: copying a read with `...` costs more than its machine's step. */
function shelfRead({ device, antenna, rssiCdbm, count }: TagRead, location: string, atMs: number) {
  return { kind: 'read', location, atMs, device, antenna, rssiCdbm, count } as const
}

function doorRead(read: TagRead, side: 'outer' | 'inner', atMs: number, receivedAtMs: number) {
  const { device, antenna, rssiCdbm, count } = read
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
