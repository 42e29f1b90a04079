import type { BatchSummary, Db, Migration } from '../../ledger-core/index.ts'
import { inTransaction, migrate, openDatabase } from '../../ledger-core/index.ts'
import type { AccountSum, BatchContent, MovedSum } from './batch-content.ts'

/**
 * The receiver's file: every batch as it came, and sums over them kept along. Sums are decimal
 * text, added in the program: no store and no chain of them can outgrow a column.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'batches, sums, alarms',
    sql: `create table batch (
     site           text not null,
     number         integer not null check (number > 0),
     last_sequence  integer not null,
     last_hash      text not null,
     sha256         text not null,
     received_at_ms integer not null,
     bytes          blob not null,
     primary key (site, number)
   ) strict;

   create table account_sum (
     site    text not null,
     account text not null,
     name    text not null,
     debit   text not null,
     credit  text not null,
     primary key (site, account)
   ) strict, without rowid;

   create table moved_sum (
     site     text not null,
     sku      text not null,
     "from"   text not null,
     "to"     text not null,
     scale    integer not null,
     quantity text not null,
     primary key (site, sku, "from", "to")
   ) strict, without rowid;

   create table site_currency (
     site        text primary key,
     code        text not null,
     minor_units integer not null
   ) strict, without rowid;

   create table alarm (
     site   text not null,
     code   text not null,
     number integer not null,
     sha256 text not null,
     at_ms  integer not null,
     text   text not null,
     primary key (site, code, number, sha256)
   ) strict;

   create trigger batch_stays before update on batch
   begin select raise(abort, 'a received batch is never changed'); end;
   create trigger batch_remains before delete on batch
   begin select raise(abort, 'a received batch is never removed'); end;`,
  },
]

export interface StoredBatch {
  readonly number: number
  readonly lastSequence: number
  readonly lastHash: string
  readonly sha256: string
  readonly receivedAtMs: number
}

export interface Alarm {
  readonly code: string
  readonly number: number
  readonly sha256: string
  readonly atMs: number
  readonly text: string
}

export interface HeadOfficeStore {
  batch(site: string, number: number): StoredBatch | null
  lastBatch(site: string): StoredBatch | null
  currency(site: string): BatchContent['currency'] | null
  /** Durable when it returns. */
  keep(batch: BatchSummary, content: BatchContent, received: Received): void
  /** Once per content: a sender that repeats itself raises it once. */
  raise(site: string, alarm: Alarm): void
  sums(site: string): { readonly accounts: AccountSum[]; readonly moved: MovedSum[] }
  alarms(site: string): Alarm[]
  close(): void
}

export interface Received {
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly atMs: number
}

/** Newest alarms that a site report shows. */
const ALARMS_SHOWN = 20

export function openStore(file: string): HeadOfficeStore {
  const db = openDatabase(file, { create: true })
  migrate(db, 'head-office', MIGRATIONS)
  const sql = prepare(db)
  return {
    batch: (site, number) => storedOf(sql.batch.get(site, number)),
    lastBatch: (site) => storedOf(sql.last.get(site)),
    currency(site) {
      const row = sql.currency.get(site)
      return row ? { code: row.code, minorUnits: Number(row.minorUnits) } : null
    },
    keep(batch, { currency, accounts, moved }, { bytes, sha256, atMs }) {
      const { site, number, lastSequence, lastHash } = batch
      inTransaction(db, () => {
        sql.insert.run(site, number, lastSequence, lastHash, sha256, atMs, bytes)
        sql.setCurrency.run(site, currency.code, currency.minorUnits)
        for (const sum of accounts) addAccount(sql, site, sum)
        for (const sum of moved) addMoved(sql, site, sum)
      })
    },
    raise: (site, { code, number, sha256, atMs, text }) =>
      inTransaction(db, () => void sql.raise.run(site, code, number, sha256, atMs, text)),
    sums: (site) => ({
      accounts: sql.accounts.all(site).map(({ debit, credit, ...row }) => ({
        ...row,
        debitMinor: BigInt(debit),
        creditMinor: BigInt(credit),
      })),
      moved: sql.moved.all(site).map(({ scale, quantity, ...row }) => ({
        ...row,
        scale: Number(scale),
        quantity: BigInt(quantity),
      })),
    }),
    alarms: (site) =>
      sql.alarms.all(site, ALARMS_SHOWN).map(({ number, atMs, ...row }) => ({
        ...row,
        number: Number(number),
        atMs: Number(atMs),
      })),
    close: () => void db.close(),
  }
}

type Sql = ReturnType<typeof prepare>

function addAccount(sql: Sql, site: string, sum: AccountSum): void {
  const before = sql.account.get(site, sum.account)
  const debit = BigInt(before?.debit ?? 0) + sum.debitMinor
  const credit = BigInt(before?.credit ?? 0) + sum.creditMinor
  sql.putAccount.run(site, sum.account, sum.name, String(debit), String(credit))
}

function addMoved(sql: Sql, site: string, { sku, from, to, scale, quantity }: MovedSum): void {
  const before = BigInt(sql.way.get(site, sku, from, to)?.quantity ?? 0)
  sql.putWay.run(site, sku, from, to, scale, String(before + quantity))
}

interface BatchRow {
  number: bigint
  lastSequence: bigint
  lastHash: string
  sha256: string
  receivedAtMs: bigint
}

function storedOf(row: BatchRow | undefined): StoredBatch | null {
  if (!row) return null
  const { number, lastSequence, receivedAtMs, ...rest } = row
  return {
    ...rest,
    number: Number(number),
    lastSequence: Number(lastSequence),
    receivedAtMs: Number(receivedAtMs),
  }
}

function prepare(db: Db) {
  const batch = `select number, last_sequence as lastSequence, last_hash as lastHash, sha256,
      received_at_ms as receivedAtMs from batch where site = ?`
  return {
    batch: db.prepare<[string, number], BatchRow>(`${batch} and number = ?`),
    last: db.prepare<[string], BatchRow>(`${batch} order by number desc limit 1`),
    insert: db.prepare(
      `insert into batch (site, number, last_sequence, last_hash, sha256, received_at_ms, bytes)
       values (?, ?, ?, ?, ?, ?, ?)`,
    ),
    currency: db.prepare<[string], { code: string; minorUnits: bigint }>(
      'select code, minor_units as minorUnits from site_currency where site = ?',
    ),
    setCurrency: db.prepare(
      'insert into site_currency (site, code, minor_units) values (?, ?, ?) on conflict do nothing',
    ),
    account: db.prepare<[string, string], { debit: string; credit: string }>(
      'select debit, credit from account_sum where site = ? and account = ?',
    ),
    putAccount: db.prepare(
      `insert into account_sum (site, account, name, debit, credit) values (?, ?, ?, ?, ?)
       on conflict do update set name = excluded.name, debit = excluded.debit, credit = excluded.credit`,
    ),
    accounts: db.prepare<
      [string],
      { account: string; name: string; debit: string; credit: string }
    >('select account, name, debit, credit from account_sum where site = ? order by account'),
    way: db.prepare<[string, string, string, string], { quantity: string }>(
      'select quantity from moved_sum where site = ? and sku = ? and "from" = ? and "to" = ?',
    ),
    putWay: db.prepare(
      `insert into moved_sum (site, sku, "from", "to", scale, quantity) values (?, ?, ?, ?, ?, ?)
       on conflict do update set scale = excluded.scale, quantity = excluded.quantity`,
    ),
    moved: db.prepare<
      [string],
      { sku: string; from: string; to: string; scale: bigint; quantity: string }
    >(
      `select sku, "from", "to", scale, quantity from moved_sum
       where site = ? order by sku, "from", "to"`,
    ),
    raise: db.prepare(
      `insert into alarm (site, code, number, sha256, at_ms, text) values (?, ?, ?, ?, ?, ?)
       on conflict do nothing`,
    ),
    alarms: db.prepare<
      [string, number],
      { code: string; number: bigint; sha256: string; atMs: bigint; text: string }
    >(
      `select code, number, sha256, at_ms as atMs, text from alarm
       where site = ? order by at_ms desc, number desc limit ?`,
    ),
  }
}
