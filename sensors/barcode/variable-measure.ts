import { z } from 'zod'
import { checkDigit } from '../gtin.ts'

/**
 * Restricted circulation numbers (GenSpecs 2.1.11): EAN-13 beginning with 02 or 20 to 29, UPC-A
 * with 2 or 4, printed by the scale of one store. They are no GTIN; what their digits mean is
 * national or the store's own, so a rule of the configuration says it.
 */
export interface Restricted {
  /** The digits that name the article, prefix included; all twelve without a rule. */
  readonly itemNumber: string
  readonly netWeightMg?: number
  readonly price?: { readonly amount: string; readonly decimals: number; readonly currency: null }
}

const place = z.tuple([z.int().min(0).max(12), z.int().min(1).max(13)])
export const measureRuleSchema = z.strictObject({
  prefix: z
    .string()
    .regex(/^(02|04|2\d)\d{0,5}$/)
    .describe('first digits of the EAN-13, such as 28'),
  item: place.describe('where the article number stands, as [from, to) of the thirteen digits'),
  value: place.describe('where price or weight stands'),
  means: z.enum(['price', 'weight-kg']),
  decimals: z.int().min(0).max(4),
})
export type MeasureRule = z.infer<typeof measureRuleSchema>

/** Null when the digits are no restricted number, or their check digit does not hold. */
export function readRestricted(digits: string, rules: readonly MeasureRule[]): Restricted | null {
  const ean13 = digits.length === 12 ? `0${digits}` : digits
  if (!/^(02|04|2\d)\d{11}$/.test(ean13)) return null
  if (checkDigit(ean13.slice(0, 12)) !== Number(ean13.charAt(12))) return null
  const rule = rules.find(({ prefix }) => ean13.startsWith(prefix))
  if (!rule) return { itemNumber: ean13.slice(0, 12) }
  const itemNumber = rule.prefix + ean13.slice(...rule.item)
  const amount = ean13.slice(...rule.value).replace(/^0+(?=\d)/, '')
  return rule.means === 'price'
    ? { itemNumber, price: { amount, decimals: rule.decimals, currency: null } }
    : { itemNumber, netWeightMg: Math.round((Number(amount) * MG_PER_KG) / 10 ** rule.decimals) }
}

const MG_PER_KG = 1_000_000
