import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { entryUrl, execArgvFor } from './entry.ts'

export interface SpawnCliOptions {
  /** A group of its own: Ctrl-C at the terminal is for us alone. */
  readonly detached?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** What the child says on its standard error is passed on here, line fragments as they come. */
  readonly onStderr?: (text: string) => void
  readonly onStdout?: (text: string) => void
  /** Another build of the command than the one we are. */
  readonly main?: string
}

/** Starts `tallygate ...args` as a real process of its own, from sources or compiled as we are. */
export function spawnCli(args: readonly string[], options: SpawnCliOptions = {}): ChildProcess {
  const own = [
    ...execArgvFor(import.meta.url),
    fileURLToPath(entryUrl(import.meta.url, '../cli/main')),
  ]
  const main = options.main === undefined ? own : [options.main]
  const child = spawn(process.execPath, [...main, ...args], {
    // Standard input stays open as long as we live: a child may end when it ends.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    detached: options.detached ?? false,
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => options.onStdout?.(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => options.onStderr?.(text))
  return child
}
