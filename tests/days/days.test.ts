import { expect, test } from 'vitest'
import { createRandom } from '../../gateway/simulator/random.ts'
import { type LivedDay, liveDay, onBooks, type Run } from './lived-day.ts'

/** A day takes a minute or two on a small machine. */
const LONG_MS = 900_000
const SEED = 7

let calm: LivedDay | null = null

/** What every day has to come to, whatever has happened in it. */
function expectRight({ report }: LivedDay): void {
  const wrong = report.score.rows.filter(({ differs }) => differs === 'wrong')
  expect(wrong).toEqual([])
  expect(report.score.reviews).toMatchObject({ withinCaps: true })
  expect(report.layers.agree).toBe(true)
  expect(report.verification).toMatchObject({ ok: true })
  expect(report.verdict).toBe('right')
  expect(report.destinations).not.toEqual([])
  for (const { sealed, acknowledged } of report.destinations) expect(acknowledged).toBe(sealed)
  expect(report.destinations[0]?.sealed).toBeGreaterThan(10)
  expect(report.score.counts.equal).toBeGreaterThan(60)
}

test(`a calm day (seed ${SEED}): books and truth agree, and its commands give the same chain again`, {
  timeout: LONG_MS,
}, async () => {
  calm = await liveDay(SEED)
  expectRight(calm)
  const verified = await onBooks(calm.folder, 'ledger', 'verify')
  const replayed = await onBooks(calm.folder, 'ledger', 'replay')
  expect(verified).toMatchObject({ ok: true })
  expect(replayed).toMatchObject({ ok: true, lastHash: hashOf(verified) })
})

test(`the same day with the gateway killed again and again gives the same books`, {
  timeout: LONG_MS,
}, async () => {
  const random = createRandom(SEED, 'kills')
  const instants = calm?.day.instants.length ?? 0
  expect(instants).toBeGreaterThan(1_000)
  const busy = (calm?.day.instants ?? []).flatMap(({ messages }, index) =>
    messages.length > 0 ? [index] : [],
  )
  const between = new Set(random.shuffled(busy).slice(0, 6))
  const amid = new Set(random.shuffled(busy).slice(6, 14))
  const crashed = await liveDay(SEED, {
    before: async (index, run) => {
      if (between.has(index)) await run.crash()
    },
    during: async (index, run) => {
      if (amid.has(index)) await run.crash()
    },
  })
  expect(crashed.kills).toBe(between.size + amid.size)
  expectRight(crashed)
  expect(crashed.digest).toBe(calm?.digest)
  expect(await onBooks(crashed.folder, 'ledger', 'replay')).toMatchObject({ ok: true })
})

test(`the same day with head office away for half of it gives the same books, all delivered`, {
  timeout: LONG_MS,
}, async () => {
  const instants = calm?.day.instants ?? []
  const away = Math.floor(instants.length / 4)
  const back = away + Math.floor(instants.length / 2)
  const waiting: number[] = []
  const before = async (index: number, { receiver, store }: Run) => {
    if (index === away) await receiver.down()
    if (index !== back) return
    const [destination] = await store.api.batches()
    waiting.push((destination?.sealed ?? 0) - (destination?.acknowledged ?? 0))
    await receiver.up()
  }
  const cutOff = await liveDay(SEED, { before })
  expect(waiting[0]).toBeGreaterThan(5)
  expectRight(cutOff)
  expect(cutOff.digest).toBe(calm?.digest)
})

test.each([1, -40])(
  'another day (seed %i): books and truth agree',
  {
    timeout: LONG_MS,
  },
  async (seed) => {
    expectRight(await liveDay(seed))
  },
)

function hashOf(report: unknown): string {
  return (report as { lastHash: string }).lastHash
}
