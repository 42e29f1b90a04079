import type { DeviceEvent, ReadPointMap } from '../../sensors/index.ts'
import type { DeviceConfig } from '../config/schema.ts'
import { interpretAggregation, interpretScan, tagOf } from '../interpretation/index.ts'
import { createHardwareWatch } from './hardware-watch.ts'
import { beamsOf, portalOf } from './read-point-map.ts'
import type { ReaderLinks } from './reader-links.ts'
import { REPLAY_MAX_MS, type ReaderWatch } from './reader-watch.ts'
import type { StepParts } from './step-parts.ts'
import type { TagMachines } from './tag-machines.ts'

interface Around {
  readonly points: ReadPointMap<DeviceConfig['readPoints'][number]>
  readonly watch: ReaderWatch
  readonly links: ReaderLinks
  readonly machines: TagMachines
}

/** What devices say that is no read: beams, barcodes, packing lists, losses, their own verdicts. */
export function createEventSteps(
  parts: StepParts,
  { points, watch, links, machines }: Around,
): (event: DeviceEvent, nowMs: number) => void {
  const beams = beamsOf(parts.config.portals)
  const standsBehind = createHardwareWatch(parts, watch)

  const scanned = ({ device, scan, scanId }: DeviceEvent, atMs: number, nowMs: number) => {
    if (!scan?.ok) return
    const one = { device, atMs, scan, id: scanId ?? null, times: 1 }
    parts.carryOut(interpretScan(parts.factsAt(nowMs), one))
  }
  const told = (
    { device, epc, direction, confidence }: DeviceEvent,
    atMs: number,
    nowMs: number,
  ) => {
    const portal = portalOf(device, points)
    if (portal === null || epc === undefined || tagOf(epc) === null) return
    if (direction !== 'in' && direction !== 'out') return
    const said = { device, atMs, direction, confidence: confidence ?? 1_000, receivedAtMs: nowMs }
    machines.pass(portal, epc, { kind: 'told', ...said }, nowMs)
  }
  return (event, nowMs) => {
    const saidMs = event.atMs ?? nowMs
    // A clock that was never set must not date anything.
    const atMs = nowMs - saidMs > REPLAY_MAX_MS ? nowMs : Math.min(saidMs, nowMs)
    if (event.hardware !== undefined) standsBehind(event.device, event.hardware, nowMs)
    switch (event.kind) {
      case 'reads-lost':
        return links.lost(event.device, event.detail, nowMs)
      case 'gpi': {
        const beam = beams.get(`${event.device}/${event.pin}`)
        if (beam && event.level === beam.brokenAt) machines.beam(beam.portal, beam.beam, atMs)
        return
      }
      case 'direction':
        return told(event, atMs, nowMs)
      case 'scan':
        return scanned(event, atMs, nowMs)
      case 'business-step': {
        const facts = parts.factsAt(nowMs)
        if (event.step) parts.carryOut(interpretAggregation(facts, event.step, atMs))
        return
      }
    }
  }
}
