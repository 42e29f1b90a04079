import type { ReadEvidence } from './observation.ts'

/** One accepted read at a portal. */
export interface PortalRead {
  /** The read's own time, corrected; and when it reached us. */
  readonly atMs: number
  readonly receivedAtMs: number
  readonly side: 'outer' | 'inner'
  readonly device: string
  readonly antenna: number
  readonly rssiCdbm: number | null
  readonly count: number
}

/** What one antenna group saw during a pass; sums only, plain JSON. */
export interface Side {
  readonly reads: number
  readonly antennas: readonly number[]
  /** Sum of linear power, and of power times milliseconds since the opening. */
  readonly weight: number
  readonly weightedTime: number
  readonly rssiSumCdbm: number
  readonly rssiReads: number
  readonly peakCdbm: number | null
  readonly peakAtMs: number
}

export const emptySide: Side = {
  reads: 0,
  antennas: [],
  weight: 0,
  weightedTime: 0,
  rssiSumCdbm: 0,
  rssiReads: 0,
  peakCdbm: null,
  peakAtMs: 0,
}

export function sideWith(side: Side, read: PortalRead, openedAtMs: number): Side {
  const { rssiCdbm, count, atMs, antenna } = read
  const weight = (rssiCdbm === null ? 1 : milliwatts(rssiCdbm)) * count
  const isPeak = side.reads === 0 || (rssiCdbm !== null && rssiCdbm > (side.peakCdbm ?? -Infinity))
  const known = side.antennas.includes(antenna)
  return {
    reads: side.reads + count,
    antennas: known ? side.antennas : [...side.antennas, antenna].sort((a, b) => a - b),
    weight: side.weight + weight,
    weightedTime: side.weightedTime + weight * (atMs - openedAtMs),
    rssiSumCdbm: side.rssiSumCdbm + (rssiCdbm ?? 0) * count,
    rssiReads: side.rssiReads + (rssiCdbm === null ? 0 : count),
    peakCdbm: isPeak ? (rssiCdbm ?? side.peakCdbm) : side.peakCdbm,
    peakAtMs: isPeak ? atMs : side.peakAtMs,
  }
}

/** Hundredths of dBm to linear power, scaled so that -60 dBm weighs 1. */
const milliwatts = (rssiCdbm: number) => 10 ** ((rssiCdbm + 6_000) / 1_000)

export interface Evidenced {
  readonly device: string
  readonly sides: readonly Side[]
  readonly firstAtMs: number
  readonly lastAtMs: number
}

export function evidenceOf({ device, sides, firstAtMs, lastAtMs }: Evidenced): ReadEvidence {
  const sum = (of: (side: Side) => number) => sides.reduce((total, side) => total + of(side), 0)
  const peaks = sides.flatMap(({ peakCdbm }) => (peakCdbm === null ? [] : [peakCdbm]))
  const rssiReads = sum(({ rssiReads: reads }) => reads)
  return {
    device,
    reads: sum(({ reads }) => reads),
    antennas: sides.flatMap(({ antennas }) => antennas).sort((a, b) => a - b),
    peakRssiCdbm: peaks.length === 0 ? null : Math.max(...peaks),
    meanRssiCdbm:
      rssiReads === 0 ? null : Math.round(sum(({ rssiSumCdbm }) => rssiSumCdbm) / rssiReads),
    firstAtMs,
    lastAtMs,
  }
}
