#!/usr/bin/env node
import { commands } from './commands.ts'

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (command) process.exitCode = await command.run(args)
else {
  const known = Object.entries(commands).map(([verb, { about }]) => `  ${verb.padEnd(14)} ${about}`)
  const wanted = name === '' || name === '--help' || name === 'help'
  const text = `${wanted ? '' : `unknown command "${name}"\n\n`}tallygate <command> [--help]\n\n${known.join('\n')}\n`
  ;(wanted ? process.stdout : process.stderr).write(text)
  process.exitCode = wanted ? 0 : 2
}
