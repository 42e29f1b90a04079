import { type Books, saleOrigin, sequenceOf } from '../books.ts'
import { asPart, knownSku } from '../checks.ts'
import { firstRefusal, refuse } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

/**
 * A unit sold provisionally by FIFO turns out to be another one: the first goes back to its layer,
 * the named one leaves, and the difference goes to COGS. No goods move in the store.
 */
export const nameSerial: Transaction<'name-serial'> = {
  check: ({ sale, line, sku, serial }, books) => {
    const origin = saleOrigin(books, sale, line, sku)
    const uses = origin === null ? [] : books.costs.openUses(origin)
    const layer = books.costs.serialLayer(sku, serial)
    return firstRefusal([
      () => knownSku(sku, books),
      () => {
        if (uses.some(({ quantity }) => quantity > 0n)) return null
        return refuse('unknown-origin', `expected a sale of ${sku}, got ${sale} line ${line}`)
      },
      () => {
        const isHere = layer !== null && layer.group === groupOfSale(sale, line, books)
        if (books.costs.methodOf(sku) === 'specific' && isHere) return null
        return refuse('unknown-serial', `expected a serial of ${sku} still in stock, got ${serial}`)
      },
    ])
  },
  post: ({ sale, line, sku, serial }, posting, books) => {
    const origin = saleOrigin(books, sale, line, sku)
    const layer = books.costs.serialLayer(sku, serial)
    if (origin === null || layer === null) return
    const from = placeOfSale(sale, line, books)
    const about = { line, memo: serial, original: { sourceKey: sale, line } }
    const toCogs = posting.to('cogs', sku)
    posting.giveBack(
      asPart(sku, layer.quantity, 'customer', from),
      { ...about, kind: 'reversal' },
      origin,
      (costMinor) => toCogs(-costMinor),
    )
    // The named unit leaves in the same breath, so the first is not taken again.
    const out = asPart(sku, layer.quantity, from, 'customer')
    posting.takeOut(out, { ...about, kind: 'sale' }, toCogs, { layers: [layer] })
  },
}

/** Where the units of a sale line stood before they left. */
function placeOfSale(sale: string, line: number, books: Books): string {
  const sequence = sequenceOf(books, sale)
  const entry = sequence === null ? undefined : books.journal.entries(sequence - 1, 1)[0]
  return entry?.movements.find((movement) => movement.line === line)?.from ?? ''
}

function groupOfSale(sale: string, line: number, books: Books): string {
  return books.masters.locationGroup(placeOfSale(sale, line, books))
}
