import { idempotencyKeyOf } from '../batch.ts'
import type { SealedBatch } from '../journal.ts'
import type { Db } from './database.ts'

export interface Backlog {
  /** Sealed batches the destination has not acknowledged. */
  readonly batches: number
  readonly entries: number
  readonly oldestSealedAtMs: number | null
}

export interface BatchStore {
  readonly lastNumber: () => number
  /** Last entry that is in a batch; 0 when none is. */
  readonly lastSequence: () => number
  readonly insert: (batch: SealedBatch) => void
  readonly batch: (number: number) => SealedBatch | null
  readonly addDestination: (destination: string) => void
  /** Every known destination with the last batch it acknowledged. */
  readonly destinations: () => { readonly destination: string; readonly acknowledged: number }[]
  readonly cursor: (destination: string) => number
  readonly acknowledgements: () => {
    readonly destination: string
    readonly number: number
    readonly lastHash: string
  }[]
  readonly acknowledge: (destination: string, number: number, hash: string, atMs: number) => void
  readonly backlog: (destination: string) => Backlog
}

interface BatchRow {
  readonly number: bigint
  readonly firstSequence: bigint
  readonly lastSequence: bigint
  readonly sealedAtMs: bigint
  readonly lastHash: string
  readonly bytes: Uint8Array
}

export function createBatchStore(db: Db, site: string): BatchStore {
  return { ...createBatches(db, site), ...createCursors(db) }
}

type Batches = 'lastNumber' | 'lastSequence' | 'insert' | 'batch'

function createBatches(db: Db, site: string): Pick<BatchStore, Batches> {
  const lastNumber = db.prepare<[], bigint | null>('SELECT max(number) FROM batch').pluck()
  const lastSequence = db.prepare<[], bigint>(
    'SELECT last_sequence FROM batch ORDER BY number DESC LIMIT 1',
  )
  lastSequence.pluck()
  const insert = db.prepare(
    `INSERT INTO batch (number, first_sequence, last_sequence, sealed_at_ms, last_hash, bytes)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const select = db.prepare<[number], BatchRow>(
    `SELECT number, first_sequence AS firstSequence, last_sequence AS lastSequence,
       sealed_at_ms AS sealedAtMs, last_hash AS lastHash, bytes FROM batch WHERE number = ?`,
  )
  return {
    lastNumber: () => Number(lastNumber.get() ?? 0n),
    lastSequence: () => Number(lastSequence.get() ?? 0n),
    insert: ({ number, firstSequence, lastSequence, sealedAtMs, lastHash, bytes }) => {
      insert.run(number, firstSequence, lastSequence, sealedAtMs, lastHash, bytes)
    },
    batch: (number) => {
      const row = select.get(number)
      if (row === undefined) return null
      return {
        site,
        number,
        firstSequence: Number(row.firstSequence),
        lastSequence: Number(row.lastSequence),
        sealedAtMs: Number(row.sealedAtMs),
        lastHash: row.lastHash,
        bytes: row.bytes,
        idempotencyKey: idempotencyKeyOf(site, number),
      }
    },
  }
}

type Cursors =
  | 'addDestination'
  | 'destinations'
  | 'cursor'
  | 'acknowledgements'
  | 'acknowledge'
  | 'backlog'

interface BacklogRow {
  readonly batches: bigint
  readonly entries: bigint
  readonly oldestSealedAtMs: bigint | null
}

function createCursors(db: Db): Pick<BatchStore, Cursors> {
  const add = db.prepare(
    'INSERT INTO destination (destination) VALUES (?) ON CONFLICT (destination) DO NOTHING',
  )
  const list = db.prepare<[], { destination: string; acknowledged: bigint }>(
    `SELECT destination, (SELECT COALESCE(max(number), 0) FROM acknowledgement a
       WHERE a.destination = d.destination) AS acknowledged
     FROM destination d ORDER BY destination`,
  )
  const cursor = db
    .prepare<[string], bigint | null>(
      'SELECT max(number) FROM acknowledgement WHERE destination = ?',
    )
    .pluck()
  const given = db.prepare<[], { destination: string; number: bigint; lastHash: string }>(
    'SELECT destination, number, last_hash AS lastHash FROM acknowledgement',
  )
  const acknowledge = db.prepare(
    'INSERT INTO acknowledgement (destination, number, last_hash, at_ms) VALUES (?, ?, ?, ?)',
  )
  const backlog = db.prepare<[number], BacklogRow>(
    `SELECT count(*) AS batches, COALESCE(sum(last_sequence - first_sequence + 1), 0) AS entries,
       min(sealed_at_ms) AS oldestSealedAtMs FROM batch WHERE number > ?`,
  )
  const cursorOf = (destination: string) => Number(cursor.get(destination) ?? 0n)
  return {
    addDestination: (destination) => {
      add.run(destination)
    },
    destinations: () =>
      list.all().map((row) => ({ ...row, acknowledged: Number(row.acknowledged) })),
    cursor: cursorOf,
    acknowledgements: () => given.all().map((row) => ({ ...row, number: Number(row.number) })),
    acknowledge: (destination, number, hash, atMs) => {
      add.run(destination)
      acknowledge.run(destination, number, hash, atMs)
    },
    backlog: (destination) => {
      const row = backlog.get(cursorOf(destination))
      const oldest = row?.oldestSealedAtMs ?? null
      return {
        batches: Number(row?.batches ?? 0n),
        entries: Number(row?.entries ?? 0n),
        oldestSealedAtMs: oldest === null ? null : Number(oldest),
      }
    },
  }
}
