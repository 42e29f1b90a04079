import { formatFault, loadConfig } from '../config/load.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'

export const checkConfig = defineCommand(
  {
    about: 'say what is wrong with a configuration, all of it, without starting anything',
    usage: `
tallygate check-config FILE [--json]

Exit 0 when the gateway would take it, 1 when not; every fault with file, line, path, expected
and got.`,
    options: { json: { type: 'boolean', default: false } },
  },
  ({ values, positionals: [file] }) => {
    if (file === undefined) {
      complain('expected a FILE; see --help')
      return EXIT.usage
    }
    const loaded = loadConfig(file)
    const faults = loaded.ok ? [] : loaded.faults
    if (values.json) print(JSON.stringify({ ok: loaded.ok, faults }, null, 2))
    else if (loaded.ok) print(`${file}: good (${loaded.config.devices.length} devices)`)
    else for (const fault of faults) complain(formatFault(fault))
    return loaded.ok ? EXIT.done : EXIT.refused
  },
)
