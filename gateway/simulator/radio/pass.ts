import type { Random } from '../random.ts'

/** One report of a tag by an antenna, as the radio saw it. */
export interface RadioRead {
  readonly atMs: number
  readonly antenna: number
  readonly epc: string
  readonly rssiCdbm: number
}

/** Antennas of a portal along the way through it, in metres; outside is negative. */
const ANTENNAS = [
  { antenna: 1, atM: -1.0 },
  { antenna: 2, atM: -0.8 },
  { antenna: 3, atM: 0.8 },
  { antenna: 4, atM: 1.0 },
] as const
const REACH_M = 2.4
const ROUND_MS = 400
const SENSITIVITY_DBM = -72

/** A tag carried through a portal: a bell of RSSI at each antenna, each round read or not. */
export function passReads(
  random: Random,
  epc: string,
  startMs: number,
  direction: 'in' | 'out',
): RadioRead[] {
  const speedMs = random.between(0.95, 1.35) / 1_000
  const peakDbm = random.between(-50, -43)
  const readRate = random.between(0.7, 0.95)
  const reads: RadioRead[] = []
  for (let elapsed = 0; elapsed * speedMs < 2 * REACH_M; elapsed += ROUND_MS) {
    const walked = elapsed * speedMs - REACH_M
    const atM = direction === 'in' ? walked : -walked
    for (const [index, place] of ANTENNAS.entries()) {
      const dbm = peakDbm - 11 * (atM - place.atM) ** 2 + random.normal(0, 1.2)
      const atMs = startMs + elapsed + index * 90 + random.int(0, 40)
      if (dbm < SENSITIVITY_DBM || !random.chance(readRate)) continue
      reads.push({ atMs, antenna: place.antenna, epc, rssiCdbm: Math.round(dbm * 100) })
    }
  }
  return reads.sort((a, b) => a.atMs - b.atMs)
}

/** Reads of a pass that nobody can tell a direction from: none, or one or two on one side. */
export function missedReads(random: Random, reads: readonly RadioRead[]): RadioRead[] {
  if (random.chance(0.5)) return []
  return reads.filter(({ antenna }) => antenna <= 2).slice(0, random.int(1, 2))
}

/** True when both sides saw the tag often enough to say which way it went. */
export function showsDirection(reads: readonly RadioRead[]): boolean {
  const outer = reads.filter(({ antenna }) => antenna <= 2).length
  return outer >= 2 && reads.length - outer >= 2
}

/** A tag on a rack beside a portal: one antenna, weak and flat, for minutes. */
export function strayReads(
  random: Random,
  epc: string,
  startMs: number,
  durationMs: number,
): RadioRead[] {
  const antenna = random.pick([3, 4])
  const level = random.between(-69, -66)
  const reads: RadioRead[] = []
  for (let elapsed = 0; elapsed < durationMs; elapsed += random.int(900, 2_200)) {
    const rssiCdbm = Math.round((level + random.normal(0, 0.5)) * 100)
    reads.push({ atMs: startMs + elapsed, antenna, epc, rssiCdbm })
  }
  return reads
}

/** A tag held by the shelf's reader: a few reads within seconds, or one per inventory round. */
export function shelfReads(
  random: Random,
  epc: string,
  startMs: number,
  count: number,
): RadioRead[] {
  const level = random.between(-58, -49)
  return Array.from({ length: count }, (_, index) => ({
    atMs: startMs + index * 600 + random.int(0, 300),
    antenna: 1,
    epc,
    rssiCdbm: Math.round((level + random.normal(0, 1)) * 100),
  }))
}

/** Goods that hang beside a portal whose reader reads them as fast as it can: the same, thinner. */
export function steadyReads(
  random: Random,
  epc: string,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
  count: number,
): RadioRead[] {
  const antenna = random.pick([3, 4])
  const level = random.between(-69, -66)
  const stepMs = (untilMs - fromMs) / count
  return Array.from({ length: count }, (_, index) => {
    const rssiCdbm = Math.round((level + random.normal(0, 0.5)) * 100)
    return { atMs: Math.floor(fromMs + index * stepMs), antenna, epc, rssiCdbm }
  })
}
