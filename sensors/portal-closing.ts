import type { TagObservation } from './observation.ts'
import { usualLevel } from './portal-lingering.ts'
import { type HandOver, traceOf } from './portal-marks.ts'
import { type Pass, passEvidence, type Span } from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'
import type { PortalState } from './portal-state.ts'
import {
  type Crossing,
  handOversOf,
  type Moment,
  type Verdict,
  verdictOn,
} from './portal-verdict.ts'

/** A door is passed this often at most before what was is history. */
const CLOSED_MAX = 8

export interface Closing {
  readonly next: PortalState
  readonly observations: readonly TagObservation[]
}

/** What the machine knows beside the pass that it judges. */
export interface Judging {
  readonly tag: PortalTag
  readonly settings: PortalSettings
  readonly crossings: readonly Crossing[]
}

export function judge(
  before: PortalState,
  pass: Pass,
  moment: Moment,
  { tag, settings, crossings }: Judging,
): Verdict | null {
  const usualCdbm = usualIn(before, pass, settings)
  return verdictOn(pass, tag, settings, { moment, usualCdbm, crossings })
}

function usualIn(
  { usual = null, lingering }: PortalState,
  pass: Pass,
  settings: PortalSettings,
): number | null {
  const isKnown = usual !== null && pass.firstAtMs <= usual.lastAtMs + settings.usualKeptMs
  return isKnown ? usual.levelCdbm : (lingering?.meanCdbm ?? null)
}

/** What would be judged if the machine were asked now: for whoever fits the weights. */
export function openHandOvers(
  state: PortalState,
  settings: PortalSettings,
  crossings: readonly Crossing[],
): { readonly pass: Pass; readonly handOvers: readonly HandOver[] }[] {
  return state.open.map((pass) => {
    const trace = traceOf(pass, usualIn(state, pass, settings))
    return { pass, handOvers: trace ? handOversOf(pass, trace, settings, crossings) : [] }
  })
}

/** Passes that ended, oldest first: what each tells, and its span kept for late reads. */
export function close(before: PortalState, ended: readonly Pass[], judging: Judging): Closing {
  let state = before
  const observations: TagObservation[] = []
  for (const pass of ended.toSorted((a, b) => a.firstAtMs - b.firstAtMs)) {
    const verdict = judge(state, pass, 'gone', judging)
    const { lingering } = state
    // A muted tag speaks again only with a clear pass.
    if (verdict && (lingering === null || verdict.kind === 'tag-passed'))
      observations.push(...unlessTold(state.passed, pass, verdict, judging.settings))
    const isPassed = verdict?.kind === 'tag-passed'
    state = {
      ...concluded(state, pass, verdict, judging.settings),
      lingering: isPassed ? null : lingering,
    }
  }
  return { next: state, observations }
}

/**
 * Clearly through the door although silent only for a moment, or in view still: the pass is told
 * now, and what is read of it from here on is a tag at rest.
 */
export function tellEarly(
  before: PortalState,
  pass: Pass,
  moment: 'quiet' | 'in-view',
  judging: Judging,
): Closing | null {
  const { settings } = judging
  const verdict = judge(before, pass, moment, judging)
  if (verdict?.kind !== 'tag-passed') return null
  const { openedAtMs, lastAtMs } = pass
  const sinceMs = Math.max(pass.firstAtMs, lastAtMs - settings.settledMs)
  const meanCdbm = usualLevel(pass, sinceMs)
  const open = before.open.filter((one) => one !== pass)
  return {
    next: {
      ...concluded({ ...before, open }, pass, verdict, settings),
      lingering: { openedAtMs, sinceMs, lastAtMs, meanCdbm, isStatic: false },
    },
    observations: unlessTold(before.passed, pass, verdict, settings),
  }
}

/**
 * In view too long to be passing. It may have come through the door before it was hung up beside
 * it: then the pass shows clearly above the level at which it lingers.
 */
export function becomeStatic(before: PortalState, pass: Pass, judging: Judging): Closing {
  const { tag, settings } = judging
  const { openedAtMs, lastAtMs: atMs } = pass
  const verdict = judge(before, pass, 'in-view', judging)
  const isPassed = verdict?.kind === 'tag-passed'
  const told = isPassed ? unlessTold(before.passed, pass, verdict, settings) : []
  const seen = {
    kind: 'tag-static',
    ...tag,
    openedAtMs,
    atMs,
    evidence: passEvidence(pass),
  } as const
  const open = before.open.filter((one) => one !== pass)
  const meanCdbm = usualLevel(pass)
  return {
    next: {
      ...concluded({ ...before, open }, pass, isPassed ? verdict : null, settings),
      lingering: { openedAtMs, sinceMs: pass.firstAtMs, lastAtMs: atMs, meanCdbm, isStatic: true },
    },
    observations: before.lingering?.isStatic ? told : [...told, seen],
  }
}

/** What stays of a pass: its span, the last movement, or the level of a tag that did not pass. */
function concluded(
  before: PortalState,
  pass: Pass,
  verdict: Verdict | null,
  settings: PortalSettings,
): PortalState {
  const { firstAtMs, lastAtMs } = pass
  const closed = [...before.closed.slice(1 - CLOSED_MAX), { firstAtMs, lastAtMs }]
  const passed = passedSince(before.passed, pass, verdict, settings)
  if (verdict?.kind === 'tag-passed') return { ...before, closed, passed, usual: null }
  const known = before.usual ?? null
  const levelCdbm = usualLevel(pass)
  if (levelCdbm === null) return { ...before, closed, passed, usual: known }
  const isKnown = known !== null && firstAtMs <= known.lastAtMs + settings.usualKeptMs
  const highest = isKnown ? Math.max(known.levelCdbm, levelCdbm) : levelCdbm
  return { ...before, closed, passed, usual: { levelCdbm: highest, lastAtMs } }
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
