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

/** What a store keeps in memory while a transaction runs follows its savepoints. */
export interface Keeper {
  readonly mark: () => void
  readonly undo: () => void
  readonly release: () => void
  /** Write what is kept; nothing is kept afterwards. */
  readonly write: () => void
  readonly drop: () => void
}

/** The transaction of ours that runs on a database, if one does. */
interface Running {
  isRunning: boolean
  /** How many have begun. */
  begun: number
  /** Rises when rows may have changed behind a reader's back: at a begin, an undo and an end. */
  moment: number
  readonly waiting: (() => void)[]
  readonly keepers: Keeper[]
}

const verbsByDb = new WeakMap<Db, Verbs>()
const runningByDb = new WeakMap<Db, Running>()

export function runningOn(db: Db): Running {
  const known = runningByDb.get(db)
  if (known !== undefined) return known
  const running = { isRunning: false, begun: 0, moment: 0, waiting: [], keepers: [] }
  runningByDb.set(db, running)
  return running
}

/**
 * Do this just before the running transaction commits, whatever becomes of the savepoint that asks
 * for it; a transaction that fails does not.
 */
export function beforeCommit(db: Db, work: () => void): void {
  assert(db.inTransaction, 'beforeCommit needs a running transaction')
  runningOn(db).waiting.push(work)
}

/** How many transactions of ours have begun: what was read before may have been rolled back. */
export function transactionsBegun(db: Db): number {
  return runningOn(db).begun
}

/** Bring the tables up to what stores have kept back so far, for who reads them directly. */
export function writeKept(db: Db): void {
  for (const keeper of runningOn(db).keepers) keeper.write()
}

/**
 * One durable commit around `fn`: BEGIN IMMEDIATE, so a busy file is waited for at the start and
 * never met halfway. A throw rolls everything back and passes on.
 */
export function inTransaction<T>(db: Db, fn: () => T): T {
  const verbs = verbsOf(db)
  const running = runningOn(db)
  assert(!db.inTransaction, 'a transaction is already open: use inSavepoint inside it')
  running.begun++
  running.moment++
  verbs.begin.run()
  running.isRunning = true
  try {
    const result = fn()
    assert(!(result instanceof Promise), 'a transaction is synchronous: await first, write second')
    for (const work of running.waiting) work()
    for (const keeper of running.keepers) keeper.write()
    verbs.commit.run()
    return result
  } catch (error) {
    for (const keeper of running.keepers) keeper.drop()
    if (db.inTransaction) verbs.rollback.run()
    throw error
  } finally {
    running.waiting.length = 0
    running.isRunning = false
  }
}

/**
 * One message inside a group commit. Its effects are undone when `fn` throws, or when it returns a
 * refusal (a value with `status: 'refused'`); everything else in the transaction stays.
 */
export function inSavepoint<T>(db: Db, fn: () => T): T {
  const verbs = verbsOf(db)
  const running = runningOn(db)
  assert(db.inTransaction, 'a savepoint needs an open transaction: use inTransaction around it')
  verbs.savepoint.run()
  for (const keeper of running.keepers) keeper.mark()
  try {
    const result = fn()
    assert(!(result instanceof Promise), 'a savepoint is synchronous: await first, write second')
    if (isRefused(result)) undo(running, verbs)
    verbs.release.run()
    return result
  } catch (error) {
    // A full disk may have rolled the whole transaction back already.
    if (db.inTransaction) {
      undo(running, verbs)
      verbs.release.run()
    }
    throw error
  } finally {
    for (const keeper of running.keepers) keeper.release()
  }
}

function undo(running: Running, verbs: Verbs): void {
  running.moment++
  verbs.undo.run()
  for (const keeper of running.keepers) keeper.undo()
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
