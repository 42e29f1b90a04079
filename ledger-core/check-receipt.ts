import { checkRoutes, type Lookup, type Route } from './check-command.ts'
import type { Command, SaleLine } from './command.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from './refusal.ts'

type Receipt = Extract<Command, { readonly kind: 'till-receipt' }>

/** A till receipt: every part, every line, then the sums of the whole. */
export function checkReceipt(receipt: Receipt, lookup: Lookup): Refusal | null {
  return firstRefusal([
    () => checkRoutes(receipt.lines.flatMap(routesOf), lookup),
    () => refuseAny(receipt.lines, notZero),
    () => refuseAny(receipt.lines, partsAddUp),
    () => receiptAddsUp(receipt),
    () => withinSold(receipt, lookup),
  ])
}

function routesOf(line: SaleLine): Route[] {
  return line.parts.map((part) =>
    line.quantity > 0n
      ? { part, from: 'own', to: 'customer' }
      : { part, from: 'customer', to: 'own' },
  )
}

function notZero({ line, quantity }: SaleLine): Refusal | null {
  if (quantity !== 0n) return null
  return refuse('quantity-not-positive', `expected a quantity on line ${line}, got 0`)
}

function partsAddUp(line: SaleLine): Refusal | null {
  const expected = line.kind !== 'stock' ? 0n : line.quantity < 0n ? -line.quantity : line.quantity
  const got = line.parts.reduce((sum, part) => sum + part.quantity, 0n)
  const skus = new Set(line.parts.map(({ sku }) => sku))
  if (got === expected && skus.size <= 1) return null
  return refuse(
    'parts-do-not-add-up',
    `expected parts of ${expected} of one SKU on line ${line.line}, got ${got} of ${skus.size}`,
  )
}

function receiptAddsUp({ lines, tenders, roundingMinor }: Receipt): Refusal | null {
  if (new Set(lines.map(({ line }) => line)).size < lines.length) {
    return refuse('receipt-does-not-add-up', 'expected each line number once, got one twice')
  }
  const due = lines.reduce((sum, line) => sum + line.netMinor + line.taxMinor, roundingMinor)
  const paid = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  if (due === paid) return null
  return refuse(
    'receipt-does-not-add-up',
    `expected tenders of ${due} (net + tax + rounding, minor units), got ${paid}`,
  )
}

function withinSold({ lines }: Receipt, lookup: Lookup): Refusal | null {
  const wanted = new Map<string, bigint>()
  return refuseAny(lines, ({ quantity, original, parts }) => {
    const sku = parts[0]?.sku
    if (quantity > 0n || original === undefined || sku === undefined) return null
    const returnable = lookup.returnable(original.sourceKey, original.line, sku)
    if (returnable === null) return null
    const key = JSON.stringify([original.sourceKey, original.line, sku])
    const total = (wanted.get(key) ?? 0n) - quantity
    wanted.set(key, total)
    if (total <= returnable) return null
    return refuse(
      'exceeds-sold',
      `expected at most ${returnable} of ${sku} back from ${original.sourceKey} line ${original.line}, got ${total}`,
    )
  })
}
