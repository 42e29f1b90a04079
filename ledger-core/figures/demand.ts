import type { FigureStore } from '../store/figure-store.ts'

/** What a planning tool needs of one SKU and one business day; days without movement included. */
export interface DemandDay {
  readonly date: string
  readonly sku: string
  readonly sold: bigint
  readonly returned: bigint
  /** From suppliers and from other stores. */
  readonly received: bigint
  readonly sentBack: bigint
  /** Everything else, signed: counts, losses, write-offs, kits, transfers out, opening stock. */
  readonly adjusted: bigint
  /** In the store at the end of the day, shelves, backroom and baskets. */
  readonly onHand: bigint
}

const DAY_MS = 86_400_000

/** From the first day (or a SKU's first movement) to the last; one SKU after another, day by day. */
export function* demandDays(
  store: FigureStore,
  { from, to, sku }: { readonly from: string; readonly to: string; readonly sku: string | null },
): Generator<DemandDay> {
  const none = { sold: 0n, returned: 0n, received: 0n, sentBack: 0n, adjusted: 0n }
  const running = { sku: '', day: from, onHand: 0n }
  /** Quiet days up to, but not including, a date. */
  function* quietUntil(date: string): Generator<DemandDay> {
    for (; running.sku !== '' && running.day < date; running.day = nextDay(running.day))
      yield { date: running.day, sku: running.sku, ...none, onHand: running.onHand }
  }
  for (const flow of store.dayFlows(to, sku)) {
    if (running.sku !== flow.sku) {
      yield* quietUntil(nextDay(to))
      // Before its first movement a SKU was not out of stock: it was not there at all.
      const day = flow.date > from ? flow.date : from
      Object.assign(running, { sku: flow.sku, day, onHand: 0n })
    }
    const { date, sold, returned, received, sentBack, change } = flow
    yield* quietUntil(date)
    running.onHand += change
    if (date < from) continue
    const adjusted = change + sold - returned - received + sentBack
    const { onHand } = running
    yield { date, sku: flow.sku, sold, returned, received, sentBack, adjusted, onHand }
    running.day = nextDay(date)
  }
  yield* quietUntil(nextDay(to))
}

export function nextDay(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}
