import { INNER, OUTER, type Pass, type StoredRead } from './portal-pass.ts'

/**
 * What a pass shows of a tag that goes one way through a door: it is first with the antennas of
 * the side it comes from, then with those of the other, it is nearest while it changes over, and
 * it comes nearer than a tag that hangs there. Each mark is a plain number that a person can read.
 */
export type Marks = {
  /** The first half second leans to the side it comes from, the last one to the other: -1 to 1. */
  readonly began: number
  readonly ended: number
  /** Of all that was received before (after) the change-over, how much was on the right side. */
  readonly shareBefore: number
  readonly shareAfter: number
  /** How much that was: logarithm of the reads' weights. */
  readonly massBefore: number
  readonly massAfter: number
  /** Logarithm of the number of reads. */
  readonly reads: number
  /** Strongest read of the side it comes from, and of the other, dBm. */
  readonly peakFrom: number
  readonly peakTo: number
  /** The strongest read above the level at which the tag was seen hanging here before, dB. */
  readonly rise: number
  /** Seconds between the change-over and the strongest read. */
  readonly offPeak: number
}
// A type and no interface: kept with observations it is a record of numbers.
export const MARKS = [
  'began',
  'ended',
  'shareBefore',
  'shareAfter',
  'massBefore',
  'massAfter',
  'reads',
  'peakFrom',
  'peakTo',
  'rise',
  'offPeak',
] as const satisfies readonly (keyof Marks)[]

export interface HandOver {
  readonly direction: 'in' | 'out'
  /** When it changed over, after the pass opened. */
  readonly sinceOpeningMs: number
  readonly marks: Marks
}

/** How fast reads cease to tell of a pass's beginning and end. */
const FADE_MS = 500
/** Power is taken to this exponent, so that one strong read does not decide. */
const POWER_EXPONENT = 0.3
/** A side's weight that says nothing: one read at -75 dBm. */
const FAINT = weightOf(-7_500)
/** What a reader that tells no strength is taken to mean: a good read. */
const UNTOLD_CDBM = -5_500
const UNHEARD_DBM = -85
const RISE_LEAST_DB = -10
/** Who waits in a doorway is nearest at any time of it. */
const OFF_PEAK_MOST_S = 3
/** As good as never seen hanging here. */
const RISE_MOST_DB = 20

/** A pass laid out once for both directions. */
export interface Trace {
  readonly reads: readonly TracedRead[]
  readonly began: number
  readonly ended: number
  readonly peaks: readonly [outer: number, inner: number]
  readonly peakAtMs: number
  readonly rise: number
}

interface TracedRead {
  readonly sinceMs: number
  /** Positive on the outer side, negative on the inner. */
  readonly pull: number
}

/** Null when only one side saw it: that is no way through. */
export function traceOf({ reads }: Pass, usualCdbm: number | null): Trace | null {
  const peaks: [number, number] = [-Infinity, -Infinity]
  let peakAtMs = 0
  const traced = reads.toSorted(inOrder).map(([sinceMs, , , , side, rssiCdbm]): TracedRead => {
    const level = rssiCdbm ?? UNTOLD_CDBM
    if (level > Math.max(...peaks)) peakAtMs = sinceMs
    peaks[side] = Math.max(peaks[side], level)
    return { sinceMs, pull: (side === OUTER ? 1 : -1) * weightOf(level) }
  })
  const [first, last] = [traced[0], traced.at(-1)]
  if (!first || !last || Math.min(...peaks) === -Infinity) return null
  const riseDb = usualCdbm === null ? RISE_MOST_DB : (Math.max(...peaks) - usualCdbm) / 100
  return {
    reads: traced,
    began: leanAt(traced, (atMs) => atMs - first.sinceMs),
    ended: leanAt(traced, (atMs) => last.sinceMs - atMs),
    peaks,
    peakAtMs,
    rise: Math.min(RISE_MOST_DB, Math.max(RISE_LEAST_DB, riseDb)),
  }
}

/** When it can have changed over, after the pass opened. */
interface Within {
  readonly fromMs: number
  readonly toMs: number
}
const ANY_TIME: Within = { fromMs: -Infinity, toMs: Infinity }

/** `within`: when light beams tell that somebody went through. */
export function handOverOf(trace: Trace, direction: 'in' | 'out', within = ANY_TIME): HandOver {
  const sign = direction === 'in' ? 1 : -1
  const [from, to] = direction === 'in' ? [OUTER, INNER] : [INNER, OUTER]
  const change = likeliestChange(trace.reads, sign, within)
  const sums = { before: 0, beforeAll: 0, after: 0, afterAll: 0 }
  for (const { sinceMs, pull } of trace.reads)
    if (sinceMs < change) {
      sums.before += sign * pull
      sums.beforeAll += Math.abs(pull)
    } else {
      sums.after -= sign * pull
      sums.afterAll += Math.abs(pull)
    }
  const marks = {
    began: sign * trace.began,
    ended: -sign * trace.ended,
    shareBefore: sums.before / (sums.beforeAll + FAINT),
    shareAfter: sums.after / (sums.afterAll + FAINT),
    massBefore: Math.log1p(Math.max(0, sums.before)),
    massAfter: Math.log1p(Math.max(0, sums.after)),
    reads: Math.log(trace.reads.length),
    peakFrom: Math.max(UNHEARD_DBM, trace.peaks[from] / 100),
    peakTo: Math.max(UNHEARD_DBM, trace.peaks[to] / 100),
    rise: trace.rise,
    offPeak: Math.min(OFF_PEAK_MOST_S, Math.abs(change - trace.peakAtMs) / 1_000),
  }
  return { direction, sinceOpeningMs: Math.round(change), marks }
}

/** Both sides of a change-over must be right; what is right in all breaks ties. */
const BOTH_WEIGHT = 0.2

/** The moment that leaves most on the right side both before and after it. */
function likeliestChange(
  reads: readonly TracedRead[],
  sign: number,
  { fromMs, toMs }: Within,
): number {
  const total = reads.reduce((sum, { pull }) => sum + sign * pull, 0)
  let before = 0
  let best = -Infinity
  let lastMs = reads[0]?.sinceMs ?? 0
  let changeMs = Number.isFinite(toMs) ? toMs : lastMs
  const consider = (sinceMs: number) => {
    const after = before - total
    const worth = Math.min(before, after) + BOTH_WEIGHT * (before + after)
    const middleMs = (lastMs + sinceMs) / 2
    if (worth <= best || middleMs < fromMs || middleMs > toMs) return
    best = worth
    changeMs = middleMs
  }
  for (const { sinceMs, pull } of reads) {
    consider(sinceMs)
    before += sign * pull
    lastMs = sinceMs
  }
  consider(lastMs + 1)
  return changeMs
}

/** 1: outer side alone; -1: inner side alone; a few weak reads lean little. */
function leanAt(reads: readonly TracedRead[], awayMs: (atMs: number) => number): number {
  let sum = 0
  let all = FAINT
  for (const { sinceMs, pull } of reads) {
    const weight = Math.exp(-awayMs(sinceMs) / FADE_MS)
    sum += weight * pull
    all += weight * Math.abs(pull)
  }
  return sum / all
}

/** Sums of floats depend on their order; arrival must not. */
const inOrder = (a: StoredRead, b: StoredRead) =>
  a[0] - b[0] || a[3] - b[3] || (a[5] ?? 0) - (b[5] ?? 0)

/** Scaled so that -60 dBm weighs 1. */
function weightOf(levelCdbm: number): number {
  return 10 ** (((levelCdbm + 6_000) * POWER_EXPONENT) / 1_000)
}
