import type { Evidence } from '../../ledger-core/index.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { settleDoubts } from './doubts.ts'
import { expectMore } from './expectations.ts'

export interface Told {
  readonly sourceKey: string
  readonly atMs: number
  /** Where no paper tells it but an antenna: what was read. */
  readonly evidence?: Evidence
}

/**
 * Somebody who is no camera has moved `units` (signed, as the place sees it): a camera shelf has
 * still to show it, unless its picture has asked about these very units already.
 */
export function awaitPicture(
  facts: Facts,
  place: string,
  sku: string,
  units: number,
  told: Told,
): Conclusion[] {
  if (!facts.isCameraLocation(place) || units === 0) return []
  const settled = settleDoubts(facts, place, sku, units, told)
  const open = units - Math.sign(units) * settled.units
  if (open === 0) return [...settled.conclusions]
  return [...settled.conclusions, expectMore(facts, place, sku, { ...told, quantity: open })]
}
