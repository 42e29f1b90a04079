import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Db,
  inTransaction,
  type Ledger,
  openDatabase,
  openLedger,
} from '../../ledger-core/index.ts'
import { interleave, type Progress, type Sides } from './ratio.ts'
import { LINES_PER_SALE, masters, mustPost, sale } from './sales.ts'

/** Books that have sold for a long time, filled by the poster itself. */
export interface Books {
  readonly file: string
  readonly db: Db
  readonly ledger: Ledger
  sold: number
}

export const SMALL_LINES = 10_000
export const SKUS = 2_000
export const ROUND_SALES = 2_000
export const PER_COMMIT = 100
const BUILD_PER_COMMIT = 2_000

/** Books at `SMALL_LINES`, and a copy of their file as it was then. */
export function openSmallBooks(file: string, copy: string, progress: Progress): Books {
  const books = openBooks(file)
  inTransaction(books.db, () => mustPost(books.ledger, masters(SKUS)))
  growTo(SMALL_LINES, books, progress)
  books.db.close()
  copyFileSync(file, copy)
  return openBooks(file, books.sold)
}

const SITE = { site: 'bench', currency: { code: 'EUR', minorUnits: 2 } }

export function openBooks(file: string, sold = 0): Books {
  const db = openDatabase(file, { create: true })
  return { file, db, ledger: openLedger(db, SITE), sold }
}

/** As the reader of reports opens them. */
export function openForReading(file: string): Pick<Books, 'db' | 'ledger'> {
  const db = openDatabase(file, { readonly: true })
  return { db, ledger: openLedger(db, SITE) }
}

export function growTo(lines: number, books: Books, progress: Progress): void {
  const wanted = lines / LINES_PER_SALE
  while (books.sold < wanted) {
    sell(books, Math.min(BUILD_PER_COMMIT, wanted - books.sold))
    if (books.sold % 20_000 === 0)
      progress(`${count(books.sold * LINES_PER_SALE)} of ${count(lines)} lines written`)
  }
}

function sell(books: Books, sales: number): void {
  inTransaction(books.db, () => {
    for (let done = 0; done < sales; done++) mustPost(books.ledger, sale(books.sold++, SKUS))
  })
}

/** Microseconds of a posting in the grown books beside the small ones, which are set back each time. */
export function comparePostings(
  folder: string,
  small: string,
  smallSold: number,
  large: Books,
  rounds: number,
  progress: Progress,
): Promise<Sides> {
  const copy = join(folder, 'copy.sqlite')
  const cost = (books: Books) => {
    sell(books, PER_COMMIT)
    const startedAt = performance.now()
    for (let done = 0; done < ROUND_SALES; done += PER_COMMIT) sell(books, PER_COMMIT)
    return ((performance.now() - startedAt) * 1_000) / ROUND_SALES
  }
  return interleave(
    rounds,
    () => cost(large),
    () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true })
      copyFileSync(small, copy)
      const books = openBooks(copy, smallSold)
      try {
        return cost(books)
      } finally {
        books.db.close()
      }
    },
    progress,
  )
}

export const count = (lines: number) =>
  lines >= 1_000_000 ? `${lines / 1_000_000} million` : lines.toLocaleString('en')
