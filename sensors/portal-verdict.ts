import type { ReadEvidence, TagObservation } from './observation.ts'
import { spreadOf } from './portal-lingering.ts'
import { INNER, OUTER, type Pass, passEvidence, type StoredRead } from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'

/** Somebody went through the doorway: light beams on the reader's inputs, not bound to a tag. */
export interface Crossing {
  readonly atMs: number
  readonly direction: 'in' | 'out'
}

type Passed = Extract<TagObservation, { kind: 'tag-passed' }>
type Unclear = Extract<TagObservation, { kind: 'pass-unclear' }>
export type Verdict = Passed | Unclear
type Way =
  | { readonly direction: 'in' | 'out'; readonly confidence: number }
  | { readonly reason: Unclear['reason'] }

/** What a closed pass tells; null for a stray that tells nothing. */
export function verdictOn(
  pass: Pass,
  tag: PortalTag,
  settings: PortalSettings,
  crossings: readonly Crossing[] = [],
): Verdict | null {
  const { openedAtMs, lastAtMs, lastReceivedAtMs: toldAtMs } = pass
  const evidence = passEvidence(pass)
  const { peakRssiCdbm } = evidence
  if (peakRssiCdbm !== null && peakRssiCdbm < settings.peakMinCdbm && pass.told.length === 0)
    return null
  const common = { ...tag, openedAtMs, evidence, toldAtMs }
  const { way, basis } = isDrifting(pass, evidence, settings)
    ? { way: { reason: 'no-direction' as const }, basis: 'antennas' as const }
    : wayOf(pass, settings, crossings)
  if ('direction' in way)
    return { kind: 'tag-passed', ...common, ...way, basis, atMs: nearestAtMs(pass) }
  return evidence.reads >= settings.unclearMinReads
    ? { kind: 'pass-unclear', ...common, ...way, atMs: lastAtMs }
    : null
}

/** In view for long without ever coming much nearer: a rack whose signal wanders. */
function isDrifting(
  { firstAtMs, lastAtMs }: Pass,
  { peakRssiCdbm, meanRssiCdbm }: ReadEvidence,
  settings: PortalSettings,
): boolean {
  if (lastAtMs - firstAtMs <= settings.staticAfterMs) return false
  return (peakRssiCdbm ?? 0) < (meanRssiCdbm ?? 0) + settings.staticRiseCdb
}

type Basis = NonNullable<Passed['basis']>

function wayOf(
  pass: Pass,
  settings: PortalSettings,
  crossings: readonly Crossing[],
): { way: Way; basis: Basis } {
  const byAntennas = antennaWay(pass.reads, settings)
  const told = pass.told.toSorted((a, b) => a.atMs - b.atMs).at(-1)
  if (told) return { way: agreed(byAntennas, told), basis: 'reader' }
  if (!settings.hasBeams) return { way: byAntennas, basis: 'antennas' }
  return { way: beamWay(pass, byAntennas, settings, crossings), basis: 'beams' }
}

/**
 * With beams nobody passes without a crossing. Where the antennas know the way, one crossing that
 * way is enough, for others walk through too; where both sides saw the tag but do not know the
 * way, the crossings tell it, unless the tag was as near all the time: a rack with people passing.
 */
function beamWay(
  pass: Pass,
  byAntennas: Way,
  settings: PortalSettings,
  crossings: readonly Crossing[],
): Way {
  if ('direction' in byAntennas) {
    const isAgreed = crossings.some(
      ({ atMs, direction }) =>
        direction === byAntennas.direction && atMs >= pass.firstAtMs && atMs <= pass.lastAtMs,
    )
    return isAgreed ? agreed(byAntennas, byAntennas) : { reason: 'no-direction' }
  }
  if (byAntennas.reason !== 'no-direction' || spreadOf(pass) < settings.staticSpreadCdb)
    return byAntennas
  const { fromMs, toMs } = nearSpan(pass, settings)
  const net = crossings
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .reduce((sum, { direction }) => sum + (direction === 'in' ? 1 : -1), 0)
  if (net === 0) return byAntennas
  return { direction: net > 0 ? 'in' : 'out', confidence: BEAM_CONFIDENCE }
}

/** A beam says that somebody passed, not that this tag was his: sure only with the antennas. */
const BEAM_CONFIDENCE = 700

function agreed(byAntennas: Way, other: { direction: 'in' | 'out'; confidence: number }): Way {
  const { direction, confidence } = other
  if (!('direction' in byAntennas)) return { direction, confidence }
  if (byAntennas.direction !== direction) return { reason: 'no-direction' }
  return {
    direction,
    confidence: Math.min(1_000, Math.max(confidence, byAntennas.confidence) + 200),
  }
}

/** While the tag was nearly as strong as it ever was, and a moment more. */
function nearSpan({ reads, openedAtMs }: Pass, { nearCdb, crossingWithinMs }: PortalSettings) {
  const peak = Math.max(...reads.map(([, , , , , rssiCdbm]) => rssiCdbm ?? -Infinity))
  const near = reads.flatMap(([since, , , , , rssiCdbm]) =>
    (rssiCdbm ?? peak) >= peak - nearCdb ? [openedAtMs + since] : [],
  )
  return {
    fromMs: Math.min(...near) - crossingWithinMs,
    toMs: Math.max(...near) + crossingWithinMs,
  }
}

/**
 * Which side it came from and by which side it left. The middle of a pass says little: who stops
 * in the doorway is read for seconds by both sides, and who turns back has been strongest at
 * one side first and at the other later. So the first and the last reads must lean to different
 * sides, and the middles of both sides' power must come in the same order.
 */
function antennaWay(reads: readonly StoredRead[], settings: PortalSettings): Way {
  const counts = [OUTER, INNER].map((group) => readsOf(reads, group))
  const fewest = Math.min(...counts)
  if (fewest === 0) return { reason: 'one-side-only' }
  const gapMs = centroid(reads, INNER) - centroid(reads, OUTER)
  const times = reads.map(([since]) => since)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const endMs = Math.min(settings.endMostMs, ((last - first) * settings.endShareMilli) / 1_000)
  const fading = (awayMs: number) => Math.exp(-awayMs / Math.max(1, endMs))
  const began = lean(reads, (since) => fading(since - first), settings)
  const ended = lean(reads, (since) => fading(last - since), settings)
  const sign = gapMs > 0 ? 1 : -1
  const turn = sign * (began - ended)
  const isTurned =
    Math.abs(gapMs) > settings.directionGapMs &&
    turn >= settings.turnMinMilli &&
    sign * began >= -settings.wrongLeanMostMilli &&
    sign * ended <= settings.wrongLeanMostMilli
  if (!isTurned) {
    const isSameSide = began * ended > 0 && Math.min(Math.abs(began), Math.abs(ended)) >= SAME_SIDE
    return { reason: isSameSide ? 'turned-back' : 'no-direction' }
  }
  const base = fewest >= settings.minReadsPerSide ? 500 : 350
  const sure = base + Math.min(200, Math.abs(gapMs) / 5) + Math.min(300, 50 * (fewest - 1))
  return { direction: sign > 0 ? 'in' : 'out', confidence: Math.round(Math.min(1_000, sure)) }
}

/** Leans this much to one side at both ends: that side was where it came from and went to. */
const SAME_SIDE = 300

const readsOf = (reads: readonly StoredRead[], group: number) =>
  reads.reduce((sum, [, , , , side, , count]) => (side === group ? sum + count : sum), 0)

/** Middle of one side's received power in time. */
function centroid(reads: readonly StoredRead[], group: number): number {
  let weight = 0
  let weightedTime = 0
  for (const [since, , , , side, rssiCdbm, count] of inOrder(reads)) {
    if (side !== group) continue
    const power = count * powerOf(rssiCdbm, 1_000)
    weight += power
    weightedTime += power * since
  }
  return weightedTime / weight
}

/** 1000: outer side alone; -1000: inner side alone; a few weak reads lean little. */
function lean(
  reads: readonly StoredRead[],
  weightAt: (sinceMs: number) => number,
  { leanPowerMilli, leanFloorCdbm }: PortalSettings,
): number {
  const sums = [0, 0]
  for (const [since, , , , side, rssiCdbm] of inOrder(reads))
    sums[side] = (sums[side] ?? 0) + weightAt(since) * powerOf(rssiCdbm, leanPowerMilli)
  const [outer = 0, inner = 0] = sums
  return (1_000 * (outer - inner)) / (outer + inner + powerOf(leanFloorCdbm, leanPowerMilli))
}

/** Sums of floats depend on their order; arrival must not. */
const inOrder = (reads: readonly StoredRead[]) =>
  reads.toSorted((a, b) => a[0] - b[0] || a[3] - b[3] || (a[5] ?? 0) - (b[5] ?? 0))

/** Linear power to an exponent in thousandths, scaled so that -60 dBm weighs 1. */
const powerOf = (rssiCdbm: number | null, exponentMilli: number) =>
  rssiCdbm === null ? 1 : 10 ** (((rssiCdbm + 6_000) * exponentMilli) / 1_000_000)

/** When the tag was strongest; the earliest of equals. */
function nearestAtMs(pass: Pass): number {
  const [first, ...rest] = inOrder(pass.reads)
  if (!first) return pass.firstAtMs
  const best = rest.reduce((a, b) => ((b[5] ?? -Infinity) > (a[5] ?? -Infinity) ? b : a), first)
  return pass.openedAtMs + best[0]
}
