import type { Db } from './database.ts'
import { transactionsBegun } from './transaction.ts'

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
