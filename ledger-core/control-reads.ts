import type { Books } from './books.ts'
import type { Command } from './command.ts'
import { nextPeriod, periodOf } from './period.ts'
import type { Policy } from './policy.ts'
import { isPermitted, permittedKinds, type Role } from './role.ts'
import type { Calendar, PeriodEvent } from './store/control-store.ts'
import type { CountLine, StockCount } from './store/count-store.ts'
import type { LateEntry } from './store/journal-store.ts'
import type { GoodsReceipt, InvoiceRecord } from './store/receipt-store.ts'
import type { RefusalStore } from './store/refusal-store.ts'
import type { Reservation } from './store/stock-store.ts'
import { closeChecklist } from './transactions/period-close.ts'
import { takenSince } from './transactions/till-close.ts'

/** Reads of what controls the books: policy, people, periods, counts, refusals. */
export interface ControlReads {
  readonly policy: () => Policy
  readonly people: () => { readonly person: string; readonly roles: readonly Role[] }[]
  readonly calendar: () => Calendar
  /** The month that closes next; by default the first with an entry. Null: nothing is booked. */
  readonly nextToClose: () => string | null
  /** Every soft close, close and reopening with its checklist and the head as it stood. */
  readonly periodEvents: () => PeriodEvent[]
  /** Entries that count for another day than the one they happened on. */
  readonly cutOff: () => LateEntry[]
  /** Commands that were refused, newest first; identical ones of a minute counted. */
  readonly refusals: RefusalStore['refusals']
  /** May this person, or device, send such a command now? */
  readonly may: (actor: string, kind: Command['kind']) => boolean
  /** Every kind that this person, or device, may send now. */
  readonly permitted: (actor: string) => Command['kind'][]
  /** What must be done before a month can be closed; the gateway adds what only it can answer. */
  readonly closeChecklist: (
    nowMs: number,
    checked: PeriodEvent['checklist'],
  ) => PeriodEvent['checklist']
  readonly reservation: (reservation: string) => Reservation | null
  /** Names of the counts that nobody has approved or cancelled. */
  readonly openCounts: () => string[]
  readonly stockCount: (count: string) => StockCount | null
  /** What to count and where, without what the books say. */
  readonly countSheet: (count: string) => Pick<CountLine, 'sku' | 'location'>[]
  /** What was counted against the books, for who approves. */
  readonly countLines: (count: string) => CountLine[]
  readonly goodsReceipt: (sourceKey: string) => GoodsReceipt | null
  /** Receipts that GR/IR consists of. */
  readonly uninvoicedReceipts: () => GoodsReceipt[]
  readonly invoice: (supplier: string, invoice: string) => InvoiceRecord | null
  readonly allowanceMinor: (sku: string) => bigint
  readonly reversedBy: (sequence: number) => number | null
  /** What a till took since its last Z report, by tender. */
  readonly tillTaken: (till: string) => ReadonlyMap<string, bigint>
}

export function createControlReads(books: Books): ControlReads {
  const { control, refusals, stock, counts, receipts, journal } = books
  return {
    policy: control.policy,
    people: control.people,
    calendar: control.calendar,
    nextToClose: () => {
      const { closedThrough } = control.calendar()
      if (closedThrough !== '') return nextPeriod(periodOf(closedThrough))
      const first = journal.entries(0, 1)[0]
      return first === undefined ? null : periodOf(first.accountingDate)
    },
    periodEvents: control.periodEvents,
    cutOff: journal.late,
    refusals: refusals.refusals,
    may: (actor, kind) => isPermitted(kind, control.rolesOf(actor), control.anyAssigned()),
    permitted: (actor) => permittedKinds(control.rolesOf(actor), control.anyAssigned()),
    closeChecklist: (nowMs, checked) => closeChecklist(nowMs, checked, books),
    reservation: stock.reservation,
    openCounts: () => counts.openCounts().map(({ count }) => count),
    stockCount: counts.stockCount,
    countSheet: (count) => counts.countLines(count).map(({ sku, location }) => ({ sku, location })),
    countLines: counts.countLines,
    goodsReceipt: receipts.goodsReceipt,
    uninvoicedReceipts: receipts.uninvoiced,
    invoice: receipts.invoice,
    allowanceMinor: (sku) => stock.allowance(sku)?.amountMinor ?? 0n,
    reversedBy: stock.reversedBy,
    tillTaken: (till) => takenSince(till, stock.lastTillClose(till).sequence, books),
  }
}
