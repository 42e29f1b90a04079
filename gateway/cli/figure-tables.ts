import { formatMoney, formatQuantity } from '../../ledger-core/index.ts'
import type { Answers } from '../reports/answers.ts'
import { more, type NamedReport, named } from './named-report.ts'
import { sumOf, textTable, timeOf } from './report-text.ts'
import { statementReports } from './statement-tables.ts'
import { money } from './table.ts'
import { whatIfCsv, whatIfText } from './what-if-table.ts'

/** Reports over time: what they ask and how they look; see `report-tables.ts` for the others. */
export const figureReports: Readonly<Record<string, NamedReport>> = {
  'what-if': named<'what-if'>({
    about: 'FIFO, LIFO and average side by side over the whole history (--sku)',
    question: ({ sku, limit, after }) => ({ report: 'what-if', sku, limit, after }),
    text: whatIfText,
    csv: whatIfCsv,
  }),
  margin: named<'margin'>({
    about: 'revenue, returns, COGS and margin by --by and --of, --from to --to',
    question: ({ from, to, by, of, sku, limit, after }) => ({
      report: 'margin',
      ...{ from, to, by, of, sku, limit, after },
    }),
    text: marginText,
    csv: marginCsv,
  }),
  demand: named<'demand'>({
    about: 'sold, returned, received, on hand by SKU and day, for planning tools',
    question: ({ from, to, sku, limit, after }) => ({
      report: 'demand',
      ...{ from, to, sku, limit, after },
    }),
    text: demandText,
    csv: demandCsv,
  }),
  variance: named<'variance'>({
    about: 'losses, gains, write-offs, tills over and short, prices, deliveries by --by',
    question: ({ from, to, by, sku, location, limit, after }) => ({
      report: 'variance',
      ...{ from, to, by, sku, location, limit, after },
    }),
    text: varianceText,
    csv: varianceCsv,
  }),
  journal: named<'journal'>({
    about: 'entries newest first, by --sku --account --kind --from --to --key --actor',
    question: ({ sku, account, kind, from, to, sourceKey, actor, limit, after }) =>
      after !== undefined && !/^\d{1,15}$/.test(after)
        ? `expected --after with the number of an entry, got "${after}"`
        : {
            report: 'journal',
            ...{ sku, account, kind, from, to, sourceKey, actor, limit, before: after },
          },
    text: journalText,
  }),
  ...statementReports,
  packs: named<'packs'>({
    about: 'GTINs of packs and how many base units each holds',
    question: () => ({ report: 'packs' }),
    text: ({ rows }) =>
      textTable(
        ['gtin', 'sku', 'name', '>holds'],
        rows.map((row) => [row.gtin, row.sku, row.name, money(row.quantity, row.scale)]),
      ),
  }),
  'cut-over': named<'cut-over'>({
    about: 'opening stock by account against the totals of the system before',
    question: () => ({ report: 'cut-over' }),
    text: cutOverText,
  }),
}

const MARGIN_SUMS = [
  'revenueMinor',
  'returnsMinor',
  'netMinor',
  'cogsMinor',
  'marginMinor',
] as const

function marginText({ currency, minorUnits, rows, nextAfter }: Answers['margin']): string {
  const units = (value: string | null, scale: number) => (value === null ? '' : money(value, scale))
  const table = textTable(
    [
      'period',
      'sku',
      'name',
      '>sold',
      '>returned',
      `>revenue ${currency}`,
      '>returns',
      '>net',
      '>COGS',
      '>margin',
      '>of net',
    ],
    rows.map((row) => [
      row.period,
      row.sku ?? '',
      row.name,
      units(row.sold, row.scale),
      units(row.returned, row.scale),
      ...MARGIN_SUMS.map((name) => money(row[name], minorUnits)),
      percentOf(row.marginMinor, row.netMinor),
    ]),
    [
      'total',
      ...['', '', '', ''],
      ...MARGIN_SUMS.map((name) => money(sumOf(rows, name), minorUnits)),
      percentOf(sumOf(rows, 'marginMinor'), sumOf(rows, 'netMinor')),
    ],
  )
  return table + more(nextAfter)
}

/** For the eye only: tenths of a percent, cut. */
function percentOf(part: string | bigint, whole: string | bigint): string {
  const base = BigInt(whole)
  return base <= 0n ? '' : `${money((BigInt(part) * 1_000n) / base, 1)} %`
}

function marginCsv({ minorUnits, rows }: Answers['margin']) {
  const units = (value: string | null, scale: number) =>
    value === null ? '' : formatQuantity(BigInt(value), scale)
  return [
    [
      ...['period', 'sku', 'name', 'category', 'sold', 'returned'],
      ...['revenue', 'returns', 'net', 'cogs', 'margin'],
    ],
    ...rows.map((row) => [
      row.period,
      row.sku ?? '',
      row.name,
      row.category,
      units(row.sold, row.scale),
      units(row.returned, row.scale),
      ...MARGIN_SUMS.map((name) => formatMoney(BigInt(row[name]), minorUnits)),
    ]),
  ]
}

const DEMAND_SUMS = ['sold', 'returned', 'received', 'sentBack', 'adjusted', 'onHand'] as const

function demandText({ rows, nextAfter }: Answers['demand']): string {
  const table = textTable(
    [
      ...['day', 'sku', '>sold', '>returned', '>received', '>sent back', '>adjusted'],
      ...['>on hand', 'out of stock'],
    ],
    rows.map((row) => [
      row.date,
      row.sku,
      ...DEMAND_SUMS.map((name) => money(row[name], row.scale)),
      row.stockOut ? 'yes' : '',
    ]),
  )
  return table + more(nextAfter)
}

function demandCsv({ rows }: Answers['demand']) {
  return [
    ['date', 'sku', 'name', ...DEMAND_SUMS, 'stockOut'],
    ...rows.map((row) => [
      row.date,
      row.sku,
      row.name,
      ...DEMAND_SUMS.map((name) => formatQuantity(BigInt(row[name]), row.scale)),
      row.stockOut ? '1' : '0',
    ]),
  ]
}

function varianceText({ currency, minorUnits, rows, nextAfter }: Answers['variance']): string {
  const table = textTable(
    ['period', 'kind', 'sku', 'location', '>times', '>quantity', `>cost ${currency}`, 'reason'],
    rows.map((row) => [
      row.period,
      row.kind,
      row.sku,
      row.location,
      String(row.times),
      row.quantity === '0' ? '' : money(row.quantity, row.scale),
      money(row.costMinor, minorUnits),
      row.reason,
    ]),
    ['total', '', '', '', '', '', money(sumOf(rows, 'costMinor'), minorUnits), ''],
  )
  return table + more(nextAfter)
}

function varianceCsv({ minorUnits, rows }: Answers['variance']) {
  return [
    ['period', 'kind', 'sku', 'name', 'location', 'reason', 'times', 'quantity', 'cost'],
    ...rows.map((row) => [
      row.period,
      row.kind,
      row.sku,
      row.name,
      row.location,
      row.reason,
      String(row.times),
      formatQuantity(BigInt(row.quantity), row.scale),
      formatMoney(BigInt(row.costMinor), minorUnits),
    ]),
  ]
}

function journalText({ rows, nextBefore }: Answers['journal']): string {
  const table = textTable(
    ['>entry', 'counts for', 'happened (UTC)', 'kind', 'actor', 'what', 'source', 'because'],
    rows.map((entry) => [
      String(entry.sequence),
      entry.accountingDate,
      timeOf(entry.occurredAtMs),
      entry.kind,
      entry.actor,
      [
        ...entry.movements.map((one) => `${money(one.quantity, one.scale)} ${one.sku}`),
        ...(entry.lines.length > 0 ? [`${entry.lines.length} lines`] : []),
      ].join(', '),
      entry.sourceKey,
      entry.evidence.map(({ summary }) => summary).join('; '),
    ]),
  )
  return table + more(nextBefore)
}

function cutOverText({ currency, minorUnits, imports, firstSale }: Answers['cut-over']): string {
  const table = textTable(
    ['>entry', 'day', 'import', 'account', `>opened ${currency}`, '>system before', 'is'],
    imports.flatMap(({ sequence, date, sourceKey, accounts }) =>
      accounts.map(({ account, openedMinor, expectedMinor }) => [
        String(sequence),
        date,
        sourceKey,
        account,
        money(openedMinor, minorUnits),
        expectedMinor === null ? '' : money(expectedMinor, minorUnits),
        expectedMinor === null ? '' : expectedMinor === openedMinor ? 'equal' : 'DIFFERENT',
      ]),
    ),
  )
  return [table, '', ...imports.map(openingSays), saleSays(firstSale)].join('\n')
}

function openingSays({
  sequence,
  isEqual,
  beforeFirstSale,
}: Answers['cut-over']['imports'][number]) {
  const is =
    isEqual === null ? 'came without totals' : isEqual ? 'equals the system before' : 'is DIFFERENT'
  const late = beforeFirstSale ? '' : ', AFTER the first sale'
  return `  opening ${sequence} ${is}${late}`
}

function saleSays(firstSale: number | null): string {
  return firstSale === null ? '  nothing was sold yet' : `  the first sale is entry ${firstSale}`
}
