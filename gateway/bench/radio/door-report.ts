import { type PortalSettings, portalDefaults } from '../../../sensors/index.ts'
import {
  type Budget,
  type Contender,
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
/** The gap that ends a pass stays: it is what decides within three seconds. */
const antennas: Contender<DoorScene, PortalSettings, Decision> = {
  name: 'ours, antennas',
  published: portalDefaults,
  choices: {
    directionGapMs: [50, 100, 150, 200, 300],
    endShareMilli: [60, 100, 150, 200, 300],
    endMostMs: [400, 800, 1_200, 2_000],
    turnMinMilli: [300, 400, 500, 600, 800],
    wrongLeanMostMilli: [0, 100, 200, 300, 400],
    leanPowerMilli: [200, 300, 400, 600],
    leanFloorCdbm: [-8_500, -8_000, -7_500, -7_000],
    peakMinCdbm: [-7_000, -6_600, -6_400, -6_200, -5_900, -5_600],
    staticRiseCdb: [500, 800, 1_100],
    restSpreadCdb: [300, 400, 600],
    flatCdb: [200, 300, 500],
  },
  decide: ourRule,
}
const beams: Contender<DoorScene, PortalSettings, Decision> = {
  ...antennas,
  name: 'ours, antennas and beams',
  published: { ...portalDefaults, hasBeams: true },
}
const shipped = { name: 'ours, antennas, as shipped', decide: ourRule }
const shippedWithBeams = { name: 'ours, both, as shipped', decide: ourRule }

/** How many scenes of each name. */
export interface Sizes {
  readonly training: number
  readonly validation: number
  readonly test: number
}

export function doorReport(sizes: Sizes, budget: Budget, on: Purpose = 'test') {
  const seen = {
    training: doorScenes('training', sizes.training),
    validation: doorScenes('validation', sizes.validation),
  }
  const scenes = doorScenes(on, sizes.test)
  const row = <Settings extends object>(contender: Contender<DoorScene, Settings, Decision>) =>
    rowOf(contender, tuned(contender, seen, doorScore, budget), scenes, doorScore)
  return {
    ours: row(antennas),
    oursWithBeams: row(beams),
    shipped: [
      rowOf(shipped, antennas.published, scenes, doorScore),
      rowOf(shippedWithBeams, beams.published, scenes, doorScore),
    ] as const,
    theirs: [row(movingAverage), row(exit), row(strongest)],
  }
}
