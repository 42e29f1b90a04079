import { z } from 'zod'
import { prepareDataFolder } from '../data-folder.ts'
import { prepareImport } from '../import/import-files.ts'
import { type Submitted, submit } from '../import/submit.ts'
import { columnsOf, type Fault, tableNames } from '../import/tables.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { configFrom } from './run.ts'

/** As many as a person mends before trying again; the rest is counted. */
const FAULTS_SHOWN = 100

const columnsHelp = tableNames
  .map((name) => {
    const columns = columnsOf(name).map((one) => (one.required ? one.name : `[${one.name}]`))
    return `  ${name.padEnd(10)} ${columns.join(' ')}`
  })
  .join('\n')

export const importFiles = defineCommand(
  {
    about: 'import masters, opening stock and open orders from CSV and JSON files',
    usage: `
tallygate import FILE... [--config FILE] [--dry-run] [--at TIME] [--key NAME] [--create] [--json]

All files are one import: checked whole, then all of it or none. Every fault comes with file,
line, column, expected and got. A gateway that runs on the data folder is asked to book it;
without one the books are opened here. The same files again book nothing.

CSV: UTF-8, "," or ";", a header row with these names, which says what the rows are; [x] may be
left out; several values in a cell with "|" between them. JSON: a list of objects with the same
names, or an object with such a list per kind ({"skus": [...], "opening": [...]}).

${columnsHelp}

Amounts are decimals with a point (in JSON as strings); value and cost are totals of their row;
quantityScale is the decimals of a quantity (0 for pieces). The gtins of a SKU mean one base unit
each; a pack has its own GTIN with its quantity in base units (a case of 24 is 24).
totals are what the system before says the opening stock is worth, by account (inventory, or
inventory:GROUP of a cost group): what differs is refused before anything is posted.
Exit 1 when something is wrong, with nothing posted unless the message says which part was.

  --dry-run    check only, post nothing
  --at TIME    the cut-over, such as 2026-03-02T07:00:00Z (default: now)
  --key NAME   names this import for ever (default: made from its content)
  --create     start new books if there are none in the data folder
  --json       {ok, dryRun, counts, openingValue, isRepeat, submitted}, or
               {ok, dryRun, faults, moreFaults}`,
    options: {
      config: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      at: { type: 'string' },
      key: { type: 'string' },
      create: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: files }) => {
    const { at, key, json, create, 'dry-run': dryRun } = values
    if (files.length === 0) {
      complain('expected one or more FILEs; see --help')
      return EXIT.usage
    }
    if (at !== undefined && !z.iso.datetime({ offset: true }).safeParse(at).success) {
      complain(`expected --at such as 2026-03-02T07:00:00Z, got "${at}"`)
      return EXIT.usage
    }
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const prepared = prepareImport(config, { files, at, key })
    if (!prepared.ok) {
      tellFaults(prepared.faults, { json, dryRun })
      return EXIT.refused
    }
    const { submission, counts, openingValue, isRepeat } = prepared
    // A dry run leaves no trace, not even a folder.
    const missing = dryRun ? null : prepareDataFolder(config.dataFolder, create)
    if (missing !== null) {
      complain(missing)
      return EXIT.refused
    }
    const submitted = dryRun ? null : await submit(config, submission)
    const ok = submitted?.status !== 'refused'
    if (json)
      print(JSON.stringify({ ok, dryRun, counts, openingValue, isRepeat, submitted }, null, 2))
    else {
      const found = tableNames
        .filter((name) => counts[name] > 0)
        .map((name) => `${counts[name]} ${name}`)
      print(`${found.join(', ')}; opening stock worth ${openingValue} ${config.site.currency}`)
      ;(ok ? print : complain)(outcome(submitted, isRepeat))
    }
    return ok ? EXIT.done : EXIT.refused
  },
)

function outcome(submitted: Submitted | null, isRepeat: boolean): string {
  if (!submitted) return 'good; a dry run posts nothing'
  if (submitted.status === 'refused') return `refused (${submitted.code}): ${submitted.message}`
  const [first = null] = submitted.sequences
  if (isRepeat) return `was imported before as entry ${first}: nothing is booked twice`
  const by = submitted.through === 'gateway' ? 'by the running gateway' : 'here'
  const entry = first === null ? '' : ` as entry ${first}`
  return `imported ${by}${entry}`
}

function tellFaults(
  faults: readonly Fault[],
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): void {
  const told = faults.slice(0, FAULTS_SHOWN)
  const moreFaults = faults.length - told.length
  if (json) {
    print(JSON.stringify({ ok: false, dryRun, faults: told, moreFaults }, null, 2))
    return
  }
  for (const { file, line, column, expected, got } of told) {
    const place = [file, ...(line === null ? [] : [line])].join(':')
    complain(`${place}: ${column === '' ? '' : `${column}: `}expected ${expected}, got ${got}`)
  }
  if (moreFaults > 0) complain(`and ${moreFaults} more`)
  complain(`${faults.length} wrong; nothing is posted`)
}
