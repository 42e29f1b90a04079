import { parseMoney, parseQuantity } from '../../ledger-core/index.ts'

/** Scaled integer of a decimal text, or null when it is finer than the scale allows. */
export function quantityOf(text: string, scale: number): bigint | null {
  const parsed = parseQuantity(text, scale)
  return typeof parsed === 'bigint' ? parsed : null
}

/** Minor units of a decimal text, or null when it is finer than the currency. */
export function moneyOf(text: string, minorUnits: number): bigint | null {
  const parsed = parseMoney(text, minorUnits)
  return typeof parsed === 'bigint' ? parsed : null
}

/** What was not given is absent to the books, not undefined. */
export function onlyGiven<T extends object>(given: T): Given<T> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  // Only undefined values are left out.
  return Object.fromEntries(entries) as Given<T>
}

export type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }
