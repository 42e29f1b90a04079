import type { Db } from './database.ts'

export interface Reservation {
  readonly reservation: string
  readonly sku: string
  readonly quantity: bigint
  readonly expiresAtMs: number
  readonly state: 'held' | 'released' | 'expired'
}

export interface Transfer {
  readonly transfer: string
  readonly direction: 'out' | 'in'
  readonly site: string
  readonly sequence: number
}

export interface Allowance {
  readonly amountMinor: bigint
  /** Units it was made for, and the entry that last set it. */
  readonly quantity: bigint
  readonly sequence: number
}

/** What is promised, on its way, written down or taken back. */
export interface StockStore {
  readonly reservation: (reservation: string) => Reservation | null
  readonly reserved: (sku: string) => bigint
  readonly addReservation: (reservation: Reservation) => void
  readonly setReservation: (reservation: string, state: Reservation['state']) => void
  readonly expireReservations: (nowMs: number) => number
  readonly transfer: (transfer: string) => Transfer | null
  readonly addTransfer: (transfer: Transfer) => void
  readonly allowance: (sku: string) => Allowance | null
  readonly saveAllowance: (sku: string, allowance: Allowance) => void
  readonly reversedBy: (sequence: number) => number | null
  readonly isReversal: (sequence: number) => boolean
  readonly addReversal: (sequence: number, by: number) => void
  readonly lastTillClose: (till: string) => { readonly zNumber: number; readonly sequence: number }
  readonly addTillClose: (till: string, zNumber: number, sequence: number) => void
}

export function createStockStore(db: Db): StockStore {
  return {
    ...createReservations(db),
    ...createTransfers(db),
    ...createAllowances(db),
    ...createReversals(db),
    ...createTillCloses(db),
  }
}

type Reservations =
  | 'reservation'
  | 'reserved'
  | 'addReservation'
  | 'setReservation'
  | 'expireReservations'

function createReservations(db: Db): Pick<StockStore, Reservations> {
  const one = db.prepare<[string], Reservation & { readonly expiresAtMs: bigint }>(
    `SELECT reservation, sku, quantity, expires_at_ms AS expiresAtMs, state FROM reservation
     WHERE reservation = ?`,
  )
  const held = db
    .prepare<[string], bigint>(
      "SELECT COALESCE(sum(quantity), 0) FROM reservation WHERE sku = ? AND state = 'held'",
    )
    .pluck()
  const add = db.prepare('INSERT INTO reservation VALUES (?, ?, ?, ?, ?)')
  const set = db.prepare('UPDATE reservation SET state = ? WHERE reservation = ?')
  const expire = db.prepare(
    "UPDATE reservation SET state = 'expired' WHERE state = 'held' AND expires_at_ms <= ?",
  )
  return {
    reservation: (reservation) => {
      const row = one.get(reservation)
      return row === undefined ? null : { ...row, expiresAtMs: Number(row.expiresAtMs) }
    },
    reserved: (sku) => held.get(sku) ?? 0n,
    addReservation: ({ reservation, sku, quantity, expiresAtMs, state }) => {
      add.run(reservation, sku, quantity, expiresAtMs, state)
    },
    setReservation: (reservation, state) => {
      set.run(state, reservation)
    },
    expireReservations: (nowMs) => expire.run(nowMs).changes,
  }
}

function createTransfers(db: Db): Pick<StockStore, 'transfer' | 'addTransfer'> {
  const one = db.prepare<[string], Transfer & { readonly sequence: bigint }>(
    'SELECT transfer, direction, site, sequence FROM transfer WHERE transfer = ?',
  )
  const add = db.prepare('INSERT INTO transfer VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
  return {
    transfer: (transfer) => {
      const row = one.get(transfer)
      return row === undefined ? null : { ...row, sequence: Number(row.sequence) }
    },
    addTransfer: ({ transfer, direction, site, sequence }) => {
      add.run(transfer, direction, site, sequence)
    },
  }
}

function createAllowances(db: Db): Pick<StockStore, 'allowance' | 'saveAllowance'> {
  const one = db.prepare<[string], Allowance & { readonly sequence: bigint }>(
    'SELECT amount_minor AS amountMinor, quantity, sequence FROM allowance WHERE sku = ?',
  )
  const save = db.prepare(
    `INSERT INTO allowance (sku, amount_minor, quantity, sequence) VALUES (?, ?, ?, ?)
     ON CONFLICT (sku) DO UPDATE SET amount_minor = excluded.amount_minor,
       quantity = excluded.quantity, sequence = excluded.sequence`,
  )
  return {
    allowance: (sku) => {
      const row = one.get(sku)
      return row === undefined ? null : { ...row, sequence: Number(row.sequence) }
    },
    saveAllowance: (sku, { amountMinor, quantity, sequence }) => {
      save.run(sku, amountMinor, quantity, sequence)
    },
  }
}

function createReversals(db: Db): Pick<StockStore, 'reversedBy' | 'isReversal' | 'addReversal'> {
  const by = db
    .prepare<[number], bigint>('SELECT by_sequence FROM reversal WHERE sequence = ?')
    .pluck()
  const is = db.prepare<[number]>('SELECT 1 FROM reversal WHERE by_sequence = ?')
  const add = db.prepare('INSERT INTO reversal (sequence, by_sequence) VALUES (?, ?)')
  return {
    reversedBy: (sequence) => {
      const found = by.get(sequence)
      return found === undefined ? null : Number(found)
    },
    isReversal: (sequence) => is.get(sequence) !== undefined,
    addReversal: (sequence, reversal) => {
      add.run(sequence, reversal)
    },
  }
}

function createTillCloses(db: Db): Pick<StockStore, 'lastTillClose' | 'addTillClose'> {
  const last = db.prepare<[string], { zNumber: bigint; sequence: bigint }>(
    `SELECT z_number AS zNumber, sequence FROM till_close WHERE till = ?
     ORDER BY z_number DESC LIMIT 1`,
  )
  const add = db.prepare('INSERT INTO till_close (till, z_number, sequence) VALUES (?, ?, ?)')
  return {
    lastTillClose: (till) => {
      const row = last.get(till)
      if (row === undefined) return { zNumber: 0, sequence: 0 }
      return { zNumber: Number(row.zNumber), sequence: Number(row.sequence) }
    },
    addTillClose: (till, zNumber, sequence) => {
      add.run(till, zNumber, sequence)
    },
  }
}
