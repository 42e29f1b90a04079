import { existsSync } from 'node:fs'
import { formatFault, loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { startGateway } from '../gateway.ts'
import { createLog } from '../log.ts'
import { complain, defineCommand, EXIT } from './command.ts'

export const run = defineCommand(
  {
    about: 'run the gateway of one store',
    usage: `
tallygate run [--config FILE] [--create] [--while-stdin]

Runs until it is stopped (SIGTERM, SIGINT). Exit 1 when the configuration is refused or the
books are missing or held by another gateway.

  --config FILE   the store's configuration (YAML; ./tallygate.yaml unless said otherwise)
  --create        start new books if there are none in the data folder
  --while-stdin   end, too, when standard input ends: for programs that start a gateway`,
    options: {
      config: { type: 'string' },
      create: { type: 'boolean', default: false },
      'while-stdin': { type: 'boolean', default: false },
    },
  },
  async ({ values }) => {
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const missing = prepareDataFolder(config.dataFolder, values.create)
    if (missing !== null) {
      complain(missing)
      return EXIT.refused
    }
    const log = createLog(config.log.level, 'tallygate')
    const gateway = await startGateway(config, log).catch((error: unknown) => {
      complain(`the gateway did not start: ${error instanceof Error ? error.message : error}`)
      return null
    })
    if (!gateway) return EXIT.refused
    await Promise.race([asked(), ...(values['while-stdin'] ? [stdinEnded()] : [])])
    await gateway.stop()
    // A pipe that is still being read keeps the process alive.
    if (values['while-stdin']) process.stdin.destroy()
    return EXIT.done
  },
)

/** What `tallygate init` writes: commands in its folder need not name it. */
const USUAL_FILE = 'tallygate.yaml'

/** The checked configuration, or null after its faults were told. */
export function configFrom(file: string | undefined): Config | null {
  if (file === undefined && !existsSync(USUAL_FILE)) {
    complain(`expected --config FILE, or ${USUAL_FILE} in this folder; see --help`)
    return null
  }
  const loaded = loadConfig(file ?? USUAL_FILE)
  if (loaded.ok) return loaded.config
  for (const fault of loaded.faults) complain(formatFault(fault))
  return null
}

/** Until somebody asks us to stop. */
export function asked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

/** Whoever started us is gone. */
function stdinEnded(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('close', () => resolve())
    process.stdin.resume()
  })
}
