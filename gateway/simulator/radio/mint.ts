import { encodeSgtin96 } from '../../../sensors/index.ts'
import type { Good } from '../catalogue.ts'

/** Programs a tag: EPC (upper-case hex) and its serial, for the n-th unit of a good. */
export type EpcMint = (good: Good, number: number) => { epc: string; serial: string }

const POINT_OF_SALE_ITEM = 1

/** SGTIN-96 with serials as a tag printer gives them out: rising, from a start by the seed. */
export function createMint(seed: number): EpcMint {
  const start = 1_000 + (Math.abs(Math.trunc(seed)) % 90_000)
  return ({ gtin14, companyPrefix }, number) => {
    const serial = String(start + number * 3)
    const companyPrefixDigits = companyPrefix.length
    const filter = POINT_OF_SALE_ITEM
    return { epc: encodeSgtin96({ gtin14, serial, companyPrefixDigits, filter }), serial }
  }
}
