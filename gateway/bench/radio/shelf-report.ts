import { garmentProfile, type PlaceSettings, placeDefaults } from '../../../sensors/index.ts'
import { addScores, type Contender, gridOf, type Score, trained } from './compare.ts'
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

const TEST_SEEDS_FROM = 1_000_000

export function shelfScenes(kind: 'training' | 'test', count: number): ShelfScene[] {
  const from = kind === 'training' ? 0 : TEST_SEEDS_FROM
  return Array.from({ length: count }, (_, nth) => shelfScene(from + nth))
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

const FLOORS = [-9_000, -7_000, -6_500]
const averages = (readsNeeded: number) =>
  gridOf<Average>({
    holdCdb: [300, 600, 1_000],
    slopeCdbPerMs: [-0.8, -0.05, -0.01],
    holdoffMs: [500, 10_000, 60_000],
    readsNeeded: [readsNeeded, 5, 10],
    floorCdbm: FLOORS,
  })
const edgex: Contender<ShelfScene, Average, Placing> = {
  name: 'moving average (EdgeX)',
  grid: averages(2),
  decide: edgexPlaces,
}
const rsp: Contender<ShelfScene, Average, Placing> = {
  name: 'mobility profile (Intel RSP)',
  grid: averages(3),
  decide: rspPlaces,
}
const strongest: Contender<ShelfScene, Strongest, Placing> = {
  name: 'strongest antenna (Pareto)',
  grid: gridOf<Strongest>({
    windowMs: [5_000, 15_000, 60_000, 180_000],
    floorCdbm: FLOORS,
  }),
  decide: strongestPlaces,
}
const ours: Contender<ShelfScene, PlaceSettings, Placing> = {
  name: 'ours, garment profile',
  grid: [{ ...placeDefaults, profile: garmentProfile }],
  decide: ourPlaces,
}

export function shelfReport(count: { readonly training: number; readonly test: number }) {
  const training = shelfScenes('training', count.training)
  const test = shelfScenes('test', count.test)
  const row = <Settings extends object>(
    contender: Contender<ShelfScene, Settings, Placing>,
  ): { name: string; score: Score; settings: object } => {
    const settings = trained(contender, training, shelfScore)
    const scores = test.map((scene) => shelfScore(scene, contender.decide(scene, settings)))
    return { name: contender.name, score: addScores(scores), settings }
  }
  return { ours: row(ours), theirs: [row(edgex), row(rsp), row(strongest)] }
}
