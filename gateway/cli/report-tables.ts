import type { Answers } from '../reports/answers.ts'
import { controlTables } from './control-tables.ts'
import { figureReports } from './figure-tables.ts'
import { type NamedReport, named } from './named-report.ts'
import { sumOf, textTable, timeOf } from './report-text.ts'
import { sessionTables } from './session-tables.ts'
import { money } from './table.ts'
import { trustTables } from './trust-tables.ts'

export const reports: Readonly<Record<string, NamedReport>> = {
  stock: named<'stock'>({
    about: 'book quantity by SKU and location',
    question: ({ sku, location }) => ({ report: 'stock', sku, location }),
    text: ({ rows }) =>
      textTable(
        ['sku', 'name', 'location', '>quantity'],
        rows.map((row) => [row.sku, row.name, row.location, money(row.quantity, row.scale)]),
      ),
  }),
  available: named<'available'>({
    about: 'on hand, in baskets, in transit, reserved and available by SKU',
    question: ({ sku }) => ({ report: 'available', sku }),
    text: ({ rows }) =>
      textTable(
        ['sku', 'name', '>on hand', '>in baskets', '>in transit', '>reserved', '>available'],
        rows.map(({ sku, name, scale, onHand, basket, inTransit, reserved, available }) => [
          sku,
          name,
          ...[onHand, basket, inTransit, reserved, available].map((one) => money(one, scale)),
        ]),
      ),
  }),
  movements: named<'movements'>({
    about: 'what moved, newest first, and what it was concluded from',
    question: ({ sku, limit }) => ({ report: 'movements', sku, limit }),
    text: ({ rows }) =>
      textTable(
        ['>entry', 'happened (UTC)', 'kind', 'sku', '>quantity', 'from', 'to', 'because'],
        rows.map((row) => [
          `${row.sequence}.${row.number}`,
          timeOf(row.occurredAtMs),
          row.kind,
          row.sku,
          money(row.quantity, row.scale),
          row.from,
          row.to,
          row.because,
        ]),
      ),
  }),
  'trial-balance': named<'trial-balance'>({
    about: 'debit and credit totals by account',
    question: () => ({ report: 'trial-balance' }),
    text: ({ currency, minorUnits, rows }) => {
      const [debit, credit] = [sumOf(rows, 'debitMinor'), sumOf(rows, 'creditMinor')]
      return textTable(
        ['account', 'name', `>debit ${currency}`, '>credit'],
        rows.map((row) => [
          row.account,
          row.name,
          money(row.debitMinor, minorUnits),
          money(row.creditMinor, minorUnits),
        ]),
        ['', 'total', money(debit, minorUnits), money(credit, minorUnits)],
      )
    },
  }),
  pools: named<'pools'>({
    about: 'valuation: quantity and value by SKU, against the inventory account',
    question: () => ({ report: 'pools' }),
    text: poolsText,
  }),
  layers: named<'layers'>({
    about: 'the cost layers that the stock consists of, oldest first',
    question: ({ sku }) => ({ report: 'layers', sku }),
    text: layersText,
  }),
  expiring: named<'expiring'>({
    about: 'layers whose last day is up to a date (--up-to)',
    question: ({ upTo }) =>
      upTo === undefined
        ? 'expected --up-to DATE for expiring; see --help'
        : { report: 'expiring', upTo },
    text: layersText,
  }),
  uninvoiced: named<'uninvoiced'>({
    about: 'goods received that no invoice has come for',
    question: () => ({ report: 'uninvoiced' }),
    text: uninvoicedText,
  }),
  'cut-off': named<'cut-off'>({
    about: 'entries that count for another day than the one they happened on',
    question: () => ({ report: 'cut-off' }),
    text: ({ rows }) =>
      textTable(
        ['>entry', 'kind', 'happened', 'counts for', 'source'],
        rows.map((row) => [
          String(row.sequence),
          row.kind,
          row.businessDate,
          row.accountingDate,
          row.sourceKey,
        ]),
      ),
  }),
  reviews: named<'reviews'>({
    about: 'questions to a person that are open (--all: and decided)',
    question: ({ all, limit }) => ({ report: 'reviews', state: all ? 'all' : 'open', limit }),
    text: ({ rows }) =>
      textTable(
        ['>review', 'opened (UTC)', 'state', 'kind', 'sku', 'question'],
        rows.map((row) => [
          String(row.id),
          timeOf(row.openedAtMs),
          row.decision ?? row.state,
          row.kind,
          row.sku ?? '',
          row.question,
        ]),
      ),
  }),
  quarantine: named<'quarantine'>({
    about: 'messages that could not be used, newest first',
    question: ({ limit }) => ({ report: 'quarantine', limit }),
    text: ({ rows }) =>
      textTable(
        ['>id', 'at (UTC)', 'device', 'code', '>bytes', 'message'],
        rows.map((row) => [
          String(row.id),
          timeOf(row.atMs),
          row.device,
          row.code,
          String(row.bytes),
          row.message,
        ]),
      ),
  }),
  ...controlTables,
  ...trustTables,
  ...sessionTables,
  batches: named<'batches'>({
    about: 'what each destination has confirmed and what waits for it',
    question: () => ({ report: 'batches' }),
    text: ({ destinations }) =>
      textTable(
        ['destination', '>sealed', '>acknowledged', '>waiting batches', '>waiting entries'],
        destinations.map((row) => [
          row.destination,
          String(row.sealed),
          String(row.acknowledged),
          String(row.backlogBatches),
          String(row.backlogEntries),
        ]),
      ),
  }),
  ...figureReports,
}

function poolsText({
  currency,
  minorUnits,
  rows,
  inventoryAccountMinor,
}: Answers['pools']): string {
  const value = sumOf(rows, 'valueMinor')
  const account = BigInt(inventoryAccountMinor)
  const difference = account - value
  const says = difference === 0n ? 'equal' : `differs by ${money(difference, minorUnits)}`
  return [
    textTable(
      ['sku', 'name', 'group', 'method', '>layers', '>quantity', `>value ${currency}`],
      rows.map((row) => [
        row.sku,
        row.name,
        row.group,
        row.method,
        String(row.layers),
        money(row.quantity, row.scale),
        money(row.valueMinor, minorUnits),
      ]),
      ['', 'total', '', '', '', '', money(value, minorUnits)],
    ),
    `\n  inventory account ${money(account, minorUnits)}: ${says}`,
  ].join('\n')
}

function layersText({ currency, minorUnits, rows }: Answers['layers']): string {
  return textTable(
    ['sku', 'group', 'bought', 'lot', 'last day', 'serial', '>quantity', `>value ${currency}`],
    rows.map((row) => [
      row.sku,
      row.group,
      row.date,
      row.lot ?? '',
      row.expires ?? '',
      row.serial ?? '',
      money(row.quantity, row.scale),
      money(row.valueMinor, minorUnits),
    ]),
    ['total', '', '', '', '', '', '', money(sumOf(rows, 'valueMinor'), minorUnits)],
  )
}

function uninvoicedText({ currency, minorUnits, rows }: Answers['uninvoiced']): string {
  return textTable(
    ['>entry', 'supplier', 'sku', '>received', '>invoiced', '>returned', `>open ${currency}`],
    rows.map((row) => [
      String(row.sequence),
      row.supplier,
      row.sku,
      ...[row.received, row.invoiced, row.returned].map((one) => money(one, row.scale)),
      money(row.openMinor, minorUnits),
    ]),
    ['', 'total', '', '', '', '', money(sumOf(rows, 'openMinor'), minorUnits)],
  )
}
