import assert from 'node:assert'
import type { Line, StockRow } from '../journal.ts'
import type { Db } from './database.ts'
import { createKeptBack } from './kept-back.ts'

export interface AccountTotal {
  readonly account: string
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

export interface BalanceStore {
  /** Own stock only; virtual locations are not kept, they follow from the movements. */
  readonly quantityAt: (sku: string, location: string) => bigint
  readonly stock: () => StockRow[]
  readonly stockOf: (sku: string) => StockRow[]
  readonly stockAt: (location: string) => StockRow[]
  readonly addStock: (sku: string, location: string, quantity: bigint) => void
  readonly totals: () => AccountTotal[]
  readonly netMinor: (account: string) => bigint
  /** The lines of an entry; their accounts are written once per transaction. */
  readonly addLines: (lines: readonly Line[]) => void
}

/**
 * Sums of accounts are 64-bit integers and are written with the commit, where no message could be
 * named as the cause of an overflow. With lines up to this one, it takes a thousand of them.
 */
const AMOUNT_MAX = 2n ** 53n

/** Running balances: quantity per SKU and location, debit and credit per account. */
export function createBalanceStore(db: Db): BalanceStore {
  const quantity = db
    .prepare<[string, string], bigint>('SELECT quantity FROM stock WHERE sku = ? AND location = ?')
    .pluck()
  const stock = db.prepare<[], StockRow>(
    'SELECT sku, location, quantity FROM stock WHERE quantity <> 0 ORDER BY sku, location',
  )
  const stockOf = db.prepare<[string], StockRow>(
    'SELECT sku, location, quantity FROM stock WHERE sku = ? AND quantity <> 0 ORDER BY location',
  )
  const stockAt = db.prepare<[string], StockRow>(
    'SELECT sku, location, quantity FROM stock WHERE location = ? AND quantity <> 0 ORDER BY sku',
  )
  const addStock = db.prepare(
    `INSERT INTO stock (sku, location, quantity) VALUES (?, ?, ?)
     ON CONFLICT (sku, location) DO UPDATE SET quantity = quantity + excluded.quantity`,
  )
  const totals = db.prepare<[], AccountTotal>(
    `SELECT account, debit_minor AS debitMinor, credit_minor AS creditMinor FROM account_total
     ORDER BY account`,
  )
  const net = db
    .prepare<[string], bigint>(
      'SELECT debit_minor - credit_minor FROM account_total WHERE account = ?',
    )
    .pluck()
  const addTotal = db.prepare(
    `INSERT INTO account_total (account, debit_minor, credit_minor) VALUES (?, ?, ?)
     ON CONFLICT (account) DO UPDATE SET debit_minor = debit_minor + excluded.debit_minor,
       credit_minor = credit_minor + excluded.credit_minor`,
  )
  const changes = createKeptBack<readonly Line[]>(db, (entries) => {
    for (const { account, debitMinor, creditMinor } of totalsOf(entries))
      addTotal.run(account, debitMinor, creditMinor)
  })
  return {
    quantityAt: (sku, location) => quantity.get(sku, location) ?? 0n,
    stock: () => stock.all(),
    stockOf: (sku) => stockOf.all(sku),
    stockAt: (location) => stockAt.all(location),
    addStock: (sku, location, change) => {
      addStock.run(sku, location, change)
    },
    totals: () => {
      changes.write()
      return totals.all()
    },
    netMinor: (account) => {
      changes.write()
      return net.get(account) ?? 0n
    },
    addLines: (lines) => {
      for (const { account, amountMinor } of lines)
        if (amountMinor > AMOUNT_MAX || amountMinor < -AMOUNT_MAX)
          assert.fail(`${account}: expected at most ${AMOUNT_MAX} minor units, got ${amountMinor}`)
      changes.keep(lines)
    },
  }
}

/** Debits and credits, one row per account. */
function totalsOf(entries: readonly (readonly Line[])[]): Iterable<AccountTotal> {
  const totals = new Map<string, { account: string; debitMinor: bigint; creditMinor: bigint }>()
  for (const lines of entries) {
    for (const { account, amountMinor } of lines) {
      let total = totals.get(account)
      if (total === undefined) {
        total = { account, debitMinor: 0n, creditMinor: 0n }
        totals.set(account, total)
      }
      if (amountMinor > 0n) total.debitMinor += amountMinor
      else total.creditMinor -= amountMinor
    }
  }
  return totals.values()
}
