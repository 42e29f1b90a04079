import type { Answers } from '../reports/answers.ts'
import { more, type NamedReport, named } from './named-report.ts'
import { textTable } from './report-text.ts'
import { money } from './table.ts'

/** One SKU and one account, line by line with what they come to. */
export const statementReports: Readonly<Record<string, NamedReport>> = {
  record: named<'record'>({
    about: 'perpetual record of one --sku: each movement with quantity, value and layers held',
    question: ({ sku, limit, after }) =>
      sku === undefined
        ? 'expected --sku SKU for record; see --help'
        : { report: 'record', sku, limit, after },
    text: recordText,
  }),
  statement: named<'statement'>({
    about: 'one --account line by line with its balance, --from --to',
    question: ({ account, from, to, limit, after }) =>
      account === undefined
        ? 'expected --account ACCOUNT for statement; see --help'
        : { report: 'statement', account, from, to, limit, after },
    text: statementText,
  }),
}

function recordText({ currency, minorUnits, scale, rows, nextAfter }: Answers['record']): string {
  const amount = (minor: string) => money(minor, minorUnits)
  const units = (quantity: string) => money(quantity, scale)
  const table = textTable(
    [
      ...['>entry', 'day', 'kind', 'from', 'to', '>moved', '>change', `>value ${currency}`],
      ...['>held', '>worth', 'layers'],
    ],
    rows.map((row) => [
      row.at,
      row.date,
      row.kind,
      row.from,
      row.to,
      row.quantity === '0' ? '' : units(row.quantity),
      units(row.change),
      amount(row.changeMinor),
      units(row.heldQuantity),
      amount(row.heldMinor),
      row.layers.map(({ layer, quantity }) => `L${layer} ${units(quantity)}`).join(', '),
    ]),
  )
  return table + more(nextAfter)
}

function statementText(answer: Answers['statement']): string {
  const { currency, minorUnits, openingMinor, rows, nextAfter } = answer
  const amount = (minor: string) => money(minor, minorUnits)
  const side = (minor: string, isDebit: boolean) =>
    minor.startsWith('-') === isDebit ? '' : amount(minor.replace('-', ''))
  const table = textTable(
    ['>line', 'day', 'kind', `>debit ${currency}`, '>credit', '>balance', 'memo', 'source'],
    [
      ['', '', 'brought forward', '', '', amount(openingMinor), '', ''],
      ...rows.map((row) => [
        row.at,
        row.date,
        row.kind,
        side(row.amountMinor, true),
        side(row.amountMinor, false),
        amount(row.balanceMinor),
        row.memo,
        row.sourceKey,
      ]),
    ],
  )
  return table + more(nextAfter)
}
