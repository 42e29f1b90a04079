import { createRandom, type Random } from '../../simulator/random.ts'
import { type Antenna, type Carried, type Point, readingsOf } from './model.ts'

/** Two shelves and a stock room behind a wall, one reader each; where a tag is, with the truth. */
export type Zone = 'shelf-a' | 'shelf-b' | 'stock-room'

export interface ShelfReading {
  readonly atMs: number
  readonly zone: Zone
  readonly antenna: number
  readonly rssiCdbm: number
  readonly count: number
}

export interface ShelfScene {
  readonly readings: readonly ShelfReading[]
  readonly at: Zone
  /** Carried to another zone, if it was. */
  readonly moved: { readonly to: Zone; readonly atMs: number } | null
  readonly durationMs: number
}

/** Antennas over their zone's middle; the wall stands between shelf-b and the stock room. */
const ANTENNAS: readonly (Antenna & { readonly zone: Zone })[] = [
  { antenna: 1, zone: 'shelf-a', at: { x: 0, y: 1.2 }, lookDeg: -90 },
  { antenna: 2, zone: 'shelf-b', at: { x: 1.9, y: 1.2 }, lookDeg: -90 },
  { antenna: 3, zone: 'stock-room', at: { x: 4, y: 1.2 }, lookDeg: -90 },
]
const MIDDLE: Readonly<Record<Zone, number>> = { 'shelf-a': 0, 'shelf-b': 1.9, 'stock-room': 4 }
const ZONES = Object.keys(MIDDLE) as Zone[]
/** Plasterboard on metal studs, one way. */
const WALL_DB = 3
const WALL_AT_M = 3
/** A shelf inventory round; a full shelf is not read faster. */
const ROUND_MS = 4_000

export function shelfScene(seed: number): ShelfScene {
  const random = createRandom(seed, 'shelf')
  const durationMs = 30 * 60_000
  const at = random.pick(ZONES)
  const isMoved = random.chance(0.4)
  const to = random.pick(ZONES.filter((zone) => zone !== at))
  const movedAtMs = random.int(8 * 60_000, 22 * 60_000)
  const moved = isMoved ? { to, atMs: movedAtMs } : null
  const places = [standIn(at, random), standIn(to, random)] as const
  const where = (atMs: number): Point => {
    const stand = moved && atMs >= moved.atMs ? places[1] : places[0]
    return stand(atMs)
  }
  const readings = readingsFor(seed, random, where, durationMs)
  return { readings, at, moved, durationMs }
}

/** Somewhere in its zone; now and then a hand shifts it by centimetres. */
function standIn(zone: Zone, random: Random): (atMs: number) => Point {
  const base = { x: MIDDLE[zone] + random.between(-0.8, 0.8), y: random.between(-0.5, 0.3) }
  const shifts = Array.from({ length: 12 }, () => ({
    x: random.between(-0.08, 0.08),
    y: random.between(-0.08, 0.08),
  }))
  const everyMs = random.int(120_000, 400_000)
  return (atMs) => {
    const shift = shifts[Math.floor(atMs / everyMs) % shifts.length] ?? { x: 0, y: 0 }
    return { x: base.x + shift.x, y: base.y + shift.y }
  }
}

function readingsFor(
  seed: number,
  random: Random,
  where: (atMs: number) => Point,
  durationMs: number,
): ShelfReading[] {
  const bystanders = ANTENNAS.flatMap(({ antenna }) => {
    const all: Carried['bystanders'][number][] = []
    for (let atMs = random.int(0, 60_000); atMs < durationMs; atMs += random.int(20_000, 180_000)) {
      const toMs = atMs + random.int(5_000, 60_000)
      all.push({ fromMs: atMs, toMs, antenna, db: random.between(3, 12) })
    }
    return all
  })
  const common = { readRate: random.between(0.66, 0.99), lossDb: random.between(1, 7) }
  return ANTENNAS.flatMap((antenna) => {
    const isBehind = (atMs: number) => antenna.at.x > WALL_AT_M !== where(atMs).x > WALL_AT_M
    // The wall is in the way of antennas on its other side; a tag changes sides once at most.
    const wallAt = (atMs: number) => (isBehind(atMs) ? WALL_DB : 0)
    const parts = partsOf(durationMs, wallAt)
    return parts.flatMap(({ fromMs, toMs, wallDb }) => {
      const metalDb = new Map([[antenna.antenna, wallDb]])
      const carried: Carried = {
        ...common,
        where,
        facingDeg: () => null,
        bodyDb: 0,
        metalDb,
        bystanders,
      }
      const name = `shelf-radio/${antenna.antenna}/${fromMs}`
      const readings = readingsOf(name, seed, [antenna], carried, fromMs, toMs, ROUND_MS)
      return readings.map((reading) => ({ ...reading, zone: antenna.zone }))
    })
  }).sort((a, b) => a.atMs - b.atMs || a.antenna - b.antenna)
}

/** Stretches of time in which the wall is or is not in the way. */
function partsOf(durationMs: number, wallAt: (atMs: number) => number) {
  const parts: { fromMs: number; toMs: number; wallDb: number }[] = []
  for (let atMs = 0; atMs < durationMs; atMs += ROUND_MS) {
    const last = parts.at(-1)
    const wallDb = wallAt(atMs)
    if (last && last.wallDb === wallDb) parts[parts.length - 1] = { ...last, toMs: atMs + ROUND_MS }
    else parts.push({ fromMs: atMs, toMs: atMs + ROUND_MS, wallDb })
  }
  return parts
}
