import { expect, test, vi } from 'vitest'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import { watchHour } from '../../gateway/simulator/shelf/watch-hour.ts'
import { openModel } from '../../vision/index.ts'
import { productDetector } from './shelf-pictures.ts'

/** A few visits, with a shopper, a lamp and a knock, of what `npm run bench -- --only shelf-hour` measures. */
const HANDLINGS = 4
const SEED = 20_264

vi.setConfig({ testTimeout: 600_000 })

test('hands that take, return and only touch leave the true counts behind at every rate', async () => {
  const model = await openModel(productDetector)
  const [shelf] = SHELVES
  const depthOf = (zone: string) => (zone.startsWith('r3') ? 3 : 1)
  const options = { seed: SEED, shelf: shelf!, handlings: HANDLINGS, depthOf }
  const watched = await watchHour(model, options, [2, 5, 10])
  await model.close()
  expect(watched.map(({ framesPerSecond }) => framesPerSecond)).toEqual([2, 5, 10])
  for (const { framesPerSecond, units, right, invented, faults, deep } of watched) {
    const told = `${framesPerSecond} frames a second: ${faults.join('; ')}`
    expect(units, told).toBeGreaterThan(1)
    expect({ right, invented }, told).toEqual({ right: units, invented: 0 })
    // Where twins stand behind, nothing is guessed: what changed in front is told, the rest asked.
    expect(deep.right, told).toBe(deep.units)
    expect(deep.questions, told).toBeGreaterThanOrEqual(deep.visits)
  }
})
