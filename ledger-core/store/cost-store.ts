import assert from 'node:assert'
import type { CostBook, UseOrigin } from '../cost-movement.ts'
import type { CostMethod, Layer, Pool, ReturnableUse, Use } from '../costing.ts'
import type { PoolValue } from '../journal.ts'
import type { Db } from './database.ts'

interface LayerRow {
  readonly id: bigint
  readonly quantity: bigint
  readonly valueMinor: bigint
}

interface UseRow extends LayerRow {
  readonly source: Use['source']
  readonly layer: bigint | null
}

export interface CostStore extends CostBook {
  readonly createPool: (sku: string, method: CostMethod) => void
  readonly pools: () => PoolValue[]
  /** Value of all pools less all deficits, minor units. */
  readonly netMinor: () => bigint
}

/** Pools, layers and uses in SQL. Every statement touches rows by key: cost of a posting stays flat. */
export function createCostStore(db: Db): CostStore {
  return { ...createPools(db), ...createLayers(db), ...createUses(db) }
}

function createPools(
  db: Db,
): Pick<CostStore, 'pool' | 'savePool' | 'createPool' | 'pools' | 'netMinor'> {
  const select = db.prepare<[string], Pool>(
    `SELECT method, quantity, value_minor AS valueMinor, deficit_quantity AS deficitQuantity,
       deficit_value_minor AS deficitValueMinor, last_quantity AS lastQuantity,
       last_value_minor AS lastValueMinor
     FROM pool WHERE sku = ?`,
  )
  const update = db.prepare(
    `UPDATE pool SET quantity = ?, value_minor = ?, deficit_quantity = ?, deficit_value_minor = ?,
       last_quantity = ?, last_value_minor = ? WHERE sku = ?`,
  )
  const insert = db.prepare(
    `INSERT INTO pool (sku, method, quantity, value_minor, deficit_quantity, deficit_value_minor,
       last_quantity, last_value_minor) VALUES (?, ?, 0, 0, 0, 0, 0, 0)`,
  )
  const list = db.prepare<[], Omit<PoolValue, 'layers'> & { readonly layers: bigint }>(
    `SELECT sku, method, quantity - deficit_quantity AS quantity,
       value_minor - deficit_value_minor AS valueMinor,
       (SELECT count(*) FROM layer WHERE layer.sku = pool.sku AND quantity > 0) AS layers
     FROM pool ORDER BY sku`,
  )
  const net = db
    .prepare<[], bigint>('SELECT COALESCE(sum(value_minor - deficit_value_minor), 0) FROM pool')
    .pluck()
  return {
    pool: (sku) => {
      const pool = select.get(sku)
      if (pool === undefined) assert.fail(`pool of ${sku}: every SKU has one`)
      return pool
    },
    savePool: (sku, pool) => {
      update.run(
        pool.quantity,
        pool.valueMinor,
        pool.deficitQuantity,
        pool.deficitValueMinor,
        pool.lastQuantity,
        pool.lastValueMinor,
        sku,
      )
    },
    createPool: (sku, method) => {
      insert.run(sku, method)
    },
    pools: () => list.all().map((row) => ({ ...row, layers: Number(row.layers) })),
    netMinor: () => net.get() ?? 0n,
  }
}

function createLayers(db: Db): Pick<CostStore, 'openLayers' | 'addLayer' | 'changeLayer'> {
  const OPEN = `SELECT id, quantity, value_minor AS valueMinor FROM layer
    WHERE sku = ? AND quantity > 0 ORDER BY effective_date, id LIMIT`
  const oldest = db.prepare<[string], LayerRow>(`${OPEN} 1`)
  const open = db.prepare<[string, number], LayerRow>(`${OPEN} ?`)
  const insert = db.prepare(
    `INSERT INTO layer (sku, effective_date, sequence, received_quantity, received_value_minor,
       quantity, value_minor) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const change = db.prepare(
    'UPDATE layer SET quantity = quantity + ?, value_minor = value_minor + ? WHERE id = ?',
  )
  return {
    openLayers: (sku, quantity) => {
      const first = oldest.get(sku)
      if (first === undefined) return []
      if (first.quantity >= quantity) return [toLayer(first)]
      // Rarely the oldest layer is not enough: read twice as many until they are.
      for (let limit = 8; ; limit *= 2) {
        const rows = open.all(sku, limit)
        const found = rows.reduce((sum, row) => sum + row.quantity, 0n)
        if (found >= quantity || rows.length < limit) return rows.map(toLayer)
      }
    },
    addLayer: ({ sku, effectiveDate, sequence, quantity, valueMinor }) => {
      insert.run(sku, effectiveDate, sequence, quantity, valueMinor, quantity, valueMinor)
    },
    changeLayer: (id, quantity, valueMinor) => {
      change.run(quantity, valueMinor, id)
    },
  }
}

function toLayer(row: LayerRow): Layer {
  return { id: Number(row.id), quantity: row.quantity, valueMinor: row.valueMinor }
}

function createUses(db: Db): Pick<CostStore, 'addUse' | 'returnableUses' | 'reduceUse'> {
  const insert = db.prepare(
    `INSERT INTO layer_use (sequence, line, sku, source, layer, quantity, value_minor)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const returnable = db.prepare<[number, number, string], UseRow>(
    `SELECT id, source, layer, quantity, value_minor AS valueMinor FROM layer_use
     WHERE sequence = ? AND line = ? AND sku = ? ORDER BY id DESC`,
  )
  const reduce = db.prepare(
    'UPDATE layer_use SET quantity = quantity + ?, value_minor = value_minor + ? WHERE id = ?',
  )
  return {
    addUse: ({ sequence, line, sku }: UseOrigin, use) => {
      insert.run(sequence, line, sku, use.source, use.layer, use.quantity, use.valueMinor)
    },
    returnableUses: ({ sequence, line, sku }) =>
      returnable.all(sequence, line, sku).map(
        (row): ReturnableUse => ({
          key: Number(row.id),
          source: row.source,
          layer: row.layer === null ? null : Number(row.layer),
          quantity: row.quantity,
          valueMinor: row.valueMinor,
        }),
      ),
    reduceUse: (key, quantity, valueMinor) => {
      reduce.run(quantity, valueMinor, key)
    },
  }
}
