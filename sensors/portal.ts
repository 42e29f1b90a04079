import type { TagObservation } from './observation.ts'
import {
  forgottenAfterMs,
  isStatic,
  type Lingering,
  lingers,
  restLevel,
} from './portal-lingering.ts'
import {
  merged,
  openedBy,
  type Pass,
  passEvidence,
  type Span,
  type Told,
  withRead,
  withTold,
} from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'
import { emptySide, evidenceOf, type PortalRead } from './portal-side.ts'
import { type Crossing, isCrossed, verdictOn } from './portal-verdict.ts'

/**
 * One tag at one portal, as a pure machine. A pass opens with its first accepted read, whose
 * time is part of its identity for ever; it closes when the tag has been silent for the gap, and
 * is remembered so that late or redelivered reads join it and never open a second one. Several
 * may be open at once: a reader that replays its buffer tells of old passes amid a live one, and
 * neither waits for the other.
 */
export interface PortalState {
  readonly open: readonly Pass[]
  /** Passes that ended, newest last; late reads join them. */
  readonly closed: readonly Span[]
  readonly lingering: Lingering | null
}

export type PortalEvent =
  | ({ readonly kind: 'read' } & PortalRead)
  /** The reader itself says which way the tag went. */
  | ({ readonly kind: 'told'; readonly receivedAtMs: number } & Told)
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

/** A door is passed this often at most before what was is history. */
const CLOSED_MAX = 8
/** A replay holds many passes of one tag; more at once are closed early, oldest first. */
const OPEN_MAX = 8
const NOTHING: PortalState = { open: [], closed: [], lingering: null }

export function stepPortal(
  state: PortalState | undefined,
  tag: PortalTag,
  event: PortalEvent,
  settings: PortalSettings,
): PortalStep {
  const before = state ?? NOTHING
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
  if (isStatic || lastAtMs - sinceMs <= settings.staticAfterMs)
    return refreshed({ ...before, lingering })
  const side = { ...emptySide, peakCdbm: meanCdbm, rssiSumCdbm: meanCdbm ?? 0 }
  const level = { ...side, rssiReads: meanCdbm === null ? 0 : 1 }
  const evidence = evidenceOf({ device, side: level, firstAtMs: sinceMs, lastAtMs })
  return {
    next: { ...before, lingering: { ...lingering, isStatic: true } },
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
  const pass =
    event.kind === 'read' ? withRead(joined, event) : withTold(joined, event, event.receivedAtMs)
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
    const isShort = settings.hasBeams && isCrossed(pass, crossings, settings)
    return atMs >= closesAt(pass, isShort ? settings.crossedGapMs : settings.passGapMs)
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
  const next = { open, closed, lingering: isGone ? null : lingering }
  const isEmpty = open.length === 0 && closed.length === 0 && next.lingering === null
  const { observations } = closing
  return { next: isEmpty ? undefined : next, observations, refreshOnly: false }
}

interface Closing {
  readonly next: PortalState
  readonly observations: readonly TagObservation[]
}

/** Passes that ended, oldest first: what each tells, and its span kept for late reads. */
function close(
  before: PortalState,
  ended: readonly Pass[],
  tag: PortalTag,
  settings: PortalSettings,
  crossings: readonly Crossing[] = [],
): Closing {
  let { closed, lingering } = before
  const observations: TagObservation[] = []
  for (const pass of ended.toSorted((a, b) => a.firstAtMs - b.firstAtMs)) {
    const verdict = verdictOn(pass, tag, settings, crossings)
    // A muted tag speaks again only with a clear pass.
    if (verdict && (lingering === null || verdict.kind === 'tag-passed')) observations.push(verdict)
    if (verdict?.kind === 'tag-passed') lingering = null
    closed = withSpan(closed, pass)
  }
  return { next: { open: before.open, closed, lingering }, observations }
}

/**
 * In view too long to be passing. It may have come through the door before it was hung up beside
 * it: then the pass shows clearly above the level at which it lingers.
 */
function becomeStatic(
  before: PortalState,
  pass: Pass,
  tag: PortalTag,
  settings: PortalSettings,
): Closing {
  const evidence = passEvidence(pass)
  const { openedAtMs, lastAtMs: atMs } = pass
  const { meanRssiCdbm: meanCdbm, peakRssiCdbm } = evidence
  const verdict = verdictOn(pass, tag, { ...settings, hasBeams: false })
  const isRisen = (peakRssiCdbm ?? -Infinity) >= (meanCdbm ?? 0) + settings.staticRiseCdb
  const passed = verdict?.kind === 'tag-passed' && isRisen ? [verdict] : []
  const seen = { kind: 'tag-static', ...tag, openedAtMs, atMs, evidence } as const
  return {
    next: {
      open: before.open.filter((one) => one !== pass),
      closed: withSpan(before.closed, pass),
      lingering: { openedAtMs, sinceMs: pass.firstAtMs, lastAtMs: atMs, meanCdbm, isStatic: true },
    },
    observations: before.lingering?.isStatic ? passed : [...passed, seen],
  }
}

/** Clearly through the door and now at rest: it need not be silent to have passed. */
function comeToRest(
  before: PortalState,
  pass: Pass,
  tag: PortalTag,
  settings: PortalSettings,
): Closing | null {
  const meanCdbm = settings.hasBeams ? null : restLevel(pass, settings)
  if (meanCdbm === null) return null
  const verdict = verdictOn(pass, tag, settings)
  if (verdict?.kind !== 'tag-passed') return null
  const { openedAtMs, lastAtMs } = pass
  const sinceMs = lastAtMs - settings.restMs
  const lingering = { openedAtMs, sinceMs, lastAtMs, meanCdbm, isStatic: false }
  const open = before.open.filter((one) => one !== pass)
  return {
    next: { open, closed: withSpan(before.closed, pass), lingering },
    observations: [verdict],
  }
}

function withSpan(closed: readonly Span[], { firstAtMs, lastAtMs }: Span): readonly Span[] {
  return [...closed.slice(1 - CLOSED_MAX), { firstAtMs, lastAtMs }]
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
