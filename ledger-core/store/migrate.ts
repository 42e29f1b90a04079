import assert from 'node:assert'
import { existsSync } from 'node:fs'
import { sha256Hex } from '../hash.ts'
import { backupInto, type Db } from './database.ts'
import { inTransaction } from './transaction.ts'

/** One released step. Never edited after release: its text is hashed into the file. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** Who owns a group of tables in the one file. */
export type Namespace = 'ledger' | 'gateway' | 'head-office'

const VERSION_TABLE = `CREATE TABLE IF NOT EXISTS schema_version (
  namespace TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (namespace, version)
) STRICT`

/**
 * Apply what is missing, in order, each step in one transaction with its version row. A file that
 * already holds books is copied beside itself before each step, and checked before and after.
 * A read-only handle only checks. Throws when the file is newer than the code, when a released
 * step was changed, or when a read-only file lacks a step.
 */
export function migrate(db: Db, namespace: Namespace, migrations: readonly Migration[]): void {
  assert(!db.inTransaction, 'migrate opens its own transactions')
  migrations.forEach((migration, index) => {
    assert.equal(migration.version, index + 1, `migrations of ${namespace} must count 1, 2, 3`)
  })
  if (!db.readonly) db.exec(VERSION_TABLE)
  const applied = appliedHashes(db, namespace)
  if (applied.length > migrations.length) {
    throw new Error(
      `the file has version ${applied.length} of ${namespace}; this program knows ${migrations.length}: install the newer program`,
    )
  }
  for (const migration of migrations) {
    const known = applied[migration.version - 1]
    if (known === undefined) {
      if (applied.length > 0 && !db.readonly) backupBefore(db, namespace, migration)
      applyOne(db, namespace, migration)
    } else assertUnchanged(namespace, migration, known)
  }
}

function appliedHashes(db: Db, namespace: Namespace): string[] {
  const sql = 'SELECT sha256 FROM schema_version WHERE namespace = ? ORDER BY version'
  return db.prepare<[string], string>(sql).pluck().all(namespace)
}

function applyOne(db: Db, namespace: Namespace, migration: Migration): void {
  if (db.readonly) {
    throw new Error(`the file lacks step ${migration.version} (${migration.name}) of ${namespace}`)
  }
  const insert = db.prepare(
    'INSERT INTO schema_version (namespace, version, name, sha256) VALUES (?, ?, ?, ?)',
  )
  inTransaction(db, () => {
    db.exec(migration.sql)
    insert.run(namespace, migration.version, migration.name, sha256Hex(migration.sql))
    assertSound(db, `after step ${migration.version} of ${namespace}`)
  })
}

/** A step that was interrupted finds its backup there; the first one, from before, is kept. */
function backupBefore(db: Db, namespace: Namespace, { version }: Migration): void {
  assertSound(db, `before step ${version} of ${namespace}`)
  const path = `${db.name}.before-${namespace}-${version}`
  if (!existsSync(path)) backupInto(db, path)
}

function assertSound(db: Db, when: string): void {
  const found = db.pragma('quick_check', { simple: true })
  if (found !== 'ok') throw new Error(`the file is damaged ${when}: ${String(found)}`)
}

function assertUnchanged(namespace: Namespace, migration: Migration, known: string): void {
  if (known === sha256Hex(migration.sql)) return
  throw new Error(
    `step ${migration.version} (${migration.name}) of ${namespace} was changed after release: expected ${known}`,
  )
}
