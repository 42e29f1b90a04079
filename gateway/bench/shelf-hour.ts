import { openModel } from '../../vision/index.ts'
import { SHELVES } from '../simulator/shelf/shelf-layout.ts'
import { type Watched, watchHour } from '../simulator/shelf/watch-hour.ts'
import type { Figure, Progress } from './ratio.ts'

const SEED = 20_261
const RATES = [2, 5, 10]
/** Two shelves, so 200 in all. */
const HANDLINGS_PER_SHELF = 100
/** The row of each shelf where this many stand one behind another; the others are one deep. */
const DEEP_ROWS: Readonly<Record<string, string>> = { 'camera-1': 'r3', 'camera-2': 'r2' }
const DEEP = 3

/** Whether hands, shoppers, lamps and knocks before a drawn shelf become the right counts. */
export async function benchShelfHour(modelFolder: string, progress: Progress): Promise<Figure[]> {
  const model = await openModel(modelFolder)
  const shelves: Watched[][] = []
  try {
    for (const shelf of SHELVES) {
      const deepRow = `${DEEP_ROWS[shelf.camera]}-`
      const depthOf = (zone: string) => (zone.startsWith(deepRow) ? DEEP : 1)
      const options = { seed: SEED, shelf, handlings: HANDLINGS_PER_SHELF, depthOf }
      const tell = (second: number) => {
        if (second % 30 === 0) progress(`${shelf.camera}: ${second} s of pictures`)
      }
      shelves.push(await watchHour(model, { ...options, endsKnocked: true }, RATES, tell))
    }
  } finally {
    await model.close()
  }
  return RATES.flatMap((_, rate) => figuresOf(shelves.flatMap((shelf) => shelf[rate] ?? [])))
}

function figuresOf(shelves: readonly Watched[]): Figure[] {
  const sum = (of: (watched: Watched) => number) =>
    shelves.reduce((total, watched) => total + of(watched), 0)
  const rate = `at ${shelves[0]?.framesPerSecond} frames a second`
  const units = sum((watched) => watched.units)
  const faults = shelves.flatMap((watched) => watched.faults)
  const one = { spread: null }
  return [
    {
      ...one,
      name: `units right on shelves one item deep, ${rate}`,
      method: [
        `${sum(({ right }) => right)} of ${units} facings that came or went; ${sum(({ frames }) => frames)} pictures, ${sum(({ unusable }) => unusable)} of them unusable`,
        `shelves ${DEEP} deep, apart: ${sum(({ deep }) => deep.right)} of ${sum(({ deep }) => deep.units)} facings right; ${sum(({ deep }) => deep.questions)} counts asked for, where hands came ${sum(({ deep }) => deep.visits)} times and people and knocks hid the rest`,
        ...faults,
      ],
      value: (100 * sum(({ right }) => right)) / units,
      unit: '%',
      hold: { better: 'more', limit: 98 },
    },
    {
      ...one,
      name: `movements invented, ${rate}`,
      method: [],
      value: sum(({ invented }) => invented),
      unit: 'units',
      hold: { better: 'less', limit: 0 },
    },
  ]
}
