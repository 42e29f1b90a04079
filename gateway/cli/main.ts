#!/usr/bin/env node
import { complain, EXIT } from './command.ts'
import { commands } from './commands.ts'

const CONFIGURATION = 'The configuration is ./tallygate.yaml unless --config FILE says otherwise.'

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (command) process.exitCode = await command.run(args).catch(told)
else {
  const known = Object.entries(commands).map(([verb, { about }]) => `  ${verb.padEnd(14)} ${about}`)
  const wanted = name === '' || name === '--help' || name === 'help'
  const text = `${wanted ? '' : `unknown command "${name}"\n\n`}tallygate <command> [--help]\n\n${known.join('\n')}\n\n${CONFIGURATION}\n`
  ;(wanted ? process.stdout : process.stderr).write(text)
  process.exitCode = wanted ? EXIT.done : EXIT.usage
}

/** A failure (disk, books, network) is told in its own words; a defect keeps its stack. */
function told(error: unknown): number {
  const isFailure = error instanceof Error && (error.constructor === Error || 'code' in error)
  if (!isFailure) throw error
  const { cause } = error
  complain(`${name}: ${error.message}${cause instanceof Error ? ` (${cause.message})` : ''}`)
  return EXIT.refused
}
