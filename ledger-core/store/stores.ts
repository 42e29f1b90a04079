import { type BalanceStore, createBalanceStore } from './balance-store.ts'
import { type CommandStore, createCommandStore } from './command-store.ts'
import { type ControlStore, createControlStore } from './control-store.ts'
import { type CostStore, createCostStore } from './cost-store.ts'
import { type CountStore, createCountStore } from './count-store.ts'
import type { Db } from './database.ts'
import { createJournalStore, type JournalStore } from './journal-store.ts'
import { createMasterStore, type MasterStore } from './master-store.ts'
import { createOrderStore, type OrderStore } from './order-store.ts'
import { createParkedStore, type ParkedStore } from './parked-store.ts'
import { createReceiptStore, type ReceiptStore } from './receipt-store.ts'
import { createRefusalStore, type RefusalStore } from './refusal-store.ts'
import { createStockStore, type StockStore } from './stock-store.ts'

/** All tables of the books, each behind its own store; statements are prepared once, here. */
export interface Stores {
  readonly commands: CommandStore
  readonly journal: JournalStore
  readonly balances: BalanceStore
  readonly costs: CostStore
  readonly masters: MasterStore
  readonly orders: OrderStore
  readonly control: ControlStore
  readonly refusals: RefusalStore
  readonly receipts: ReceiptStore
  readonly counts: CountStore
  readonly parked: ParkedStore
  readonly stock: StockStore
}

export function createStores(db: Db): Stores {
  return {
    commands: createCommandStore(db),
    journal: createJournalStore(db),
    balances: createBalanceStore(db),
    costs: createCostStore(db),
    masters: createMasterStore(db),
    orders: createOrderStore(db),
    control: createControlStore(db),
    refusals: createRefusalStore(db),
    receipts: createReceiptStore(db),
    counts: createCountStore(db),
    parked: createParkedStore(db),
    stock: createStockStore(db),
  }
}
