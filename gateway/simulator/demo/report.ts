import { GOODS, REAL_LOCATIONS } from '../catalogue.ts'
import { type PlaceQuantity, type Score, scoreDay } from '../scoring/score.ts'
import type { World } from '../world.ts'
import type { Destination, GatewayApi, Pools, Review, TrialBalance } from './books.ts'

/** What a run comes to: the same for people and for `--json`. */
export interface DemoReport {
  readonly seed: number
  readonly days: number
  readonly verdict: Score['verdict']
  readonly score: Score
  readonly openReviews: readonly Review[]
  /** Every question, and whether it was right to ask. */
  readonly questions: readonly (Pick<Review, 'kind' | 'question' | 'state'> & { right: boolean })[]
  /** How often each kind of question was asked, answered ones too. */
  readonly askedByKind: Readonly<Record<string, number>>
  readonly trialBalance: TrialBalance
  readonly layers: {
    readonly pools: Pools['rows']
    readonly poolsMinor: string
    readonly inventoryAccountMinor: string
    readonly agree: boolean
  }
  readonly destinations: readonly Destination[]
  readonly movements: number
  readonly booksDigest: unknown
  readonly verification: unknown
}

export interface Told {
  readonly seed: number
  readonly days: number
  readonly world: World
  readonly api: GatewayApi
  readonly movements: number
}

export const SCORED_LOCATIONS = [...REAL_LOCATIONS, 'basket']

/** Reads the books through the gateway's own API and judges them by the truth. */
export async function reportOf({ seed, days, world, api, movements }: Told): Promise<DemoReport> {
  const [stock, reviews, trialBalance, pools, destinations] = await Promise.all([
    api.stock(),
    api.reviews('all'),
    api.trialBalance(),
    api.pools(),
    api.batches(),
  ])
  const score = scoreDay({
    skus: GOODS.map(({ sku }) => sku),
    locations: SCORED_LOCATIONS,
    truth: truthOf(world),
    books: stock.rows.map((row) => ({ ...row, quantity: Number(row.quantity) })),
    reviews: reviews.map((review) => ({ ...review, open: review.state === 'open' })),
    unseen: world.moves
      .filter(({ observable }) => !observable)
      .map(({ sku, bookedFrom, to }) => ({ sku, from: bookedFrom, to })),
    justified: world.questions,
    movements,
  })
  const poolsMinor = pools.rows.reduce((sum, { valueMinor }) => sum + BigInt(valueMinor), 0n)
  const { inventoryAccountMinor } = pools
  const agree = poolsMinor === BigInt(inventoryAccountMinor)
  return {
    seed,
    days,
    verdict: agree ? score.verdict : 'wrong',
    score,
    openReviews: reviews.filter(({ state }) => state === 'open'),
    questions: reviews.map(({ kind, question, state }, index) => ({
      kind,
      question,
      state,
      right: score.reviews.right[index] ?? false,
    })),
    askedByKind: countByKind(reviews),
    trialBalance,
    layers: {
      pools: pools.rows,
      poolsMinor: poolsMinor.toString(),
      inventoryAccountMinor,
      agree,
    },
    destinations,
    movements,
    booksDigest: await api.plain('books-digest'),
    verification: await api.plain('verify'),
  }
}

function countByKind(reviews: readonly Review[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of reviews) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

export function truthOf(world: World): PlaceQuantity[] {
  return GOODS.flatMap(({ sku }) =>
    SCORED_LOCATIONS.map((location) => ({
      sku,
      location,
      quantity: world.quantity(sku, location),
    })),
  )
}
