import type { SaleLine } from '../command.ts'
import type { Db } from './database.ts'

/** A command as the books remember it: also the table of what is already known. */
export interface KnownCommand {
  readonly fingerprint: string
  readonly sequence: number | null
}

export interface CommandStore {
  readonly find: (sourceKey: string) => KnownCommand | null
  readonly insert: (sourceKey: string, known: KnownCommand, body: string) => void
  readonly body: (sourceKey: string) => string | null
  /** Recorded bodies with number > after, in the order they were accepted. */
  readonly bodies: (after: number, limit: number) => { number: number; body: string }[]
  readonly insertEvidence: (sequence: number, hash: string, body: string) => boolean
  readonly evidenceBodies: (sequence: number) => string[]
  readonly parkLine: (sequence: number, line: SaleLine) => void
}

export function createCommandStore(db: Db): CommandStore {
  const find = db.prepare<[string], { fingerprint: string; sequence: bigint | null }>(
    'SELECT fingerprint, sequence FROM command WHERE source_key = ?',
  )
  const insert = db.prepare(
    `INSERT OR FAIL INTO command (source_key, fingerprint, sequence, body)
     VALUES (?, ?, ?, ?)`,
  )
  const body = db.prepare<[string], string>('SELECT body FROM command WHERE source_key = ?').pluck()
  const bodies = db.prepare<[number, number], { number: bigint; body: string }>(
    'SELECT number, body FROM command WHERE number > ? ORDER BY number LIMIT ?',
  )
  const parkLine = db.prepare(
    `INSERT INTO parked_line (sequence, line, gtin, description, quantity, net_minor)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  return {
    ...createEvidence(db),
    find: (sourceKey) => {
      const row = find.get(sourceKey)
      if (row === undefined) return null
      const sequence = row.sequence === null ? null : Number(row.sequence)
      return { fingerprint: row.fingerprint, sequence }
    },
    insert: (sourceKey, { fingerprint, sequence }, text) => {
      insert.run(sourceKey, fingerprint, sequence, text)
    },
    body: (sourceKey) => body.get(sourceKey) ?? null,
    bodies: (after, limit) =>
      bodies.all(after, limit).map((row) => ({ number: Number(row.number), body: row.body })),
    parkLine: (sequence, { line, gtin, description, quantity, netMinor }) => {
      parkLine.run(sequence, line, gtin, description, quantity, netMinor)
    },
  }
}

function createEvidence(db: Db): Pick<CommandStore, 'insertEvidence' | 'evidenceBodies'> {
  const known = db.prepare<[number, string]>(
    'SELECT 1 FROM evidence WHERE sequence = ? AND hash = ?',
  )
  const insert = db.prepare('INSERT INTO evidence (sequence, hash, body) VALUES (?, ?, ?)')
  const bodies = db
    .prepare<[number], string>('SELECT body FROM evidence WHERE sequence = ? ORDER BY number')
    .pluck()
  return {
    insertEvidence: (sequence, hash, text) => {
      if (known.get(sequence, hash) !== undefined) return false
      insert.run(sequence, hash, text)
      return true
    },
    evidenceBodies: (sequence) => bodies.all(sequence),
  }
}
