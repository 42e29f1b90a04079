import type { Migration } from './migrate.ts'
import { CONTROL } from './schema-control.ts'
import { GUARDS } from './schema-guards.ts'
import { BATCHES, JOURNAL, STATE } from './schema-journal.ts'
import { LOOKUPS } from './schema-lookups.ts'
import { MASTERS } from './schema-masters.ts'

/**
 * Tables of the books. Posted rows are only ever inserted; state rows are the running result and
 * can be derived again from the posted ones, which `verify` and `replay` do.
 */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'the books',
    sql: [MASTERS, JOURNAL, STATE, BATCHES, CONTROL, GUARDS].join('\n'),
  },
  { version: 2, name: 'look-ups by SKU and day', sql: LOOKUPS },
]

/** Tables that the books own, as their own text names them. */
export const LEDGER_TABLES: readonly string[] = LEDGER_MIGRATIONS.flatMap(({ sql }) =>
  [...sql.matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1] ?? ''),
)
