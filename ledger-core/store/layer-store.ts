import assert from 'node:assert'
import type { CostBook, HeldLayer } from '../cost-book.ts'
import type { CostMethod, Layer } from '../costing.ts'
import type { LayerFacts } from '../journal.ts'
import type { Db } from './database.ts'

/** Id, remaining quantity, remaining value. */
type LayerTuple = [bigint, bigint, bigint]

interface LayerRow {
  readonly id: bigint
  readonly sku: string
  readonly group: string
  readonly date: string
  readonly receipt: bigint
  readonly lot: string | null
  readonly expires: string | null
  readonly serial: string | null
  readonly origin: string | null
  readonly receivedQuantity: bigint
  readonly receivedMinor: bigint
  readonly quantity: bigint
  readonly valueMinor: bigint
}

export interface LayerReads {
  /** Open layers with an expiry up to a date, soonest first. */
  readonly expiring: (upTo: string) => HeldLayer[]
  /** Open layers of a SKU on the site, soonest expiry first: what to pick first (FEFO). */
  readonly byExpiry: (sku: string) => HeldLayer[]
  /** Every layer with id > after, open or not, for verification. */
  readonly layers: (after: number, limit: number) => HeldLayer[]
}

type Layers =
  | 'openLayers'
  | 'layer'
  | 'heldLayers'
  | 'layersOfReceipt'
  | 'serialLayer'
  | 'addLayer'
  | 'changeLayer'

const HELD = `SELECT id, sku, cost_group AS "group", effective_date AS date, receipt, lot, expires,
    serial, origin, received_quantity AS receivedQuantity, received_value_minor AS receivedMinor,
    quantity, value_minor AS valueMinor FROM layer`

export function createLayers(db: Db): Pick<CostBook, Layers> & LayerReads {
  const one = db.prepare<[number], LayerRow>(`${HELD} WHERE id = ?`)
  const held = db.prepare<[string, string], LayerRow>(
    `${HELD} WHERE sku = ? AND cost_group = ? AND quantity > 0 ORDER BY effective_date, receipt, id`,
  )
  const ofReceipt = db.prepare<[string, number], LayerRow>(
    `${HELD} WHERE sku = ? AND receipt = ? AND quantity > 0 ORDER BY effective_date, receipt, id`,
  )
  const ofSerial = db.prepare<[string, string], LayerRow>(
    `${HELD} WHERE sku = ? AND serial = ? AND quantity > 0`,
  )
  const expiring = db.prepare<[string], LayerRow>(
    `${HELD} WHERE expires <= ? AND quantity > 0 ORDER BY expires, id`,
  )
  const byExpiry = db.prepare<[string], LayerRow>(
    `${HELD} WHERE sku = ? AND quantity > 0 AND cost_group NOT LIKE 'in-transit:%'
     ORDER BY expires IS NULL, expires, effective_date, receipt, id`,
  )
  const all = db.prepare<[number, number], LayerRow>(`${HELD} WHERE id > ? ORDER BY id LIMIT ?`)
  return {
    ...createLayerRows(db),
    layer: (id) => {
      const row = one.get(id)
      if (row === undefined) assert.fail(`layer ${id} was never received`)
      return toHeld(row)
    },
    heldLayers: (sku, group) => held.all(sku, group).map(toHeld),
    layersOfReceipt: (sku, sequence) => ofReceipt.all(sku, sequence).map(toHeld),
    serialLayer: (sku, serial) => {
      const row = ofSerial.get(sku, serial)
      return row === undefined ? null : toHeld(row)
    },
    expiring: (upTo) => expiring.all(upTo).map(toHeld),
    byExpiry: (sku) => byExpiry.all(sku).map(toHeld),
    layers: (after, limit) => all.all(after, limit).map(toHeld),
  }
}

function createLayerRows(db: Db): Pick<CostBook, 'openLayers' | 'addLayer' | 'changeLayer'> {
  const oldestFirst = createOrder(db, 'effective_date, receipt, id')
  const newestFirst = createOrder(db, 'effective_date DESC, receipt DESC, id DESC')
  const insert = db.prepare(
    `INSERT INTO layer (sku, cost_group, effective_date, receipt, lot, expires, serial, origin,
       received_quantity, received_value_minor, quantity, value_minor)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const change = db.prepare(
    'UPDATE layer SET quantity = quantity + ?, value_minor = value_minor + ? WHERE id = ?',
  )
  return {
    openLayers: (sku, group, method, quantity) =>
      (method === 'lifo' ? newestFirst : oldestFirst)(sku, group, method, quantity),
    addLayer: (sku, group, facts, quantity, valueMinor) => {
      const { date, receipt, lot = null, expires = null, serial = null, origin = null } = facts
      const { lastInsertRowid } = insert.run(
        sku,
        group,
        date,
        receipt,
        lot,
        expires,
        serial,
        origin,
        quantity,
        valueMinor,
        quantity,
        valueMinor,
      )
      return Number(lastInsertRowid)
    },
    changeLayer: (id, quantity, valueMinor) => {
      change.run(quantity, valueMinor, id)
    },
  }
}

function createOrder(db: Db, order: string): CostBook['openLayers'] {
  const OPEN = `SELECT id, quantity, value_minor FROM layer
    WHERE sku = ? AND cost_group = ? AND quantity > 0 ORDER BY ${order} LIMIT`
  const next = db.prepare<[string, string], LayerTuple>(`${OPEN} 1`).raw()
  const open = db.prepare<[string, string, number], LayerTuple>(`${OPEN} ?`).raw()
  return (sku: string, group: string, _method: CostMethod, quantity: bigint) => {
    const first = next.get(sku, group)
    if (first === undefined) return []
    if (first[1] >= quantity) return [toLayer(first)]
    // Rarely the next layer is not enough: read twice as many until they are.
    for (let limit = 8; ; limit *= 2) {
      const rows = open.all(sku, group, limit)
      const found = rows.reduce((sum, row) => sum + row[1], 0n)
      if (found >= quantity || rows.length < limit) return rows.map(toLayer)
    }
  }
}

function toLayer([id, quantity, valueMinor]: LayerTuple): Layer {
  return { id: Number(id), quantity, valueMinor }
}

function toHeld(row: LayerRow): HeldLayer {
  const { sku, group, date, lot, expires, serial, origin } = row
  const facts: LayerFacts = {
    date,
    receipt: Number(row.receipt),
    ...(lot === null ? {} : { lot }),
    ...(expires === null ? {} : { expires }),
    ...(serial === null ? {} : { serial }),
    ...(origin === null ? {} : { origin }),
  }
  return {
    id: Number(row.id),
    sku,
    group,
    facts,
    receivedQuantity: row.receivedQuantity,
    receivedMinor: row.receivedMinor,
    quantity: row.quantity,
    valueMinor: row.valueMinor,
  }
}
