/** The door of the books. Everything outside imports from here and only from here. */

export {
  type Account,
  type AccountRole,
  type Chart,
  chartOf,
  inventoryAccount,
} from './account.ts'
export type { Acknowledgement, Batching } from './batching.ts'
export type { BooksDigest } from './books-digest.ts'
export { canonicalJson } from './canonical.ts'
export type * from './command.ts'
export type * from './command-control.ts'
export type * from './command-purchase.ts'
export type * from './command-stock.ts'
export {
  type CaseResult,
  type ConformanceReport,
  conformCosting,
} from './conformance/conform-costing.ts'
export { type CostingCase, readCases } from './conformance/costing-case.ts'
export type { ControlReads } from './control-reads.ts'
export type { HeldLayer } from './cost-book.ts'
export type { CostMethod } from './costing.ts'
export { minorUnitsOf } from './currency.ts'
export {
  formatMoney,
  formatQuantity,
  type NumberRefusal,
  parseMoney,
  parseQuantity,
} from './decimal.ts'
export { EXPORT_FORMATS, type ExportFormat, exportJournal } from './export/export-journal.ts'
export type { DemandDay } from './figures/demand.ts'
export type { Figures } from './figures/figures.ts'
export type { MarginFact } from './figures/margin.ts'
export type { VarianceFact, VarianceKind } from './figures/variance.ts'
export { fingerprintOf } from './hash.ts'
export type * from './journal.ts'
export { type Ledger, type LedgerOptions, openLedger } from './ledger.ts'
export type { LedgerReads, SoldLine } from './ledger-reads.ts'
export type { Policy, PolicyChange } from './policy.ts'
export { replayCommands } from './replay.ts'
export { COMMAND_KINDS, type Role } from './role.ts'
export type { Backlog } from './store/batch-store.ts'
export { backupInto, type Db, type OpenOptions, openDatabase } from './store/database.ts'
export type { DateRange, JournalFilter } from './store/figure-store.ts'
export { type Migration, migrate, type Namespace } from './store/migrate.ts'
export type { OpenOrderLine } from './store/order-store.ts'
export type { LedgerSite } from './store/site-store.ts'
export { inSavepoint, inTransaction } from './store/transaction.ts'
export { type BatchCheck, type BatchSummary, verifyBatch } from './verify-batch.ts'
export type { WhatIf, WhatIfColumn, WhatIfMethod, WhatIfRow } from './what-if/what-if.ts'
