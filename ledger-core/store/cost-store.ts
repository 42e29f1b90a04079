import assert from 'node:assert'
import type { CostBook, UseOrigin } from '../cost-movement.ts'
import type { CostMethod, Layer, ReturnableUse, Use } from '../costing.ts'
import type { PoolValue } from '../journal.ts'
import type { Db } from './database.ts'

/** Method, quantity, value, deficit quantity, deficit value, last quantity, last value. */
type PoolTuple = [CostMethod, bigint, bigint, bigint, bigint, bigint, bigint]

/** Id, remaining quantity, remaining value. */
type LayerTuple = [bigint, bigint, bigint]

interface UseRow {
  readonly id: bigint
  readonly quantity: bigint
  readonly valueMinor: bigint
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
  // Raw rows: every posting reads one, and naming the columns costs more than reading them.
  const select = db
    .prepare<[string], PoolTuple>(
      `SELECT method, quantity, value_minor, deficit_quantity, deficit_value_minor, last_quantity,
         last_value_minor FROM pool WHERE sku = ?`,
    )
    .raw()
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
      const row = select.get(sku)
      if (row === undefined) assert.fail(`pool of ${sku}: every SKU has one`)
      return {
        method: row[0],
        quantity: row[1],
        valueMinor: row[2],
        deficitQuantity: row[3],
        deficitValueMinor: row[4],
        lastQuantity: row[5],
        lastValueMinor: row[6],
      }
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
  const oldest = db.prepare<[string], LayerTuple>(`${OPEN} 1`).raw()
  const open = db.prepare<[string, number], LayerTuple>(`${OPEN} ?`).raw()
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
      if (first[1] >= quantity) return [toLayer(first)]
      // Rarely the oldest layer is not enough: read twice as many until they are.
      for (let limit = 8; ; limit *= 2) {
        const rows = open.all(sku, limit)
        const found = rows.reduce((sum, row) => sum + row[1], 0n)
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

function toLayer([id, quantity, valueMinor]: LayerTuple): Layer {
  return { id: Number(id), quantity, valueMinor }
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
