/**
 * The last reads of one antenna. Its level is the mean of their power: a mean of decibels would
 * let one faded read outweigh many good ones (Intel RSP averages milliwatts too).
 */
export interface RssiWindow {
  /** Hundredths of dBm, oldest first; empty when the reader tells none. */
  readonly levels: readonly number[]
  readonly reads: number
  readonly firstAtMs: number
  readonly lastAtMs: number
}

/** EdgeX and Intel RSP keep 20. */
const LEVELS_MAX = 20

export interface WindowRead {
  readonly atMs: number
  readonly rssiCdbm: number | null
  readonly count: number
}

/** A read no newer than the last is a repeat or comes late: the window is the same. */
export function windowWith(window: RssiWindow | undefined, read: WindowRead): RssiWindow {
  const { atMs, rssiCdbm, count } = read
  const own = rssiCdbm === null ? [] : [rssiCdbm]
  if (window === undefined) return { levels: own, reads: count, firstAtMs: atMs, lastAtMs: atMs }
  if (atMs <= window.lastAtMs) return window
  return {
    levels: rssiCdbm === null ? window.levels : newestWith(window.levels, rssiCdbm),
    reads: window.reads + count,
    firstAtMs: window.firstAtMs,
    lastAtMs: atMs,
  }
}

/** Mean power of the newest `most` reads, hundredths of dBm; null when none is known. */
export function levelOf({ levels }: RssiWindow, most = LEVELS_MAX): number | null {
  const from = Math.max(0, levels.length - most)
  const used = levels.length - from
  if (used === 0) return null
  let power = 0
  for (let at = from; at < levels.length; at++) power += powerOf(levels[at] ?? 0)
  return Math.round(1_000 * Math.log10(power / used))
}

function newestWith(levels: readonly number[], level: number): number[] {
  const kept = levels.length < LEVELS_MAX ? levels.slice() : levels.slice(1)
  kept.push(level)
  return kept
}

/** Milliwatts by hundredths of -dBm: a level is read thousands of times a second, 10 ** x is slow. */
const POWERS = Float64Array.from({ length: 12_001 }, (_, cdb) => 10 ** (-cdb / 1_000))

function powerOf(cdbm: number): number {
  return POWERS[-cdbm] ?? 10 ** (cdbm / 1_000)
}
