import type { Calendar } from './store/control-store.ts'

/** A period is a calendar month, YYYY-MM. Months close one after the other. */
const PERIOD = /^\d{4}-(0[1-9]|1[0-2])$/

export function isPeriod(text: string): boolean {
  return PERIOD.test(text)
}

export function periodOf(date: string): string {
  return date.slice(0, 7)
}

export function isPeriodStart(date: string): boolean {
  return date.endsWith('-01')
}

/** A day no date of the period is above. */
export function endOf(period: string): string {
  return period === '' ? '' : `${period}-31`
}

export function nextPeriod(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number)
  const following = month === 12 ? [year + 1, 1] : [year, month + 1]
  return `${String(following[0]).padStart(4, '0')}-${String(following[1]).padStart(2, '0')}`
}

export function previousPeriod(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number)
  const before = month === 1 ? [year - 1, 12] : [year, month - 1]
  return `${String(before[0]).padStart(4, '0')}-${String(before[1]).padStart(2, '0')}`
}

/** The day an entry counts for: its business date if that is open, else the first open day. */
export function accountingDateOf(
  businessDate: string,
  { closedThrough, softClosedThrough }: Calendar,
  mayPostLate: () => boolean,
): string {
  const locked =
    softClosedThrough > closedThrough && businessDate <= softClosedThrough && !mayPostLate()
      ? softClosedThrough
      : closedThrough
  if (businessDate > locked) return businessDate
  return `${nextPeriod(periodOf(locked))}-01`
}
