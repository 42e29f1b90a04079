import type { Migration } from '../../ledger-core/index.ts'

/**
 * Answers beyond yes and no, with what was said instead, and who changed what a sensor may do.
 * SQLite cannot change a check, so the table of decisions is made anew with its rows.
 */
export const AUTHORITY_MIGRATION: Migration = {
  version: 2,
  name: 'corrections, splits and bad sensors; changes of authority',
  sql: `drop trigger review_decision_final_update;
   drop trigger review_decision_final_delete;
   alter table review_decision rename to review_decision_before;
   create table review_decision (
     review        integer not null primary key references review(id),
     decision      text not null check
       (decision in ('accept', 'correct', 'split', 'reject', 'bad-sensor', 'settled', 'expired')),
     decided_by    text not null,
     decided_at_ms integer not null,
     note          text not null,
     request_key   text not null,
     said          text
   ) strict;
   insert into review_decision
     select review, decision, decided_by, decided_at_ms, note, request_key, null
     from review_decision_before;
   drop table review_decision_before;
   create trigger review_decision_final_update before update on review_decision
     begin select raise(abort, 'a decision is never changed'); end;
   create trigger review_decision_final_delete before delete on review_decision
     begin select raise(abort, 'a decision is never deleted'); end;

   create table authority_change (
     id            integer primary key,
     device        text not null,
     movement      text not null,
     from_level    text not null,
     to_level      text not null,
     changed_by    text not null,
     note          text not null,
     changed_at_ms integer not null,
     agreement     text not null
   ) strict;
   create trigger authority_change_final_update before update on authority_change
     begin select raise(abort, 'a change of authority is never rewritten'); end;
   create trigger authority_change_final_delete before delete on authority_change
     begin select raise(abort, 'a change of authority is never deleted'); end;`,
}
