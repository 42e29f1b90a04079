import type { PurchaseOrder } from '../documents/business-event.ts'
import { checkQuantity } from './check-opening.ts'
import { type CheckedSkus, checkAmount } from './check-skus.ts'
import type { Findings } from './findings.ts'
import type { Surroundings } from './known-books.ts'
import type { Placed, Rows } from './tables.ts'

/** Lines of one order, wherever they stand, are one document. */
export function checkOrders(
  { orders, suppliers }: Rows,
  { config, books }: Surroundings,
  { scaleOf }: Pick<CheckedSkus, 'scaleOf'>,
  faults: Findings,
): PurchaseOrder[] {
  faults.once(orders, ['order', 'line'])
  const imported = new Set(suppliers.map(({ row }) => row.supplier))
  const byOrder = new Map<string, Placed<'orders'>[]>()
  for (const placed of orders) {
    const { order, supplier, sku, quantity, cost } = placed.row
    const lines = byOrder.get(order)
    if (lines) lines.push(placed)
    else byOrder.set(order, [placed])
    if (!imported.has(supplier) && !books.hasSupplier(supplier))
      faults.add(placed, 'supplier', 'a supplier of this import or of the books', supplier)
    const exact = checkQuantity(placed, sku, quantity, scaleOf, faults)
    const minor = checkAmount(placed, 'cost', cost, config.site.minorUnits, faults)
    checkBooked(placed, books.orderLines(order), { exact, minor }, faults)
  }
  return [...byOrder.values()].flatMap((lines) => {
    const [first] = lines
    if (!first) return []
    const booked = books.orderLines(first.row.order).length
    if (booked > lines.length) {
      const expected = `all ${booked} lines of the order as it is in the books`
      faults.add(first, 'line', expected, String(lines.length))
    }
    return [documentOf(first, lines, faults)]
  })
}

/** An order of the books may be handed in again as it is, and in no other way. */
function checkBooked(
  placed: Placed<'orders'>,
  booked: ReturnType<Surroundings['books']['orderLines']>,
  { exact, minor }: { readonly exact: bigint; readonly minor: bigint },
  faults: Findings,
): void {
  if (booked.length === 0) return
  const { order, supplier, line, sku } = placed.row
  const isSame = booked.some(
    (known) =>
      known.line === line &&
      known.sku === sku &&
      known.supplier === supplier &&
      known.ordered === exact &&
      known.orderedMinor === minor,
  )
  if (!isSame) faults.add(placed, 'order', 'a new order, or the line as it is in the books', order)
}

function documentOf(
  { row: { order, supplier, date } }: Placed<'orders'>,
  lines: readonly Placed<'orders'>[],
  faults: Findings,
): PurchaseOrder {
  for (const placed of lines) {
    const { row } = placed
    if (row.supplier !== supplier)
      faults.add(placed, 'supplier', `${supplier} on every line of ${order}`, row.supplier)
    if (row.date !== date) faults.add(placed, 'date', `${date} on every line of ${order}`, row.date)
  }
  return {
    type: 'purchase-order',
    order,
    supplier,
    // Noon keeps the day in every time zone that shops are in, and the same file the same paper.
    at: `${date}T12:00:00Z`,
    lines: lines.map(({ row: { line, sku, quantity, cost } }) => ({ line, sku, quantity, cost })),
  }
}
