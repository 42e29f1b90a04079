import assert from 'node:assert'
import Database from 'better-sqlite3'

/** The one owner of better-sqlite3. Integers read as bigint unless a statement says otherwise. */
export type Db = Database.Database
export type Statement<Row = unknown> = Database.Statement<unknown[], Row>

/** "TGLY": says that a file is ours. */
const APPLICATION_ID = 0x54474c59
const BUSY_TIMEOUT_MS = 5000
/** SQLite's number for synchronous=FULL. */
const SYNCHRONOUS_FULL = 2

export interface OpenOptions {
  readonly readonly?: boolean
  /** Without it a missing file is a failure: a missing database is not an empty one. */
  readonly create?: boolean
}

/**
 * Open a Tallygate file with every guard on and read back.
 * Throws when the file is missing, is not ours, or a guard does not hold.
 */
export function openDatabase(path: string, options: OpenOptions = {}): Db {
  const readonly = options.readonly ?? false
  const db = openFile(path, readonly, options.create ?? false)
  try {
    claimFile(db, path, readonly, options.create ?? false)
    setGuards(db, readonly)
    db.defaultSafeIntegers(true)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Copy the database, compact and consistent, into a file that must not exist yet. */
export function backupInto(db: Db, path: string): void {
  db.prepare('VACUUM INTO ?').run(path)
}

function openFile(path: string, readonly: boolean, create: boolean): Db {
  try {
    const fileMustExist = readonly || !create
    return new Database(path, { readonly, fileMustExist, timeout: BUSY_TIMEOUT_MS })
  } catch (cause) {
    throw new Error(`cannot open the database ${path}; a missing one is never created unasked`, {
      cause,
    })
  }
}

function claimFile(db: Db, path: string, readonly: boolean, create: boolean): void {
  const found = db.pragma('application_id', { simple: true })
  if (found === APPLICATION_ID) return
  const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
  if (found !== 0 || !isEmpty || readonly || !create) {
    throw new Error(`${path} is not a Tallygate database: expected its mark, got ${found}`)
  }
  db.pragma(`application_id = ${APPLICATION_ID}`)
}

function setGuards(db: Db, readonly: boolean): void {
  if (!readonly) db.pragma('journal_mode = WAL')
  // better-sqlite3 is built with WAL_SYNCHRONOUS=NORMAL: without this the last commits may be lost.
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  // Without it REPLACE deletes rows behind the back of delete triggers.
  db.pragma('recursive_triggers = ON')
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
  // Savepoints copy pages aside; in memory they do not wait for a temporary file.
  db.pragma('temp_store = MEMORY')
  expectPragma(db, 'journal_mode', 'wal')
  expectPragma(db, 'synchronous', SYNCHRONOUS_FULL)
  expectPragma(db, 'foreign_keys', 1)
  expectPragma(db, 'recursive_triggers', 1)
}

function expectPragma(db: Db, name: string, expected: string | number): void {
  const got = db.pragma(name, { simple: true })
  assert.equal(got, expected, `pragma ${name}: expected ${expected}, got ${got}`)
}
