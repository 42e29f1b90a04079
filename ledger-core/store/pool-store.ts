import { type CostMethod, emptyPool, type Pool } from '../costing.ts'
import type { PoolValue } from '../journal.ts'
import type { CostStore } from './cost-store.ts'
import type { Db } from './database.ts'

/** Method, quantity, value, deficit quantity, deficit value, last quantity, last value. */
type PoolTuple = [CostMethod, bigint, bigint, bigint, bigint, bigint, bigint]

type Pools = 'pool' | 'savePool' | 'pools' | 'openDeficits' | 'groupsOf' | 'methodOf' | 'netMinor'

type PoolRow = Omit<PoolValue, 'layers'> & { readonly layers: bigint }

const POOL_VALUE = `SELECT sku, cost_group AS "group", method, quantity - deficit_quantity AS quantity,
    value_minor - deficit_value_minor AS valueMinor,
    (SELECT count(*) FROM layer WHERE layer.sku = pool.sku AND layer.cost_group = pool.cost_group
       AND quantity > 0) AS layers
  FROM pool`

export function createPools(db: Db): Pick<CostStore, Pools> {
  const list = db.prepare<[], PoolRow>(`${POOL_VALUE} ORDER BY sku, cost_group`)
  const deficits = db.prepare<[], PoolRow>(`${POOL_VALUE} WHERE deficit_quantity > 0 ORDER BY sku`)
  const groups = db
    .prepare<[string], string>('SELECT cost_group FROM pool WHERE sku = ? ORDER BY cost_group')
    .pluck()
  const method = db.prepare<[string], CostMethod>('SELECT method FROM sku WHERE sku = ?').pluck()
  const net = db
    .prepare<[], bigint>('SELECT COALESCE(sum(value_minor - deficit_value_minor), 0) FROM pool')
    .pluck()
  const values = (rows: readonly PoolRow[]) =>
    rows.map((row) => ({ ...row, layers: Number(row.layers) }))
  return {
    ...createPoolRows(db),
    pools: () => values(list.all()),
    openDeficits: () => values(deficits.all()),
    groupsOf: (sku) => groups.all(sku),
    methodOf: (sku) => method.get(sku) ?? null,
    netMinor: () => net.get() ?? 0n,
  }
}

function createPoolRows(db: Db): Pick<CostStore, 'pool' | 'savePool'> {
  // Raw rows: every posting reads one, and naming the columns costs more than reading them.
  const select = db
    .prepare<[string, string], PoolTuple>(
      `SELECT method, quantity, value_minor, deficit_quantity, deficit_value_minor, last_quantity,
         last_value_minor FROM pool WHERE sku = ? AND cost_group = ?`,
    )
    .raw()
  const standard = db
    .prepare<[string], [CostMethod, bigint | null, bigint]>(
      'SELECT method, standard_cost_minor, quantity_scale FROM sku WHERE sku = ?',
    )
    .raw()
  const update = db.prepare(
    `UPDATE pool SET method = ?, quantity = ?, value_minor = ?, deficit_quantity = ?,
       deficit_value_minor = ?, last_quantity = ?, last_value_minor = ?
     WHERE sku = ? AND cost_group = ?`,
  )
  const updateStock = db.prepare(
    'UPDATE pool SET quantity = ?, value_minor = ? WHERE sku = ? AND cost_group = ?',
  )
  const insert = db.prepare(
    `INSERT INTO pool (method, quantity, value_minor, deficit_quantity, deficit_value_minor,
       last_quantity, last_value_minor, sku, cost_group) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  /** Before the first receipt the standard cost is the last known one. */
  const firstPool = (sku: string): Pool => {
    const row = standard.get(sku)
    if (row === undefined) throw new Error(`pool of ${sku}: expected a SKU of the masters`)
    const pool = emptyPool(row[0])
    if (row[1] === null) return pool
    return { ...pool, lastQuantity: 10n ** row[2], lastValueMinor: row[1] }
  }
  return {
    pool: (sku, group) => {
      const row = select.get(sku, group)
      if (row === undefined) return firstPool(sku)
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
    savePool: (sku, group, pool, before) => {
      const { method, quantity, valueMinor, deficitQuantity, deficitValueMinor } = pool
      const { lastQuantity, lastValueMinor } = pool
      const saved =
        before !== undefined && isStock(before, pool)
          ? updateStock.run(quantity, valueMinor, sku, group)
          : update.run(
              method,
              quantity,
              valueMinor,
              deficitQuantity,
              deficitValueMinor,
              lastQuantity,
              lastValueMinor,
              sku,
              group,
            )
      if (saved.changes > 0) return
      insert.run(
        method,
        quantity,
        valueMinor,
        deficitQuantity,
        deficitValueMinor,
        lastQuantity,
        lastValueMinor,
        sku,
        group,
      )
    },
  }
}

/** Only what is on hand has changed: most postings, and the checks of the other columns are spared. */
function isStock(before: Pool, after: Pool): boolean {
  return (
    before.method === after.method &&
    before.deficitQuantity === after.deficitQuantity &&
    before.deficitValueMinor === after.deficitValueMinor &&
    before.lastQuantity === after.lastQuantity &&
    before.lastValueMinor === after.lastValueMinor
  )
}
