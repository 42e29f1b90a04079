import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ConformanceReport,
  conformCosting,
  openDatabase,
  openLedger,
  readCases,
} from '../../ledger-core/index.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'

export const conform = defineCommand(
  {
    about: 'run costing cases from a file in fresh books and compare every figure',
    usage: `
tallygate conform costing FILE [--json]

Runs each case of FILE (a JSON list of cases: method, steps, what to expect) in books of its
own. Exit 0 when all pass but those the file calls informative (another system's outcome, shown
to compare), 1 when a figure differs or FILE is not such a list.

  --json   {cases: [{id, pass, informative, got, expected}], passed, failed}`,
    options: { json: { type: 'boolean', default: false } },
  },
  ({ values, positionals: [what, file] }) => {
    if (what !== 'costing' || file === undefined) {
      complain('expected "costing" and a FILE; see --help')
      return EXIT.usage
    }
    const cases = readFrom(file)
    if (typeof cases === 'string') {
      complain(`${file}: ${cases}`)
      return EXIT.refused
    }
    const report = conformCosting(cases, openFresh)
    if (values.json) print(JSON.stringify(report, null, 2))
    else tell(report)
    const isGood = report.cases.every(({ pass, informative }) => pass || informative)
    return isGood ? EXIT.done : EXIT.refused
  },
)

function readFrom(file: string): ReturnType<typeof readCases> {
  try {
    return readCases(readFileSync(file, 'utf8'))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Books that live as long as their case. XTS is the code ISO 4217 keeps for tests. */
function openFresh(minorUnits: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-conform-'))
  const db = openDatabase(join(folder, 'case.sqlite'), { create: true })
  const ledger = openLedger(db, { site: 'conform', currency: { code: 'XTS', minorUnits } })
  return {
    ledger,
    close: () => {
      db.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function tell({ cases, passed, failed }: ConformanceReport): void {
  for (const { id, pass, informative, got, expected } of cases) {
    print(`${pass ? 'pass' : informative ? 'info' : 'FAIL'}  ${id}`)
    if (pass) continue
    print(`      expected ${JSON.stringify(expected)}`)
    print(`      got      ${JSON.stringify(got)}`)
  }
  print(`${passed} passed, ${failed} failed`)
}
