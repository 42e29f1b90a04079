import type { CostBook } from '../cost-book.ts'
import type { CostMethod } from '../costing.ts'
import type { PoolValue } from '../journal.ts'
import type { Db } from './database.ts'
import { createEffects, type OpenEffects } from './effect-store.ts'
import { createLayers, type LayerReads } from './layer-store.ts'
import { createPools } from './pool-store.ts'

export interface CostStore extends CostBook, LayerReads, OpenEffects {
  /** Pools by SKU and group: net of deficits. */
  readonly pools: () => PoolValue[]
  /** Pools with an open deficit. */
  readonly openDeficits: () => PoolValue[]
  readonly groupsOf: (sku: string) => string[]
  readonly methodOf: (sku: string) => CostMethod | null
  /** Value of all pools less all deficits, minor units. */
  readonly netMinor: () => bigint
}

/** Pools, layers and effects in SQL. Every statement of a posting touches rows by key. */
export function createCostStore(db: Db): CostStore {
  return { ...createPools(db), ...createLayers(db), ...createEffects(db) }
}
