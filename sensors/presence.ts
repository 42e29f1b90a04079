import type { TagObservation } from './observation.ts'
import { type Evidenced, emptySide, evidenceOf, type Side, sideWith } from './portal-side.ts'

/**
 * One tag at one shelf reader's location, as a pure machine: a few good reads make it arrive, a
 * long silence while the reader was not blind makes it depart. Departure never moves stock.
 */
export interface PresenceSettings {
  readonly arriveReads: number
  readonly arriveWithinMs: number
  /** Mean RSSI it takes to arrive, hundredths of dBm; weaker may be the next room. */
  readonly arriveMeanCdbm: number
  readonly departAfterMs: number
}

export const presenceDefaults: PresenceSettings = {
  arriveReads: 3,
  arriveWithinMs: 30_000,
  arriveMeanCdbm: -7_000,
  departAfterMs: 600_000,
}

/** Plain JSON; only `stepPresence` makes it. */
export type PresenceState =
  | ({ readonly status: 'candidate' } & Seen)
  | ({ readonly status: 'present' } & Seen)

interface Seen {
  readonly device: string
  readonly firstAtMs: number
  readonly lastAtMs: number
  readonly side: Side
  /** Of a candidate, its reads by (time, antenna): the same read delivered twice counts once. */
  readonly recent?: readonly string[]
}

export type PresenceEvent =
  | {
      readonly kind: 'read'
      readonly atMs: number
      readonly device: string
      readonly antenna: number
      readonly rssiCdbm: number | null
      readonly count: number
    }
  | {
      readonly kind: 'tick'
      readonly atMs: number
      /** Until then the reader could not have seen it; null when it could all along. */
      readonly blindUntilMs: number | null
    }

export interface PresenceStep {
  readonly next: PresenceState | undefined
  readonly observations: readonly TagObservation[]
  /** True when only the last-seen time of a settled tag moved: not worth a write. */
  readonly refreshOnly: boolean
}

export interface PresentTag {
  readonly location: string
  readonly epc: string
}

export function stepPresence(
  state: PresenceState | undefined,
  tag: PresentTag,
  event: PresenceEvent,
  settings: PresenceSettings,
): PresenceStep {
  if (event.kind === 'tick') return stepTick(state, tag, event, settings)
  if (state?.status === 'present') return refreshed(state, event.atMs)
  const isWithin = state && Math.abs(event.atMs - state.firstAtMs) <= settings.arriveWithinMs
  const known = isWithin ? state : undefined
  if (known?.recent?.includes(nameOf(event)))
    return { next: state, observations: [], refreshOnly: true }
  const seen = seenWith(known, event)
  const mean = evidenceOf(evidenced(seen)).meanRssiCdbm
  const isStrong = mean === null || mean >= settings.arriveMeanCdbm
  if (seen.side.reads < settings.arriveReads || !isStrong)
    return { next: { status: 'candidate', ...seen }, observations: [], refreshOnly: false }
  const observation = {
    kind: 'tag-arrived',
    ...tag,
    atMs: seen.firstAtMs,
    evidence: evidenceOf(evidenced(seen)),
  } as const
  const { recent: _, ...settled } = seen
  const next = { status: 'present', ...settled } as const
  return { next, observations: [observation], refreshOnly: false }
}

/** When this record has to be looked at again. */
export function presenceDueAtMs(state: PresenceState, settings: PresenceSettings): number {
  const wait = state.status === 'present' ? settings.departAfterMs : settings.arriveWithinMs
  return state.lastAtMs + wait + 1
}

function stepTick(
  state: PresenceState | undefined,
  tag: PresentTag,
  event: Extract<PresenceEvent, { kind: 'tick' }>,
  settings: PresenceSettings,
): PresenceStep {
  const unchanged = { next: state, observations: [], refreshOnly: true }
  if (state === undefined) return unchanged
  if (state.status === 'candidate') {
    if (event.atMs <= state.lastAtMs + settings.arriveWithinMs) return unchanged
    return { next: undefined, observations: [], refreshOnly: false }
  }
  const watchedSinceMs = Math.max(state.lastAtMs, event.blindUntilMs ?? state.lastAtMs)
  if (event.atMs <= watchedSinceMs + settings.departAfterMs) return unchanged
  const evidence = evidenceOf(evidenced(state))
  const observation = { kind: 'tag-departed', ...tag, atMs: state.lastAtMs, evidence } as const
  return { next: undefined, observations: [observation], refreshOnly: false }
}

function refreshed(state: PresenceState, atMs: number): PresenceStep {
  const next = atMs > state.lastAtMs ? { ...state, lastAtMs: atMs } : state
  return { next, observations: [], refreshOnly: true }
}

function seenWith(seen: Seen | undefined, event: Extract<PresenceEvent, { kind: 'read' }>): Seen {
  const { atMs, device } = event
  const firstAtMs = Math.min(seen?.firstAtMs ?? atMs, atMs)
  return {
    device,
    firstAtMs,
    lastAtMs: Math.max(seen?.lastAtMs ?? atMs, atMs),
    side: sideWith(seen?.side ?? emptySide, event),
    recent: [...(seen?.recent ?? []).slice(1 - RECENT_MAX), nameOf(event)],
  }
}

const RECENT_MAX = 32
const nameOf = ({ atMs, antenna }: { readonly atMs: number; readonly antenna: number }) =>
  `${atMs}/${antenna}`

function evidenced({ device, side, firstAtMs, lastAtMs }: Seen): Evidenced {
  return { device, side, firstAtMs, lastAtMs }
}
