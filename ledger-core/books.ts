import type { Chart } from './account.ts'
import type { UseOrigin } from './cost-book.ts'
import type { LedgerSite } from './store/site-store.ts'
import type { Stores } from './store/stores.ts'

/** What the rules of a command may ask of the books. */
export interface Books extends Stores {
  readonly site: LedgerSite
  readonly chart: Chart
}

/** Journal sequence of a source key, or null when these books hold no entry of it. */
export function sequenceOf({ commands }: Books, sourceKey: string): number | null {
  return commands.find(sourceKey)?.sequence ?? null
}

/** The sale line that a return names, or null when these books do not hold that sale. */
export function saleOrigin(
  books: Books,
  sourceKey: string,
  line: number,
  sku: string,
): UseOrigin | null {
  const sequence = sequenceOf(books, sourceKey)
  if (sequence === null) return null
  // The cost of a line that was parked stands in the entry that mapped it.
  return { sequence: books.parked.mappedBy(sequence, line) ?? sequence, line, sku }
}

/** Units of a posted line that may still come back. */
export function returnable({ costs }: Books, origin: UseOrigin): bigint {
  return costs.openUses(origin).reduce((sum, use) => sum + use.quantity, 0n)
}

/** On hand in this store, promised and taken from the shelf: what may be sold to the next. */
export function availableOf({ balances, stock, masters }: Books, sku: string): bigint {
  const onHand = balances
    .stockOf(sku)
    .filter(({ location }) => masters.locationKind(location) === 'real')
    .reduce((sum, { quantity }) => sum + quantity, 0n)
  return onHand - stock.reserved(sku)
}
