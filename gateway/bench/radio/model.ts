import { createRandom, type Random } from '../../simulator/random.ts'

/**
 * UHF backscatter between a reader's antennas and one tag: log-distance path loss both ways,
 * patch antennas, Rician ripple from a few reflected paths, the shadow of the body that carries
 * the tag and of metal beside it, and a chance to be missed in any round. Figures are those of
 * reader and inlay data sheets; what no model settles is one particular door.
 */
export interface Point {
  /** Along the way through the door, inside is positive; and across it. Metres. */
  readonly x: number
  readonly y: number
}

export interface Antenna {
  readonly antenna: number
  readonly at: Point
  /** Where it looks, degrees from the inward direction. */
  readonly lookDeg: number
}

export interface Reading {
  readonly atMs: number
  readonly antenna: number
  readonly rssiCdbm: number
  readonly count: number
}

/** A tag and whoever carries it. */
export interface Carried {
  where(atMs: number): Point
  /** Degrees into which the tag looks, away from the body; null when nobody shadows it. */
  facingDeg(atMs: number): number | null
  readonly bodyDb: number
  /** Chance of a read in a round with link to spare. */
  readonly readRate: number
  /** Loss by material and position of this one tag. */
  readonly lossDb: number
  /** Metal beside it towards some antennas. */
  readonly metalDb: ReadonlyMap<number, number>
  /** Other people who stand in the way for a while. */
  readonly bystanders: readonly Bystander[]
}

export interface Bystander {
  readonly fromMs: number
  readonly toMs: number
  readonly antenna: number
  readonly db: number
}

/** 28 dBm conducted and 6 dBi: below the European 2 W ERP, usual at doors. */
const SENT_DBM = 28
const GAIN_DBI = 6
const BEAM_DEG = 70
/** Behind a patch antenna 18 dB and more are missing, but a shop's metal reflects into it. */
const BACK_DB = 11
/** Free space at 866 MHz over the first metre; exponent 2.2 indoors near the floor. */
const METRE_DB = 31.2
const EXPONENT = 2.2
/** What an inlay on goods needs to wake, and loses on reflecting. */
const WAKE_DBM = -15
const REFLECT_DB = 12
const HEARD_DBM = -78
const WAVE_M = 0.346
export const DWELL_MS = 100

/** The reader's antennas take turns; each turn hears the tag or not. */
export function readingsOf(
  seedText: string,
  seed: number,
  antennas: readonly Antenna[],
  carried: Carried,
  fromMs: number,
  toMs: number,
  roundMs = antennas.length * DWELL_MS,
): Reading[] {
  const random = createRandom(seed, seedText)
  const ripples = new Map(antennas.map(({ antenna }) => [antenna, rippleOf(random)]))
  const readings: Reading[] = []
  for (let roundAtMs = fromMs; roundAtMs < toMs; roundAtMs += roundMs)
    for (const [turn, antenna] of antennas.entries()) {
      const atMs = Math.round(roundAtMs + turn * DWELL_MS + random.between(0, DWELL_MS))
      const ripple = ripples.get(antenna.antenna)
      const rssi = ripple && heard(antenna, carried, atMs, ripple, random)
      if (rssi === null || rssi === undefined) continue
      const rssiCdbm = Math.round(rssi * 100)
      readings.push({ atMs, antenna: antenna.antenna, rssiCdbm, count: random.int(1, 3) })
    }
  return readings
}

function heard(
  antenna: Antenna,
  carried: Carried,
  atMs: number,
  ripple: Ripple,
  random: Random,
): number | null {
  const place = carried.where(atMs)
  const away = { x: place.x - antenna.at.x, y: place.y - antenna.at.y }
  // One metre between the tag's height and the antenna's, or so.
  const distance = Math.hypot(away.x, away.y, 0.6)
  const bearing = degrees(Math.atan2(away.y, away.x))
  const facing = carried.facingDeg(atMs)
  const turned = facing === null ? 0 : turnBetween(facing, bearing + 180)
  const shadow = facing === null ? 0 : carried.bodyDb * Math.max(0, -Math.cos(radians(turned)))
  const oneWay =
    GAIN_DBI -
    Math.min(BACK_DB, 12 * (turnBetween(bearing, antenna.lookDeg) / BEAM_DEG) ** 2) -
    METRE_DB -
    10 * EXPONENT * Math.log10(distance) -
    shadow -
    carried.lossDb -
    (carried.metalDb.get(antenna.antenna) ?? 0) -
    standingInTheWay(carried, antenna.antenna, atMs) +
    rippleAt(ripple, place)
  const atTag = SENT_DBM + oneWay
  const rssi = atTag + oneWay - REFLECT_DB + random.normal(0, 0.7)
  const margin = Math.min(atTag - WAKE_DBM, rssi - HEARD_DBM)
  const chance = carried.readRate / (1 + Math.exp(-1.2 * (margin - 1)))
  return random.chance(chance) ? rssi : null
}

function standingInTheWay({ bystanders }: Carried, antenna: number, atMs: number): number {
  const there = bystanders.filter(
    (one) => one.antenna === antenna && atMs >= one.fromMs && atMs < one.toMs,
  )
  return Math.max(0, ...there.map(({ db }) => db))
}

type Ripple = readonly { strength: number; phase: number; alongX: number; alongY: number }[]

/** Three reflected paths; the field is their sum with the direct one. */
function rippleOf(random: Random): Ripple {
  return [0, 1, 2].map(() => {
    const from = random.between(0, 2 * Math.PI)
    return {
      strength: random.between(0.1, 0.42),
      phase: random.between(0, 2 * Math.PI),
      alongX: Math.cos(from),
      alongY: Math.sin(from),
    }
  })
}

function rippleAt(ripple: Ripple, { x, y }: Point): number {
  let real = 1
  let imaginary = 0
  for (const { strength, phase, alongX, alongY } of ripple) {
    const angle = phase + (2 * Math.PI * (alongX * x + alongY * y)) / WAVE_M
    real += strength * Math.cos(angle)
    imaginary += strength * Math.sin(angle)
  }
  return Math.max(-20, 20 * Math.log10(Math.hypot(real, imaginary)))
}

const radians = (degree: number) => (degree * Math.PI) / 180
const degrees = (radian: number) => (radian * 180) / Math.PI
const turnBetween = (a: number, b: number) => {
  const turn = (((a - b) % 360) + 360) % 360
  return turn > 180 ? 360 - turn : turn
}
