import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backupInto, migrate } from '../../ledger-core/index.ts'
import { GATEWAY_MIGRATIONS } from '../bookkeeper/store.ts'
import { createAnswers } from '../reports/answer.ts'
import type { Question } from '../reports/questions.ts'
import { inTemporaryFolder } from './folder.ts'
import {
  comparePostings,
  count,
  growTo,
  openBooks,
  openForReading,
  openSmallBooks,
  PER_COMMIT,
  ROUND_SALES,
  SKUS,
  SMALL_LINES,
} from './grown-books.ts'
import { ingestConfig } from './ingest-site.ts'
import { type Figure, median, type Progress, ratioOf } from './ratio.ts'

/** Times of a read, of which the median counts; the whole verification runs once. */
const READS = 3
const PAGE = 100

/** What a person or the gateway asks of the books, and whether it may take longer as they grow. */
const QUESTIONS: readonly (readonly [name: string, question: Question])[] = [
  ['bounded verification', { report: 'verify', lastEntries: 2_000 }],
  ['whole verification', { report: 'verify' }],
  ['on hand', { report: 'stock' }],
  ['valuation with its layers', { report: 'layers' }],
  ['trial balance', { report: 'trial-balance' }],
  ['record of one SKU', { report: 'record', sku: 'S7', limit: PAGE }],
  ['journal, newest page', { report: 'journal', limit: PAGE }],
  ['journal, newest page of one SKU', { report: 'journal', sku: 'S7', limit: PAGE }],
  ['movements, newest page of one SKU', { report: 'movements', sku: 'S7', limit: PAGE }],
  ['statement of one account', { report: 'statement', account: 'cash', limit: PAGE }],
]

/** Long-lived books: a posting, each report, verification, backup and the file. */
export function benchBooksGrowth(
  lines: number,
  rounds: number,
  progress: Progress,
): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const small = join(folder, 'small.sqlite')
    const books = openSmallBooks(join(folder, 'books.sqlite'), small, progress)
    const [smallSold, smallBytes] = [books.sold, statSync(small).size]
    growTo(lines, books, progress)
    books.db.pragma('wal_checkpoint(TRUNCATE)')
    const bytes = (statSync(books.file).size - smallBytes) / (books.sold - smallSold)
    const sides = await comparePostings(folder, small, smallSold, books, rounds, progress)
    books.db.close()
    const before = timesOf(small, folder, progress)
    const after = timesOf(books.file, folder, progress)
    return [
      ratioOf(sides, {
        name: `cost of a posting at ${count(lines)} journal lines`,
        method: [
          `floor: the same at ${count(SMALL_LINES)} lines`,
          `load: ${ROUND_SALES} sales a round, ${PER_COMMIT} per commit, ${SKUS} SKUs, ${rounds} rounds; the small file is set back after each`,
        ],
        unit: 'us/posting',
        hold: { better: 'less', limit: 1.3 },
      }),
      plain('file growth per posting', 'bytes', bytes, [
        'a sale of one line: command, entry, 5 lines, movement, layer use, indexes',
      ]),
      ...[...after].map(([name, ms]) =>
        plain(`${name} at ${count(lines)} lines`, 'ms', ms, [
          `${before.get(name)?.toFixed(1)} ms at ${count(SMALL_LINES)} lines`,
        ]),
      ),
    ]
  })
}

/** Milliseconds of every question on a connection that cannot write, and of a backup. */
function timesOf(file: string, folder: string, progress: Progress): ReadonlyMap<string, number> {
  const writer = openBooks(file)
  migrate(writer.db, 'gateway', GATEWAY_MIGRATIONS)
  writer.db.close()
  const { db, ledger } = openForReading(file)
  const answer = db.transaction(createAnswers(db, ledger, ingestConfig(folder)))
  const times = new Map<string, number>()
  const measure = (name: string, reads: number, work: () => void) => {
    progress(name)
    times.set(name, median(Array.from({ length: reads }, () => elapsedMs(work))))
  }
  for (const [name, question] of QUESTIONS)
    measure(name, name === 'whole verification' ? 1 : READS, () => answer(question))
  const backup = join(folder, 'backup.sqlite')
  measure('backup', 1, () => backupInto(db, backup))
  rmSync(backup)
  db.close()
  return times
}

function elapsedMs(work: () => void): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

function plain(name: string, unit: string, value: number, method: readonly string[]): Figure {
  return { name, method, value, unit, spread: null, hold: null }
}
