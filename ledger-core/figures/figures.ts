import type { Books } from '../books.ts'
import type { Db } from '../store/database.ts'
import { createFigureStore, type DateRange, type JournalFilter } from '../store/figure-store.ts'
import { createReplayStore } from '../store/replay-store.ts'
import { type WhatIf, whatIf } from '../what-if/what-if.ts'
import { type DemandDay, demandDays, nextDay } from './demand.ts'
import { type MarginFact, marginFacts } from './margin.ts'
import { type VarianceFact, varianceFacts } from './variance.ts'

/** A month and some: what a planning tool asks for when it names no days. */
const DEMAND_DAYS = 31

/** What the books tell over time. All of it is read and nothing kept; most goes through the journal. */
export interface Figures {
  /** The history costed by each method side by side; of one SKU, or of all. */
  readonly whatIf: (options?: { readonly sku?: string | undefined }) => WhatIf
  /** Revenue and COGS by SKU and entry, in the order of the journal. */
  readonly margins: (range: DateRange) => Iterable<MarginFact>
  readonly variances: (range: DateRange) => Iterable<VarianceFact>
  /** By default the last days up to the newest with a movement. */
  readonly demand: (range: DateRange & { readonly sku?: string | undefined }) => Iterable<DemandDay>
  /** Sequences of entries that pass, newest first, below `before`. */
  readonly search: (filter: JournalFilter, before: number, limit: number) => number[]
}

export function createFigures(db: Db, books: Books): Figures {
  const store = createFigureStore(db)
  const replay = createReplayStore(db)
  return {
    whatIf: (options) => whatIf(books, replay, options),
    margins: (range) => marginFacts(books, store, replay, range),
    variances: (range) => varianceFacts(books, store, range),
    demand: ({ from, to = store.lastBusinessDate() ?? undefined, sku }) => {
      if (to === undefined) return []
      const first = from ?? nextDay(to, 1 - DEMAND_DAYS)
      return demandDays(store, { from: first, to, sku: sku ?? null })
    },
    search: store.search,
  }
}
