import { GENESIS_HASH } from '../hash.ts'
import type { Db } from './database.ts'
import { createTail } from './memo.ts'

/** A command as the books remember it: also the table of what is already known. */
export interface KnownCommand {
  readonly fingerprint: string
  readonly sequence: number | null
}

export interface CommandRow {
  readonly number: number
  readonly sourceKey: string
  readonly fingerprint: string
  readonly sequence: number | null
  readonly body: string
  readonly hash: string
}

type CommandTuple = [bigint, string, string, bigint | null, string, string]

export interface CommandStore {
  readonly find: (sourceKey: string) => KnownCommand | null
  readonly insert: (row: CommandRow) => void
  /** Number and hash of the last command accepted: the hash covers all before it. */
  readonly last: () => { readonly number: number; readonly hash: string }
  /** Recorded rows with number > after, for verification. */
  readonly rows: (after: number, limit: number) => CommandRow[]
  readonly numberOf: (sourceKey: string) => number
  readonly body: (sourceKey: string) => string | null
  /** Recorded bodies with number > after, in the order they were accepted. */
  readonly bodies: (after: number, limit: number) => { number: number; body: string }[]
  readonly insertEvidence: (sequence: number, hash: string, body: string) => boolean
  readonly evidenceBodies: (sequence: number) => string[]
  readonly evidenceRows: () => { sequence: bigint; hash: string; body: string }[]
}

export function createCommandStore(db: Db): CommandStore {
  const find = db.prepare<[string], { fingerprint: string; sequence: bigint | null }>(
    'SELECT fingerprint, sequence FROM command WHERE source_key = ?',
  )
  const insert = db.prepare(
    `INSERT OR FAIL INTO command (number, source_key, fingerprint, sequence, body, hash)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const numberOf = db
    .prepare<[string], bigint>('SELECT number FROM command WHERE source_key = ?')
    .pluck()
  const last = db
    .prepare<[], [bigint, string]>('SELECT number, hash FROM command ORDER BY number DESC LIMIT 1')
    .raw()
  const tail = createTail(db, (): Pick<CommandRow, 'number' | 'hash'> => {
    const row = last.get()
    return row === undefined
      ? { number: 0, hash: GENESIS_HASH }
      : { number: Number(row[0]), hash: row[1] }
  })
  const rows = db
    .prepare<[number, number], CommandTuple>(
      `SELECT number, source_key, fingerprint, sequence, body, hash FROM command
       WHERE number > ? ORDER BY number LIMIT ?`,
    )
    .raw()
  const body = db.prepare<[string], string>('SELECT body FROM command WHERE source_key = ?').pluck()
  const bodies = db.prepare<[number, number], { number: bigint; body: string }>(
    'SELECT number, body FROM command WHERE number > ? ORDER BY number LIMIT ?',
  )
  return {
    ...createEvidence(db),
    find: (sourceKey) => {
      const row = find.get(sourceKey)
      if (row === undefined) return null
      const sequence = row.sequence === null ? null : Number(row.sequence)
      return { fingerprint: row.fingerprint, sequence }
    },
    insert: (row) => {
      const { number, sourceKey, fingerprint, sequence, body: text, hash } = row
      insert.run(number, sourceKey, fingerprint, sequence, text, hash)
      tail.set(row)
    },
    numberOf: (sourceKey) => Number(numberOf.get(sourceKey) ?? 0n),
    last: tail.get,
    rows: (after, limit) =>
      rows.all(after, limit).map(([number, sourceKey, fingerprint, sequence, text, hash]) => ({
        number: Number(number),
        sourceKey,
        fingerprint,
        sequence: sequence === null ? null : Number(sequence),
        body: text,
        hash,
      })),
    body: (sourceKey) => body.get(sourceKey) ?? null,
    bodies: (after, limit) =>
      bodies.all(after, limit).map((row) => ({ number: Number(row.number), body: row.body })),
  }
}

function createEvidence(
  db: Db,
): Pick<CommandStore, 'insertEvidence' | 'evidenceBodies' | 'evidenceRows'> {
  const known = db.prepare<[number, string]>(
    'SELECT 1 FROM evidence WHERE sequence = ? AND hash = ?',
  )
  const insert = db.prepare('INSERT INTO evidence (sequence, hash, body) VALUES (?, ?, ?)')
  const rows = db.prepare<[], { sequence: bigint; hash: string; body: string }>(
    'SELECT sequence, hash, body FROM evidence ORDER BY number',
  )
  const bodies = db
    .prepare<[number], string>('SELECT body FROM evidence WHERE sequence = ? ORDER BY number')
    .pluck()
  return {
    insertEvidence: (sequence, hash, text) => {
      if (known.get(sequence, hash) !== undefined) return false
      insert.run(sequence, hash, text)
      return true
    },
    evidenceRows: () => rows.all(),
    evidenceBodies: (sequence) => bodies.all(sequence),
  }
}
