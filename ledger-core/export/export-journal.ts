import { entryText } from '../entry-text.ts'
import type { Ledger } from '../ledger.ts'
import { beancountFormat } from './beancount.ts'
import { csvFormat } from './csv.ts'
import { hledgerFormat } from './hledger.ts'
import type { ExportFacts, JournalFormat } from './journal-format.ts'

export type ExportFormat = 'hledger' | 'beancount' | 'csv' | 'jsonl'

/** Entries in memory at a time. */
const PAGE = 500

const FORMATS: Readonly<Record<ExportFormat, (facts: ExportFacts) => JournalFormat>> = {
  hledger: hledgerFormat,
  beancount: beancountFormat,
  csv: csvFormat,
  // The very text that was hashed: SHA-256 of a line is the next line's `previousHash`.
  jsonl: () => ({ head: () => '', entry: (entry) => `${entryText(entry)}\n`, foot: () => '' }),
}

export const EXPORT_FORMATS = Object.keys(FORMATS) as readonly ExportFormat[]

/**
 * The whole journal as text, piece by piece. The caller holds a transaction, so that the balances
 * at the end are those of the entries.
 */
export function* exportJournal(ledger: Ledger, as: ExportFormat): Generator<string, void> {
  const format = FORMATS[as](factsOf(ledger))
  yield format.head()
  let after = 0
  for (;;) {
    const page = ledger.entries(after, PAGE)
    const last = page.at(-1)
    if (last === undefined) break
    yield page.map(format.entry).join('')
    after = last.sequence
  }
  yield format.foot()
}

function factsOf(ledger: Ledger): ExportFacts {
  const { site, chart } = ledger
  return {
    site: site.site,
    currency: site.currency,
    chart,
    accounts: ledger.trialBalance(),
    skus: ledger.skus(),
    layered: ledger.pools().map(({ sku, group }) => {
      const layers = ledger.layers(sku, group)
      return {
        sku,
        group,
        quantity: layers.reduce((sum, { quantity }) => sum + quantity, 0n),
        valueMinor: layers.reduce((sum, { valueMinor }) => sum + valueMinor, 0n),
      }
    }),
  }
}
