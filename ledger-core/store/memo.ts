import type { Db } from './database.ts'
import { runningOn, transactionsBegun } from './transaction.ts'

/**
 * One value read often and changed rarely. Nothing is remembered in a transaction that changed it:
 * that may still be rolled back. Nor on a connection that only reads: others change what it would
 * remember.
 */
export function createMemo<T>(
  db: Db,
  load: () => T,
): { readonly get: () => T; readonly forget: () => void } {
  let held: { readonly value: T } | null = null
  let changing = -1
  return {
    get: () => {
      if (held !== null) return held.value
      const value = load()
      if (!db.readonly && changing !== transactionsBegun(db)) held = { value }
      return value
    },
    forget: () => {
      changing = transactionsBegun(db)
      held = null
    },
  }
}

/**
 * The end of a chain, read once per transaction and then known from what was written: nobody else
 * writes while one of ours runs. An undone savepoint makes it be read again.
 */
export function createTail<T>(
  db: Db,
  read: () => T,
): { readonly get: () => T; readonly set: (value: T) => void } {
  const running = runningOn(db)
  let tail: { readonly value: T; readonly moment: number } | null = null
  const set = (value: T) => {
    tail = running.isRunning ? { value, moment: running.moment } : null
  }
  return {
    set,
    get: () => {
      if (tail !== null && running.isRunning && tail.moment === running.moment) return tail.value
      const value = read()
      set(value)
      return value
    },
  }
}
