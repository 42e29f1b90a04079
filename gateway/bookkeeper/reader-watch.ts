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
import type { StepParts } from './step-parts.ts'

type BlindCause = Extract<Parameters<typeof stepBlindness>[1], { kind: 'blinded' }>['cause']

/** What each reader can be believed of: its clock, its event numbers, and when it saw nothing. */
export interface ReaderWatch {
  /** When a read was made, in our time; what its event number shows to be missing is noted. */
  timeOf(read: TagRead, receivedAtMs: number): number
  heard(device: string, atMs: number): void
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
const REPLAY_MAX_MS = 7 * 86_400_000

export function createReaderWatch({ config, states }: StepParts): ReaderWatch {
  const watching = watchersOf(config.devices)
  /** Readers that were blind while we were away: noted when we first know what time it is. */
  const begun = new Set<string>()

  const step = (device: string, event: Parameters<typeof stepBlindness>[1]) => {
    // Only stepBlindness makes records of this kind.
    const state = states.get(BLIND, device) as BlindState | undefined
    const next = stepBlindness(state, event, blindDefaults)
    if (next !== state) states.put(BLIND, device, next)
  }
  const begin = (device: string, atMs: number) => {
    if (begun.has(device)) return
    begun.add(device)
    step(device, { kind: 'blinded', atMs, cause: 'gateway-started' })
  }
  const blinded: ReaderWatch['blinded'] = (device, atMs, cause) => {
    begin(device, atMs)
    step(device, { kind: 'blinded', atMs, cause })
  }
  /** A hole in the reader's own numbers is something it saw and we did not get, or not yet. */
  const numbered = ({ device, eventNumber, boot = '' }: TagRead, atMs: number) => {
    if (eventNumber === null) return
    // Only this function makes records of this kind.
    const known = states.get(SEQUENCE, device) as Numbered | undefined
    const isNewBoot = known !== undefined && known.boot !== boot
    const before = isNewBoot ? undefined : known?.sequence
    const { next, kind } = stepSequence(before, { number: eventNumber, deviceAtMs: atMs })
    if (kind === 'gap') blinded(device, atMs, 'reads-lost')
    if (kind === 'reboot' || isNewBoot) blinded(device, atMs, 'silent')
    if (next === before) return
    const record: Numbered = { boot, sequence: next }
    // The next number says nothing new; what is lost of it in a crash shows as a hole.
    if (kind === 'next') states.refresh(SEQUENCE, device, record)
    else states.put(SEQUENCE, device, record)
  }
  return {
    blinded,
    heard(device, atMs) {
      begin(device, atMs)
      step(device, { kind: 'heard', atMs })
    },
    timeOf(read, receivedAtMs) {
      if (read.atMs === null) return receivedAtMs
      const { device, atMs: deviceAtMs } = read
      // Only stepDeviceClock makes records of this kind.
      const state = states.get(CLOCK, device) as DeviceClock | undefined
      const message = { deviceAtMs, receivedAtMs, ...(read.replayed ? { isReplay: true } : {}) }
      const { next, correctedAtMs, isMaterial, steppedByMs } = stepDeviceClock(state, message)
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
        return blindUntilMs(states.get(BLIND, device) as BlindState | undefined, nowMs)
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
