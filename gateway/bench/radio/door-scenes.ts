import { createRandom, type Random } from '../../simulator/random.ts'
import { type Antenna, type Carried, type Point, type Reading, readingsOf } from './model.ts'

/** What happens at a door, with the truth. Outside is before it (x < 0), inside behind it. */
export interface DoorScene {
  readonly name: SceneName
  readonly readings: readonly Reading[]
  /** When a light beam on each side was broken, for doors that have them. */
  readonly beams: readonly { readonly beam: 'outer' | 'inner'; readonly atMs: number }[]
  readonly truth: 'in' | 'out' | 'none'
  /** The tag went through the doorway's middle; null where nothing passed. */
  readonly crossedAtMs: number | null
  /** The tag is out of the door's reach, or at rest. */
  readonly endMs: number
  readonly durationMs: number
}

export const SCENES = [
  'walks-through',
  'trolley',
  'pauses-in-the-door',
  'turns-back',
  'walks-past',
  'rack-beside',
  'hung-beside',
  'taken-through',
  'taken-away',
] as const
export type SceneName = (typeof SCENES)[number]

/** Two on each post; one of each pair looks out, the other in. */
export const DOOR: readonly Antenna[] = [
  { antenna: 1, at: { x: -0.3, y: -0.9 }, lookDeg: 125 },
  { antenna: 2, at: { x: -0.3, y: 0.9 }, lookDeg: -125 },
  { antenna: 3, at: { x: 0.3, y: -0.9 }, lookDeg: 55 },
  { antenna: 4, at: { x: 0.3, y: 0.9 }, lookDeg: -55 },
]
export const sideOf = (antenna: number): 'outer' | 'inner' => (antenna <= 2 ? 'outer' : 'inner')

const FAR_M = 5
const BEAM_AT_M = 0.25

type Leg = {
  readonly fromMs: number
  readonly from: Point
  readonly toMs: number
  readonly to: Point
}

export function doorScene(name: SceneName, seed: number): DoorScene {
  const random = createRandom(seed, `door/${name}`)
  const path = pathOf(name, random)
  const lastMs = path.legs.at(-1)?.toMs ?? 0
  const carried = carriedBy(name, random, path, lastMs)
  return {
    name,
    readings: readingsOf(`door-radio/${name}`, seed, DOOR, carried, 0, lastMs),
    beams: [...beamsOf(path.legs), ...othersCross(random, path, lastMs)].sort(
      (a, b) => a.atMs - b.atMs,
    ),
    truth: path.truth,
    crossedAtMs: path.truth === 'none' ? null : crossedAt(path.legs),
    endMs: path.endMs,
    durationMs: lastMs,
  }
}

interface Path {
  readonly legs: readonly Leg[]
  readonly truth: DoorScene['truth']
  readonly endMs: number
  /** On a rack, where no body shadows it, until then. */
  readonly hangsUntilMs: number
}

function pathOf(name: SceneName, random: Random): Path {
  const speed = random.between(0.7, 1.7)
  const way = random.chance(0.5) ? 1 : -1
  const y = random.between(-0.5, 0.5)
  const at = (x: number, across = y): Point => ({ x: x * way, y: across })
  const [there, back] = way === 1 ? (['in', 'out'] as const) : (['out', 'in'] as const)
  switch (name) {
    case 'walks-through':
    case 'trolley': {
      const legs = walk([at(-FAR_M), at(FAR_M, y + random.between(-0.4, 0.4))], speed)
      return walked(legs, there)
    }
    case 'pauses-in-the-door': {
      const stop = at(random.between(-0.7, 0.7))
      const before = walk([at(-FAR_M), stop], speed)
      const legs = [...before, ...rest(before, random.between(2_000, 12_000))]
      return walked([...legs, ...walk([stop, at(FAR_M)], speed, endOf(legs))], there)
    }
    case 'turns-back': {
      const stop = at(random.between(-1.5, 0.1))
      const before = walk([at(-FAR_M), stop], speed)
      const legs = [...before, ...rest(before, random.between(200, 4_000))]
      const away = [stop, at(-FAR_M, y + random.between(-0.5, 0.5))]
      return walked([...legs, ...walk(away, speed, endOf(legs))], 'none')
    }
    case 'walks-past': {
      const x = random.between(-3, -0.9)
      return walked(walk([at(x, -FAR_M), at(x + random.between(-0.4, 0.4), FAR_M)], speed), 'none')
    }
    case 'rack-beside': {
      const legs = sway(besideDoor(at, random), random, 0, random.int(60, 240) * 1_000)
      return { legs, truth: 'none', endMs: 0, hangsUntilMs: Number.POSITIVE_INFINITY }
    }
    case 'hung-beside': {
      const stand = at(random.between(1.2, 3), random.between(0.8, 2) * random.pick([-1, 1]))
      const before = walk([at(-FAR_M), at(0.6), stand], speed)
      const legs = [...before, ...sway(stand, random, endOf(before), 90_000)]
      return { legs, truth: there, endMs: endOf(before), hangsUntilMs: 0 }
    }
    case 'taken-through':
      return taken([at(0.6), at(-FAR_M)], besideDoor(at, random), random, speed, back)
    case 'taken-away':
      return taken([at(FAR_M)], besideDoor(at, random), random, speed, 'none')
  }
}

const walked = (legs: readonly Leg[], truth: DoorScene['truth']): Path => ({
  legs,
  truth,
  endMs: endOf(legs),
  hangsUntilMs: 0,
})

function besideDoor(at: (x: number, across: number) => Point, random: Random): Point {
  return at(random.between(0.7, 3.5), random.between(0.8, 2.2) * random.pick([-1, 1]))
}

/** From the rack beside the door, where it has hung for a while. */
function taken(
  way: readonly Point[],
  stand: Point,
  random: Random,
  speed: number,
  truth: DoorScene['truth'],
): Path {
  const hung = sway(stand, random, 0, random.int(20, 120) * 1_000)
  const hangsUntilMs = endOf(hung)
  const from = hung.at(-1)?.to ?? stand
  const legs = [...hung, ...walk([from, ...way], speed, hangsUntilMs)]
  return { legs, truth, endMs: endOf(legs), hangsUntilMs }
}

function carriedBy(
  name: SceneName,
  random: Random,
  { legs, hangsUntilMs }: Path,
  lastMs: number,
): Carried {
  const side = random.pick([0, 70, -70])
  const metal =
    name === 'trolley' || random.chance(0.15)
      ? new Map(DOOR.map(({ antenna }) => [antenna, random.between(0, 7)]))
      : new Map<number, number>()
  return {
    where: (atMs) => placeAt(legs, atMs),
    facingDeg: (atMs) => (atMs < hangsUntilMs ? null : headingAt(legs, atMs) + side),
    bodyDb: random.between(2, 9),
    readRate: random.between(name === 'trolley' ? 0.5 : 0.66, 0.99),
    lossDb: random.between(2, 7),
    metalDb: metal,
    bystanders: bystandersOf(random, lastMs),
  }
}

/** Now and then somebody else stands between the tag and an antenna. */
function bystandersOf(random: Random, lastMs: number) {
  const all: { fromMs: number; toMs: number; antenna: number; db: number }[] = []
  for (let atMs = random.int(0, 8_000); atMs < lastMs; atMs += random.int(2_000, 15_000)) {
    const toMs = atMs + random.int(500, 3_000)
    all.push({ fromMs: atMs, toMs, antenna: random.int(1, 4), db: random.between(3, 10) })
  }
  return all
}

/** While a tag rests beside the door others walk through it. */
function othersCross(random: Random, { endMs }: Path, lastMs: number): DoorScene['beams'] {
  const beams: { beam: 'outer' | 'inner'; atMs: number }[] = []
  for (
    let atMs = endMs + random.int(3_000, 30_000);
    atMs < lastMs;
    atMs += random.int(8_000, 60_000)
  ) {
    const [first, second] = random.pick([
      ['outer', 'inner'],
      ['inner', 'outer'],
    ] as const)
    beams.push({ beam: first, atMs }, { beam: second, atMs: atMs + random.int(250, 700) })
  }
  return beams
}

function walk(points: readonly Point[], speed: number, fromMs = 0): Leg[] {
  const legs: Leg[] = []
  let atMs = fromMs
  points.slice(1).forEach((to, index) => {
    const from = points[index] ?? to
    const toMs = atMs + (Math.hypot(to.x - from.x, to.y - from.y) / speed) * 1_000
    legs.push({ fromMs: atMs, from, toMs, to })
    atMs = toMs
  })
  return legs
}

function rest(before: readonly Leg[], durationMs: number): Leg[] {
  const stand = before.at(-1)
  if (!stand) return []
  return [{ fromMs: stand.toMs, from: stand.to, toMs: stand.toMs + durationMs, to: stand.to }]
}

/** Hangs still, but people brush past and turn it by centimetres. */
function sway(stand: Point, random: Random, fromMs: number, durationMs: number): Leg[] {
  const legs: Leg[] = []
  let from = stand
  for (let atMs = fromMs; atMs < fromMs + durationMs; ) {
    const toMs = atMs + random.int(4_000, 20_000)
    const isTouched = random.chance(0.25)
    const to = isTouched
      ? { x: stand.x + random.between(-0.12, 0.12), y: stand.y + random.between(-0.12, 0.12) }
      : from
    legs.push({ fromMs: atMs, from, toMs, to })
    from = to
    atMs = toMs
  }
  return legs
}

const endOf = (legs: readonly Leg[]) => legs.at(-1)?.toMs ?? 0

function placeAt(legs: readonly Leg[], atMs: number): Point {
  const leg = legs.find(({ toMs }) => atMs < toMs) ?? legs.at(-1)
  if (!leg) return { x: 0, y: 0 }
  const share = Math.min(1, Math.max(0, (atMs - leg.fromMs) / (leg.toMs - leg.fromMs)))
  return {
    x: leg.from.x + share * (leg.to.x - leg.from.x),
    y: leg.from.y + share * (leg.to.y - leg.from.y),
  }
}

function crossedAt(legs: readonly Leg[]): number | null {
  const leg = legs.findLast(({ from, to }) => from.x * to.x <= 0 && from.x !== to.x)
  if (!leg) return null
  return leg.fromMs + (leg.from.x / (leg.from.x - leg.to.x)) * (leg.toMs - leg.fromMs)
}

/** Who stands keeps looking where he went. */
function headingAt(legs: readonly Leg[], atMs: number): number {
  let heading = 0
  for (const { fromMs, from, to } of legs) {
    if (fromMs > atMs) break
    if (from.x !== to.x || from.y !== to.y)
      heading = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI
  }
  return heading
}

/** Beams across the doorway break when somebody's path crosses them. */
function beamsOf(legs: readonly Leg[]): DoorScene['beams'] {
  const beams: { beam: 'outer' | 'inner'; atMs: number }[] = []
  const lastMs = legs.at(-1)?.toMs ?? 0
  for (let atMs = 0; atMs < lastMs; atMs += 20) {
    const before = placeAt(legs, atMs)
    const after = placeAt(legs, atMs + 20)
    if (Math.abs(after.y) > 0.9) continue
    for (const [beam, x] of [
      ['outer', -BEAM_AT_M],
      ['inner', BEAM_AT_M],
    ] as const)
      if (before.x !== after.x && (before.x - x) * (after.x - x) <= 0 && after.x !== x)
        beams.push({ beam, atMs: atMs + 20 })
  }
  return beams
}
