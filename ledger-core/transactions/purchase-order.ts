import type { Books } from '../books.ts'
import { knownSku, notNegative, positive } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { OpenOrderLine } from '../store/order-store.ts'
import type { Transaction } from './transaction.ts'

/** An approved order: nothing moves until goods are received against it. */
export const openOrder: Transaction<'open-purchase-order'> = {
  check: checkOrder,
  post: ({ order, supplier, lines }, _posting, { orders }) => {
    orders.addOrder(order, supplier, lines)
  },
}

/** What has not come by now will not come: the line is no longer expected. */
export const closeOrderLine: Transaction<'close-order-line'> = {
  check: ({ order, line }, { orders }) => {
    const ordered = orders.orderLine(order, line)
    if (ordered === null) return unknownLine(order, line)
    return ordered.closed === true
      ? refuse('wrong-state', `expected an open line, got ${order} line ${line} closed already`)
      : null
  },
  post: ({ order, line }, _posting, { orders }) => {
    orders.closeLine(order, line)
  },
}

function checkOrder(command: CommandOf<'open-purchase-order'>, books: Books): Refusal | null {
  const numbers = new Set(command.lines.map(({ line }) => line))
  return firstRefusal([
    () => refuseAny(command.lines, ({ sku }) => knownSku(sku, books)),
    () => {
      if (books.orders.orderExists(command.order)) {
        return refuse('order-exists', `expected a new order, got ${command.order} again`)
      }
      if (numbers.size === command.lines.length) return null
      return refuse('order-exists', `expected each line of ${command.order} once, got one twice`)
    },
    () => refuseAny(command.lines, ({ quantity, sku }) => positive(quantity, sku)),
    () => refuseAny(command.lines, ({ valueMinor, sku }) => notNegative(valueMinor, sku)),
  ])
}

export function unknownLine(order: string, line: number): Refusal {
  return refuse('unknown-order-line', `expected an open order line, got ${order} line ${line}`)
}

/** What is still to come on a line. */
export function openOn(ordered: OpenOrderLine): bigint {
  const open = ordered.ordered - ordered.received
  return ordered.closed === true || open < 0n ? 0n : open
}
