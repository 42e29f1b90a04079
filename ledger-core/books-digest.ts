import { sha256Hex } from './hash.ts'
import type { JournalEntry, Movement, StockRow } from './journal.ts'
import type { AccountTotal } from './store/balance-store.ts'
import type { Stores } from './store/stores.ts'

/**
 * The books without sequence, clock and hash: what must be equal between runs that differ in
 * crashes, duplicates or order. `text` is the listing the hashes are taken of, for a diff.
 */
export interface BooksDigest {
  readonly movements: string
  readonly stock: string
  readonly trialBalance: string
  readonly text: string
}

const PAGE = 1000

export function booksDigest(stores: Stores, nameOf: (account: string) => string): BooksDigest {
  const movements = movementRows(stores).sort()
  const stock = stores.balances.stock().map(stockRow)
  // An account that was used and came back to nothing is one that was never used.
  const trialBalance = stores.balances
    .totals()
    .filter(({ debitMinor, creditMinor }) => debitMinor !== creditMinor)
    .map((total) => totalRow(total, nameOf))
  return {
    movements: sha256Hex(movements.join('\n')),
    stock: sha256Hex(stock.join('\n')),
    trialBalance: sha256Hex(trialBalance.join('\n')),
    text: [
      'movements',
      ...movements,
      '',
      'stock',
      ...stock,
      '',
      'trial balance',
      ...trialBalance,
      '',
    ].join('\n'),
  }
}

function movementRows({ journal }: Stores): string[] {
  const rows: string[] = []
  for (const entry of allEntries(journal.entries)) {
    for (const movement of entry.movements) {
      const { kind, sku, quantity, from, to } = movement
      rows.push(
        `${entry.businessDate} ${kind} ${sku} ${quantity} ${from} > ${to} ${businessKey(entry, movement)}`,
      )
    }
  }
  return rows
}

/** A line that was mapped later is the sale on its receipt, whenever its master came. */
function businessKey(entry: JournalEntry, { kind, original }: Movement): string {
  return kind === 'sale' && original !== undefined ? original.sourceKey : entry.sourceKey
}

function stockRow({ sku, location, quantity }: StockRow): string {
  return `${sku} ${location} ${quantity}`
}

function totalRow(total: AccountTotal, nameOf: (account: string) => string): string {
  const { account, debitMinor, creditMinor } = total
  return `${account} ${debitMinor - creditMinor} (${nameOf(account)})`
}

/** The journal after an entry, by default from its first, read in pages so that memory stays flat. */
export function* allEntries(
  page: (after: number, limit: number) => JournalEntry[],
  from = 0,
): Generator<JournalEntry> {
  let after = from
  for (let entries = page(after, PAGE); entries.length > 0; entries = page(after, PAGE)) {
    yield* entries
    after = entries.at(-1)?.sequence ?? after
  }
}
