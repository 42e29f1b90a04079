import { type PlaceSettings, type PlaceState, stepPlace } from '../../../sensors/index.ts'
import type { ShelfReading, ShelfScene, Zone } from './shelf-scenes.ts'

/** Where some rule thinks the tag is from then on. */
export interface Placing {
  readonly zone: string
  readonly decidedAtMs: number
}

/** Our machine; departures place nothing. */
export function ourPlaces({ readings }: ShelfScene, settings: PlaceSettings): Placing[] {
  const placings: Placing[] = []
  let state: PlaceState | undefined
  for (const { zone, atMs, antenna, rssiCdbm, count } of readings) {
    const read = {
      kind: 'read',
      location: zone,
      device: zone,
      atMs,
      antenna,
      rssiCdbm,
      count,
    } as const
    const step = stepPlace(state, { epc: 'tag' }, read, settings)
    state = step.next
    for (const observation of step.observations)
      if (observation.kind === 'tag-arrived')
        placings.push({ zone: observation.location, decidedAtMs: atMs })
  }
  return placings
}

export interface Average {
  readonly holdCdb: number
  readonly slopeCdbPerMs: number
  readonly holdoffMs: number
  readonly readsNeeded: number
  readonly floorCdbm: number
}

/** EdgeX: mean of twenty reads in dBm, at least two at the new place. */
export const edgexPlaces = (scene: ShelfScene, settings: Average) =>
  averaged(scene, settings, (levels) => sumOf(levels) / levels.length)

/** Intel RSP: mean of twenty reads in milliwatts, more than two at the new place. */
export const rspPlaces = (scene: ShelfScene, settings: Average) =>
  averaged(
    scene,
    settings,
    (levels) =>
      1_000 * Math.log10(sumOf(levels.map((level) => 10 ** (level / 1_000))) / levels.length),
  )

function averaged(
  { readings }: ShelfScene,
  { holdCdb, slopeCdbPerMs, holdoffMs, readsNeeded, floorCdbm }: Average,
  mean: (levels: readonly number[]) => number,
): Placing[] {
  const levels = new Map<Zone, number[]>()
  const placings: Placing[] = []
  let here: Zone | null = null
  let lastHereMs = 0
  for (const { zone, rssiCdbm, atMs } of readings) {
    if (rssiCdbm < floorCdbm) continue
    const own = [...(levels.get(zone) ?? []), rssiCdbm].slice(-20)
    levels.set(zone, own)
    const advantage = Math.min(holdCdb, slopeCdbPerMs * (atMs - lastHereMs - holdoffMs) + holdCdb)
    const isBetter =
      here !== null &&
      zone !== here &&
      own.length >= readsNeeded &&
      mean(own) > mean(levels.get(here) ?? []) + advantage
    if (here === null || isBetter) {
      here = zone
      placings.push({ zone, decidedAtMs: atMs })
    }
    if (zone === here) lastHereMs = atMs
  }
  return placings
}

export interface Strongest {
  readonly windowMs: number
  readonly floorCdbm: number
}

/** The strongest receiver of the last while (Pareto Anywhere); no hysteresis. */
export function strongestPlaces({ readings }: ShelfScene, settings: Strongest): Placing[] {
  const placings: Placing[] = []
  let recent: ShelfReading[] = []
  for (const reading of readings) {
    const { atMs } = reading
    if (reading.rssiCdbm < settings.floorCdbm) continue
    recent = [...recent.filter((one) => atMs - one.atMs <= settings.windowMs), reading]
    const best = recent.reduce((a, b) => (b.rssiCdbm > a.rssiCdbm ? b : a))
    if (placings.at(-1)?.zone !== best.zone) placings.push({ zone: best.zone, decidedAtMs: atMs })
  }
  return placings
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
