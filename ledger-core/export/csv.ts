import { accountNames } from '../account.ts'
import { formatMoney } from '../decimal.ts'
import type { JournalEntry, Line } from '../journal.ts'
import type { ExportFacts, JournalFormat } from './journal-format.ts'

const COLUMNS = [
  'sequence',
  'kind',
  'source_key',
  'business_date',
  'accounting_date',
  'occurred_at_ms',
  'posted_at_ms',
  'actor',
  'hash',
  'line',
  'account',
  'account_name',
  'debit',
  'credit',
  'currency',
  'memo',
]

/** One row per line of money, the entry's columns in front: RFC 4180, UTF-8. */
export function csvFormat({ chart, currency: { code, minorUnits } }: ExportFacts): JournalFormat {
  const nameOf = accountNames(chart)
  const money = (amountMinor: bigint) =>
    amountMinor > 0n ? formatMoney(amountMinor, minorUnits) : ''
  const rowOf = (entry: JournalEntry, { number, account, amountMinor, memo }: Line) => [
    `${entry.sequence}`,
    entry.kind,
    entry.sourceKey,
    entry.businessDate,
    entry.accountingDate,
    `${entry.occurredAtMs}`,
    `${entry.postedAtMs}`,
    entry.actor,
    entry.hash,
    `${number}`,
    account,
    nameOf(account),
    money(amountMinor),
    money(-amountMinor),
    code,
    memo,
  ]
  return {
    head: () => csvRow(COLUMNS),
    entry: (entry) => entry.lines.map((line) => csvRow(rowOf(entry, line))).join(''),
    foot: () => '',
  }
}

function csvRow(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`
}

/** RFC 4180, 2.6 and 2.7: quoted when it holds a comma, a quote or a line break; quotes doubled. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
