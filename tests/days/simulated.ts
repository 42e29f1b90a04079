import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { spawnCli } from '../../gateway/process/spawn-cli.ts'
import type { SeedReport } from '../../gateway/simulator/simulate/judge.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const BUILT = join(ROOT, 'dist/gateway/cli/main.js')
const FOLDERS = ['gateway', 'sensors', 'vision', 'ledger-core']

/**
 * The command as a person runs it: compiled where the build is newer than every source (`npm test`
 * builds first; a gateway then starts in a third of the time), else from the sources.
 */
const main = isFresh() ? BUILT : null

function isFresh(): boolean {
  if (!existsSync(BUILT)) return false
  const builtMs = statSync(BUILT).mtimeMs
  return FOLDERS.every((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .every((name) => statSync(join(ROOT, folder, name)).mtimeMs < builtMs),
  )
}

/** `tallygate simulate ... --json`: one report a seed. */
export async function simulated(...args: string[]): Promise<SeedReport[]> {
  const { seeds } = (await answered('simulate', ...args, '--json')) as { seeds: SeedReport[] }
  return seeds
}

/** A command of ours on the books that a simulation has left, as a person would. */
export function onBooks(folder: string, ...args: string[]): Promise<unknown> {
  return answered(...args, '--config', join(folder, 'tallygate.yaml'), '--json')
}

async function answered(...args: string[]): Promise<unknown> {
  let said = ''
  let wrong = ''
  const child = spawnCli(args, {
    ...(main === null ? {} : { main }),
    onStdout: (text) => {
      said += text
    },
    onStderr: (text) => {
      wrong += text
    },
  })
  await new Promise((resolve) => child.once('close', resolve))
  if (said === '') throw new Error(`expected an answer to ${args.join(' ')}, got ${wrong}`)
  return JSON.parse(said)
}
