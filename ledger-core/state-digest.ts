import { sha256Hex } from './hash.ts'
import type { Db } from './store/database.ts'

/** Not of the books: who was refused, what was sent, which file this is. */
const LEFT_OUT = new Set([
  'refusal',
  'schema_version',
  'batch',
  'destination',
  'acknowledgement',
  'evidence',
])

/**
 * One hash over every table of the books, posted rows and running results alike: equal in two files
 * exactly when the same commands were applied. `names` says which tables the books own.
 */
export function stateDigest(db: Db, names: readonly string[]): string {
  const rows = names
    .filter((name) => !LEFT_OUT.has(name))
    .toSorted()
    .map((name) => {
      const all = db.prepare(`SELECT * FROM "${name}"`).raw().all()
      return `${name}\n${all.map((row) => JSON.stringify(row, textOf)).join('\n')}`
    })
  return sha256Hex(rows.join('\n'))
}

function textOf(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value
}
