import type { Figures, Ledger, WhatIfColumn, WhatIfRow } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'
import { pageOf, periodOf } from './periods.ts'
import type { AskedFor } from './questions.ts'

type FigureReport = 'what-if' | 'margin' | 'demand' | 'variance'

/** What the books tell over time, added up by period. */
export function createFigureReports(
  ledger: Ledger,
  config: Config,
  label: SkuLabel,
): Pick<ReportTable, FigureReport> {
  const figures = ledger.figures()
  const { currency, minorUnits } = config.site
  return {
    'what-if': (question) => whatIfReport(ledger, figures, config, label, question),
    margin: (question) => {
      const rows = marginRows(ledger, figures, question)
      return { currency, minorUnits, ...pageOf(rows, question) }
    },
    demand: (question) => demandReport(figures, label, question),
    variance: (question) => {
      const rows = varianceRows(figures, label, question)
      return { currency, minorUnits, ...pageOf(rows, question) }
    },
  }
}

const METHODS = ['fifo', 'lifo', 'average'] as const

function whatIfReport(
  ledger: Ledger,
  figures: Figures,
  { site: { currency, minorUnits } }: Config,
  label: SkuLabel,
  { sku, limit, after }: AskedFor<'what-if'>,
): Answers['what-if'] {
  const { rows, cogsAccountMinor, otherCogsMinor } = figures.whatIf({ sku })
  const texts = (column: WhatIfColumn) => ({
    quantity: column.quantity.toString(),
    valueMinor: column.valueMinor.toString(),
    cogsMinor: column.cogsMinor.toString(),
  })
  const totalOf = (method: (typeof METHODS)[number]) => ({
    valueMinor: sumOf(rows, (row) => row.methods[method].valueMinor).toString(),
    cogsMinor: sumOf(rows, (row) => row.methods[method].cogsMinor).toString(),
  })
  const page = pageOf(new Map(rows.map((row) => [row.sku, row])), { limit, after })
  return {
    currency,
    minorUnits,
    framework: ledger.policy().framework,
    nextAfter: page.nextAfter,
    rows: page.rows.map(({ methods: { fifo, lifo, average }, ...row }) => ({
      ...row,
      ...label(row.sku),
      quantity: row.quantity.toString(),
      valueMinor: row.valueMinor.toString(),
      methods: { fifo: texts(fifo), lifo: texts(lifo), average: texts(average) },
    })),
    total: {
      valueMinor: sumOf(rows, ({ valueMinor }) => valueMinor).toString(),
      usedCogsMinor: sumOf(rows, usedCogsMinor).toString(),
      allAsBooks: rows.every(({ asBooks }) => asBooks === true),
      methods: { fifo: totalOf('fifo'), lifo: totalOf('lifo'), average: totalOf('average') },
    },
    cogsAccountMinor: cogsAccountMinor?.toString() ?? null,
    otherCogsMinor: otherCogsMinor?.toString() ?? null,
  }
}

function usedCogsMinor({ method, methods }: WhatIfRow): bigint {
  return method === 'specific' ? 0n : methods[method].cogsMinor
}

function sumOf<T>(rows: readonly T[], value: (row: T) => bigint): bigint {
  return rows.reduce((sum, row) => sum + value(row), 0n)
}

interface MarginSum {
  readonly period: string
  readonly of: string
  sold: bigint
  returned: bigint
  revenueMinor: bigint
  returnsMinor: bigint
  cogsMinor: bigint
}

function marginRows(
  ledger: Ledger,
  figures: Figures,
  { from, to, by, of, sku: wanted }: AskedFor<'margin'>,
): Map<string, Answers['margin']['rows'][number]> {
  const sums = new Map<string, MarginSum>()
  const masters = createMasters(ledger)
  for (const { date, sku, ...fact } of figures.margins({ from, to })) {
    if (wanted !== undefined && sku !== wanted) continue
    const period = periodOf(date, by)
    const name = of === 'sku' ? sku : masters(sku).category
    const key = `${period}|${name}`
    const none = { sold: 0n, returned: 0n, revenueMinor: 0n, returnsMinor: 0n, cogsMinor: 0n }
    const sum = sums.get(key) ?? { period, of: name, ...none }
    sum.sold += fact.sold
    sum.returned += fact.returned
    sum.revenueMinor += fact.revenueMinor
    sum.returnsMinor += fact.returnsMinor
    sum.cogsMinor += fact.cogsMinor
    sums.set(key, sum)
  }
  return new Map([...sums].map(([key, sum]) => [key, marginRow(sum, of, masters)]))
}

type MasterOf = (sku: string) => {
  readonly name: string
  readonly category: string
  readonly scale: number
}

/** Each SKU is looked up once, however many of its sales there are. */
function createMasters(ledger: Ledger): MasterOf {
  const known = new Map<string, ReturnType<MasterOf>>()
  return (sku) => {
    const before = known.get(sku)
    if (before !== undefined) return before
    const found = sku === '' ? null : ledger.sku(sku)
    const name = found?.name ?? (sku === '' ? NOT_GOODS : sku)
    const facts = { name, category: found?.category ?? '', scale: found?.quantityScale ?? 0 }
    known.set(sku, facts)
    return facts
  }
}

/** Bags, deposits, goods that the masters did not know, entries by hand. */
const NOT_GOODS = '(not of the masters)'

function marginRow(
  sum: MarginSum,
  of: 'sku' | 'category',
  masters: MasterOf,
): Answers['margin']['rows'][number] {
  const netMinor = sum.revenueMinor - sum.returnsMinor
  const isSku = of === 'sku'
  const master = masters(isSku ? sum.of : '')
  return {
    period: sum.period,
    sku: isSku ? sum.of : null,
    name: isSku ? master.name : sum.of === '' ? NOT_GOODS : sum.of,
    category: isSku ? master.category : sum.of,
    scale: isSku ? master.scale : 0,
    // Pieces and kilograms do not add up.
    sold: isSku ? sum.sold.toString() : null,
    returned: isSku ? sum.returned.toString() : null,
    revenueMinor: sum.revenueMinor.toString(),
    returnsMinor: sum.returnsMinor.toString(),
    netMinor: netMinor.toString(),
    cogsMinor: sum.cogsMinor.toString(),
    marginMinor: (netMinor - sum.cogsMinor).toString(),
  }
}

/** SKU by SKU and day by day, so that a page is a stretch of a series. */
function demandReport(
  figures: Figures,
  label: SkuLabel,
  { from, to, sku, limit, after = '' }: AskedFor<'demand'>,
): Answers['demand'] {
  const rows: Answers['demand']['rows'] = []
  let last = ''
  for (const { date, ...day } of figures.demand({ from, to, sku })) {
    const key = `${day.sku}|${date}`
    // SQLite orders SKUs by their bytes; the series of a SKU is left out as a whole or in part.
    if (!isAfter(day.sku, date, after)) continue
    if (rows.length === limit) return { rows, nextAfter: last }
    last = key
    rows.push({
      date,
      sku: day.sku,
      ...label(day.sku),
      sold: day.sold.toString(),
      returned: day.returned.toString(),
      received: day.received.toString(),
      sentBack: day.sentBack.toString(),
      adjusted: day.adjusted.toString(),
      onHand: day.onHand.toString(),
      stockOut: day.onHand <= 0n,
    })
  }
  return { rows, nextAfter: null }
}

function isAfter(sku: string, date: string, after: string): boolean {
  if (after === '') return true
  const at = after.lastIndexOf('|')
  const [lastSku, lastDate] = [after.slice(0, at), after.slice(at + 1)]
  const order = Buffer.compare(Buffer.from(sku), Buffer.from(lastSku))
  return order > 0 || (order === 0 && date > lastDate)
}

function varianceRows(
  figures: Figures,
  label: SkuLabel,
  { from, to, by, sku, location }: AskedFor<'variance'>,
): Map<string, Answers['variance']['rows'][number]> {
  const rows = new Map<string, Answers['variance']['rows'][number]>()
  for (const { date, ...fact } of figures.variances({ from, to })) {
    if (sku !== undefined && fact.sku !== sku) continue
    if (location !== undefined && fact.location !== location) continue
    const period = periodOf(date, by)
    const key = [period, fact.kind, fact.sku, fact.location, fact.reason].join('|')
    const before = rows.get(key)
    rows.set(key, {
      period,
      ...fact,
      ...(fact.sku === '' ? { name: '', scale: 0 } : label(fact.sku)),
      times: (before?.times ?? 0) + 1,
      quantity: (BigInt(before?.quantity ?? 0) + fact.quantity).toString(),
      costMinor: (BigInt(before?.costMinor ?? 0) + fact.costMinor).toString(),
    })
  }
  return rows
}
