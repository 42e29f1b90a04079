import type { Db } from './database.ts'
import { beforeCommit } from './transaction.ts'

/** A command that was refused; identical ones of an actor and minute are one record, counted. */
export interface RefusedCommand {
  readonly actor: string
  readonly minute: number
  readonly kind: string
  readonly code: string
  readonly sourceKey: string
  readonly message: string
  readonly times: number
}

export interface RefusalFilter {
  readonly actor?: string | undefined
  /** Minutes since 1970, both inclusive. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface RefusalStore {
  /** Written with the commit of the running transaction, outside the savepoint that is undone. */
  readonly note: (refused: Omit<RefusedCommand, 'times'>) => void
  /** Newest minute first. */
  readonly refusals: (limit: number, filter?: RefusalFilter) => RefusedCommand[]
}

export function createRefusalStore(db: Db): RefusalStore {
  const upsert = db.prepare(
    `INSERT INTO refusal (actor, minute, kind, code, source_key, message, times)
     VALUES (?, ?, ?, ?, ?, ?, 1)
     ON CONFLICT (actor, minute, kind, code, source_key) DO UPDATE SET times = times + 1`,
  )
  const select = db.prepare<
    [string | null, string | null, number, number, number],
    RefusedCommand & { minute: bigint; times: bigint }
  >(
    `SELECT actor, minute, kind, code, source_key AS sourceKey, message, times FROM refusal
     WHERE (? IS NULL OR actor = ?) AND minute BETWEEN ? AND ?
     ORDER BY minute DESC, actor, kind, code, source_key LIMIT ?`,
  )
  return {
    note: ({ actor, minute, kind, code, sourceKey, message }) => {
      beforeCommit(db, () => {
        upsert.run(actor, minute, kind, code, sourceKey, message)
      })
    },
    refusals: (limit, { actor = null, from = 0, to = Number.MAX_SAFE_INTEGER } = {}) =>
      select
        .all(actor, actor, from, to, limit)
        .map((row) => ({ ...row, minute: Number(row.minute), times: Number(row.times) })),
  }
}
