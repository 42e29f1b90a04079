import { isInventoryAccount } from '../account.ts'
import type { Books } from '../books.ts'
import type { CommandHeader } from '../command.ts'
import { endOf, isPeriod, nextPeriod, periodOf, previousPeriod } from '../period.ts'
import { firstRefusal, type Refusal, refuse } from '../refusal.ts'
import type { PeriodEvent } from '../store/control-store.ts'
import type { Transaction } from './transaction.ts'

/** From now on only who may close posts into it; facts that come late go to the next open day. */
export const softClosePeriod: Transaction<'soft-close-period'> = {
  check: ({ period }, { control }) => follows(period, control.calendar().softClosedThrough),
  post: (command, _posting, books) => {
    const calendar = books.control.calendar()
    books.control.saveCalendar({ ...calendar, softClosedThrough: endOf(command.period) })
    note('soft-closed', command, [], books)
  },
}

/** Nobody posts into it any more. The head of the chain is noted: print it, keep it outside. */
export const closePeriod: Transaction<'close-period'> = {
  check: (command, books) =>
    firstRefusal([
      () => follows(command.period, books.control.calendar().closedThrough),
      () => {
        const { postedAtMs, checked } = command
        const open = closeChecklist(postedAtMs, checked, books).find(({ done }) => !done)
        if (open === undefined) return null
        return refuse(
          'checklist-open',
          `expected all of the checklist done, got open: ${open.item}`,
        )
      },
    ]),
  post: (command, _posting, books) => {
    const { softClosedThrough } = books.control.calendar()
    const closedThrough = endOf(command.period)
    books.control.saveCalendar({
      closedThrough,
      softClosedThrough: later(softClosedThrough, closedThrough),
    })
    const { postedAtMs, checked } = command
    note('closed', command, closeChecklist(postedAtMs, checked, books), books)
  },
}

/** The last closed period, with a reason on record. */
export const reopenPeriod: Transaction<'reopen-period'> = {
  check: ({ period, reason }, { control }) => {
    const { closedThrough, softClosedThrough } = control.calendar()
    const last = later(closedThrough, softClosedThrough)
    if (endOf(period) !== last || last === '') {
      return refuse(
        'wrong-state',
        `expected the last closed period ${periodOf(last)}, got ${period}`,
      )
    }
    return reason === '' ? refuse('wrong-state', 'expected a reason, got none') : null
  },
  post: (command, _posting, books) => {
    const before = endOf(previousPeriod(command.period))
    const { closedThrough } = books.control.calendar()
    books.control.saveCalendar({
      closedThrough: earlier(closedThrough, before),
      softClosedThrough: before,
    })
    note('reopened', command, [], books)
  },
}

function later(a: string, b: string): string {
  return earlier(a, b) === a ? b : a
}

function earlier(a: string, b: string): string {
  return [a, b].sort()[0] ?? a
}

/** Periods close one after the other; the first may be any. */
function follows(period: string, through: string): Refusal | null {
  if (!isPeriod(period)) {
    return refuse('wrong-state', `expected a month such as 2026-01, got ${JSON.stringify(period)}`)
  }
  const next = through === '' ? period : nextPeriod(periodOf(through))
  if (period === next) return null
  return refuse('wrong-state', `expected ${next} to close next, got ${period}`)
}

type Item = PeriodEvent['checklist'][number]

/** What the books can answer for themselves, and what the gateway has answered for. */
export function closeChecklist(
  postedAtMs: number,
  checked: readonly Item[],
  books: Books,
): readonly Item[] {
  const { costs, counts, balances, journal, chart } = books
  const totals = balances.totals()
  const netOf = (rows: typeof totals) =>
    rows.reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n)
  const inventory = totals.filter(({ account }) => isInventoryAccount(chart, account))
  return [
    { item: 'no open deficit', done: costs.openDeficits().length === 0 },
    { item: 'no open count', done: counts.openCounts().length === 0 },
    { item: 'trial balance is zero', done: netOf(totals) === 0n },
    { item: 'inventory accounts equal the layers', done: netOf(inventory) === costs.netMinor() },
    {
      item: 'the clock is not behind the journal',
      done: postedAtMs >= journal.head().postedAtMs,
    },
    ...checked,
  ]
}

function note(
  event: PeriodEvent['event'],
  command: CommandHeader & { readonly period: string; readonly reason: string },
  list: readonly Item[],
  { control, journal }: Books,
): void {
  const { sequence, hash } = journal.head()
  control.addPeriodEvent({
    period: command.period,
    event,
    atMs: command.postedAtMs,
    actor: command.actor,
    reason: command.reason,
    headSequence: sequence,
    headHash: hash,
    checklist: list,
  })
}
