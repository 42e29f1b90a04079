import { heading, money, type Paint, type Row, table } from '../../cli/table.ts'
import { GOODS } from '../catalogue.ts'
import type { DifferenceClass, ScoreRow } from '../scoring/score.ts'
import type { DemoReport } from './report.ts'

/** The end of a demo, as one likes to read it. */
export function summaryText(report: DemoReport, paint: Paint): string {
  return [
    heading('Stock: truth beside books', paint),
    stockTable(report, paint),
    heading('Questions left for a person', paint),
    questions(report, paint),
    heading('Trial balance', paint),
    trialBalance(report, paint),
    heading('Layers against the general ledger', paint),
    layers(report, paint),
    heading('Journal batches', paint),
    batches(report, paint),
    '',
    verdict(report, paint),
    '',
  ].join('\n')
}

const SHOWN = ['backroom', 'floor', 'shelf-r1', 'shelf-c1', 'shelf-c2', 'basket'] as const

/** One row per SKU, `truth` where books agree, `truth/books` where they do not. */
function stockTable({ score }: DemoReport, paint: Paint): string {
  const columns = [
    { title: 'SKU', align: 'left' },
    ...SHOWN.map((title) => ({ title, align: 'right' }) as const),
    { title: 'truth', align: 'right' },
    { title: 'books', align: 'right' },
    { title: '', align: 'left' },
  ] as const
  const rows = GOODS.map(({ sku }) =>
    stockRow(
      sku,
      score.rows.filter((row) => row.sku === sku),
      paint,
    ),
  )
  return table(columns, rows, paint)
}

function stockRow(sku: string, places: readonly ScoreRow[], paint: Paint): Row {
  const cellOf = (location: string) => {
    const place = places.find((row) => row.location === location)
    if (!place) return '·'
    return place.differs === null ? String(place.truth) : `${place.truth}/${place.books}`
  }
  const sum = (of: 'truth' | 'books') => String(places.reduce((total, row) => total + row[of], 0))
  const worst = worstOf(places)
  const cells = [sku, ...SHOWN.map(cellOf), sum('truth'), sum('books'), worst ?? 'equal']
  const colour = worst === null ? paint.dim : worst === 'wrong' ? paint.bad : paint.notable
  return worst === null ? { cells } : { cells, paint: colour }
}

function worstOf(places: readonly ScoreRow[]): DifferenceClass | null {
  const classes: readonly DifferenceClass[] = ['wrong', 'in-review', 'unobservable']
  return classes.find((name) => places.some(({ differs }) => differs === name)) ?? null
}

function questions({ openReviews, score }: DemoReport, paint: Paint): string {
  const { asked, rightToAsk, most } = score.reviews
  const lines = openReviews.map(({ kind, question }) => `  ${paint.notable(kind)}  ${question}`)
  const counted = `  ${asked} asked in all, ${rightToAsk} of them right to ask; at most ${most} allowed`
  return [...(lines.length > 0 ? lines : ['  none']), '', counted].join('\n')
}

function trialBalance({ trialBalance: { rows, currency, minorUnits } }: DemoReport, paint: Paint) {
  const total = (of: 'debitMinor' | 'creditMinor') =>
    rows.reduce((sum, row) => sum + BigInt(row[of]), 0n)
  const columns = [
    { title: 'account', align: 'left' },
    { title: 'name', align: 'left' },
    { title: `debit ${currency}`, align: 'right' },
    { title: `credit ${currency}`, align: 'right' },
  ] as const
  const amount = (minor: string) => (minor === '0' ? '' : money(minor, minorUnits))
  const body: Row[] = rows.map(({ account, name, debitMinor, creditMinor }) => ({
    cells: [account, name, amount(debitMinor), amount(creditMinor)],
  }))
  const sums = [money(total('debitMinor'), minorUnits), money(total('creditMinor'), minorUnits)]
  return table(columns, [...body, { cells: ['', 'total', ...sums], ruled: true }], paint)
}

function layers(
  { layers: { poolsMinor, inventoryAccountMinor, agree } }: DemoReport,
  paint: Paint,
) {
  const sign = agree ? paint.good('equal') : paint.bad('NOT EQUAL')
  return `  cost layers ${money(poolsMinor)}   inventory account ${money(inventoryAccountMinor)}   ${sign}`
}

function batches({ destinations }: DemoReport, paint: Paint): string {
  return destinations
    .map(({ destination, sealed, acknowledged, lastError }) => {
      const state = sealed === acknowledged ? paint.good('all acknowledged') : paint.bad('waiting')
      const trouble = lastError === null ? '' : `   last trouble: ${lastError}`
      return `  ${destination}: ${sealed} sealed, ${acknowledged} acknowledged   ${state}${trouble}`
    })
    .join('\n')
}

function verdict({ score, verdict, movements }: DemoReport, paint: Paint): string {
  const { counts } = score
  const places = `${counts.equal} equal, ${counts['in-review']} in review, ${counts.unobservable} unobservable, ${counts.wrong} wrong`
  const text = `${movements} movements; places of stock: ${places}`
  const isRight = verdict === 'right'
  const mark = isRight ? paint.good('✔ the books are right') : paint.bad('✘ the books are wrong')
  return `  ${paint.bold(mark)}   ${text}`
}
