import type { TagObservation } from './observation.ts'
import { becomeStatic, close, comeToRest } from './portal-closing.ts'
import { forgottenAfterMs, isStatic, type Lingering, lingers } from './portal-lingering.ts'
import {
  merged,
  openedBy,
  type Pass,
  type Span,
  type ToldBy,
  withRead,
  withTold,
} from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'
import { emptySide, evidenceOf, type PortalRead } from './portal-side.ts'
import { NOTHING_SEEN, type PortalState } from './portal-state.ts'
import { type Crossing, verdictOn } from './portal-verdict.ts'

/**
 * One tag at one portal, as a pure machine. A pass opens with its first accepted read, whose
 * time is part of its identity for ever; it closes when the tag has been silent for the gap, and
 * is remembered so that late or redelivered reads join it and never open a second one. Several
 * may be open at once: a reader that replays its buffer tells of old passes amid a live one, and
 * neither waits for the other.
 */
export type PortalEvent =
  | ({ readonly kind: 'read' } & PortalRead)
  /** The reader itself says which way the tag went. */
  | ({ readonly kind: 'told' } & ToldBy)
  | {
      readonly kind: 'tick'
      readonly atMs: number
      /** What the portal's beams saw of late; only for portals with `hasBeams`. */
      readonly crossings?: readonly Crossing[]
    }

export interface PortalStep {
  readonly next: PortalState | undefined
  readonly observations: readonly TagObservation[]
  /** True when only the last-seen time of a lingering tag moved: not worth a write. */
  readonly refreshOnly: boolean
}

/** A replay holds many passes of one tag; more at once are closed early, oldest first. */
const OPEN_MAX = 8

export function stepPortal(
  state: PortalState | undefined,
  tag: PortalTag,
  event: PortalEvent,
  settings: PortalSettings,
): PortalStep {
  const before = state ?? NOTHING_SEEN
  if (event.kind === 'tick') return stepTick(before, tag, event, settings)
  const place = placeOf(before, event, settings)
  switch (place.kind) {
    case 'late':
      return refreshed({ ...before, closed: place.closed })
    case 'lingering':
      return stepLingering(before, tag, place, settings)
    case 'pass':
      return stepPass(before, tag, event, place.near, settings)
  }
}

/** When this record has to be looked at again. */
export function portalDueAtMs(state: PortalState, settings: PortalSettings): number {
  const { open, closed, lingering } = state
  const gapMs = settings.hasBeams ? settings.crossedGapMs : settings.passGapMs
  if (open.length > 0) return Math.min(...open.map((pass) => closesAt(pass, gapMs)))
  const forget = closed.map(({ lastAtMs }) => lastAtMs + settings.closedPassKeptMs + 1)
  if (lingering) forget.push(lingering.lastAtMs + forgottenAfterMs(lingering, settings) + 1)
  return Math.max(...forget)
}

/** A buffered pass comes late and in pieces: silence is counted from the newest arrival too. */
function closesAt(pass: Pass, gapMs: number): number {
  return Math.max(pass.lastAtMs, pass.lastReceivedAtMs) + gapMs
}

type Sighting = Exclude<PortalEvent, { kind: 'tick' }>
type Place =
  | { readonly kind: 'late'; readonly closed: readonly Span[] }
  | { readonly kind: 'lingering'; readonly lingering: Lingering; readonly device: string }
  | { readonly kind: 'pass'; readonly near: readonly Pass[] }

/** Where a sighting belongs: to a pass that ended, to a muted tag, or to passes still open. */
function placeOf(before: PortalState, event: Sighting, settings: PortalSettings): Place {
  const { open, closed, lingering } = before
  const { atMs } = event
  const isNear = (span: Span) => distance(span, atMs) <= settings.passGapMs
  const near = open.filter(isNear)
  const nearest = Math.min(...near.map((pass) => distance(pass, atMs)))
  const ended = closed.find(
    (span) =>
      isNear(span) &&
      distance(span, atMs) <= nearest &&
      (lingering === null || atMs <= span.lastAtMs) &&
      atMs - span.firstAtMs <= settings.staticAfterMs,
  )
  if (ended) {
    const grown = closed.map((span) => (span === ended ? widened(span, atMs) : span))
    return { kind: 'late', closed: grown }
  }
  const isMuted = event.kind === 'read' && near.length === 0 && lingering !== null
  if (isMuted && lingers(lingering, event, settings)) {
    const lastAtMs = Math.max(lingering.lastAtMs, atMs)
    return { kind: 'lingering', lingering: { ...lingering, lastAtMs }, device: event.device }
  }
  return { kind: 'pass', near }
}

/** Who rests beside the door for long enough hangs there. */
function stepLingering(
  before: PortalState,
  tag: PortalTag,
  { lingering, device }: Extract<Place, { kind: 'lingering' }>,
  settings: PortalSettings,
): PortalStep {
  const { openedAtMs, sinceMs, lastAtMs, meanCdbm, isStatic } = lingering
  const passed = before.passed && { ...before.passed, lastAtMs }
  if (isStatic || lastAtMs - sinceMs <= settings.staticAfterMs)
    return refreshed({ ...before, lingering, passed })
  const side = { ...emptySide, peakCdbm: meanCdbm, rssiSumCdbm: meanCdbm ?? 0 }
  const level = { ...side, rssiReads: meanCdbm === null ? 0 : 1 }
  const evidence = evidenceOf({ device, side: level, firstAtMs: sinceMs, lastAtMs })
  return {
    next: { ...before, passed, lingering: { ...lingering, isStatic: true } },
    observations: [{ kind: 'tag-static', ...tag, openedAtMs, atMs: lastAtMs, evidence }],
    refreshOnly: false,
  }
}

function stepPass(
  before: PortalState,
  tag: PortalTag,
  event: Sighting,
  near: readonly Pass[],
  settings: PortalSettings,
): PortalStep {
  const [first = openedBy(event), ...others] = near
  const joined = others.reduce(merged, first)
  const pass = event.kind === 'read' ? withRead(joined, event) : withTold(joined, event)
  if (pass === first && near.length === 1) return refreshed(before)
  const apart = before.open.filter((one) => !near.includes(one))
  const isDue = (one: Pass) =>
    event.receivedAtMs >= closesAt(one, settings.passGapMs) || apart.length >= OPEN_MAX
  const stays = apart.filter((one) => !isDue(one))
  const closing = close({ ...before, open: [...stays, pass] }, apart.filter(isDue), tag, settings)
  const settled = isStatic(pass, settings)
    ? becomeStatic(closing.next, pass, tag, settings)
    : comeToRest(closing.next, pass, tag, settings)
  if (settled === null) return { ...closing, refreshOnly: false }
  return {
    next: settled.next,
    observations: [...closing.observations, ...settled.observations],
    refreshOnly: false,
  }
}

function stepTick(
  before: PortalState,
  tag: PortalTag,
  { atMs, crossings = [] }: Extract<PortalEvent, { kind: 'tick' }>,
  settings: PortalSettings,
): PortalStep {
  const isDue = (pass: Pass) => {
    if (atMs >= closesAt(pass, settings.passGapMs)) return true
    // With a crossing that fits, less silence will do.
    const isQuiet = settings.hasBeams && atMs >= closesAt(pass, settings.crossedGapMs)
    return isQuiet && verdictOn(pass, tag, settings, crossings)?.kind === 'tag-passed'
  }
  const ended = before.open.filter(isDue)
  const open = before.open.filter((pass) => !isDue(pass))
  const closing = close({ ...before, open }, ended, tag, settings, crossings)
  const { lingering } = closing.next
  const closed = closing.next.closed.filter(
    ({ lastAtMs }) => atMs <= lastAtMs + settings.closedPassKeptMs,
  )
  const isGone =
    lingering !== null && atMs > lingering.lastAtMs + forgottenAfterMs(lingering, settings)
  if (ended.length === 0 && closed.length === before.closed.length && !isGone)
    return { next: before, observations: [], refreshOnly: false }
  const next = { ...closing.next, closed, lingering: isGone ? null : lingering }
  const isEmpty = open.length === 0 && closed.length === 0 && next.lingering === null
  const { observations } = closing
  return { next: isEmpty ? undefined : next, observations, refreshOnly: false }
}

function distance({ firstAtMs, lastAtMs }: Span, atMs: number): number {
  return Math.max(0, firstAtMs - atMs, atMs - lastAtMs)
}

function widened({ firstAtMs, lastAtMs }: Span, atMs: number): Span {
  return { firstAtMs: Math.min(firstAtMs, atMs), lastAtMs: Math.max(lastAtMs, atMs) }
}

function refreshed(next: PortalState): PortalStep {
  return { next, observations: [], refreshOnly: true }
}
