import type { Db, Migration } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import type { AuthorityChange, NewReview } from '../interpretation/conclusion.ts'
import { AUTHORITY_MIGRATION } from './authority-migration.ts'
import { PEOPLE_MIGRATION } from './people-migration.ts'
import type { DecisionRow, ReviewRow } from './review-row.ts'
import type { StateRows } from './state-cache.ts'

/**
 * The gateway's own tables, in the same file and the same transactions as the books. Forward
 * only: a released migration is never edited, a new one is added below it.
 */
export const GATEWAY_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'state, planogram, reviews, quarantine, alerts',
    sql: `create table state (
     kind text not null,
     key  text not null,
     body text not null,
     primary key (kind, key)
   ) strict, without rowid;

   create table planogram (
     camera   text not null,
     zone     text not null,
     sku      text not null,
     location text not null,
     primary key (camera, zone)
   ) strict, without rowid;

   create table review (
     id           integer primary key,
     key          text not null unique,
     kind         text not null,
     opened_at_ms integer not null,
     question     text not null,
     sku          text,
     location     text,
     epc          text,
     evidence     text not null,
     proposal     text
   ) strict;

   create table review_decision (
     review        integer not null primary key references review(id),
     decision      text not null check (decision in ('accept', 'reject', 'settled')),
     decided_by    text not null,
     decided_at_ms integer not null,
     note          text not null,
     request_key   text not null
   ) strict;
   create trigger review_decision_final_update before update on review_decision
     begin select raise(abort, 'a decision is never changed'); end;
   create trigger review_decision_final_delete before delete on review_decision
     begin select raise(abort, 'a decision is never deleted'); end;

   create table quarantine (
     id       integer primary key,
     at_ms    integer not null,
     device   text not null,
     topic    text not null,
     code     text not null,
     message  text not null,
     business integer not null check (business in (0, 1)),
     bytes    integer not null,
     payload  blob not null
   ) strict;
   create index quarantine_noise on quarantine (business, id);

   create table alert (
     key   text not null primary key,
     at_ms integer not null,
     text  text not null
   ) strict;`,
  },
  AUTHORITY_MIGRATION,
  PEOPLE_MIGRATION,
]

export interface Quarantined {
  readonly atMs: number
  readonly device: string
  readonly topic: string
  readonly code: string
  readonly message: string
  /** Business documents are parked for ever; sensor noise is bounded. */
  readonly business: boolean
  readonly payload: Uint8Array
}

/** How much of what cannot be used is kept for inspection. */
export function quarantineOf({ limits }: Config): { rows: number; bytes: number } {
  return { rows: limits.quarantineRows, bytes: limits.quarantineBytes }
}

/** What was changed about a person, in words, and who changed it. */
export interface PersonChange {
  readonly person: string
  readonly change: string
  readonly by: string
  readonly atMs: number
}

export interface GatewayStore extends StateRows {
  states(kind: string): Iterable<{ key: string; body: string }>
  /** The next keys of a kind, in key order. */
  statesAfter(kind: string, key: string, limit: number): string[]
  putPlanogram(row: { camera: string; zone: string; sku: string; location: string }): void
  planogram(): { camera: string; zone: string; sku: string; location: string }[]
  /** New review's id, or null when this question was asked before. */
  openReview(review: NewReview, proposal: string | null): number | null
  review(id: number): ReviewRow | null
  reviewByKey(key: string): ReviewRow | null
  /** Open ones that were asked before `atMs`, oldest first. */
  reviewsOpenedBefore(atMs: number): ReviewRow[]
  /** Open ones that rest on what this device saw. */
  reviewsFrom(device: string): ReviewRow[]
  decide(decision: DecisionRow): void
  recordAuthority(change: AuthorityChange): void
  recordPerson(change: PersonChange): void
  /** When the oldest unanswered question was opened; null when there is none. */
  oldestOpenReviewMs(): number | null
  decisionKey(review: number): { decision: string; requestKey: string } | null
  keep(row: Quarantined, limits: { rows: number; bytes: number }): void
  /** True when this alert is new. */
  raiseAlert(key: string, atMs: number, text: string): boolean
}

export function openGatewayStore(db: Db): GatewayStore {
  const sql = prepare(db)
  return {
    get: (kind, key) => sql.stateGet.get(kind, key)?.body,
    put: (kind, key, body) => void sql.statePut.run(kind, key, body),
    remove: (kind, key) => void sql.stateRemove.run(kind, key),
    range: (kind, prefix) => sql.stateRange.all(kind, prefix, `${prefix}\u{10ffff}`),
    states: (kind) => sql.stateAll.iterate(kind),
    statesAfter: (kind, key, limit) => sql.stateAfter.all(kind, key, limit),
    putPlanogram: (row) => void sql.planogramPut.run(row.camera, row.zone, row.sku, row.location),
    planogram: () => sql.planogramAll.all(),
    openReview(review, proposal) {
      const { key, kind, atMs, question, sku, location, epc, evidence } = review
      const added = sql.reviewAdd.get(
        key,
        kind,
        BigInt(atMs),
        question,
        sku,
        location,
        epc,
        JSON.stringify(evidence),
        proposal,
      )
      return added ? Number(added.id) : null
    },
    review: (id) => rowOf(sql.reviewGet.get(BigInt(id))),
    reviewByKey: (key) => rowOf(sql.reviewByKey.get(key)),
    reviewsOpenedBefore: (atMs) => sql.reviewsOpenedBefore.all(BigInt(atMs)).map(reviewRow),
    reviewsFrom: (device) => sql.reviewsFrom.all(device).map(reviewRow),
    decide: ({ review, decision, by, atMs, note, requestKey, said = null }) =>
      void sql.decide.run(BigInt(review), decision, by, BigInt(atMs), note, requestKey, said),
    recordAuthority: ({ device, movement, from, to, by, note, atMs, agreement }) =>
      void sql.authority.run(
        device,
        movement,
        from,
        to,
        by,
        note,
        BigInt(atMs),
        JSON.stringify(agreement),
      ),
    recordPerson: ({ person, change, by, atMs }) =>
      void sql.personChange.run(person, change, by, BigInt(atMs)),
    oldestOpenReviewMs() {
      const row = sql.oldestOpen.get()
      return row === undefined ? null : Number(row.opened_at_ms)
    },
    decisionKey(review) {
      const row = sql.decisionGet.get(BigInt(review))
      return row ? { decision: row.decision, requestKey: row.request_key } : null
    },
    keep(row, limits) {
      const kept = row.business ? row.payload : row.payload.subarray(0, limits.bytes)
      sql.keep.run(
        BigInt(row.atMs),
        row.device,
        row.topic,
        row.code,
        row.message.slice(0, 2_000),
        row.business ? 1n : 0n,
        BigInt(row.payload.length),
        kept,
      )
      if (!row.business) sql.forget.run(BigInt(limits.rows))
    },
    raiseAlert: (key, atMs, text) => sql.alert.run(key, BigInt(atMs), text).changes > 0,
  }
}

interface ReviewSqlRow {
  id: bigint
  key: string
  kind: NewReview['kind']
  sku: string | null
  location: string | null
  epc: string | null
  question: string
  evidence: string
  openedAtMs: bigint
  proposal: string | null
  decision: string | null
}

function rowOf(row: ReviewSqlRow | undefined): ReviewRow | null {
  return row ? reviewRow(row) : null
}

function reviewRow({ decision, id, openedAtMs, ...rest }: ReviewSqlRow): ReviewRow {
  return { ...rest, id: Number(id), openedAtMs: Number(openedAtMs), decided: decision !== null }
}

function prepare(db: Db) {
  const review = `select r.id, r.key, r.kind, r.sku, r.location, r.epc, r.question, r.evidence,
      r.opened_at_ms as openedAtMs, r.proposal, d.decision
    from review r left join review_decision d on d.review = r.id`
  type Text = string
  return {
    stateGet: db.prepare<[Text, Text], { body: Text }>(
      'select body from state where kind = ? and key = ?',
    ),
    statePut: db.prepare<[Text, Text, Text]>(
      'insert into state (kind, key, body) values (?, ?, ?) on conflict (kind, key) do update set body = excluded.body',
    ),
    stateRemove: db.prepare<[Text, Text]>('delete from state where kind = ? and key = ?'),
    stateRange: db.prepare<[Text, Text, Text], { key: Text; body: Text }>(
      'select key, body from state where kind = ? and key >= ? and key < ? order by key',
    ),
    stateAll: db.prepare<[Text], { key: Text; body: Text }>(
      'select key, body from state where kind = ? order by key',
    ),
    stateAfter: db
      .prepare<[Text, Text, number], Text>(
        'select key from state where kind = ? and key > ? order by key limit ?',
      )
      .pluck(),
    planogramPut: db.prepare<[Text, Text, Text, Text]>(
      'insert into planogram (camera, zone, sku, location) values (?, ?, ?, ?) on conflict (camera, zone) do update set sku = excluded.sku, location = excluded.location',
    ),
    planogramAll: db.prepare<[], { camera: Text; zone: Text; sku: Text; location: Text }>(
      'select camera, zone, sku, location from planogram order by camera, zone',
    ),
    reviewAdd: db.prepare<
      [Text, Text, bigint, Text, Text | null, Text | null, Text | null, Text, Text | null],
      { id: bigint }
    >(
      `insert into review (key, kind, opened_at_ms, question, sku, location, epc, evidence, proposal)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing returning id`,
    ),
    reviewGet: db.prepare<[bigint], ReviewSqlRow>(`${review} where r.id = ?`),
    reviewByKey: db.prepare<[Text], ReviewSqlRow>(`${review} where r.key = ?`),
    oldestOpen: db.prepare<[], { opened_at_ms: bigint }>(
      'select r.opened_at_ms from review r left join review_decision d on d.review = r.id where d.review is null order by r.opened_at_ms limit 1',
    ),
    reviewsOpenedBefore: db.prepare<[bigint], ReviewSqlRow>(
      `${review} where d.review is null and r.opened_at_ms < ? order by r.id`,
    ),
    reviewsFrom: db.prepare<[Text], ReviewSqlRow>(
      `${review} where d.review is null and exists
         (select 1 from json_each(r.evidence) where value ->> '$.from' = ?) order by r.id`,
    ),
    decide: db.prepare<[bigint, Text, Text, bigint, Text, Text, Text | null]>(
      'insert into review_decision (review, decision, decided_by, decided_at_ms, note, request_key, said) values (?, ?, ?, ?, ?, ?, ?)',
    ),
    authority: db.prepare<[Text, Text, Text, Text, Text, Text, bigint, Text]>(
      `insert into authority_change (device, movement, from_level, to_level, changed_by, note, changed_at_ms, agreement)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    personChange: db.prepare<[Text, Text, Text, bigint]>(
      'insert into person_change (person, change, changed_by, changed_at_ms) values (?, ?, ?, ?)',
    ),
    decisionGet: db.prepare<[bigint], { decision: Text; request_key: Text }>(
      'select decision, request_key from review_decision where review = ?',
    ),
    keep: db.prepare<[bigint, Text, Text, Text, Text, bigint, bigint, Uint8Array]>(
      `insert into quarantine (at_ms, device, topic, code, message, business, bytes, payload)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    forget: db.prepare<[bigint]>(
      `delete from quarantine where business = 0 and id <=
         (select id from quarantine where business = 0 order by id desc limit 1 offset ?)`,
    ),
    alert: db.prepare<[Text, bigint, Text]>(
      'insert into alert (key, at_ms, text) values (?, ?, ?) on conflict (key) do nothing',
    ),
  }
}
