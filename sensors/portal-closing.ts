import type { TagObservation } from './observation.ts'
import { restLevel } from './portal-lingering.ts'
import { type Pass, passEvidence, type Span } from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'
import type { PortalState } from './portal-state.ts'
import { type Crossing, type Verdict, verdictOn } from './portal-verdict.ts'

/** A door is passed this often at most before what was is history. */
const CLOSED_MAX = 8

export interface Closing {
  readonly next: PortalState
  readonly observations: readonly TagObservation[]
}

/** Passes that ended, oldest first: what each tells, and its span kept for late reads. */
export function close(
  before: PortalState,
  ended: readonly Pass[],
  tag: PortalTag,
  settings: PortalSettings,
  crossings: readonly Crossing[] = [],
): Closing {
  let { closed, lingering, passed } = before
  const observations: TagObservation[] = []
  for (const pass of ended.toSorted((a, b) => a.firstAtMs - b.firstAtMs)) {
    const verdict = verdictOn(pass, tag, settings, crossings)
    closed = withSpan(closed, pass)
    // A muted tag speaks again only with a clear pass.
    if (verdict && (lingering === null || verdict.kind === 'tag-passed'))
      observations.push(...unlessTold(passed, pass, verdict, settings))
    if (verdict?.kind === 'tag-passed') lingering = null
    passed = passedSince(passed, pass, verdict, settings)
  }
  return { next: { open: before.open, closed, lingering, passed }, observations }
}

/** A tag that has stayed in view cannot go through the same way twice: it is one movement. */
function unlessTold(
  passed: PortalState['passed'],
  pass: Pass,
  verdict: Verdict,
  settings: PortalSettings,
): readonly TagObservation[] {
  const isTold =
    verdict.kind === 'tag-passed' &&
    passed?.direction === verdict.direction &&
    isSince(passed, pass, settings)
  return isTold ? [] : [verdict]
}

function passedSince(
  passed: PortalState['passed'],
  pass: Pass,
  verdict: Verdict | null,
  settings: PortalSettings,
): PortalState['passed'] {
  const { lastAtMs } = pass
  if (passed && lastAtMs < passed.lastAtMs) return passed
  if (verdict?.kind === 'tag-passed') return { direction: verdict.direction, lastAtMs }
  return passed && isSince(passed, pass, settings) ? { ...passed, lastAtMs } : passed
}

function isSince(
  { lastAtMs }: NonNullable<PortalState['passed']>,
  pass: Span,
  settings: PortalSettings,
): boolean {
  return pass.lastAtMs >= lastAtMs && pass.firstAtMs <= lastAtMs + settings.staticForgottenMs
}

/**
 * In view too long to be passing. It may have come through the door before it was hung up beside
 * it: then the pass shows clearly above the level at which it lingers.
 */
export function becomeStatic(
  before: PortalState,
  pass: Pass,
  tag: PortalTag,
  settings: PortalSettings,
): Closing {
  const evidence = passEvidence(pass)
  const { openedAtMs, lastAtMs: atMs } = pass
  const meanCdbm = evidence.meanRssiCdbm
  const verdict = verdictOn(pass, tag, { ...settings, hasBeams: false })
  const isPassed = verdict?.kind === 'tag-passed'
  const told = isPassed ? unlessTold(before.passed, pass, verdict, settings) : []
  const seen = { kind: 'tag-static', ...tag, openedAtMs, atMs, evidence } as const
  return {
    next: {
      open: before.open.filter((one) => one !== pass),
      closed: withSpan(before.closed, pass),
      lingering: { openedAtMs, sinceMs: pass.firstAtMs, lastAtMs: atMs, meanCdbm, isStatic: true },
      passed: passedSince(before.passed, pass, verdict, settings),
    },
    observations: before.lingering?.isStatic ? told : [...told, seen],
  }
}

/** Clearly through the door and now at rest: it need not be silent to have passed. */
export function comeToRest(
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
    next: {
      open,
      closed: withSpan(before.closed, pass),
      lingering,
      passed: passedSince(before.passed, pass, verdict, settings),
    },
    observations: unlessTold(before.passed, pass, verdict, settings),
  }
}

function withSpan(closed: readonly Span[], { firstAtMs, lastAtMs }: Span): readonly Span[] {
  return [...closed.slice(1 - CLOSED_MAX), { firstAtMs, lastAtMs }]
}
