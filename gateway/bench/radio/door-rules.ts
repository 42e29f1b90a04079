import {
  beamDefaults,
  type Crossing,
  type PortalEvent,
  type PortalSettings,
  type PortalState,
  type PortalStep,
  portalDueAtMs,
  stepBeams,
  stepPortal,
} from '../../../sensors/index.ts'
import { type DoorScene, sideOf } from './door-scenes.ts'
import type { Reading } from './model.ts'

/** A movement as some rule concludes it, and when it does. */
export interface Decision {
  readonly direction: 'in' | 'out'
  readonly decidedAtMs: number
}

/** Our machine, driven as the gateway drives it: reads as they come, ticks when due. */
export function ourRule(scene: DoorScene, settings: PortalSettings): Decision[] {
  const decisions: Decision[] = []
  drive(scene, settings, ({ observations }, decidedAtMs) => {
    for (const observation of observations)
      if (observation.kind === 'tag-passed')
        decisions.push({ direction: observation.direction, decidedAtMs })
  })
  return decisions
}

type Crossings = readonly Crossing[]

/** `before` sees the state at each tick before the machine does. */
export function drive(
  scene: DoorScene,
  settings: PortalSettings,
  after: (step: PortalStep, atMs: number) => void,
  before: (state: PortalState, atMs: number, crossings: Crossings) => void = () => {},
): void {
  const tag = { portal: 'door', epc: 'tag' }
  let state: PortalState | undefined
  const take = (event: PortalEvent, atMs: number) => {
    const step = stepPortal(state, tag, event, settings)
    state = step.next
    after(step, atMs)
  }
  let tickedMs = 0
  const tickUntil = (untilMs: number) => {
    while (state && state.open.length > 0) {
      const atMs = nextTick(portalDueAtMs(state, settings, tickedMs))
      if (atMs > untilMs) return
      tickedMs = atMs
      const crossings = crossingsUntil(scene, settings, atMs)
      before(state, atMs, crossings)
      take({ kind: 'tick', atMs, crossings }, atMs)
    }
  }
  for (const { atMs, antenna, rssiCdbm, count } of scene.readings) {
    tickUntil(atMs)
    const seen = { atMs, receivedAtMs: atMs, device: 'reader', antenna, rssiCdbm, count }
    take({ kind: 'read', ...seen, side: sideOf(antenna) }, atMs)
  }
  tickUntil(Number.MAX_SAFE_INTEGER)
}

/** The gateway's `limits.tickMs`: time is an event twice a second. */
const TICK_MS = 500
const nextTick = (dueMs: number) => Math.ceil(dueMs / TICK_MS) * TICK_MS

function crossingsUntil(
  { beams }: DoorScene,
  { hasBeams }: PortalSettings,
  atMs: number,
): Crossings {
  if (!hasBeams) return []
  const known = beams.filter((broken) => broken.atMs <= atMs)
  const state = known.reduce<Parameters<typeof stepBeams>[0]>(
    (before, broken) => stepBeams(before, broken, beamDefaults),
    undefined,
  )
  return state?.crossings ?? []
}

/**
 * The anchors' rules, written from their published descriptions. Where a description leaves a
 * choice, the choice is a setting and the training decides it in the rule's favour.
 */

export interface MovingAverage {
  readonly holdCdb: number
  readonly slopeCdbPerMs: number
  readonly holdoffMs: number
  readonly floorCdbm: number
  /** Every change of place is a movement, or only first against last place of a visit. */
  readonly counts: 'each-move' | 'whole-visit'
  readonly silenceMs: number
}

/**
 * EdgeX: twenty reads per place, mean in dBm; the tag moves with two reads at the new place
 * above the old one's mean plus min(threshold, slope * dt + (threshold - slope * holdoff)).
 */
export function movingAverageRule(scene: DoorScene, settings: MovingAverage): Decision[] {
  const visits = visitsOf(scene.readings, settings.floorCdbm, settings.silenceMs)
  return visits.flatMap((visit) => {
    const moves = placesOf(visit, 2, meanOfDecibels, (dtMs) =>
      Math.min(
        settings.holdCdb,
        settings.slopeCdbPerMs * (dtMs - settings.holdoffMs) + settings.holdCdb,
      ),
    )
    return settings.counts === 'each-move'
      ? moves.slice(1).map(({ side, atMs }) => ({ direction: toward(side), decidedAtMs: atMs }))
      : wholeVisit(moves, visit, settings.silenceMs)
  })
}

export interface ExitRule {
  readonly holdCdb: number
  readonly slopeCdbPerMs: number
  readonly holdoffMs: number
  readonly floorCdbm: number
  readonly departedAfterMs: number
}

/**
 * Intel RSP: means in milliwatts, more than two reads. A tag that was present inside and whose
 * best place is the exit sensor has departed when unseen for a while; one that came by the exit
 * and moved to an inside sensor has arrived.
 */
export function exitRule(scene: DoorScene, settings: ExitRule): Decision[] {
  const visits = visitsOf(scene.readings, settings.floorCdbm, settings.departedAfterMs)
  return visits.flatMap((visit): Decision[] => {
    const moves = placesOf(visit, 3, meanOfPower, (dtMs) =>
      Math.min(
        settings.holdCdb,
        settings.slopeCdbPerMs * (dtMs - settings.holdoffMs) + settings.holdCdb,
      ),
    )
    const [first, ...rest] = moves
    const last = rest.at(-1)
    if (!first || !last || first.side === last.side) return []
    if (last.side === 'inner') return [{ direction: 'in', decidedAtMs: last.atMs }]
    const decidedAtMs = endOf(visit) + settings.departedAfterMs
    return [{ direction: 'out', decidedAtMs }]
  })
}

export interface StrongestAntenna {
  readonly windowMs: number
  readonly silenceMs: number
  readonly floorCdbm: number
  readonly peakMinCdbm: number
}

/** Strongest antenna per short window; first against last after a silence (an R700 project). */
export function strongestRule(scene: DoorScene, settings: StrongestAntenna): Decision[] {
  const visits = visitsOf(scene.readings, settings.floorCdbm, settings.silenceMs)
  return visits.flatMap((visit) => {
    const peak = Math.max(...visit.map(({ rssiCdbm }) => rssiCdbm))
    if (peak < settings.peakMinCdbm) return []
    const best = new Map<number, Reading>()
    for (const reading of visit) {
      const window = Math.floor(reading.atMs / settings.windowMs)
      const known = best.get(window)
      if (!known || reading.rssiCdbm > known.rssiCdbm) best.set(window, reading)
    }
    const moves = [...best.values()].map(({ antenna, atMs }) => ({ side: sideOf(antenna), atMs }))
    return wholeVisit(moves, visit, settings.silenceMs)
  })
}

type Side = 'outer' | 'inner'
interface Move {
  readonly side: Side
  readonly atMs: number
}

/** Reads above the floor, parted where the tag was silent. */
function visitsOf(readings: readonly Reading[], floorCdbm: number, silenceMs: number) {
  const visits: Reading[][] = []
  for (const reading of readings) {
    if (reading.rssiCdbm < floorCdbm) continue
    const visit = visits.at(-1)
    if (visit && reading.atMs - endOf(visit) <= silenceMs) visit.push(reading)
    else visits.push([reading])
  }
  return visits
}

const endOf = (visit: readonly Reading[]) => visit.at(-1)?.atMs ?? 0
const toward = (side: Side) => (side === 'inner' ? ('in' as const) : ('out' as const))

function wholeVisit(
  moves: readonly Move[],
  visit: readonly Reading[],
  silenceMs: number,
): Decision[] {
  const [first, last] = [moves[0], moves.at(-1)]
  if (!first || !last || first.side === last.side) return []
  return [{ direction: toward(last.side), decidedAtMs: endOf(visit) + silenceMs }]
}

/** The places a tag has had, by the moving average and the advantage of the place it has. */
function placesOf(
  visit: readonly Reading[],
  readsNeeded: number,
  mean: (levels: readonly number[]) => number,
  advantage: (dtMs: number) => number,
): Move[] {
  const levels = { outer: [] as number[], inner: [] as number[] }
  const moves: Move[] = []
  let lastHereMs = 0
  for (const { antenna, rssiCdbm, atMs } of visit) {
    const side = sideOf(antenna)
    levels[side] = [...levels[side], rssiCdbm].slice(-20)
    const here = moves.at(-1)?.side
    const isBetter =
      here !== undefined &&
      here !== side &&
      levels[side].length >= readsNeeded &&
      mean(levels[side]) > mean(levels[here]) + advantage(atMs - lastHereMs)
    if (here === undefined || isBetter) moves.push({ side, atMs })
    if (moves.at(-1)?.side === side) lastHereMs = atMs
  }
  return moves
}

const meanOfDecibels = (levels: readonly number[]) =>
  levels.reduce((sum, level) => sum + level, 0) / levels.length
const meanOfPower = (levels: readonly number[]) =>
  1_000 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 1_000), 0) / levels.length)
