import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ledger, openDatabase, openLedger, replayCommands } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { EXPORT_CHOICES, exportBooks, formatOf } from './ledger-export.ts'
import { configFrom } from './run.ts'

export const ledger = defineCommand(
  {
    about: 'verify the books, re-apply every recorded command and compare, or export the journal',
    usage: `
tallygate ledger verify [--config FILE] [--json]
tallygate ledger replay [--config FILE] [--json]
tallygate ledger export --as FORMAT [--config FILE] [--out FILE]

verify  re-derives every balance, layer and hash from the journal; names the first bad sequence
replay  applies the recorded commands to empty books; the chain must come out the same
export  writes the whole journal as ${EXPORT_CHOICES}, to standard output or
        to a FILE that must not exist yet:
          hledger    passes "hledger check --strict"; goods as tags
          beancount  passes "bean-check"; FIFO, LIFO and identified goods as lots
          csv        a row per line of money; moves without money have none
          jsonl      a line per entry, the text that was hashed
          epcis      GS1 EPCIS 2.0 in JSON-LD: an event per movement of goods

Reads only; the gateway may run meanwhile. Exit 1 when something differs or cannot be written.`,
    options: {
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
      as: { type: 'string' },
      out: { type: 'string' },
    },
  },
  ({ values, positionals: [verb] }) => {
    if (verb !== 'verify' && verb !== 'replay' && verb !== 'export') {
      complain('expected "verify", "replay" or "export"; see --help')
      return EXIT.usage
    }
    const format = verb === 'export' ? formatOf(values.as) : undefined
    if (format === null) return EXIT.usage
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const { file } = dataFolderAt(config.dataFolder)
    if (!existsSync(file)) {
      complain(`expected the books at ${file}, got no such file`)
      return EXIT.refused
    }
    if (format !== undefined) return exportBooks(() => openBooks(config), format, values.out)
    const report = verb === 'verify' ? verify(config) : replay(config)
    if (values.json) print(JSON.stringify(report, null, 2))
    else (report.ok ? print : complain)(report.says)
    return report.ok ? EXIT.done : EXIT.refused
  },
)

interface Report {
  readonly ok: boolean
  readonly says: string
  readonly entries: number
  readonly lastHash: string
}

function openBooks(config: Config): Ledger {
  const { file } = dataFolderAt(config.dataFolder)
  return openLedger(openDatabase(file, { readonly: true }), siteOf(config))
}

function verify(config: Config): Report {
  const books = openBooks(config)
  // The gateway may commit meanwhile: all statements see one state.
  const { ok, entries, lastHash, firstBad } = books.db.transaction(() => books.verify())()
  const where = firstBad?.sequence == null ? '' : ` at entry ${firstBad.sequence}`
  const says = ok
    ? `${entries} entries: every balance, layer and hash re-derived and equal; head ${lastHash}`
    : `the books do not verify${where}: ${firstBad?.what ?? 'unknown'}`
  return { ok, says, entries, lastHash }
}

function replay(config: Config): Report {
  const original = openDatabase(dataFolderAt(config.dataFolder).file, { readonly: true })
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-replay-'))
  try {
    const copy = openLedger(
      openDatabase(join(folder, 'replay.sqlite'), { create: true }),
      siteOf(config),
    )
    const books = openLedger(original, siteOf(config))
    // The gateway may commit meanwhile: commands and head are of one state.
    const was = original.transaction(() => {
      replayCommands(original, copy)
      return { ...books.head(), state: books.stateDigest() }
    })()
    const is = { ...copy.head(), state: copy.stateDigest() }
    const isSameChain = was.hash === is.hash && was.sequence === is.sequence
    const ok = isSameChain && was.state === is.state
    const says = ok
      ? `${is.sequence} entries re-applied from the recorded commands: the same chain and every table the same; head ${is.hash}`
      : isSameChain
        ? `replay gives the same chain (head ${is.hash}) but other running results: run ledger verify`
        : `replay differs: expected head ${was.sequence} ${was.hash}, got ${is.sequence} ${is.hash}`
    return { ok, says, entries: is.sequence, lastHash: is.hash }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function siteOf({ site }: Config) {
  return { site: site.id, currency: { code: site.currency, minorUnits: site.minorUnits } }
}
