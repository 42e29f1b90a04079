import type { Books } from '../books.ts'
import { allEntries } from '../books-digest.ts'
import type { JournalEntry } from '../journal.ts'
import type { DateRange, FigureStore } from '../store/figure-store.ts'

/** Entries that count for a day of the range, oldest first. */
export function* entriesIn(
  { journal }: Books,
  store: FigureStore,
  range: DateRange,
): Generator<JournalEntry> {
  const span = store.span(range)
  if (span === null) return
  const { from = '', to } = range
  for (const entry of allEntries(journal.entries, span.first - 1)) {
    if (entry.sequence > span.last) return
    const { accountingDate } = entry
    if (accountingDate >= from && (to === undefined || accountingDate <= to)) yield entry
  }
}
