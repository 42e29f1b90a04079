import type { StockRow } from '../journal.ts'
import type { Db } from './database.ts'

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
  readonly addTotal: (change: AccountTotal) => void
}

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
  return {
    quantityAt: (sku, location) => quantity.get(sku, location) ?? 0n,
    stock: () => stock.all(),
    stockOf: (sku) => stockOf.all(sku),
    stockAt: (location) => stockAt.all(location),
    addStock: (sku, location, change) => {
      addStock.run(sku, location, change)
    },
    totals: () => totals.all(),
    netMinor: (account) => net.get(account) ?? 0n,
    addTotal: ({ account, debitMinor, creditMinor }) => {
      addTotal.run(account, debitMinor, creditMinor)
    },
  }
}
