import type { TagObservation } from './observation.ts'
import { becomeStatic, close, type Judging, tellEarly } from './portal-closing.ts'
import {
  forgottenAfterMs,
  isStatic,
  type Lingering,
  lingeringWith,
  lingers,
} from './portal-lingering.ts'
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
import type { Crossing } from './portal-verdict.ts'

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
  const judging = { tag, settings, crossings: event.kind === 'tick' ? (event.crossings ?? []) : [] }
  if (event.kind === 'tick') return stepTick(before, event.atMs, judging)
  const place = placeOf(before, event, settings)
  switch (place.kind) {
    case 'late':
      return refreshed({ ...before, closed: place.closed })
    case 'lingering':
      return stepLingering(before, tag, place, settings)
    case 'pass':
      return stepPass(before, event, place, judging)
  }
}

/** When this record has to be looked at again, after `nowMs`. */
export function portalDueAtMs(
  state: PortalState,
  settings: PortalSettings,
  nowMs = -Infinity,
): number {
  const { open, closed, lingering } = state
  if (open.length > 0) return Math.min(...open.map((pass) => askedAt(pass, settings, nowMs)))
  const forget = closed.map(({ lastAtMs }) => lastAtMs + settings.closedPassKeptMs + 1)
  if (lingering) forget.push(lingering.lastAtMs + forgottenAfterMs(lingering, settings) + 1)
  return Math.max(...forget)
}

/** A tag that stays in view is looked at this often. */
const LOOK_MS = 500

/** In view, when it has gone quiet, and when the silence is long enough: whichever is next. */
function askedAt(pass: Pass, settings: PortalSettings, nowMs: number): number {
  const { firstReceivedAtMs } = pass
  const settledAtMs = firstReceivedAtMs + settings.settledMs
  const looks = Math.max(0, Math.floor((nowMs - settledAtMs) / LOOK_MS) + 1)
  const asked = [
    settledAtMs + looks * LOOK_MS,
    closesAt(pass, quietAfterMs(pass, settings)),
    closesAt(pass, settings.passGapMs),
  ]
  return Math.min(...asked.filter((atMs) => atMs > nowMs))
}

/** A tag that is read often has gone sooner than one that is read now and then. */
function quietAfterMs({ firstAtMs, lastAtMs, reads }: Pass, settings: PortalSettings): number {
  if (settings.hasBeams) return settings.crossedQuietMs
  const pauseMs = (lastAtMs - firstAtMs) / Math.max(1, reads.length - 1)
  return Math.round(
    Math.min(settings.quietMostMs, Math.max(settings.quietLeastMs, settings.quietPauses * pauseMs)),
  )
}

/** A buffered pass comes late and in pieces: silence is counted from the newest arrival too. */
function closesAt(pass: Pass, gapMs: number): number {
  return Math.max(pass.lastAtMs, pass.lastReceivedAtMs) + gapMs
}

type Sighting = Exclude<PortalEvent, { kind: 'tick' }>
type Place =
  | { readonly kind: 'late'; readonly closed: readonly Span[] }
  | { readonly kind: 'lingering'; readonly lingering: Lingering; readonly device: string }
  | {
      readonly kind: 'pass'
      readonly near: readonly Pass[]
      /** What was read of it where it lingered until now. */
      readonly recent: readonly PortalRead[]
    }

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
    const read = lingeringWith(lingering, readOf(event), settings)
    return { kind: 'lingering', lingering: read, device: event.device }
  }
  const recent = near.length === 0 ? (lingering?.recent ?? []) : []
  return {
    kind: 'pass',
    near,
    recent: recent.filter((one) => atMs - one.atMs <= settings.passGapMs),
  }
}

const readOf = ({ kind: _, ...read }: Extract<Sighting, { kind: 'read' }>): PortalRead => read

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
  event: Sighting,
  { near, recent }: Extract<Place, { kind: 'pass' }>,
  judging: Judging,
): PortalStep {
  const { settings } = judging
  const [first = recent.reduce(withRead, openedBy(event)), ...others] = near
  const joined = others.reduce(merged, first)
  const pass = event.kind === 'read' ? withRead(joined, event) : withTold(joined, event)
  if (pass === first && near.length === 1) return refreshed(before)
  const apart = before.open.filter((one) => !near.includes(one))
  const isDue = (one: Pass) =>
    event.receivedAtMs >= closesAt(one, settings.passGapMs) || apart.length >= OPEN_MAX
  const stays = apart.filter((one) => !isDue(one))
  const closing = close({ ...before, open: [...stays, pass] }, apart.filter(isDue), judging)
  if (!isStatic(pass, settings)) return { ...closing, refreshOnly: false }
  const settled = becomeStatic(closing.next, pass, judging)
  return {
    next: settled.next,
    observations: [...closing.observations, ...settled.observations],
    refreshOnly: false,
  }
}

function stepTick(before: PortalState, atMs: number, judging: Judging): PortalStep {
  const { settings } = judging
  const isDue = (pass: Pass) => atMs >= closesAt(pass, settings.passGapMs)
  const ended = before.open.filter(isDue)
  let closing = close(
    { ...before, open: before.open.filter((pass) => !isDue(pass)) },
    ended,
    judging,
  )
  for (const pass of closing.next.open) {
    const early = toldEarly(closing.next, pass, atMs, judging)
    if (early)
      closing = { next: early.next, observations: [...closing.observations, ...early.observations] }
  }
  const { open, lingering } = closing.next
  const closed = closing.next.closed.filter(
    ({ lastAtMs }) => atMs <= lastAtMs + settings.closedPassKeptMs,
  )
  const isGone =
    lingering !== null && atMs > lingering.lastAtMs + forgottenAfterMs(lingering, settings)
  if (open.length === before.open.length && closed.length === before.closed.length && !isGone)
    return { next: before, observations: [], refreshOnly: false }
  const next = { ...closing.next, closed, lingering: isGone ? null : lingering }
  const isEmpty = open.length === 0 && closed.length === 0 && next.lingering === null
  const { observations } = closing
  return { next: isEmpty ? undefined : next, observations, refreshOnly: false }
}

function toldEarly(before: PortalState, pass: Pass, atMs: number, judging: Judging) {
  const { settings } = judging
  if (atMs >= closesAt(pass, quietAfterMs(pass, settings)))
    return tellEarly(before, pass, 'quiet', judging)
  // A buffer that comes in one burst is heard out.
  const settledMs = settings.hasBeams ? settings.crossedSettledMs : settings.settledMs
  if (pass.lastReceivedAtMs - pass.firstReceivedAtMs < settledMs) return null
  return tellEarly(before, pass, 'in-view', judging)
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
