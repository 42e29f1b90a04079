import { existsSync } from 'node:fs'
import { z } from 'zod'
import { openDatabase, openLedger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { createAnswers } from '../reports/answer.ts'
import { PERIODS } from '../reports/periods.ts'
import type { Question } from '../reports/questions.ts'
import { complain, defineCommand, EXIT, numberBetween, print } from './command.ts'
import type { NamedReport, ReportWish } from './named-report.ts'
import { reports } from './report-tables.ts'
import { configFrom } from './run.ts'

/** What a terminal keeps to scroll back through; --limit asks for more. */
const LIMIT_DEFAULT = 100
const LIMIT_MAX = 1_000_000

const names = Object.entries(reports)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join('\n')

const csvNames = Object.entries(reports)
  .filter(([, { csv }]) => csv !== undefined)
  .map(([name]) => name)
  .join(', ')

export const report = defineCommand(
  {
    about: 'read the books: stock, journal, valuation, margin, demand, what-if, what is open',
    usage: `
tallygate report NAME [--config FILE] [--json | --csv] [--limit N] [--after PLACE] [filters]

${names}

Reads only; the gateway may run meanwhile. Amounts in JSON are scaled integers in strings, with
their decimals beside them; in CSV they are decimals with a point.

  --sku SKU          of one SKU: stock, available, movements, layers, record, and reports over time
  --location PLACE   of one place: stock, variance
  --from, --to DATE  first and last day, such as 2026-03-09: margin, demand, variance, journal,
                     statement (the day it counts for; of demand the business day, by default the
                     last 31)
  --by PERIOD        day, week or month (default day): margin, variance
  --of WHAT          sku or category (default sku): margin
  --account ACCOUNT  of statement and journal
  --kind, --key, --actor
                     of journal: a kind of entry or movement, a source key (or its
                     beginning, with * at the end), who posted it
  --limit N          at most so many rows (default ${LIMIT_DEFAULT}; of --csv all)
  --after PLACE      go on where a page ended, as it said
  --up-to DATE       last day of expiring, such as 2026-03-09
  --all              reviews that are decided, too
  --json             the answer as data
  --csv              as comma-separated values: ${csvNames}`,
    options: {
      config: { type: 'string' },
      sku: { type: 'string' },
      location: { type: 'string' },
      limit: { type: 'string' },
      after: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      by: { type: 'string' },
      of: { type: 'string' },
      account: { type: 'string' },
      kind: { type: 'string' },
      key: { type: 'string' },
      actor: { type: 'string' },
      'up-to': { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      csv: { type: 'boolean', default: false },
    },
  },
  ({ values, positionals: [name = ''] }) => {
    const chosen = Object.hasOwn(reports, name) ? reports[name] : undefined
    if (!chosen) complain(`expected one of ${Object.keys(reports).join(', ')}, got "${name}"`)
    const wish = wishOf(values)
    if (!chosen || wish === null) return EXIT.usage
    if (values.csv && !chosen.csv) {
      complain(`expected --csv with one of ${csvNames}, got ${name}`)
      return EXIT.usage
    }
    const question = chosen.question(wish)
    if (typeof question === 'string') {
      complain(question)
      return EXIT.usage
    }
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const answer = readBooks(config, question)
    if (!answer) return EXIT.refused
    print(shown(chosen, answer.is, values))
    return EXIT.done
  },
)

function shown(
  { text, csv }: NamedReport,
  answer: unknown,
  as: { readonly json: boolean; readonly csv: boolean },
): string {
  if (as.csv && csv) return csv(answer).map(csvLine).join('\r\n')
  return as.json ? JSON.stringify(answer, null, 2) : text(answer)
}

/** RFC 4180: quotes where a cell needs them. */
function csvLine(cells: readonly string[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')
}

type Given = Readonly<Record<string, string | boolean | undefined>>

/** Null after the fault was told. */
function wishOf(values: Given): ReportWish | null {
  const text = (option: string) => {
    const value = values[option]
    return typeof value === 'string' ? value : undefined
  }
  const limit = numberBetween(text('limit'), 1, LIMIT_MAX)
  const days = [dayOf('from', text('from')), dayOf('to', text('to')), dayOf('up-to', text('up-to'))]
  const by = oneOf('by', PERIODS, text('by'))
  const of = oneOf('of', ['sku', 'category'] as const, text('of'))
  if (limit === null || days.includes(null) || by === null || of === null) return null
  return {
    sku: text('sku'),
    location: text('location'),
    all: values['all'] === true,
    // A file that other programs take in is whole.
    limit: limit ?? (values['csv'] === true ? LIMIT_MAX : LIMIT_DEFAULT),
    upTo: text('up-to'),
    from: text('from'),
    to: text('to'),
    by,
    of,
    account: text('account'),
    kind: text('kind'),
    sourceKey: text('key'),
    actor: text('actor'),
    after: text('after'),
  }
}

function dayOf(option: string, day: string | undefined): string | null | undefined {
  if (day === undefined || z.iso.date().safeParse(day).success) return day
  complain(`expected --${option} such as 2026-03-09, got "${day}"`)
  return null
}

function oneOf<const Word extends string>(
  option: string,
  words: readonly [Word, ...Word[]],
  given: string | undefined,
): Word | null {
  const found = given === undefined ? words[0] : words.find((word) => word === given)
  if (found !== undefined) return found
  complain(`expected --${option} with one of ${words.join(', ')}, got "${given}"`)
  return null
}

/** One question sees one state of the books; null after the fault was told. */
function readBooks(config: Config, question: Question): { readonly is: unknown } | null {
  const { file } = dataFolderAt(config.dataFolder)
  if (!existsSync(file)) {
    complain(`expected the books at ${file}, got no such file`)
    return null
  }
  const { id: site, currency: code, minorUnits } = config.site
  const db = openDatabase(file, { readonly: true })
  try {
    const ledger = openLedger(db, { site, currency: { code, minorUnits } })
    return { is: db.transaction(createAnswers(db, ledger, config))(question) }
  } finally {
    db.close()
  }
}
