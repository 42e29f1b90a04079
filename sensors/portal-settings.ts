/** Every figure of the portal machine, with its unit and where it comes from. */
export interface PortalSettings {
  /** Silence that ends a pass (Zebra portal mode and field practice: 3 s). */
  readonly passGapMs: number
  /**
   * Less silence will do where the way is clear: so many of the tag's own usual pauses between
   * reads, within these bounds. With light beams that saw somebody go through, less again.
   */
  readonly quietPauses: number
  readonly quietLeastMs: number
  readonly quietMostMs: number
  readonly crossedQuietMs: number
  /** Still in view this long after it changed sides (was seen by the beams), it has passed. */
  readonly settledMs: number
  readonly crossedSettledMs: number
  /** How sure it takes, thousandths; short silence and none take more, hundredths of log-odds. */
  readonly sureMilli: number
  readonly quietMoreCentiOdds: number
  readonly inViewMoreCentiOdds: number
  /** In view longer than this, flat or by one side only, is lingering and not passing. */
  readonly staticAfterMs: number
  /** Flat: without the weakest and strongest fifth, reads differ less, hundredths of dB. */
  readonly staticSpreadCdb: number
  /** In view longer than this is lingering however the signal moves: a queue at the door. */
  readonly passMostMs: number
  /** In view longer than this, this many reads that differ by less are no pass, 1/100 dB. */
  readonly flatAfterMs: number
  readonly flatReads: number
  readonly flatCdb: number
  /** A lingering tag is forgotten when unseen this long; one that only rests, after the gap. */
  readonly staticForgottenMs: number
  /** What moves shows this much above the level at which it lingers, hundredths of dB. */
  readonly staticRiseCdb: number
  /** The level of a tag that was here and did not pass is remembered this long. */
  readonly usualKeptMs: number
  readonly closedPassKeptMs: number
  /** An unclear pass that peaks lower, or has fewer reads, is a stray and not worth a question. */
  readonly unclearPeakCdbm: number
  readonly unclearMinReads: number
  /** Light beams tell the direction: they and the antennas must agree this closely in time. */
  readonly hasBeams: boolean
  readonly crossingWithinMs: number
}

export const portalDefaults: PortalSettings = {
  passGapMs: 3_000,
  quietPauses: 6,
  quietLeastMs: 1_000,
  quietMostMs: 2_000,
  crossedQuietMs: 500,
  settledMs: 2_500,
  crossedSettledMs: 2_000,
  sureMilli: 820,
  quietMoreCentiOdds: 250,
  inViewMoreCentiOdds: 300,
  staticAfterMs: 30_000,
  staticSpreadCdb: 600,
  passMostMs: 120_000,
  flatAfterMs: 5_000,
  flatReads: 6,
  flatCdb: 300,
  staticForgottenMs: 60_000,
  staticRiseCdb: 800,
  usualKeptMs: 600_000,
  closedPassKeptMs: 1_800_000,
  unclearPeakCdbm: -6_400,
  unclearMinReads: 4,
  hasBeams: false,
  crossingWithinMs: 1_000,
}

export interface PortalTag {
  readonly portal: string
  readonly epc: string
}
