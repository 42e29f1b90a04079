import { COMMAND_KINDS, type Db, type Ledger } from '../../ledger-core/index.ts'
import { LOGIN, type Login } from '../people/logins.ts'
import type { ReportTable } from './answer.ts'

/** Changes that the page shows; the rest stays in the file. */
const CHANGES = 50

interface ChangeRow {
  readonly person: string
  readonly change: string
  readonly by: string
  readonly atMs: bigint
}

/** Who may do what, who can sign in, and who said so. */
export function createPeopleReports(
  db: Db,
  ledger: Ledger,
): Pick<ReportTable, 'people' | 'rights' | 'logins'> {
  const select = db.prepare<[string], { key: string; body: string }>(
    'select key, body from state where kind = ? order by key',
  )
  const changes = db.prepare<[number], ChangeRow>(
    `select person, change, changed_by as by, changed_at_ms as atMs from person_change
     order by id desc limit ?`,
  )
  const logins = () =>
    select.all(LOGIN).map(({ key, body }) => {
      // Only the bookkeeper's login steps write these records.
      const { secret } = JSON.parse(body) as Login
      return { person: key, secret }
    })
  return {
    logins: () => ({ rows: logins() }),
    people: () => {
      const able = new Set(logins().map(({ person }) => person))
      return {
        rows: ledger.people().map(({ person, roles }) => ({
          person,
          roles: [...roles],
          canSignIn: able.has(person),
        })),
        changes: changes.all(CHANGES).map((row) => ({ ...row, atMs: Number(row.atMs) })),
      }
    },
    rights: ({ person }) => {
      // Without a login anybody on this machine may speak under any name: the books judge the name.
      if (person === null) return { roles: [], may: COMMAND_KINDS }
      const known = ledger.people().find((one) => one.person === person)
      return { roles: known?.roles ?? [], may: ledger.permitted(person) }
    },
  }
}
