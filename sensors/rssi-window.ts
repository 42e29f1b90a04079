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
    levels: [...window.levels, ...own].slice(-LEVELS_MAX),
    reads: window.reads + count,
    firstAtMs: window.firstAtMs,
    lastAtMs: atMs,
  }
}

/** Mean power of the newest `most` reads, hundredths of dBm; null when none is known. */
export function levelOf({ levels }: RssiWindow, most = LEVELS_MAX): number | null {
  const newest = levels.slice(-most)
  if (newest.length === 0) return null
  const power = newest.reduce((sum, cdbm) => sum + 10 ** (cdbm / 1_000), 0)
  return Math.round(1_000 * Math.log10(power / newest.length))
}
