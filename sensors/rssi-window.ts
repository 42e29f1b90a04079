/**
 * The last reads of one antenna. Its level is the mean of their power: a mean of decibels would
 * let one faded read outweigh many good ones (Intel RSP averages milliwatts too).
 */
export interface RssiWindow {
  /** Hundredths of dBm; a ring once it is full. Empty when the reader tells none. */
  readonly levels: readonly number[]
  /** Where the oldest level of a full ring stands; the next read takes its place. */
  readonly oldest: number
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

export function windowOf({ atMs, rssiCdbm, count }: WindowRead): RssiWindow {
  const levels = rssiCdbm === null ? [] : [rssiCdbm]
  return { levels, oldest: 0, reads: count, firstAtMs: atMs, lastAtMs: atMs }
}

/** A read no newer than the last is a repeat or comes late: the window is the same. */
export function windowWith(window: RssiWindow, { atMs, rssiCdbm, count }: WindowRead): RssiWindow {
  if (atMs <= window.lastAtMs) return window
  const { levels, oldest, firstAtMs } = window
  const reads = window.reads + count
  if (rssiCdbm === null) return { levels, oldest, reads, firstAtMs, lastAtMs: atMs }
  if (levels.length < LEVELS_MAX)
    return { levels: [...levels, rssiCdbm], oldest, reads, firstAtMs, lastAtMs: atMs }
  const ring = levels.slice()
  ring[oldest] = rssiCdbm
  const next = (oldest + 1) % LEVELS_MAX
  return { levels: ring, oldest: next, reads, firstAtMs, lastAtMs: atMs }
}

/** Mean power of the newest `most` reads, hundredths of dBm; null when none is known. */
export function levelOf({ levels, oldest }: RssiWindow, most = LEVELS_MAX): number | null {
  const known = levels.length
  const count = Math.min(known, most)
  if (count === 0) return null
  let power = 0
  let at = (oldest + known - count) % known
  for (let nth = 0; nth < count; nth++) {
    power += powerOf(levels[at] ?? 0)
    at = at + 1 === known ? 0 : at + 1
  }
  return Math.round(1_000 * Math.log10(power / count))
}

/** Powers of every level a reader can tell, 0 to -120 dBm: raising to a power costs more. */
const POWERS = Float64Array.from({ length: 12_001 }, (_, below) => 10 ** (-below / 1_000))

const powerOf = (cdbm: number) => POWERS[-cdbm] ?? 10 ** (cdbm / 1_000)
