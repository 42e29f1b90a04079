/** Every figure of the portal machine, with its unit and where it comes from. */
export interface PortalSettings {
  /** Silence that ends a pass (Zebra portal mode and field practice: 3 s). */
  readonly passGapMs: number
  /** In view longer than this, flat or by one side only, is lingering and not passing. */
  readonly staticAfterMs: number
  /** Flat: without the weakest and strongest fifth, reads differ less, hundredths of dB. */
  readonly staticSpreadCdb: number
  /** In view longer than this is lingering however the signal moves: a queue at the door. */
  readonly passMostMs: number
  /**
   * Through the door and at rest within its view: for this long, and this many reads, its level
   * is flat and well below the peak. Then the pass is over although the tag is not silent.
   */
  readonly restMs: number
  readonly restReads: number
  readonly restSpreadCdb: number
  /** A lingering tag is forgotten when unseen this long; one that only rests, after the gap. */
  readonly staticForgottenMs: number
  /** What moves shows this much above the level at which it lingers, hundredths of dB. */
  readonly staticRiseCdb: number
  readonly closedPassKeptMs: number
  readonly minReadsPerSide: number
  /** Middles of both sides' power closer than this do not tell a direction. */
  readonly directionGapMs: number
  /** How fast reads cease to tell of a pass's end: after this share of it, and at most this long. */
  readonly endShareMilli: number
  readonly endMostMs: number
  /** From all outer (1000) to all inner (-1000): a pass turns by this much at least. */
  readonly turnMinMilli: number
  /** Beginning and end lean to the wrong side by this much at most. */
  readonly wrongLeanMostMilli: number
  /** Power is taken to this exponent when leaning, so that one strong read does not decide. */
  readonly leanPowerMilli: number
  /** One read of this strength at an end makes it lean half way. */
  readonly leanFloorCdbm: number
  /** A pass peaks at least this high, hundredths of dBm; weaker is a rack beside the door. */
  readonly peakMinCdbm: number
  /** An unclear pass of fewer reads is a stray and not worth a question. */
  readonly unclearMinReads: number
  /** Light beams tell the direction. A crossing is the tag's own while it was this near its peak. */
  readonly hasBeams: boolean
  readonly nearCdb: number
  readonly crossingWithinMs: number
  /** A pass with a crossing ends after this silence already. */
  readonly crossedGapMs: number
}

export const portalDefaults: PortalSettings = {
  passGapMs: 3_000,
  staticAfterMs: 30_000,
  staticSpreadCdb: 600,
  passMostMs: 120_000,
  restMs: 2_500,
  restReads: 4,
  restSpreadCdb: 400,
  staticForgottenMs: 60_000,
  staticRiseCdb: 800,
  closedPassKeptMs: 1_800_000,
  minReadsPerSide: 2,
  // Tuned on the radio model's training seeds: with the two ends checked, half of the usual
  // 300 ms is enough, and fast walkers are not lost.
  directionGapMs: 150,
  endShareMilli: 100,
  endMostMs: 800,
  turnMinMilli: 500,
  wrongLeanMostMilli: 200,
  leanPowerMilli: 300,
  leanFloorCdbm: -7_500,
  peakMinCdbm: -6_200,
  unclearMinReads: 4,
  hasBeams: false,
  nearCdb: 1_000,
  crossingWithinMs: 1_000,
  crossedGapMs: 1_000,
}

export interface PortalTag {
  readonly portal: string
  readonly epc: string
}
