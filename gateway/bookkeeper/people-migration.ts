import type { Migration } from '../../ledger-core/index.ts'

/** Who gave whom which roles and logins, and when; never the passwords. */
export const PEOPLE_MIGRATION: Migration = {
  version: 3,
  name: 'changes of roles and logins',
  sql: `create table person_change (
     id            integer primary key,
     person        text not null,
     change        text not null,
     changed_by    text not null,
     changed_at_ms integer not null
   ) strict;
   create trigger person_change_final_update before update on person_change
     begin select raise(abort, 'a change of a person is never rewritten'); end;
   create trigger person_change_final_delete before delete on person_change
     begin select raise(abort, 'a change of a person is never deleted'); end;`,
}
