/** The door of the books. Everything outside imports from here and only from here. */

export type { Account, AccountRole, Chart } from './account.ts'
export type { Acknowledgement, Batching } from './batching.ts'
export type { BooksDigest } from './books-digest.ts'
export { canonicalJson } from './canonical.ts'
export type * from './command.ts'
export {
  formatMoney,
  formatQuantity,
  type NumberRefusal,
  parseMoney,
  parseQuantity,
} from './decimal.ts'
export { fingerprintOf } from './hash.ts'
export type * from './journal.ts'
export { type Ledger, type LedgerOptions, openLedger } from './ledger.ts'
export type { LedgerReads, SoldLine } from './ledger-reads.ts'
export { replayCommands } from './replay.ts'
export type { Backlog } from './store/batch-store.ts'
export { backupInto, type Db, type OpenOptions, openDatabase } from './store/database.ts'
export { type Migration, migrate, type Namespace } from './store/migrate.ts'
export type { OpenOrderLine } from './store/order-store.ts'
export type { LedgerSite } from './store/site-store.ts'
export { inSavepoint, inTransaction } from './store/transaction.ts'
export { type BatchCheck, type BatchSummary, verifyBatch } from './verify-batch.ts'
