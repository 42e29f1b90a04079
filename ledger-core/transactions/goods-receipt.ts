import type { Books } from '../books.ts'
import { atPlace, knownSku, notNegative, positive, serialsFree } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import type { Charge } from '../command-purchase.ts'
import { divideHalfEven, shareOf } from '../costing.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { OpenOrderLine } from '../store/order-store.ts'
import { lotOf } from './masters.ts'
import { openOn, unknownLine } from './purchase-order.ts'
import type { Transaction } from './transaction.ts'

type Receive = CommandOf<'receive'>
type Unordered = CommandOf<'receive-unordered'>

/** Goods against an order line: quantity and cost confirmed, owed until the invoice comes. */
export const receiveGoods: Transaction<'receive'> = {
  check: checkReceive,
  post: (command, posting, books) => {
    const { order, line, part } = command
    const ordered = books.orders.orderLine(order, line)
    const goodsMinor = command.valueMinor ?? agreedValue(ordered, part.quantity)
    const memo = `${order} line ${line}, ${command.delivery}`
    bring(command, goodsMinor, { line, memo }, posting)
    books.orders.addReceived(order, line, part.quantity, goodsMinor)
    const supplier = ordered?.supplier ?? ''
    addReceipt(command, { goodsMinor, supplier, ordered: true }, posting, books)
  },
}

/** Goods nobody ordered: at the expected cost, and the memo says so until the invoice settles it. */
export const receiveUnordered: Transaction<'receive-unordered'> = {
  check: (command, books) =>
    firstRefusal([
      () => checkPart(command, books),
      () => notNegative(command.valueMinor, command.part.sku),
    ]),
  post: (command, posting, books) => {
    const { supplier, delivery, valueMinor } = command
    const memo = `not ordered: ${supplier}, ${delivery}; cost expected until invoiced`
    bring(command, valueMinor, { memo }, posting)
    addReceipt(command, { goodsMinor: valueMinor, supplier, ordered: false }, posting, books)
  },
}

function checkReceive(command: Receive, books: Books): Refusal | null {
  const { order, line, part } = command
  const ordered = books.orders.orderLine(order, line)
  return firstRefusal([
    () => knownSku(part.sku, books),
    () => atPlace(part.from, 'supplier', books),
    () => atPlace(part.to, 'own', books),
    () => {
      if (ordered === null) return unknownLine(order, line)
      if (ordered.sku === part.sku) return null
      const message = `expected ${ordered.sku} on ${order} line ${line}, got ${part.sku}`
      return refuse('unknown-order-line', message)
    },
    () => checkPart(command, books),
    () => notNegative(command.valueMinor ?? 0n, part.sku),
    () => (ordered === null ? null : withinOrder(ordered, command)),
  ])
}

function checkPart(command: Receive | Unordered, books: Books): Refusal | null {
  const { part, charges = [], serials = [] } = command
  return firstRefusal([
    () => knownSku(part.sku, books),
    () => atPlace(part.from, 'supplier', books),
    () => atPlace(part.to, 'own', books),
    () => positive(part.quantity, part.sku),
    () =>
      refuseAny(charges, ({ amountMinor, description }) => notNegative(amountMinor, description)),
    () => serialsFree(part.sku, part.quantity, serials, books),
  ])
}

function withinOrder(ordered: OpenOrderLine, { part, excess }: Receive): Refusal | null {
  const open = openOn(ordered)
  if (part.quantity <= open || excess === 'accepted') return null
  return refuse(
    'exceeds-order',
    `expected at most ${open} more of ${ordered.sku} on ${ordered.order} line ${ordered.line}, got ${part.quantity}`,
  )
}

/** The agreed value of what is received: of what is still open, then at the agreed unit cost. */
function agreedValue(line: OpenOrderLine | null, quantity: bigint): bigint {
  if (line === null) return 0n
  const open = line.ordered - line.received
  const excess = quantity - open
  if (excess <= 0n) return shareOf(restOf(line), open, quantity)
  const beyond = open > 0n ? excess : quantity
  return (open > 0n ? restOf(line) : 0n) + divideHalfEven(line.orderedMinor * beyond, line.ordered)
}

/** Goods confirmed at another cost than agreed may have used up more than the line was worth. */
function restOf({ orderedMinor, receivedMinor }: OpenOrderLine): bigint {
  return receivedMinor > orderedMinor ? 0n : orderedMinor - receivedMinor
}

function bring(
  { part, charges = [], ...command }: Receive | Unordered,
  goodsMinor: bigint,
  about: { readonly line?: number; readonly memo: string },
  posting: Posting,
): void {
  const chargesMinor = sumOf(charges)
  posting.bringIn(
    part,
    { kind: 'receipt', ...about },
    goodsMinor + chargesMinor,
    () => [
      ...posting.from('gr-ir', part.sku)(goodsMinor),
      ...charges.flatMap(({ description, amountMinor }) =>
        posting.from('landed-cost-accrual', description)(amountMinor),
      ),
    ],
    lotOf(command),
  )
}

function addReceipt(
  { sourceKey, part, charges = [] }: Receive | Unordered,
  facts: { readonly goodsMinor: bigint; readonly supplier: string; readonly ordered: boolean },
  { sequence }: Posting,
  { receipts, masters }: Books,
): void {
  const { sku, quantity, to } = part
  const group = masters.locationGroup(to)
  receipts.addReceipt({ sequence, sourceKey, sku, group, quantity, ...facts })
  receipts.changeReceipt(sequence, { landedMinor: sumOf(charges) })
}

function sumOf(charges: readonly Charge[]): bigint {
  return charges.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}
