import type { Db } from './database.ts'
import { runningOn } from './transaction.ts'

/**
 * Changes that add up, kept in memory until the transaction commits: a hundred messages of one
 * commit write a sum once. An undone savepoint takes its own back out. Outside a transaction of ours
 * they are written at once.
 */
export interface KeptBack<T> {
  readonly keep: (change: T) => void
  /** Before anybody reads the rows. */
  readonly write: () => void
}

/** A savepoint: how much was kept when it was set, or all that was if that has been written since. */
interface Mark<T> {
  readonly count: number
  written: T[] | null
}

export function createKeptBack<T>(db: Db, writeAll: (changes: readonly T[]) => void): KeptBack<T> {
  const running = runningOn(db)
  let kept: T[] = []
  const marks: Mark<T>[] = []
  const write = () => {
    if (kept.length === 0) return
    writeAll(kept)
    // The rows just written are undone with their savepoint; what came before it is then kept again.
    for (const mark of marks) mark.written ??= kept.slice(0, mark.count)
    kept = []
  }
  running.keepers.push({
    mark: () => marks.push({ count: kept.length, written: null }),
    undo: () => {
      const mark = marks.at(-1)
      if (mark === undefined) return
      if (mark.written !== null) kept = mark.written
      else kept.length = mark.count
    },
    release: () => marks.pop(),
    write,
    drop: () => {
      kept = []
    },
  })
  return {
    keep: (change) => {
      if (running.isRunning) kept.push(change)
      else writeAll([change])
    },
    write,
  }
}
