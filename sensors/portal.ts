import type { TagObservation } from './observation.ts'
import {
  type Evidenced,
  emptySide,
  evidenceOf,
  type PortalRead,
  type Side,
  sideWith,
} from './portal-side.ts'

/**
 * One tag at one portal, as a pure machine. A pass opens with its first accepted read, whose
 * time is part of its identity for ever; it closes when the tag has been silent for the gap, and
 * is remembered so that late or redelivered reads join it and never open a second one.
 * Direction is the order in which the two antenna groups saw it best.
 */
export interface PortalSettings {
  /** Silence that ends a pass (Zebra portal mode and field practice: 3 s). */
  readonly passGapMs: number
  /** In view longer than this is lingering, not passing. */
  readonly staticAfterMs: number
  /** A lingering tag is forgotten when unseen this long. */
  readonly staticForgottenMs: number
  /** A lingering tag that moves shows this much above its mean, hundredths of dB. */
  readonly staticRiseCdb: number
  readonly closedPassKeptMs: number
  readonly minReadsPerSide: number
  /** Centroids closer than this do not tell a direction. */
  readonly directionGapMs: number
  /** A pass peaks at least this high, hundredths of dBm; weaker is a rack beside the door. */
  readonly peakMinCdbm: number
  /** An unclear pass of fewer reads is a stray and not worth a question. */
  readonly unclearMinReads: number
}

export const portalDefaults: PortalSettings = {
  passGapMs: 3_000,
  staticAfterMs: 30_000,
  staticForgottenMs: 60_000,
  staticRiseCdb: 800,
  closedPassKeptMs: 1_800_000,
  minReadsPerSide: 2,
  directionGapMs: 300,
  peakMinCdbm: -6_200,
  unclearMinReads: 4,
}

/** Plain JSON; only `stepPortal` makes it. */
export interface PortalState {
  readonly open: Pass | null
  /** Passes that ended, newest last; late reads join them. */
  readonly closed: readonly Span[]
  readonly lingering: Lingering | null
}

export interface Span {
  readonly firstAtMs: number
  readonly lastAtMs: number
}

interface Pass extends Span {
  readonly openedAtMs: number
  readonly lastReceivedAtMs: number
  readonly device: string
  readonly outer: Side
  readonly inner: Side
  /** Newest reads by (time, antenna): the same read delivered twice counts once. */
  readonly recent: readonly string[]
}

interface Lingering {
  readonly lastAtMs: number
  readonly meanCdbm: number | null
}

export type PortalEvent =
  | ({ readonly kind: 'read' } & PortalRead)
  | { readonly kind: 'tick'; readonly atMs: number }

export interface PortalStep {
  readonly next: PortalState | undefined
  readonly observations: readonly TagObservation[]
  /** True when only the last-seen time of a lingering tag moved: not worth a write. */
  readonly refreshOnly: boolean
}

export interface PortalTag {
  readonly portal: string
  readonly epc: string
}

const RECENT_MAX = 32
const CLOSED_MAX = 8
const NOTHING: PortalState = { open: null, closed: [], lingering: null }

export function stepPortal(
  state: PortalState | undefined,
  tag: PortalTag,
  event: PortalEvent,
  settings: PortalSettings,
): PortalStep {
  const before = state ?? NOTHING
  return event.kind === 'tick'
    ? stepTick(before, tag, event.atMs, settings)
    : stepRead(before, tag, event, settings)
}

/** When this record has to be looked at again. */
export function portalDueAtMs(state: PortalState, settings: PortalSettings): number {
  const { open, closed, lingering } = state
  if (open) return closesAt(open, settings)
  const forget = closed.map(({ lastAtMs }) => lastAtMs + settings.closedPassKeptMs + 1)
  if (lingering) forget.push(lingering.lastAtMs + settings.staticForgottenMs + 1)
  return Math.max(...forget)
}

/** A buffered pass comes late and in pieces: silence is counted from the newest arrival too. */
function closesAt(open: Pass, settings: PortalSettings): number {
  return Math.max(open.lastAtMs, open.lastReceivedAtMs) + settings.passGapMs
}

function stepTick(
  before: PortalState,
  tag: PortalTag,
  atMs: number,
  settings: PortalSettings,
): PortalStep {
  const { next, observations } =
    before.open && atMs >= closesAt(before.open, settings)
      ? close(before, before.open, tag, settings)
      : { next: before, observations: [] }
  const closed = next.closed.filter(({ lastAtMs }) => atMs <= lastAtMs + settings.closedPassKeptMs)
  const isGone =
    next.lingering !== null && atMs > next.lingering.lastAtMs + settings.staticForgottenMs
  const lingering = isGone ? null : next.lingering
  if (next === before && closed.length === before.closed.length && !isGone)
    return { next: before, observations, refreshOnly: false }
  const isEmpty = next.open === null && closed.length === 0 && lingering === null
  return {
    next: isEmpty ? undefined : { open: next.open, closed, lingering },
    observations,
    refreshOnly: false,
  }
}

function stepRead(
  before: PortalState,
  tag: PortalTag,
  read: PortalRead,
  settings: PortalSettings,
): PortalStep {
  const { open, closed } = before
  const isLate = closed.some(
    ({ firstAtMs, lastAtMs }) =>
      read.atMs > firstAtMs - settings.passGapMs && read.atMs < lastAtMs + settings.passGapMs,
  )
  const isOlder = open !== null && read.atMs < open.firstAtMs - settings.passGapMs
  if (isLate || isOlder) return { next: before, observations: [], refreshOnly: true }
  if (lingers(before.lingering, read, settings)) return linger(before, read)
  if (open && read.atMs > open.lastAtMs + settings.passGapMs) {
    const ended = close(before, open, tag, settings)
    const next = { ...ended.next, open: opened(read) }
    return { next, observations: ended.observations, refreshOnly: false }
  }
  const pass = open ? added(open, read) : opened(read)
  if (pass === open) return { next: before, observations: [], refreshOnly: true }
  if (pass.lastAtMs - pass.firstAtMs <= settings.staticAfterMs)
    return { next: { ...before, open: pass }, observations: [], refreshOnly: false }
  return becomeStatic(before, pass, tag)
}

/** A muted tag's read that does not stand out from its own level. */
function lingers(lingering: Lingering | null, read: PortalRead, settings: PortalSettings): boolean {
  if (!lingering || read.atMs > lingering.lastAtMs + settings.staticForgottenMs) return false
  if (read.rssiCdbm === null || lingering.meanCdbm === null) return true
  return read.rssiCdbm < lingering.meanCdbm + settings.staticRiseCdb
}

function linger(before: PortalState, read: PortalRead): PortalStep {
  const meanCdbm = before.lingering?.meanCdbm ?? null
  const lastAtMs = Math.max(before.lingering?.lastAtMs ?? 0, read.atMs)
  const next = { ...before, lingering: { lastAtMs, meanCdbm } }
  return { next, observations: [], refreshOnly: true }
}

function becomeStatic(before: PortalState, pass: Pass, tag: PortalTag): PortalStep {
  const evidence = evidenceOf(evidenced(pass))
  const lingering = { lastAtMs: pass.lastAtMs, meanCdbm: evidence.meanRssiCdbm }
  const { openedAtMs } = pass
  const observation = {
    kind: 'tag-static',
    ...tag,
    openedAtMs,
    atMs: pass.lastAtMs,
    evidence,
  } as const
  const wasKnown = before.lingering !== null
  return {
    next: { open: null, closed: before.closed, lingering },
    observations: wasKnown ? [] : [observation],
    refreshOnly: false,
  }
}

function opened(read: PortalRead): Pass {
  const empty: Pass = {
    openedAtMs: read.atMs,
    firstAtMs: read.atMs,
    lastAtMs: read.atMs,
    lastReceivedAtMs: read.receivedAtMs,
    device: read.device,
    outer: emptySide,
    inner: emptySide,
    recent: [],
  }
  return added(empty, read)
}

function added(pass: Pass, read: PortalRead): Pass {
  const name = `${read.atMs}/${read.antenna}`
  if (pass.recent.includes(name)) return pass
  return {
    ...pass,
    firstAtMs: Math.min(pass.firstAtMs, read.atMs),
    lastAtMs: Math.max(pass.lastAtMs, read.atMs),
    lastReceivedAtMs: Math.max(pass.lastReceivedAtMs, read.receivedAtMs),
    [read.side]: sideWith(pass[read.side], read, pass.openedAtMs),
    recent: [...pass.recent.slice(1 - RECENT_MAX), name],
  }
}

function evidenced({ device, outer, inner, firstAtMs, lastAtMs }: Pass): Evidenced {
  return { device, sides: [outer, inner], firstAtMs, lastAtMs }
}

function close(
  before: PortalState,
  pass: Pass,
  tag: PortalTag,
  settings: PortalSettings,
): { next: PortalState; observations: TagObservation[] } {
  const { firstAtMs, lastAtMs } = pass
  const closed = [...before.closed.slice(1 - CLOSED_MAX), { firstAtMs, lastAtMs }]
  const verdict = decide(pass, tag, settings)
  // A muted tag speaks again only with a clear pass.
  const isHeard = before.lingering === null || verdict?.kind === 'tag-passed'
  const lingering = verdict?.kind === 'tag-passed' ? null : before.lingering
  const next = { open: null, closed, lingering }
  return { next, observations: verdict && isHeard ? [verdict] : [] }
}

/** What a closed pass tells; null for a stray that tells nothing. */
function decide(pass: Pass, tag: PortalTag, settings: PortalSettings): TagObservation | null {
  const { outer, inner, openedAtMs } = pass
  const evidence = evidenceOf(evidenced(pass))
  const { peakRssiCdbm } = evidence
  if (peakRssiCdbm !== null && peakRssiCdbm < settings.peakMinCdbm) return null
  const common = { ...tag, openedAtMs, evidence }
  const unclear = (reason: 'too-few-reads' | 'one-side-only' | 'no-direction') =>
    evidence.reads >= settings.unclearMinReads
      ? ({ kind: 'pass-unclear', ...common, reason, atMs: pass.lastAtMs } as const)
      : null
  if (outer.reads === 0 || inner.reads === 0) return unclear('one-side-only')
  // Weighted times are relative to the opening, so that sums stay small and exact enough.
  const gapMs = inner.weightedTime / inner.weight - outer.weightedTime / outer.weight
  if (Math.abs(gapMs) <= settings.directionGapMs) return unclear('no-direction')
  const fewest = Math.min(outer.reads, inner.reads)
  const base = fewest >= settings.minReadsPerSide ? 500 : 350
  const confidence = Math.round(
    Math.min(1_000, base + Math.min(200, Math.abs(gapMs) / 5) + Math.min(300, 50 * (fewest - 1))),
  )
  const direction = gapMs > 0 ? 'in' : 'out'
  const peakAtMs =
    (outer.peakCdbm ?? -Infinity) > (inner.peakCdbm ?? -Infinity) ? outer.peakAtMs : inner.peakAtMs
  return { kind: 'tag-passed', ...common, direction, confidence, atMs: peakAtMs }
}
