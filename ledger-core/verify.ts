import { isInventoryAccount } from './account.ts'
import type { Books } from './books.ts'
import { allEntries } from './books-digest.ts'
import { commandHash, filedUnder } from './command-text.ts'
import { entryText } from './entry-text.ts'
import { GENESIS_HASH, sha256Hex } from './hash.ts'
import type { CostEffect, JournalEntry, VerifyReport } from './journal.ts'
import { entryFault } from './poster.ts'
import { inventorySums } from './posting.ts'
import type { BatchStore } from './store/batch-store.ts'
import type { CommandRow } from './store/command-store.ts'
import { createDerived, type Derived, foldEntry } from './verify-fold.ts'
import { compareBatches, compareTables } from './verify-tables.ts'

export interface VerifyOptions {
  /** Only the last so many entries, their chain and the sums: for a quick start. */
  readonly lastEntries?: number
}

const PAGE = 500

/**
 * Derive the books again from the journal: the chains of entries and commands, the balance of each
 * entry, what its effects do to inventory, then every table of running results. Stops at the first
 * entry that is wrong. Bounded, it proves the last entries and that the sums agree.
 */
export function verifyBooks(
  books: Books,
  batches: BatchStore,
  { lastEntries }: VerifyOptions = {},
): VerifyReport {
  const head = books.journal.head()
  const after = lastEntries === undefined ? 0 : Math.max(0, head.sequence - lastEntries)
  const before = after === 0 ? null : books.journal.entries(after - 1, 1)[0]
  let last = { sequence: after, hash: before?.hash ?? GENESIS_HASH }
  const commands = readCommands(books, after)
  const derived = createDerived()
  const miscounted = books.journal.miscounted(after)
  for (const entry of allEntries(books.journal.entries, after)) {
    const what =
      commandFault(entry, commands) ??
      faultOf(entry, last, books) ??
      (entry.sequence === miscounted ? 'it counts other rows than it has' : null) ??
      (after > 0 ? null : foldEntry(entry, derived, books))
    if (what !== null) return report(false, last, { sequence: entry.sequence, what })
    last = { sequence: entry.sequence, hash: entry.hash }
  }
  const what =
    commands.rest() ?? (after > 0 ? sumsFault(books) : compareAll(books, derived, batches))
  return what === null ? report(true, last) : report(false, last, { sequence: null, what })
}

function compareAll(books: Books, derived: Derived, batches: BatchStore): string | null {
  return compareTables(books, derived) ?? compareBatches(batches, books)
}

function report(
  ok: boolean,
  last: { readonly sequence: number; readonly hash: string },
  firstBad?: { readonly sequence: number | null; readonly what: string },
): VerifyReport {
  const base = { ok, entries: last.sequence, lastHash: last.hash }
  return firstBad === undefined ? base : { ...base, firstBad }
}

function faultOf(
  entry: JournalEntry,
  last: { readonly sequence: number; readonly hash: string },
  { chart, masters }: Books,
): string | null {
  if (entry.sequence !== last.sequence + 1) {
    return `expected entry ${last.sequence + 1} next, got ${entry.sequence}`
  }
  if (entry.previousHash !== last.hash) return 'it does not name the hash of the entry before'
  if (sha256Hex(entryText(entry)) !== entry.hash) return 'its content does not give its hash'
  const unbalanced = entryFault(entry.lines, inventorySums(chart, entry.effects), chart)
  if (unbalanced !== null) return unbalanced
  const isOwn = (location: string) => masters.locationKind(location) !== 'virtual'
  return unitsFault(entry, isOwn)
}

/** Units that come into or leave the store are the units whose cost changes. */
function unitsFault(entry: JournalEntry, isOwn: (location: string) => boolean): string | null {
  for (const { number, from, to, quantity, sku } of entry.movements) {
    const expected = (isOwn(to) ? quantity : 0n) - (isOwn(from) ? quantity : 0n)
    const got = entry.effects
      .filter((effect) => effect.movement === number)
      .reduce((sum, effect) => sum + unitsOf(effect), 0n)
    if (got !== expected) {
      return `movement ${number}: expected ${expected} of ${sku} in its layers, got ${got}`
    }
  }
  return null
}

function unitsOf({ source, quantity }: CostEffect): bigint {
  return source === 'deficit' ? -quantity : quantity
}

/** The recorded commands beside the entries: each in its own chain, each entry on its own. */
interface CommandReader {
  /** The recorded command of an entry; what is wrong up to and with it, or the row. */
  readonly upTo: (entry: JournalEntry) => string | CommandRow
  /** What is wrong with the commands after the last entry. */
  readonly rest: () => string | null
}

function readCommands({ commands, journal }: Books, after: number): CommandReader {
  const start = after === 0 ? undefined : journal.entries(after - 1, 1)[0]
  const first = start === undefined ? 0 : commands.numberOf(start.sourceKey)
  let last = { number: first, hash: start?.commandHash ?? GENESIS_HASH }
  let page: CommandRow[] = []
  const next = (): CommandRow | undefined => {
    if (page.length === 0) page = commands.rows(last.number, PAGE)
    return page.shift()
  }
  const step = (row: CommandRow): string | null => {
    const what = rowFault(row, last)
    last = { number: row.number, hash: row.hash }
    return what
  }
  return {
    upTo: (entry) => {
      for (let row = next(); row !== undefined; row = next()) {
        const what = step(row)
        if (what !== null) return what
        if (row.sequence !== null) {
          return row.sequence === entry.sequence
            ? row
            : `command ${row.number} names entry ${row.sequence}`
        }
      }
      return 'its command is not recorded'
    },
    rest: () => {
      for (let row = next(); row !== undefined; row = next()) {
        const what = step(row) ?? (row.sequence === null ? null : 'its entry is missing')
        if (what !== null) return `command ${row.number}: ${what}`
      }
      return null
    },
  }
}

function rowFault(
  row: CommandRow,
  last: { readonly number: number; readonly hash: string },
): string | null {
  if (row.number !== last.number + 1)
    return `expected command ${last.number + 1}, got ${row.number}`
  if (commandHash(last.hash, row.body) !== row.hash) {
    return `the recorded command ${row.sourceKey} does not give its hash`
  }
  const { sourceKey, fingerprint } = filedUnder(row.body)
  if (sourceKey === row.sourceKey && fingerprint === row.fingerprint) return null
  return `the recorded command ${row.sourceKey} is filed under other facts than its own`
}

function commandFault(entry: JournalEntry, commands: CommandReader): string | null {
  const row = commands.upTo(entry)
  if (typeof row === 'string') return row
  if (row.hash === entry.commandHash && row.sourceKey === entry.sourceKey) return null
  return `the recorded command ${row.sourceKey} does not give the hash in the entry`
}

/** The sums alone: what a quick start can prove of the tables. */
function sumsFault({ balances, costs, chart }: Books): string | null {
  const totals = balances.totals()
  const netMinor = totals.reduce((sum, row) => sum + row.debitMinor - row.creditMinor, 0n)
  if (netMinor !== 0n) return `trial balance: expected 0, got ${netMinor}`
  const inventoryMinor = totals
    .filter(({ account }) => isInventoryAccount(chart, account))
    .reduce((sum, row) => sum + row.debitMinor - row.creditMinor, 0n)
  if (inventoryMinor === costs.netMinor()) return null
  return `inventory accounts: expected ${costs.netMinor()} by the pools, got ${inventoryMinor}`
}
