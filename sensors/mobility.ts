/**
 * How willingly a tag changes its place in a zone. The place it has keeps an advantage that
 * melts away while it is not read there: the rule and the presets of EdgeX's inventory service
 * and Intel's RSP controller, one profile per zone.
 */
export interface MobilityProfile {
  readonly arriveReads: number
  readonly arriveWithinMs: number
  /** Level it takes to arrive, hundredths of dBm; weaker may be the next room. */
  readonly arriveLevelCdbm: number
  /** Reads needed at the new place before a move is thought of. */
  readonly moveReads: number
  /** Advantage of the place it has, hundredths of dB. */
  readonly holdCdb: number
  /** It stays whole for this long after the last read there, then melts at this rate. */
  readonly holdoffMs: number
  readonly meltCdbPerS: number
  /** The old place must have lost the tag: read there this much weaker than it was, or not. */
  readonly lostCdb: number
  readonly lostAfterMs: number
  readonly departAfterMs: number
}

/** Garments on a shop floor (Intel RSP retail_garment: 6 dB, 60 s, -0.0005 dB/ms). */
export const garmentProfile: MobilityProfile = {
  arriveReads: 3,
  arriveWithinMs: 30_000,
  arriveLevelCdbm: -7_000,
  moveReads: 3,
  holdCdb: 600,
  holdoffMs: 60_000,
  meltCdbPerS: 50,
  lostCdb: 400,
  lostAfterMs: 30_000,
  departAfterMs: 600_000,
}

/** Goods on the move through a dock (EdgeX asset default: 6 dB, 0.5 s, -0.008 dB/ms). */
export const dockProfile: MobilityProfile = {
  ...garmentProfile,
  arriveReads: 2,
  moveReads: 2,
  holdoffMs: 500,
  meltCdbPerS: 800,
  lostAfterMs: 2_000,
}

/** What a rival must exceed, this long after the tag's last read at the place it has. */
export function advantageCdb(profile: MobilityProfile, unseenMs: number): number {
  const meltingMs = Math.max(0, unseenMs - profile.holdoffMs)
  return profile.holdCdb - (profile.meltCdbPerS * meltingMs) / 1_000
}
