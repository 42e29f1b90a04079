import type { PurchaseOrderLine } from '../command.ts'
import type { Db } from './database.ts'

/** A line of a purchase order and what has come of it so far. */
export interface OpenOrderLine {
  readonly order: string
  readonly supplier: string
  readonly line: number
  readonly sku: string
  readonly ordered: bigint
  readonly orderedMinor: bigint
  readonly received: bigint
  readonly receivedMinor: bigint
  /** What has not come will not come. */
  readonly closed?: true
}

export interface OrderStore {
  readonly orderExists: (order: string) => boolean
  readonly orderLine: (order: string, line: number) => OpenOrderLine | null
  /** Lines with something still to come; of one order all its lines. */
  readonly openOrderLines: (order?: string) => OpenOrderLine[]
  /** Lines with something received, for verification. */
  readonly receivedLines: () => OpenOrderLine[]
  readonly addOrder: (order: string, supplier: string, lines: readonly PurchaseOrderLine[]) => void
  readonly addReceived: (order: string, line: number, quantity: bigint, valueMinor: bigint) => void
  readonly closeLine: (order: string, line: number) => void
}

type OrderLineRow = Omit<OpenOrderLine, 'line' | 'closed'> & {
  readonly line: bigint
  readonly closed: bigint
}

const LINE_COLUMNS = `o.purchase_order AS "order", o.supplier, l.line, l.sku,
  l.quantity AS ordered, l.value_minor AS orderedMinor,
  l.received_quantity AS received, l.received_value_minor AS receivedMinor, l.closed
  FROM order_line l JOIN purchase_order o ON o.purchase_order = l.purchase_order`

export function createOrderStore(db: Db): OrderStore {
  const exists = db.prepare<[string]>('SELECT 1 FROM purchase_order WHERE purchase_order = ?')
  const one = db.prepare<[string, number], OrderLineRow>(
    `SELECT ${LINE_COLUMNS} WHERE l.purchase_order = ? AND l.line = ?`,
  )
  const ofOrder = db.prepare<[string], OrderLineRow>(
    `SELECT ${LINE_COLUMNS} WHERE l.purchase_order = ? ORDER BY l.line`,
  )
  const open = db.prepare<[], OrderLineRow>(
    `SELECT ${LINE_COLUMNS} WHERE l.received_quantity < l.quantity AND l.closed = 0
     ORDER BY l.purchase_order, l.line`,
  )
  const got = db.prepare<[], OrderLineRow>(`SELECT ${LINE_COLUMNS} WHERE l.received_quantity > 0`)
  const addOrder = db.prepare('INSERT INTO purchase_order (purchase_order, supplier) VALUES (?, ?)')
  const addLine = db.prepare(
    `INSERT INTO order_line (purchase_order, line, sku, quantity, value_minor, received_quantity,
       received_value_minor, closed) VALUES (?, ?, ?, ?, ?, 0, 0, 0)`,
  )
  const addReceived = db.prepare(
    `UPDATE order_line SET received_quantity = received_quantity + ?,
       received_value_minor = received_value_minor + ? WHERE purchase_order = ? AND line = ?`,
  )
  const closeLine = db.prepare(
    'UPDATE order_line SET closed = 1 WHERE purchase_order = ? AND line = ?',
  )
  return {
    closeLine: (order, line) => {
      closeLine.run(order, line)
    },
    orderExists: (order) => exists.get(order) !== undefined,
    orderLine: (order, line) => {
      const row = one.get(order, line)
      return row === undefined ? null : toLine(row)
    },
    openOrderLines: (order) => (order === undefined ? open.all() : ofOrder.all(order)).map(toLine),
    receivedLines: () => got.all().map(toLine),
    addOrder: (order, supplier, lines) => {
      addOrder.run(order, supplier)
      for (const { line, sku, quantity, valueMinor } of lines) {
        addLine.run(order, line, sku, quantity, valueMinor)
      }
    },
    addReceived: (order, line, quantity, valueMinor) => {
      addReceived.run(quantity, valueMinor, order, line)
    },
  }
}

function toLine(row: OrderLineRow): OpenOrderLine {
  const { closed, ...facts } = row
  const line = { ...facts, line: Number(row.line) }
  return closed === 1n ? { ...line, closed: true } : line
}
