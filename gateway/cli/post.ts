import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { prepareDataFolder } from '../data-folder.ts'
import { type BusinessCommand, businessCommandSchema } from '../documents/business-command.ts'
import { type Submitted, submit } from '../import/submit.ts'
import { schemaFaults } from '../schema-faults.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { configFrom } from './run.ts'

/** One file is read whole: as many commands as a month of papers has. */
const COMMANDS_MAX = 10_000
/** As many faults as a person mends before trying again. */
const FAULTS_SHOWN = 20

const KINDS = businessCommandSchema.shape.command.options
  .map(({ shape }) => [...shape.kind.values].join())
  .join(', ')

export const post = defineCommand(
  {
    about: 'tell the books something: a count, an invoice, a write-off, a period to close',
    usage: `
tallygate post FILE... [--config FILE] [--json]

Each FILE is JSON, one command or a list of them:

  {"id": "INV-2026-17", "actor": "anna", "at": "2026-03-02T09:15:00Z", "note": "", "command":
    {"kind": "write-off", "sku": "cola", "quantity": "2", "location": "shelf-a",
     "cause": "damaged", "reason": "dropped"}}

Quantities and amounts are decimals in strings. The id names a command for ever: the same again
books nothing, the same id with other content is refused. All files are checked before the first
command is sent; they are booked in their order, each in a commit of its own, and the first one that
the books refuse ends it. A gateway that runs on the data folder is asked to book them. Every kind
with its fields is described at /api/v1/openapi.json (POST /api/v1/commands). Kinds:

${wrapped(KINDS, 96)}

  --json       {ok, submitted: {status, sequences, through}}, or {ok, faults}`,
    options: {
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values: { config: configFile, json }, positionals: files }) => {
    if (files.length === 0) {
      complain('expected one or more FILEs; see --help')
      return EXIT.usage
    }
    const config = configFrom(configFile)
    if (!config) return EXIT.refused
    const { commands, faults } = readCommands(files)
    const missing = prepareDataFolder(config.dataFolder, false)
    if (missing !== null) faults.push(missing)
    if (faults.length > 0) {
      if (json) print(JSON.stringify({ ok: false, faults }, null, 2))
      else for (const fault of faults.slice(0, FAULTS_SHOWN)) complain(fault)
      return EXIT.refused
    }
    const submitted = await submit(config, { masters: null, orders: [], commands })
    const ok = submitted.status === 'committed'
    if (json) print(JSON.stringify({ ok, submitted }, null, 2))
    else tell(commands, submitted)
    return ok ? EXIT.done : EXIT.refused
  },
)

function tell(commands: readonly BusinessCommand[], submitted: Submitted): void {
  if (submitted.status === 'refused') {
    complain(`refused (${submitted.code}): ${submitted.message}`)
    return
  }
  for (const [index, { id, command }] of commands.entries()) {
    const sequence = submitted.sequences[index]
    const entry = sequence == null ? 'noted' : `entry ${sequence}`
    print(`${id}: ${command.kind.replaceAll('-', ' ')}, ${entry}`)
  }
}

const file = z.union([z.array(z.unknown()).max(COMMANDS_MAX), z.record(z.string(), z.unknown())])

function readCommands(files: readonly string[]): {
  commands: BusinessCommand[]
  faults: string[]
} {
  const commands: BusinessCommand[] = []
  const faults: string[] = []
  for (const path of files) {
    const read = readJson(path)
    if (typeof read === 'string') {
      faults.push(read)
      continue
    }
    const list = file.safeParse(read.value)
    if (!list.success) {
      faults.push(`${path}: expected a command or a list of at most ${COMMANDS_MAX}, got neither`)
      continue
    }
    for (const [index, value] of [list.data].flat().entries()) {
      const { data, error } = businessCommandSchema.safeParse(value)
      if (data) commands.push(data)
      else
        faults.push(
          ...schemaFaults(error, value).map(
            ({ path: at, expected, got }) =>
              `${path} [${index}] ${at.map(String).join('.')}: expected ${expected}, got ${got}`,
          ),
        )
    }
  }
  return { commands, faults }
}

function readJson(path: string): { readonly value: unknown } | string {
  try {
    return { value: JSON.parse(readFileSync(path, 'utf8')) }
  } catch (cause) {
    return `${path}: expected JSON, got ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

function wrapped(words: string, width: number): string {
  const lines = ['']
  for (const word of words.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (`${last} ${word}`.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.map((line) => `  ${line}`).join('\n')
}
