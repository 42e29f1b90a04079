import type { ReadEvidence } from './observation.ts'

/** One accepted read at a portal. */
export interface PortalRead {
  /** The read's own time, corrected; and when it reached us. */
  readonly atMs: number
  readonly receivedAtMs: number
  /** The reader's own stamp where it has one: a read is known again by it, whatever our clock. */
  readonly saidAtMs?: number | null
  readonly side: 'outer' | 'inner'
  readonly device: string
  readonly antenna: number
  readonly rssiCdbm: number | null
  readonly count: number
}

/** What one antenna group saw; sums only, plain JSON. */
export interface Side {
  readonly reads: number
  readonly antennas: readonly number[]
  readonly rssiSumCdbm: number
  readonly rssiReads: number
  readonly peakCdbm: number | null
}

export const emptySide: Side = {
  reads: 0,
  antennas: [],
  rssiSumCdbm: 0,
  rssiReads: 0,
  peakCdbm: null,
}

export type SideRead = Pick<PortalRead, 'antenna' | 'rssiCdbm' | 'count'>

export function sideWith(side: Side, { rssiCdbm, count, antenna }: SideRead): Side {
  const known = side.antennas.includes(antenna)
  return {
    reads: side.reads + count,
    antennas: known ? side.antennas : [...side.antennas, antenna].sort((a, b) => a - b),
    rssiSumCdbm: side.rssiSumCdbm + (rssiCdbm ?? 0) * count,
    rssiReads: side.rssiReads + (rssiCdbm === null ? 0 : count),
    peakCdbm: rssiCdbm === null ? side.peakCdbm : Math.max(side.peakCdbm ?? -Infinity, rssiCdbm),
  }
}

export interface Evidenced {
  readonly device: string
  readonly side: Side
  readonly firstAtMs: number
  readonly lastAtMs: number
}

export function evidenceOf({ device, side, firstAtMs, lastAtMs }: Evidenced): ReadEvidence {
  const { reads, antennas, rssiReads, rssiSumCdbm, peakCdbm } = side
  return {
    device,
    reads,
    antennas,
    peakRssiCdbm: peakCdbm,
    meanRssiCdbm: rssiReads === 0 ? null : Math.round(rssiSumCdbm / rssiReads),
    firstAtMs,
    lastAtMs,
  }
}
