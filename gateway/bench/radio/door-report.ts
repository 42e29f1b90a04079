import { type PortalSettings, portalDefaults } from '../../../sensors/index.ts'
import { addScores, type Contender, gridOf, type Score, trained } from './compare.ts'
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

/** Test seeds begin here; training seeds are below. */
const TEST_SEEDS_FROM = 1_000_000

export function doorScenes(kind: 'training' | 'test', perName: number): DoorScene[] {
  const from = kind === 'training' ? 0 : TEST_SEEDS_FROM
  return SCENES.flatMap((name) =>
    Array.from({ length: perName }, (_, nth) => doorScene(name, from + nth)),
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

const FLOORS = [-9_000, -7_000, -6_200, -5_600]
const movingAverage: Contender<DoorScene, MovingAverage, Decision> = {
  name: 'moving average (EdgeX)',
  grid: gridOf<MovingAverage>({
    holdCdb: [0, 300, 600, 1_000],
    slopeCdbPerMs: [-0.8, -0.2, -0.05],
    holdoffMs: [0, 500, 2_000],
    floorCdbm: FLOORS,
    counts: ['each-move', 'whole-visit'],
    silenceMs: [3_000, 10_000],
  }),
  decide: movingAverageRule,
}
const exit: Contender<DoorScene, ExitRule, Decision> = {
  name: 'exit rule (Intel RSP)',
  grid: gridOf<ExitRule>({
    holdCdb: [0, 300, 600],
    slopeCdbPerMs: [-0.8, -0.2, -0.05],
    holdoffMs: [0, 500, 60_000],
    floorCdbm: FLOORS,
    departedAfterMs: [3_000, 10_000, 30_000],
  }),
  decide: exitRule,
}
const strongest: Contender<DoorScene, StrongestAntenna, Decision> = {
  name: 'strongest antenna',
  grid: gridOf<StrongestAntenna>({
    windowMs: [200, 400, 800, 1_600],
    silenceMs: [1_000, 2_000, 3_000],
    floorCdbm: FLOORS,
    peakMinCdbm: [-9_000, -6_200, -5_600, -5_000],
  }),
  decide: strongestRule,
}
/** Ours ships with what its training chose: the report would show if that had become stale. */
const antennas: Contender<DoorScene, PortalSettings, Decision> = {
  name: 'ours, antennas',
  grid: [portalDefaults],
  decide: ourRule,
}
const beams: Contender<DoorScene, PortalSettings, Decision> = {
  name: 'ours, antennas and beams',
  grid: [{ ...portalDefaults, hasBeams: true }],
  decide: ourRule,
}

export interface DoorRow {
  readonly name: string
  readonly score: Score
  /** What its training chose. */
  readonly settings: object
}

export function doorReport(perName: { readonly training: number; readonly test: number }) {
  const training = doorScenes('training', perName.training)
  const test = doorScenes('test', perName.test)
  const row = <Settings extends object>(
    contender: Contender<DoorScene, Settings, Decision>,
  ): DoorRow => {
    const settings = trained(contender, training, doorScore)
    const scores = test.map((scene) => doorScore(scene, contender.decide(scene, settings)))
    return { name: contender.name, score: addScores(scores), settings }
  }
  return {
    ours: row(antennas),
    oursWithBeams: row(beams),
    theirs: [row(movingAverage), row(exit), row(strongest)],
  }
}
