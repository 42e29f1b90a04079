import {
  type BlindState,
  blindDefaults,
  blindUntilMs,
  type DeviceClock,
  type EventSequence,
  stepBlindness,
  stepDeviceClock,
  stepSequence,
  type TagRead,
} from '../../sensors/index.ts'
import type { DeviceConfig } from '../config/schema.ts'
import { overRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

type BlindCause = Extract<Parameters<typeof stepBlindness>[1], { kind: 'blinded' }>['cause']

/** What each reader can be believed of: its clock, its event numbers, and when it saw nothing. */
export interface ReaderWatch {
  /** When a read was made, in our time; what its event number shows to be missing is noted. */
  timeOf(read: TagRead, receivedAtMs: number): number
  heard(device: string, atMs: number): void
  /** Another reader under an old name: nothing of what was learnt of the old one holds. */
  learnAnew(device: string, nowMs: number): void
  blinded(device: string, atMs: number, cause: BlindCause): void
  /** Until when nobody who watches a location could have seen a tag; null: never blind. */
  blindUntilMs(location: string, nowMs: number): number | null
}

/** Kinds in the state table; only the machine named writes records of its kind. */
const CLOCK = 'clock'
const BLIND = 'blind'
const SEQUENCE = 'sequence'
/** A reader's own numbers hold within one run of it; the run before is over. */
interface Numbered {
  readonly boot: string
  readonly sequence: EventSequence
}

/** No reader buffers longer than a week; a time further away is no time at all. */
export const REPLAY_MAX_MS = 7 * 86_400_000

export function createReaderWatch(parts: StepParts): ReaderWatch {
  const { config, states } = parts
  const watching = watchersOf(config.devices)
  /** Readers that were blind while we were away: noted when we first know what time it is. */
  const begun = new Set<string>()

  const step = (device: string, event: Parameters<typeof stepBlindness>[1]) => {
    const record = { kind: BLIND, key: device }
    const { state, next } = overRecord(parts, record, event.atMs, (state?: BlindState) => ({
      state,
      next: stepBlindness(state, event, blindDefaults),
    }))
    if (next !== state) states.put(BLIND, device, next)
  }
  const begin = (device: string, atMs: number) => {
    if (begun.has(device)) return
    begun.add(device)
    states.onDrop(() => begun.delete(device))
    step(device, { kind: 'blinded', atMs, cause: 'gateway-started' })
  }
  const blinded: ReaderWatch['blinded'] = (device, atMs, cause) => {
    begin(device, atMs)
    step(device, { kind: 'blinded', atMs, cause })
  }
  /** A hole in the reader's own numbers is something it saw and we did not get, or not yet. */
  const numbered = ({ device, eventNumber, boot = '' }: TagRead, atMs: number) => {
    if (eventNumber === null) return
    const record = { kind: SEQUENCE, key: device }
    const { before, next, kind, isNewBoot } = overRecord(
      parts,
      record,
      atMs,
      (known?: Numbered) => {
        const isNewBoot = known !== undefined && known.boot !== boot
        const before = isNewBoot ? undefined : known?.sequence
        const seen = { number: eventNumber, deviceAtMs: atMs }
        return { isNewBoot, before, ...stepSequence(before, seen) }
      },
    )
    if (kind === 'gap') blinded(device, atMs, 'reads-lost')
    if (kind === 'reboot' || isNewBoot) blinded(device, atMs, 'silent')
    if (next === before) return
    const numbers: Numbered = { boot, sequence: next }
    // The next number says nothing new; what is lost of it in a crash shows as a hole.
    if (kind === 'next') states.refresh(SEQUENCE, device, numbers)
    else states.put(SEQUENCE, device, numbers)
  }
  return {
    blinded,
    learnAnew(device, nowMs) {
      states.remove(CLOCK, device)
      states.remove(SEQUENCE, device)
      blinded(device, nowMs, 'hardware-changed')
    },
    heard(device, atMs) {
      begin(device, atMs)
      step(device, { kind: 'heard', atMs })
    },
    timeOf(read, receivedAtMs) {
      if (read.atMs === null) return receivedAtMs
      const { device, atMs: deviceAtMs } = read
      const message = { deviceAtMs, receivedAtMs, ...(read.replayed ? { isReplay: true } : {}) }
      const record = { kind: CLOCK, key: device }
      const { state, next, correctedAtMs, isMaterial, steppedByMs } = overRecord(
        parts,
        record,
        receivedAtMs,
        (state?: DeviceClock) => ({ state, ...stepDeviceClock(state, message) }),
      )
      if (isMaterial) states.put(CLOCK, device, next)
      else if (next !== state) states.refresh(CLOCK, device, next)
      // A clock that was never set, or that is broken, must not date a movement.
      const isSane = Math.abs(receivedAtMs - correctedAtMs) <= REPLAY_MAX_MS
      const atMs = isSane ? correctedAtMs : receivedAtMs
      if (steppedByMs !== null) blinded(device, receivedAtMs, 'clock-stepped')
      numbered(read, atMs)
      return atMs
    },
    blindUntilMs(location, nowMs) {
      const untils = (watching.get(location) ?? []).map((device) => {
        begin(device, nowMs)
        const record = { kind: BLIND, key: device }
        return overRecord(parts, record, nowMs, (state?: BlindState) => blindUntilMs(state, nowMs))
      })
      if (untils.length === 0) return nowMs
      // One reader that sees is enough.
      return untils.some((until) => until === null) ? null : Math.min(...untils.map(Number))
    },
  }
}

/** Which readers hold a shelf location. */
function watchersOf(devices: readonly DeviceConfig[]): Map<string, string[]> {
  const watchers = new Map<string, string[]>()
  for (const { id, readPoints } of devices)
    for (const point of readPoints)
      if ('location' in point)
        watchers.set(point.location, [...new Set([...(watchers.get(point.location) ?? []), id])])
  return watchers
}
