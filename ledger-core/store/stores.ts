import { type BalanceStore, createBalanceStore } from './balance-store.ts'
import { type CommandStore, createCommandStore } from './command-store.ts'
import { type CostStore, createCostStore } from './cost-store.ts'
import type { Db } from './database.ts'
import { createJournalStore, type JournalStore } from './journal-store.ts'
import { createMasterStore, type MasterStore } from './master-store.ts'
import { createOrderStore, type OrderStore } from './order-store.ts'

/** All tables of the books, each behind its own store; statements are prepared once, here. */
export interface Stores {
  readonly commands: CommandStore
  readonly journal: JournalStore
  readonly balances: BalanceStore
  readonly costs: CostStore
  readonly masters: MasterStore
  readonly orders: OrderStore
}

export function createStores(db: Db): Stores {
  return {
    commands: createCommandStore(db),
    journal: createJournalStore(db),
    balances: createBalanceStore(db),
    costs: createCostStore(db),
    masters: createMasterStore(db),
    orders: createOrderStore(db),
  }
}
