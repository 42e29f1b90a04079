import { type PortalSettings, portalDefaults } from '../../../sensors/index.ts'
import {
  type Budget,
  type Contender,
  errorShare,
  type Purpose,
  rowOf,
  type Score,
  SEEDS,
  tuned,
} from './compare.ts'
import {
  type Decision,
  type ExitRule,
  exitRule,
  type MovingAverage,
  movingAverageRule,
  ourRule,
  type StrongestAntenna,
  strongestRule,
} from './door-rules.ts'
import { type DoorScene, doorScene, SCENES } from './door-scenes.ts'

export function doorScenes(purpose: Purpose, perName: number): DoorScene[] {
  return SCENES.flatMap((name) =>
    Array.from({ length: perName }, (_, nth) => doorScene(name, SEEDS[purpose] + nth)),
  )
}

/** The first decision is the movement's if something moved; every other is false. */
export function doorScore(scene: DoorScene, decisions: readonly Decision[]): Score {
  const [first] = decisions
  const hasMoved = scene.truth !== 'none'
  const isRight = hasMoved && first?.direction === scene.truth
  return {
    movements: hasMoved ? 1 : 0,
    wrong: hasMoved && first && !isRight ? 1 : 0,
    missed: hasMoved && !first ? 1 : 0,
    falsely: Math.max(0, decisions.length - (hasMoved ? 1 : 0)),
    tagHours: scene.durationMs / 3_600_000,
    latenciesMs: isRight && first ? [Math.max(0, first.decidedAtMs - passedAtMs(scene))] : [],
  }
}

/** A pass has ended when the door has lost the tag, or it has come to rest in view. */
function passedAtMs({ readings, endMs }: DoorScene): number {
  return Math.min(endMs, readings.at(-1)?.atMs ?? endMs)
}

const FLOORS = [-9_000, -7_000, -6_600, -6_200, -5_900, -5_600, -5_300]
/** EdgeX's defaults: 6 dB, 0.5 s, -0.008 dB/ms. */
const movingAverage: Contender<DoorScene, MovingAverage, Decision> = {
  name: 'moving average (EdgeX)',
  published: {
    holdCdb: 600,
    slopeCdbPerMs: -0.8,
    holdoffMs: 500,
    floorCdbm: -9_000,
    counts: 'each-move',
    silenceMs: 3_000,
  },
  choices: {
    holdCdb: [0, 150, 300, 450, 600, 800, 1_000, 1_400],
    slopeCdbPerMs: [-3, -1.6, -0.8, -0.4, -0.2, -0.05],
    holdoffMs: [0, 250, 500, 1_000, 2_000],
    floorCdbm: FLOORS,
    counts: ['each-move', 'whole-visit'],
    silenceMs: [1_000, 2_000, 3_000, 5_000, 10_000],
  },
  decide: movingAverageRule,
}
/** Intel RSP's asset profile, gone after 30 s. */
const exit: Contender<DoorScene, ExitRule, Decision> = {
  name: 'exit rule (Intel RSP)',
  published: {
    holdCdb: 600,
    slopeCdbPerMs: -0.8,
    holdoffMs: 0,
    floorCdbm: -9_000,
    departedAfterMs: 30_000,
  },
  choices: {
    holdCdb: [0, 150, 300, 450, 600, 800, 1_000, 1_400],
    slopeCdbPerMs: [-3, -1.6, -0.8, -0.4, -0.2, -0.05],
    holdoffMs: [0, 250, 500, 1_000, 2_000, 60_000],
    floorCdbm: FLOORS,
    departedAfterMs: [1_000, 2_000, 3_000, 5_000, 10_000, 30_000],
  },
  decide: exitRule,
}
const strongest: Contender<DoorScene, StrongestAntenna, Decision> = {
  name: 'strongest antenna',
  published: { windowMs: 400, silenceMs: 3_000, floorCdbm: -9_000, peakMinCdbm: -9_000 },
  choices: {
    windowMs: [200, 400, 800, 1_200, 1_600, 2_400],
    silenceMs: [1_000, 1_500, 2_000, 3_000, 5_000],
    floorCdbm: FLOORS,
    peakMinCdbm: [-9_000, -6_600, -6_200, -5_900, -5_600, -5_300, -5_000],
  },
  decide: strongestRule,
}
/**
 * Ours: the weights of the marks are fitted on training scenes (`door-fit.ts`), the few figures
 * beside them were chosen on validation scenes. What a store can turn is how sure it has to be.
 */
const shipped = { name: 'ours, antennas', decide: ourRule }
const shippedWithBeams = { name: 'ours, antennas and beams', decide: ourRule }
const SURENESS = [500, 930]

/** How many scenes of each name. */
export interface Sizes {
  readonly training: number
  readonly validation: number
  readonly test: number
}

export interface Curve {
  readonly name: string
  readonly points: readonly Score[]
}

export function doorReport(sizes: Sizes, budget: Budget, on: Purpose = 'test') {
  const seen = {
    training: doorScenes('training', sizes.training),
    validation: doorScenes('validation', sizes.validation),
  }
  const scenes = doorScenes(on, sizes.test)
  const look = <Settings extends object>(contender: Contender<DoorScene, Settings, Decision>) => {
    const { best, frontier } = tuned(contender, seen, doorScore, budget)
    const row = rowOf(contender, best, scenes, doorScore)
    const points = frontier.map((settings) => rowOf(contender, settings, scenes, doorScore).score)
    return { row, curve: { name: contender.name, points } }
  }
  const having = (changed: Partial<PortalSettings>) => ({ ...portalDefaults, ...changed })
  const ours = rowOf(shipped, portalDefaults, scenes, doorScore)
  const oursWithBeams = rowOf(shippedWithBeams, having({ hasBeams: true }), scenes, doorScore)
  const others = [look(movingAverage), look(exit), look(strongest)]
  const turned = SURENESS.map(
    (sureMilli) => rowOf(shipped, having({ sureMilli }), scenes, doorScore).score,
  )
  return {
    ours,
    oursWithBeams,
    theirs: others.map(({ row }) => row),
    curves: [
      { name: ours.name, points: [...turned, ours.score].sort(byError) },
      ...others.map(({ curve }) => curve),
    ] satisfies Curve[],
  }
}

const byError = (a: Score, b: Score) => errorShare(a) - errorShare(b)
