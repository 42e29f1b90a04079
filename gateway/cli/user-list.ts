import { openDatabase, openLedger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { createAnswers } from '../reports/answer.ts'
import type { Answers } from '../reports/answers.ts'
import { print } from './command.ts'
import { textTable } from './report-text.ts'

export interface KnownPerson {
  readonly person: string
  readonly roles: readonly string[]
  readonly canSignIn: boolean
}

/** Everybody with a role or a login, read beside a gateway that may be running. */
export function knownPeople(config: Config): readonly KnownPerson[] {
  const { dataFolder, site } = config
  const db = openDatabase(dataFolderAt(dataFolder).file, { readonly: true })
  try {
    const currency = { code: site.currency, minorUnits: site.minorUnits }
    const ledger = openLedger(db, { site: site.id, currency })
    const { rows } = createAnswers(db, ledger, config)({ report: 'people' }) as Answers['people']
    return rows.filter(({ roles, canSignIn }) => roles.length > 0 || canSignIn)
  } finally {
    db.close()
  }
}

export function listPeople(people: readonly KnownPerson[], json: boolean): void {
  if (json) print(JSON.stringify({ people }, null, 2))
  else if (people.length === 0)
    print(
      'nobody has a role yet, so everybody may do everything; "tallygate user add" gives the first',
    )
  else
    print(
      textTable(
        ['person', 'roles', 'page'],
        people.map(({ person, roles, canSignIn }) => [
          person,
          roles.join(', '),
          canSignIn ? 'can sign in' : 'no login',
        ]),
      ),
    )
}
