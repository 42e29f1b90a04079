/** What we believe we saw: the only thing interpretation gets to know of radio. */

/** How sure, from what. Every observation carries it. */
export interface ReadEvidence {
  readonly device: string
  readonly reads: number
  readonly antennas: readonly number[]
  readonly peakRssiCdbm: number | null
  readonly meanRssiCdbm: number | null
  readonly firstAtMs: number
  readonly lastAtMs: number
}

/** What another portal saw of a tag that passed this one. */
export interface RivalSight {
  readonly portal: string
  readonly reads: number
  readonly peakRssiCdbm: number | null
}

/** Why a tag is, or is not, believed to have changed sides: `portal-marks.ts` says what each is. */
export interface HandOverEvidence {
  readonly atMs: number
  /** Log-odds of the likelier way. */
  readonly odds: number
  readonly marks: Readonly<Record<string, number>>
}

export type TagObservation =
  | {
      /** A tag went through a portal. Key: portal + EPC + the pass's opening time. */
      readonly kind: 'tag-passed'
      readonly portal: string
      readonly epc: string
      readonly direction: 'in' | 'out'
      /** 0..1000, thousandths. */
      readonly confidence: number
      /** What told the direction; the antennas agree where beams or the reader told it. */
      readonly basis?: 'antennas' | 'beams' | 'reader'
      readonly handOver?: HandOverEvidence
      readonly openedAtMs: number
      readonly atMs: number
      /** When the last of it reached us: long after `atMs` it is history and no alarm. */
      readonly toldAtMs?: number
      /** Other portals that saw the same tag at the same time, and lost. */
      readonly rivals?: readonly RivalSight[]
      readonly evidence: ReadEvidence
    }
  | {
      /** Seen at a portal, but which way (or whether at all) cannot be said. */
      readonly kind: 'pass-unclear'
      readonly portal: string
      readonly epc: string
      /** `turned-back`: came and left by the same side, so most likely nothing passed. */
      readonly reason: 'one-side-only' | 'no-direction' | 'turned-back'
      readonly handOver?: HandOverEvidence
      readonly openedAtMs: number
      readonly atMs: number
      readonly toldAtMs?: number
      /** Other portals that saw the same tag at the same time, and lost. */
      readonly rivals?: readonly RivalSight[]
      readonly evidence: ReadEvidence
    }
  | {
      /** Lingers in view of a portal with flat RSSI; muted until it leaves for a while. */
      readonly kind: 'tag-static'
      readonly portal: string
      readonly epc: string
      readonly openedAtMs: number
      readonly atMs: number
      readonly evidence: ReadEvidence
    }
  | {
      /** A shelf reader now holds this tag. Key: location + EPC + arrival time. */
      readonly kind: 'tag-arrived'
      readonly location: string
      /** The location that lost it to this one, when it moved between two that are watched. */
      readonly from?: string
      readonly epc: string
      readonly atMs: number
      readonly evidence: ReadEvidence
    }
  | {
      /** Unseen long enough while the reader was not blind. Never a stock change by itself. */
      readonly kind: 'tag-departed'
      readonly location: string
      readonly epc: string
      readonly atMs: number
      readonly evidence: ReadEvidence
    }
