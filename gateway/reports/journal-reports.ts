import { type Db, type JournalEntry, type Ledger, parseMoney } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'
import { entryReport } from './movement-reports.ts'

/** Above every sequence there can be. */
const NEWEST = Number.MAX_SAFE_INTEGER
/** Opening stock comes in few imports; more than these are no cut-over. */
const IMPORTS_SHOWN = 1_000

/** Entries by any filter, and the opening against the old system. */
export function createJournalReports(
  db: Db,
  ledger: Ledger,
  config: Config,
  label: SkuLabel,
): Pick<ReportTable, 'journal' | 'cut-over'> {
  const { search } = ledger.figures()
  const firstSale = db
    .prepare<[], bigint | null>(`select min(sequence) from entry where kind = 'till-receipt'`)
    .pluck()
  return {
    journal: ({ limit, before, ...filter }) => {
      const found = search(filter, before === undefined ? NEWEST : Number(before), limit + 1)
      const shown = found.slice(0, limit)
      const rows = shown.flatMap((sequence) => entryReport(ledger, label, sequence) ?? [])
      return { rows, nextBefore: found.length > limit ? String(shown.at(-1)) : null }
    },
    'cut-over': () => {
      const first = firstSale.get() ?? null
      const sequences = search({ kind: 'import-masters' }, NEWEST, IMPORTS_SHOWN).reverse()
      const { currency, minorUnits } = config.site
      return {
        currency,
        minorUnits,
        imports: sequences.flatMap((sequence) => {
          const entry = ledger.entry(sequence)
          if (entry === null) return []
          return [openingOf(entry, expectedTotals(ledger, sequence, minorUnits), first)]
        }),
        firstSale: first === null ? null : Number(first),
      }
    },
  }
}

function openingOf(
  entry: JournalEntry,
  expected: ReadonlyMap<string, bigint> | null,
  firstSale: bigint | null,
): Answers['cut-over']['imports'][number] {
  const opened = new Map<string, bigint>()
  for (const { account, amountMinor } of entry.lines)
    opened.set(account, (opened.get(account) ?? 0n) + amountMinor)
  const accounts = [...new Set([...opened.keys(), ...(expected?.keys() ?? [])])].sort()
  const { sequence, sourceKey, accountingDate: date } = entry
  // The opening balance is our own account: the old system has no figure for it.
  const isEqual =
    expected && [...expected].every(([account, minor]) => (opened.get(account) ?? 0n) === minor)
  return {
    sequence,
    sourceKey,
    date,
    beforeFirstSale: firstSale === null || BigInt(sequence) < firstSale,
    accounts: accounts.map((account) => ({
      account,
      openedMinor: (opened.get(account) ?? 0n).toString(),
      expectedMinor: expected?.get(account)?.toString() ?? null,
    })),
    isEqual,
  }
}

/** The old system's totals as they came with the import; null: it came without. */
function expectedTotals(
  ledger: Ledger,
  sequence: number,
  minorUnits: number,
): ReadonlyMap<string, bigint> | null {
  const totals = ledger.evidenceOf(sequence).flatMap(({ body: { totals: given } }) =>
    // Only an import writes this.
    Array.isArray(given) ? (given as { account: string; value: string }[]) : [],
  )
  if (totals.length === 0) return null
  return new Map(
    totals.flatMap(({ account, value }) => {
      const minor = parseMoney(value, minorUnits)
      return typeof minor === 'bigint' ? [[account, minor] as const] : []
    }),
  )
}
