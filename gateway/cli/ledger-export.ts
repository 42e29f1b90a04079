import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  EXPORT_FORMATS,
  type ExportFormat,
  exportJournal,
  type Ledger,
} from '../../ledger-core/index.ts'
import { exportEpcis } from '../documents/epcis-out.ts'
import { complain, EXIT } from './command.ts'

/** The books' own formats, and the one trading partners read. */
type Choice = ExportFormat | 'epcis'
const CHOICES: readonly Choice[] = [...EXPORT_FORMATS, 'epcis']
export const EXPORT_CHOICES = CHOICES.join(', ')

/** The format of `--as`, or null after it was told that it is none. */
export function formatOf(text: string | undefined): Choice | null {
  const format = CHOICES.find((known) => known === text)
  if (format !== undefined) return format
  complain(`expected --as with one of ${EXPORT_CHOICES}, got "${text ?? ''}"`)
  return null
}

/** The journal of books opened for this alone, as they stand at one instant. */
export async function exportBooks(
  open: () => Ledger,
  format: Choice,
  out: string | undefined,
): Promise<number> {
  try {
    const books = open()
    // Entries and closing balances are many statements: a transaction keeps them of one state.
    books.db.exec('BEGIN')
    const text = format === 'epcis' ? exportEpcis(books) : exportJournal(books, format)
    if (out === undefined) await toOutput(text)
    else toFile(text, out)
    books.db.close()
    return EXIT.done
  } catch (error) {
    complain(`the journal was not exported: ${error instanceof Error ? error.message : error}`)
    return EXIT.refused
  }
}

/** A file that exists is somebody's: never written over. One that fails halfway is taken away. */
function toFile(text: Iterable<string>, file: string): void {
  const descriptor = openSync(file, 'wx')
  try {
    for (const piece of text) writeFileSync(descriptor, piece)
    fsyncSync(descriptor)
  } catch (error) {
    rmSync(file)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** At the reader's pace: a full pipe is waited for, a closed one ends the export. */
async function toOutput(text: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(text), process.stdout, { end: false })
}
