import type { Books } from '../books.ts'
import type { Command } from '../command.ts'
import type { Posting } from '../posting.ts'
import type { Refusal } from '../refusal.ts'
import { receiveGoods, receiveUnordered } from './goods-receipt.ts'
import { assembleKit, breakKit } from './kit.ts'
import { landedCost } from './landed-cost.ts'
import { explainCounts } from './late-fact.ts'
import { manualJournal } from './manual-journal.ts'
import { mapLine } from './map-line.ts'
import { importMasters } from './masters.ts'
import { gain, move, shrink, writeOff } from './movement.ts'
import { closePeriod, reopenPeriod, softClosePeriod } from './period-close.ts'
import { assignRoles, setPolicy } from './policy.ts'
import { closeOrderLine, openOrder } from './purchase-order.ts'
import { returnToSupplier } from './purchase-return.ts'
import { expireReservations, release, reserve } from './reservation.ts'
import { changeMethod, revalue } from './revaluation.ts'
import { reverse, voidReceipt } from './reversal.ts'
import { nameSerial } from './serial.ts'
import { approveCount, cancelCount, recordCount, startCount } from './stock-count.ts'
import { supplierInvoice } from './supplier-invoice.ts'
import { closeTill } from './till-close.ts'
import { tillReceipt } from './till-receipt.ts'
import type { Transaction } from './transaction.ts'
import { arrive, confirmArrival, dispatch } from './transfer.ts'
import { writeDown } from './write-down.ts'

/** Every kind of command and its rules. */
const TRANSACTIONS: { readonly [Kind in Command['kind']]: Transaction<Kind> } = {
  'import-masters': importMasters,
  'open-purchase-order': openOrder,
  'close-order-line': closeOrderLine,
  receive: receiveGoods,
  'receive-unordered': receiveUnordered,
  'supplier-invoice': supplierInvoice,
  'landed-cost': landedCost,
  'return-to-supplier': returnToSupplier,
  'till-receipt': tillReceipt,
  'void-receipt': voidReceipt,
  'map-line': mapLine,
  'close-till': closeTill,
  move,
  shrink,
  gain,
  'write-off': writeOff,
  'write-down': writeDown,
  reserve,
  release,
  'expire-reservations': expireReservations,
  dispatch,
  arrive,
  'confirm-arrival': confirmArrival,
  'start-count': startCount,
  'record-count': recordCount,
  'approve-count': approveCount,
  'cancel-count': cancelCount,
  'assemble-kit': assembleKit,
  'break-kit': breakKit,
  revalue,
  'change-method': changeMethod,
  'name-serial': nameSerial,
  'set-policy': setPolicy,
  'assign-roles': assignRoles,
  'soft-close-period': softClosePeriod,
  'close-period': closePeriod,
  'reopen-period': reopenPeriod,
  'manual-journal': manualJournal,
  reverse,
}

/** The first refusal in the documented order of precedence, or null: the command will post. */
export function checkCommand(command: Command, books: Books): Refusal | null {
  return rulesOf(command).check(command, books)
}

/** Only commands that passed their check come here. */
export function postCommand(command: Command, posting: Posting, books: Books): void {
  rulesOf(command).post(command, posting, books)
  explainCounts(command, posting, books)
}

function rulesOf<Kind extends Command['kind']>({ kind }: { readonly kind: Kind }) {
  // The table pairs each kind with the rules of that kind; a union cannot say so.
  return TRANSACTIONS[kind] as unknown as {
    readonly check: (command: Command, books: Books) => Refusal | null
    readonly post: (command: Command, posting: Posting, books: Books) => void
  }
}
