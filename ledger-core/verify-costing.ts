import assert from 'node:assert'
import type { CostBook, NewLayer, UseOrigin } from './cost-movement.ts'
import { type CostMethod, emptyPool, type Pool, type ReturnableUse } from './costing.ts'

export interface HeldLayer extends NewLayer {
  readonly id: number
}

export interface HeldCosts extends CostBook {
  readonly skus: () => string[]
  readonly layersOf: (sku: string) => readonly HeldLayer[]
}

/** The cost state in memory: the same rules over maps, to derive again what the tables say. */
export function createHeldCosts(methodOf: (sku: string) => CostMethod): HeldCosts {
  const pools = new Map<string, Pool>()
  return {
    pool: (sku) => pools.get(sku) ?? emptyPool(methodOf(sku)),
    savePool: (sku, pool) => {
      pools.set(sku, pool)
    },
    skus: () => [...pools.keys()],
    ...createHeldLayers(),
    ...createHeldUses(),
  }
}

type Layers = 'openLayers' | 'addLayer' | 'changeLayer' | 'layersOf'

/** Layers of one SKU are held in issue order; emptied ones stay until a return refills them. */
function createHeldLayers(): Pick<HeldCosts, Layers> {
  const bySku = new Map<string, HeldLayer[]>()
  const byId = new Map<number, HeldLayer>()
  let lastId = 0
  return {
    layersOf: (sku) => (bySku.get(sku) ?? []).filter(({ quantity }) => quantity > 0n),
    openLayers: (sku) => (bySku.get(sku) ?? []).filter(({ quantity }) => quantity > 0n),
    addLayer: (layer) => {
      lastId += 1
      const held = { ...layer, id: lastId }
      byId.set(lastId, held)
      const layers = bySku.get(layer.sku) ?? []
      const after = layers.findIndex(({ effectiveDate }) => effectiveDate > layer.effectiveDate)
      layers.splice(after === -1 ? layers.length : after, 0, held)
      bySku.set(layer.sku, layers)
    },
    changeLayer: (id, quantity, valueMinor) => {
      const layer = byId.get(id)
      assert(layer !== undefined, `layer ${id} was never received`)
      const changed = {
        ...layer,
        quantity: layer.quantity + quantity,
        valueMinor: layer.valueMinor + valueMinor,
      }
      byId.set(id, changed)
      const layers = bySku.get(layer.sku) ?? []
      layers[layers.indexOf(layer)] = changed
    },
  }
}

function createHeldUses(): Pick<HeldCosts, 'addUse' | 'returnableUses' | 'reduceUse'> {
  const byOrigin = new Map<string, ReturnableUse[]>()
  const originOf = new Map<number, string>()
  const keyOf = ({ sequence, line, sku }: UseOrigin) => `${sequence}/${line}/${sku}`
  return {
    addUse: (origin, use) => {
      const key = originOf.size + 1
      originOf.set(key, keyOf(origin))
      const uses = byOrigin.get(keyOf(origin)) ?? []
      byOrigin.set(keyOf(origin), [{ ...use, key }, ...uses])
    },
    returnableUses: (origin) => byOrigin.get(keyOf(origin)) ?? [],
    reduceUse: (key, quantity, valueMinor) => {
      const origin = originOf.get(key) ?? ''
      const uses = (byOrigin.get(origin) ?? []).map((use) =>
        use.key === key
          ? { ...use, quantity: use.quantity + quantity, valueMinor: use.valueMinor + valueMinor }
          : use,
      )
      byOrigin.set(origin, uses)
    },
  }
}
