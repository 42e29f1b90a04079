import { existsSync } from 'node:fs'
import { type Db, openDatabase } from '../../ledger-core/index.ts'

/**
 * One gateway per folder: an open write transaction on a file of its own, freed by the system when
 * its holder dies. Null: another process holds it. Whoever closes it lets go.
 */
export function takeLock(file: string): Db | null {
  return lockedOrNull(openDatabase(file, { create: !existsSync(file) }))
}

/** Whether a gateway runs on the folder now; asked without waiting for it to end. */
export function isLocked(file: string): boolean {
  if (!existsSync(file)) return false
  const db = openDatabase(file)
  db.pragma('busy_timeout = 0')
  const taken = lockedOrNull(db)
  taken?.close()
  return taken === null
}

function lockedOrNull(db: Db): Db | null {
  try {
    db.exec('begin immediate')
    return db
  } catch (cause) {
    db.close()
    // https://www.sqlite.org/rescode.html#busy
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_BUSY') return null
    throw cause
  }
}
