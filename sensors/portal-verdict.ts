import type { TagObservation } from './observation.ts'
import { type HandOver, handOverOf, type Trace, traceOf } from './portal-marks.ts'
import { type Pass, passEvidence } from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'
import {
  chanceOf,
  crossedWeights,
  goneWeights,
  inViewWeights,
  oddsOf,
  oddsOfChance,
} from './portal-weights.ts'

/** Somebody went through the doorway: light beams on the reader's inputs, not bound to a tag. */
export interface Crossing {
  /** When the second beam was broken; `fromMs`: the first. */
  readonly atMs: number
  readonly fromMs?: number
  readonly direction: 'in' | 'out'
}

/** When a pass is judged: after its end, after a short silence, or with the tag in view still. */
export type Moment = 'gone' | 'quiet' | 'in-view'

/** What is known beside the pass's own reads. */
export interface Circumstances {
  readonly moment: Moment
  /** At what level the tag hung here before, hundredths of dBm; null: never seen. */
  readonly usualCdbm: number | null
  readonly crossings: readonly Crossing[]
}

type Passed = Extract<TagObservation, { kind: 'tag-passed' }>
type Unclear = Extract<TagObservation, { kind: 'pass-unclear' }>
export type Verdict = Passed | Unclear
type Basis = NonNullable<Passed['basis']>
type Judged = NonNullable<Passed['handOver']>
type Way =
  | { readonly direction: 'in' | 'out'; readonly confidence: number; readonly handOver?: Judged }
  | { readonly reason: Unclear['reason']; readonly handOver?: Judged }

/** What a pass tells; null for a stray that tells nothing. */
export function verdictOn(
  pass: Pass,
  tag: PortalTag,
  settings: PortalSettings,
  seen: Circumstances,
): Verdict | null {
  const { openedAtMs, lastAtMs, lastReceivedAtMs: toldAtMs } = pass
  const { way, basis } = wayOf(pass, settings, seen)
  const evidence = passEvidence(pass)
  const common = { ...tag, openedAtMs, evidence, toldAtMs }
  if ('direction' in way)
    return { kind: 'tag-passed', ...common, ...way, basis, atMs: nearestAtMs(pass) }
  const isStray =
    evidence.reads < settings.unclearMinReads ||
    (evidence.peakRssiCdbm !== null && evidence.peakRssiCdbm < settings.unclearPeakCdbm)
  return isStray ? null : { kind: 'pass-unclear', ...common, ...way, atMs: lastAtMs }
}

function wayOf(
  pass: Pass,
  settings: PortalSettings,
  seen: Circumstances,
): { readonly way: Way; readonly basis: Basis } {
  const byAntennas = judged(pass, settings, seen)
  const basis = settings.hasBeams ? 'beams' : 'antennas'
  const told = pass.told.toSorted((a, b) => a.atMs - b.atMs).at(-1)
  if (!told) return { way: byAntennas, basis }
  return { way: agreed(byAntennas, told), basis: 'reader' }
}

function agreed(byAntennas: Way, other: { direction: 'in' | 'out'; confidence: number }): Way {
  const { direction, confidence } = other
  if (!('direction' in byAntennas)) return { direction, confidence }
  if (byAntennas.direction !== direction) return { reason: 'no-direction' }
  return { ...byAntennas, confidence: Math.max(confidence, byAntennas.confidence) }
}

/** The likelier of both ways, if it is likely enough for the moment at which it is asked. */
function judged(pass: Pass, settings: PortalSettings, seen: Circumstances): Way {
  const trace = traceOf(pass, seen.usualCdbm)
  if (trace === null) return { reason: 'one-side-only' }
  if (isFlat(pass, settings)) return { reason: 'no-direction' }
  const best = likeliest(pass, trace, settings, seen)
  if (best === null) return { reason: reasonOf(trace) }
  const { direction, sinceOpeningMs, marks } = best.handOver
  const handOver = { atMs: pass.openedAtMs + sinceOpeningMs, odds: round(best.odds), marks }
  const settledMs = settings.hasBeams ? settings.crossedSettledMs : settings.settledMs
  const isEarly =
    seen.moment === 'in-view' && pass.lastAtMs - pass.openedAtMs - sinceOpeningMs < settledMs
  if (isEarly || best.odds < oddsNeeded(settings, seen.moment))
    return { reason: reasonOf(trace), handOver }
  return { direction, confidence: chanceOf(best.odds), handOver }
}

/** Who walks by comes nearer and goes away; many reads of one level are something that stands. */
function isFlat({ firstAtMs, lastAtMs, reads }: Pass, settings: PortalSettings): boolean {
  if (lastAtMs - firstAtMs <= settings.flatAfterMs) return false
  const levels = reads.flatMap(([, , , , , rssiCdbm]) => (rssiCdbm === null ? [] : [rssiCdbm]))
  return (
    levels.length >= settings.flatReads &&
    Math.max(...levels) - Math.min(...levels) < settings.flatCdb
  )
}

function likeliest(pass: Pass, trace: Trace, settings: PortalSettings, seen: Circumstances) {
  const handOvers = handOversOf(pass, trace, settings, seen.crossings)
  const weights = settings.hasBeams
    ? crossedWeights
    : seen.moment === 'in-view'
      ? inViewWeights
      : goneWeights
  return handOvers.reduce<{ handOver: HandOver; odds: number } | null>((best, handOver) => {
    const odds = oddsOf(handOver.marks, weights)
    return best === null || odds > best.odds ? { handOver, odds } : best
  }, null)
}

/**
 * The ways it may have gone. With beams nobody passes without a crossing; of several, others' too,
 * the likeliest is its own.
 */
export function handOversOf(
  { openedAtMs, firstAtMs, lastAtMs }: Pass,
  trace: Trace,
  { hasBeams, crossingWithinMs }: PortalSettings,
  crossings: readonly Crossing[],
): readonly HandOver[] {
  if (!hasBeams) return WAYS.map((direction) => handOverOf(trace, direction))
  return crossings
    .filter(
      ({ atMs }) => atMs >= firstAtMs - crossingWithinMs && atMs <= lastAtMs + crossingWithinMs,
    )
    .map(({ fromMs, atMs, direction }) =>
      handOverOf(trace, direction, {
        fromMs: (fromMs ?? atMs) - openedAtMs,
        toMs: atMs - openedAtMs,
      }),
    )
}
const WAYS = ['in', 'out'] as const

function oddsNeeded(settings: PortalSettings, moment: Moment): number {
  const more = {
    gone: 0,
    quiet: settings.quietMoreCentiOdds,
    'in-view': settings.inViewMoreCentiOdds,
  }
  // A crossing that fits makes up for the silence.
  return oddsOfChance(settings.sureMilli) + (settings.hasBeams ? 0 : more[moment] / 100)
}

/** Leans this much to one side at both ends: that side was where it came from and went to. */
const SAME_SIDE = 0.3

function reasonOf({ began, ended }: Trace): Unclear['reason'] {
  const isSameSide = began * ended > 0 && Math.min(Math.abs(began), Math.abs(ended)) >= SAME_SIDE
  return isSameSide ? 'turned-back' : 'no-direction'
}

/** When the tag was strongest; the earliest of equals. */
function nearestAtMs({ reads, firstAtMs, openedAtMs }: Pass): number {
  const [first, ...rest] = reads.toSorted((a, b) => a[0] - b[0])
  if (!first) return firstAtMs
  const best = rest.reduce((a, b) => ((b[5] ?? -Infinity) > (a[5] ?? -Infinity) ? b : a), first)
  return openedAtMs + best[0]
}

const round = (odds: number) => Math.round(odds * 100) / 100
