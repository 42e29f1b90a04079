import assert from 'node:assert'
import type { Db, Statement } from './database.ts'

interface Verbs {
  readonly begin: Statement
  readonly commit: Statement
  readonly rollback: Statement
  readonly savepoint: Statement
  readonly release: Statement
  readonly undo: Statement
}

const verbsByDb = new WeakMap<Db, Verbs>()
const begunByDb = new WeakMap<Db, number>()
const waitingByDb = new WeakMap<Db, (() => void)[]>()

/**
 * Do this just before the running transaction commits, whatever becomes of the savepoint that asks
 * for it; a transaction that fails does not.
 */
export function beforeCommit(db: Db, work: () => void): void {
  assert(db.inTransaction, 'beforeCommit needs a running transaction')
  const waiting = waitingByDb.get(db) ?? []
  waiting.push(work)
  waitingByDb.set(db, waiting)
}

/** How many transactions of ours have begun: what was read before may have been rolled back. */
export function transactionsBegun(db: Db): number {
  return begunByDb.get(db) ?? 0
}

/**
 * One durable commit around `fn`: BEGIN IMMEDIATE, so a busy file is waited for at the start and
 * never met halfway. A throw rolls everything back and passes on.
 */
export function inTransaction<T>(db: Db, fn: () => T): T {
  const verbs = verbsOf(db)
  assert(!db.inTransaction, 'a transaction is already open: use inSavepoint inside it')
  begunByDb.set(db, transactionsBegun(db) + 1)
  verbs.begin.run()
  try {
    const result = fn()
    assert(!(result instanceof Promise), 'a transaction is synchronous: await first, write second')
    for (const work of waitingByDb.get(db) ?? []) work()
    waitingByDb.delete(db)
    verbs.commit.run()
    return result
  } catch (error) {
    waitingByDb.delete(db)
    if (db.inTransaction) verbs.rollback.run()
    throw error
  }
}

/**
 * One message inside a group commit. Its effects are undone when `fn` throws, or when it returns a
 * refusal (a value with `status: 'refused'`); everything else in the transaction stays.
 */
export function inSavepoint<T>(db: Db, fn: () => T): T {
  const verbs = verbsOf(db)
  assert(db.inTransaction, 'a savepoint needs an open transaction: use inTransaction around it')
  verbs.savepoint.run()
  try {
    const result = fn()
    assert(!(result instanceof Promise), 'a savepoint is synchronous: await first, write second')
    if (isRefused(result)) verbs.undo.run()
    verbs.release.run()
    return result
  } catch (error) {
    // A full disk may have rolled the whole transaction back already.
    if (db.inTransaction) {
      verbs.undo.run()
      verbs.release.run()
    }
    throw error
  }
}

function isRefused(result: unknown): boolean {
  return (
    typeof result === 'object' &&
    result !== null &&
    'status' in result &&
    result.status === 'refused'
  )
}

function verbsOf(db: Db): Verbs {
  const known = verbsByDb.get(db)
  if (known !== undefined) return known
  const verbs: Verbs = {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    savepoint: db.prepare('SAVEPOINT one_message'),
    release: db.prepare('RELEASE one_message'),
    undo: db.prepare('ROLLBACK TO one_message'),
  }
  verbsByDb.set(db, verbs)
  return verbs
}
