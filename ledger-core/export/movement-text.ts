import type { Sku } from '../command.ts'
import { formatQuantity } from '../decimal.ts'
import type { Movement } from '../journal.ts'

/** A movement in words, for readers that know money only. */
export function movementTexts(skus: readonly Sku[]): (movement: Movement) => string {
  const scales = new Map(skus.map(({ sku, quantityScale }) => [sku, quantityScale]))
  return ({ kind, quantity, sku, from, to, memo }) => {
    const units = formatQuantity(quantity, scales.get(sku) ?? 0)
    return `${kind} ${units} ${sku} ${from} > ${to}${memo === '' ? '' : ` (${memo})`}`
  }
}
