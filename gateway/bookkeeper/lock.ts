import { existsSync } from 'node:fs'
import { type Db, openDatabase } from '../../ledger-core/index.ts'

/**
 * One gateway per folder: an open write transaction on a file of its own, freed by the system when
 * its holder dies. Null: another process holds it. Whoever closes it lets go.
 */
export function takeLock(file: string): Db | null {
  const held = openDatabase(file, { create: !existsSync(file) })
  try {
    held.exec('begin immediate')
    return held
  } catch (cause) {
    held.close()
    // https://www.sqlite.org/rescode.html#busy
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_BUSY') return null
    throw cause
  }
}

/** Whether a gateway runs on the folder now. */
export function isLocked(file: string): boolean {
  if (!existsSync(file)) return false
  const taken = takeLock(file)
  taken?.close()
  return taken === null
}
