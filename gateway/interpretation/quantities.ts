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
