import { garmentProfile, type MobilityProfile, placeDefaults } from '../../../sensors/index.ts'
import {
  type Budget,
  type Contender,
  type Purpose,
  rowOf,
  type Score,
  SEEDS,
  tuned,
} from './compare.ts'
import type { Sizes } from './door-report.ts'
import {
  type Average,
  edgexPlaces,
  ourPlaces,
  type Placing,
  rspPlaces,
  type Strongest,
  strongestPlaces,
} from './shelf-rules.ts'
import { type ShelfScene, shelfScene } from './shelf-scenes.ts'

export function shelfScenes(purpose: Purpose, count: number): ShelfScene[] {
  return Array.from({ length: count }, (_, nth) => shelfScene(SEEDS[purpose] + nth))
}

/** The first placing is where the tag is found; later ones are movements, true or false. */
export function shelfScore(scene: ShelfScene, [, ...moves]: readonly Placing[]): Score {
  const { moved } = scene
  const right = moved
    ? moves.find((one) => one.zone === moved.to && one.decidedAtMs >= moved.atMs)
    : undefined
  const after = moved ? moves.filter(({ decidedAtMs }) => decidedAtMs >= moved.atMs) : []
  return {
    movements: moved ? 1 : 0,
    wrong: moved && !right && after.length > 0 ? 1 : 0,
    missed: moved && !right && after.length === 0 ? 1 : 0,
    falsely: moves.length - (right ? 1 : 0),
    tagHours: scene.durationMs / 3_600_000,
    latenciesMs: right && moved ? [right.decidedAtMs - moved.atMs] : [],
  }
}

const FLOORS = [-9_000, -7_000, -6_800, -6_600, -6_400, -6_200, -6_000]
const AVERAGES = {
  holdCdb: [0, 150, 300, 450, 600, 800, 1_000, 1_400],
  slopeCdbPerMs: [-0.8, -0.2, -0.05, -0.02, -0.01, -0.005, -0.002],
  holdoffMs: [0, 500, 5_000, 10_000, 30_000, 60_000, 120_000],
  readsNeeded: [2, 3, 5, 10, 15, 20],
  floorCdbm: FLOORS,
}
const edgex: Contender<ShelfScene, Average, Placing> = {
  name: 'moving average (EdgeX)',
  published: {
    holdCdb: 600,
    slopeCdbPerMs: -0.8,
    holdoffMs: 500,
    readsNeeded: 2,
    floorCdbm: -9_000,
  },
  choices: AVERAGES,
  decide: edgexPlaces,
}
/** Its retail_garment. */
const rsp: Contender<ShelfScene, Average, Placing> = {
  name: 'mobility profile (Intel RSP)',
  published: {
    holdCdb: 600,
    slopeCdbPerMs: -0.05,
    holdoffMs: 60_000,
    readsNeeded: 3,
    floorCdbm: -9_000,
  },
  choices: AVERAGES,
  decide: rspPlaces,
}
const strongest: Contender<ShelfScene, Strongest, Placing> = {
  name: 'strongest antenna (Pareto)',
  published: { windowMs: 15_000, floorCdbm: -9_000 },
  choices: {
    windowMs: [5_000, 15_000, 30_000, 60_000, 90_000, 120_000, 180_000, 240_000],
    floorCdbm: FLOORS,
  },
  decide: strongestPlaces,
}
const oursIn = (scene: ShelfScene, profile: MobilityProfile) =>
  ourPlaces(scene, { ...placeDefaults, profile })
const ours: Contender<ShelfScene, MobilityProfile, Placing> = {
  name: 'ours, garment profile',
  published: garmentProfile,
  choices: {
    arriveReads: [3, 5, 8, 12],
    arriveLevelCdbm: [-7_200, -6_900, -6_600, -6_400, -6_200],
    moveReads: [2, 3, 5, 8],
    nowReads: [6, 10, 15, 20],
    holdCdb: [-200, 0, 150, 300, 450, 600, 800],
    holdoffMs: [0, 10_000, 30_000, 60_000],
    meltCdbPerS: [5, 10, 20, 50],
    leadMs: [10_000, 20_000, 30_000, 45_000, 60_000, 90_000],
    lostCdb: [-2_000, -300, 0, 100, 200, 300, 450],
    lostAfterMs: [15_000, 30_000, 45_000, 60_000],
  },
  decide: oursIn,
}
const shipped = { name: 'ours, as shipped', decide: oursIn }

export function shelfReport(sizes: Sizes, budget: Budget, on: Purpose = 'test') {
  const seen = {
    training: shelfScenes('training', sizes.training),
    validation: shelfScenes('validation', sizes.validation),
  }
  const scenes = shelfScenes(on, sizes.test)
  const row = <Settings extends object>(contender: Contender<ShelfScene, Settings, Placing>) =>
    rowOf(contender, tuned(contender, seen, shelfScore, budget).best, scenes, shelfScore)
  return {
    ours: row(ours),
    shipped: rowOf(shipped, garmentProfile, scenes, shelfScore),
    theirs: [row(edgex), row(rsp), row(strongest)],
  }
}
