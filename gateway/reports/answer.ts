import type { Db, Ledger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { checkMasters } from '../import/check-masters.ts'
import { knownBooks } from '../import/known-books.ts'
import type { Answers } from './answers.ts'
import { createBookReports } from './book-reports.ts'
import { createControlReports } from './control-reports.ts'
import { createExitReports } from './exit-reports.ts'
import { createFigureReports } from './figure-reports.ts'
import { createJournalReports } from './journal-reports.ts'
import { createLayerReports } from './layer-reports.ts'
import { createLessonReports } from './lesson-reports.ts'
import { createMovementReports } from './movement-reports.ts'
import { createNoteReports } from './note-reports.ts'
import { createPeopleReports } from './people-reports.ts'
import type { AskedFor, Question } from './questions.ts'
import { createSessionReports, withScannedLines } from './session-reports.ts'
import { createStatementReports } from './statement-reports.ts'
import { createTrustReports } from './trust-reports.ts'

/** One report per question; each reads, none keeps anything. */
export type ReportTable = {
  readonly [R in Question['report']]: (question: AskedFor<R>) => Answers[R]
}

/** Name and decimals of a SKU, for rows that show it. */
export type SkuLabel = (sku: string) => { readonly name: string; readonly scale: number }

export function createAnswers(
  db: Db,
  ledger: Ledger,
  config: Config,
): (question: Question) => unknown {
  const label: SkuLabel = (sku) => {
    const known = ledger.sku(sku)
    return { name: known?.name ?? sku, scale: known?.quantityScale ?? 0 }
  }
  const table: ReportTable = withScannedLines(db, {
    ...createBookReports(ledger, config, label),
    ...createControlReports(db, ledger, config, label),
    ...createLayerReports(ledger, config, label),
    ...createMovementReports(db, ledger, label),
    ...createStatementReports(db, config, label),
    ...createFigureReports(ledger, config, label),
    ...createJournalReports(db, ledger, config, label),
    ...createNoteReports(db, config, ledger, label),
    ...createTrustReports(db, config),
    ...createPeopleReports(db, ledger),
    'check-masters': ({ masters }) => checkMasters(masters, config, knownBooks(db, ledger)),
    ...createExitReports(db, label),
    ...createLessonReports(db, label),
    ...createSessionReports(db, ledger, config, label),
  })
  return (question) => {
    // The table pairs each report with its own question; TypeScript cannot follow one by the other.
    const report = table[question.report] as (question: Question) => unknown
    return report(question)
  }
}
