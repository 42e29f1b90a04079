import { existsSync } from 'node:fs'
import { z } from 'zod'
import { openDatabase, openLedger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { createAnswers } from '../reports/answer.ts'
import type { Question } from '../reports/questions.ts'
import { complain, defineCommand, EXIT, numberBetween, print } from './command.ts'
import type { ReportWish } from './named-report.ts'
import { reports } from './report-tables.ts'
import { configFrom } from './run.ts'

/** What a terminal keeps to scroll back through; --limit asks for more. */
const LIMIT_DEFAULT = 100
const LIMIT_MAX = 1_000_000

const names = Object.entries(reports)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join('\n')

export const report = defineCommand(
  {
    about: 'read the books: stock, movements, trial balance, valuation, what is open',
    usage: `
tallygate report NAME --config FILE [--sku SKU] [--location PLACE] [--limit N] [--up-to DATE]
                      [--all] [--json]

${names}

Reads only; the gateway may run meanwhile. Amounts in JSON are scaled integers in strings, with
their decimals beside them.

  --sku SKU          of one SKU: stock, available, movements, layers
  --location PLACE   of one place: stock
  --limit N          rows of movements, reviews and quarantine, newest first (default ${LIMIT_DEFAULT})
  --up-to DATE       last day of expiring, such as 2026-03-09
  --all              reviews that are decided, too
  --json             the answer as data`,
    options: {
      config: { type: 'string' },
      sku: { type: 'string' },
      location: { type: 'string' },
      limit: { type: 'string' },
      'up-to': { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  },
  ({ values, positionals: [name = ''] }) => {
    const limit = numberBetween(values.limit, 1, LIMIT_MAX)
    const upTo = values['up-to']
    const chosen = Object.hasOwn(reports, name) ? reports[name] : undefined
    if (!chosen) complain(`expected one of ${Object.keys(reports).join(', ')}, got "${name}"`)
    if (upTo !== undefined && !z.iso.date().safeParse(upTo).success) {
      complain(`expected --up-to such as 2026-03-09, got "${upTo}"`)
      return EXIT.usage
    }
    if (!chosen || limit === null) return EXIT.usage
    const { sku, location, all } = values
    const wish: ReportWish = { sku, location, all, limit: limit ?? LIMIT_DEFAULT, upTo }
    const question = chosen.question(wish)
    if (typeof question === 'string') {
      complain(question)
      return EXIT.usage
    }
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const answer = readBooks(config, question)
    if (!answer) return EXIT.refused
    print(values.json ? JSON.stringify(answer.is, null, 2) : chosen.text(answer.is))
    return EXIT.done
  },
)

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
