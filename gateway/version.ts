import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's own version, from the sources as from the compiled tree below `dist`. */
export const VERSION = readVersion()

function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const text = readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
      const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(text)
      if (name === 'tallygate' && typeof version === 'string') return version
    } catch {
      // Not in this tree; the other place has it.
    }
  }
  return 'unknown'
}
