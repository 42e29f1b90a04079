import { existsSync } from 'node:fs'
import { fingerprintOf, formatMoney, parseMoney } from '../../ledger-core/index.ts'
import { createBusinessDate } from '../bookkeeper/business-date.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { checkRows, type ImportPlan } from './check-rows.ts'
import { Findings } from './findings.ts'
import { type KnownBooks, withKnownBooks } from './known-books.ts'
import { type ReadRows, readFiles } from './read-files.ts'
import type { Submission } from './submit.ts'
import { type Fault, type TableName, tableNames } from './tables.ts'

export interface ImportWish {
  readonly files: readonly string[]
  /** ISO time of the cut-over; by default now. */
  readonly at: string | undefined
  /** Names the import for ever; by default made from what the files say. */
  readonly key: string | undefined
}

export type PreparedImport =
  | {
      readonly ok: true
      readonly submission: Submission
      /** Its opening stock was booked before; nothing is booked again. */
      readonly isRepeat: boolean
      readonly counts: Readonly<Record<TableName, number>>
      /** Total cost of the opening stock, as it will stand in the inventory accounts. */
      readonly openingValue: string
    }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/** Everything that can be said against an import before the books are asked to take it. */
export function prepareImport(config: Config, wish: ImportWish): PreparedImport {
  const { file } = dataFolderAt(config.dataFolder)
  const read = readFiles(wish.files)
  return withKnownBooks(existsSync(file) ? file : null, config, (books) =>
    prepared(config, wish, read, books),
  )
}

function prepared(
  config: Config,
  wish: ImportWish,
  { rows, faults }: ReadRows,
  books: KnownBooks,
): PreparedImport {
  const wished = wish.at ?? new Date(systemClock.nowMs()).toISOString()
  // Totals prove an import and are no part of it: with them or without, it is the same.
  const content = tableNames
    .filter((name) => name !== 'totals')
    .map((name) => rows[name].map(({ row }) => row))
  const key = wish.key ?? keyOf(rows.opening.length > 0 ? content : [content, wished])
  const bookedAtMs = books.bookedAtMs(`masters:${key}`)
  // The same import again carries the time of the first: it is the same, and posts nothing.
  const at = bookedAtMs === null ? wished : new Date(bookedAtMs).toISOString()
  const findings = new Findings()
  const isRepeat = bookedAtMs !== null
  const { timeZone, dayEndsAt, minorUnits } = config.site
  const today = createBusinessDate(timeZone, dayEndsAt)(Date.parse(at))
  const around = { config, books, today, isRepeat }
  // References into rows that did not fit would be told as unknown: first things first.
  const plan = faults.length > 0 ? null : checkRows(rows, around, findings)
  const all = [...faults, ...findings.all()]
  if (plan === null || all.length > 0) return { ok: false, faults: all }
  const valueMinor = rows.opening
    .map(({ row }) => parseMoney(row.value, minorUnits))
    .reduce((sum: bigint, value) => sum + (typeof value === 'bigint' ? value : 0n), 0n)
  const counted = tableNames.map((name) => [name, rows[name].length] as const)
  return {
    ok: true,
    submission: submissionOf(plan, key, at),
    isRepeat,
    counts: Object.fromEntries(counted) as Record<TableName, number>,
    openingValue: formatMoney(valueMinor, minorUnits),
  }
}

function submissionOf({ masters, orders }: ImportPlan, key: string, at: string): Submission {
  return { masters: masters && { key, at, ...masters }, orders }
}

/**
 * Stock may be opened once, so the same rows are the same import whenever they come. Masters alone
 * may come again: prices go back to what they were.
 */
function keyOf(content: readonly unknown[]): string {
  // What is undefined has no canonical form; JSON leaves it out.
  const plain: unknown = JSON.parse(JSON.stringify(content))
  return `import-${fingerprintOf(plain).slice(0, 16)}`
}
