import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { systemClock } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import type { BusinessCommand } from '../documents/business-command.ts'
import { type Submission, type Submitted, submit } from '../import/submit.ts'
import { nameFault } from '../people/names.ts'
import { passwordFault } from '../people/password.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { askPassword } from './password-prompt.ts'
import { isRole, ROLES, type Role, rolesHelp } from './roles.ts'
import { configFrom } from './run.ts'
import { type KnownPerson, knownPeople, listPeople } from './user-list.ts'

export const user = defineCommand(
  {
    about: 'people of the store: who may do what in the books, and who can sign in at the page',
    usage: `
tallygate user list --config FILE [--json]
tallygate user add NAME --role ROLE [--role ROLE...] --config FILE [--no-login]
tallygate user role NAME ROLE... --config FILE
tallygate user password NAME --config FILE
tallygate user remove NAME --config FILE

list      everybody with a role or a login
add       a new person with roles; asks for a password for the page unless --no-login
role      these roles from now on, and no other
password  a new password, or the first one of somebody added with --no-login
remove    no role and no login any more; what the person did stays in the books under the name

Roles:
${rolesHelp('  ')}

The first person must be an admin: until there is one, everybody may do everything. From the first
login on, whoever decides something at the page must be signed in; reading stays open on this
machine, and tills go on as before. Whoever can read the data folder may run this command for anybody, so keep that folder to
yourself. Every change and every refusal is kept: see "People" on the page, or
"tallygate report people" and "tallygate report refusals".

  --by NAME             who says so: an admin, once there is one (default: your name on this
                        machine, or the only admin)
  --password-stdin      take the password from standard input, for scripts
  --json                {ok, person, submitted}, {ok, fault}, or {people} of list`,
    options: {
      config: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      by: { type: 'string' },
      'no-login': { type: 'boolean', default: false },
      'password-stdin': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: [verb = '', person = '', ...more] }) => {
    const roles = [...values.role, ...more]
    const misuse = misuseOf(verb, person, roles)
    if (misuse !== null) {
      complain(misuse)
      return EXIT.usage
    }
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const { file } = dataFolderAt(config.dataFolder)
    if (!existsSync(file))
      return refuse(
        values.json,
        `expected the books at ${file}, got no such file: "tallygate run --create" or "tallygate import --create" starts them`,
      )
    const people = knownPeople(config)
    if (verb === 'list') {
      listPeople(people, values.json)
      return EXIT.done
    }
    const wish: Wish = { verb: verb as Verb, person, roles: roles.filter(isRole), people, config }
    const fault = faultOf(wish)
    if (fault !== null) return refuse(values.json, fault)
    const password = await passwordFor(wish, values)
    if (typeof password === 'object' && password !== null)
      return refuse(values.json, password.fault)
    const by = values.by ?? defaultBy(people, person)
    const submitted = await submit(config, submissionOf(wish, by, password))
    return tell(wish, { by, isAble: password !== null }, submitted, values.json)
  },
)

const VERBS = ['list', 'add', 'role', 'password', 'remove'] as const
type Verb = Exclude<(typeof VERBS)[number], 'list'>

interface Wish {
  readonly verb: Verb
  readonly person: string
  readonly roles: readonly Role[]
  readonly people: readonly KnownPerson[]
  readonly config: Config
}

function misuseOf(verb: string, person: string, roles: readonly string[]): string | null {
  if (!VERBS.some((known) => known === verb))
    return `expected one of ${VERBS.join(', ')}, got "${verb}"; see --help`
  if (verb !== 'list' && person === '') return `expected a NAME after "${verb}"; see --help`
  const wrong = roles.find((role) => !isRole(role))
  if (wrong !== undefined) return `expected a role (${ROLES.join(', ')}), got "${wrong}"`
  const takesRoles = verb === 'add' || verb === 'role'
  if (takesRoles && roles.length === 0)
    return `expected a role (${ROLES.join(', ')}), got none; "tallygate user remove" takes all`
  if (!takesRoles && roles.length > 0) return `expected no role for "${verb}", got ${roles.join()}`
  return null
}

/** What the books would not say as plainly. */
function faultOf({ verb, person, roles, people, config }: Wish): string | null {
  const name = nameFault(person, config)
  if (name !== null) return name
  const known = people.find((one) => one.person === person)
  if (verb === 'add' && known !== undefined && known.roles.length > 0)
    return `expected a new name, got ${person}, who is ${known.roles.join(', ')}: "tallygate user role" changes roles`
  if (verb !== 'add' && known === undefined)
    return `expected somebody known (${people.map((one) => one.person).join(', ') || 'there is nobody'}), got ${person}`
  const admins = people.filter((one) => one.roles.includes('admin'))
  if (admins.length === 0 && verb === 'add' && !roles.includes('admin'))
    return `expected the first person to be an admin, who can give roles to the others, got ${person} with ${roles.join(', ')}`
  const isLast = admins.length === 1 && admins[0]?.person === person
  const losesAdmin = verb === 'remove' || (verb === 'role' && !roles.includes('admin'))
  if (isLast && losesAdmin)
    return `expected an admin to remain, got none after ${person}: make somebody else admin first`
  return null
}

/** Null: no login is wished. Somebody who cannot type one here gets it from standard input. */
async function passwordFor(
  { verb, person }: Wish,
  {
    'no-login': noLogin,
    'password-stdin': fromStdin,
  }: Record<'no-login' | 'password-stdin', boolean>,
): Promise<string | null | { readonly fault: string }> {
  if (verb === 'role' || verb === 'remove' || (verb === 'add' && noLogin)) return null
  const given = await askPassword(person, fromStdin)
  if (typeof given !== 'string') return given
  const fault = passwordFault(given)
  return fault === null ? given : { fault }
}

/** Whoever sits at this machine; where that name may not, the only one who may. */
function defaultBy(people: readonly KnownPerson[], person: string): string {
  const admins = people.filter((one) => one.roles.includes('admin')).map((one) => one.person)
  const { username } = userInfo()
  if (admins.includes(username)) return username
  return admins.length === 1 ? (admins[0] ?? username) : admins.length === 0 ? person : username
}

function submissionOf(
  { verb, person, roles, people }: Wish,
  by: string,
  password: string | null,
): Submission {
  const isAble = people.some((one) => one.person === person && one.canSignIn)
  const logins = [
    ...(verb === 'remove' && isAble ? [{ person, password: null, user: by }] : []),
    ...(password === null ? [] : [{ person, password, user: by }]),
  ]
  if (verb === 'password') return { masters: null, orders: [], logins }
  const command: BusinessCommand = {
    // Giving the same roles again is another act, so each has a name of its own.
    id: `roles-${person}-${randomBytes(6).toString('hex')}`,
    actor: by,
    at: new Date(systemClock.nowMs()).toISOString(),
    note: '',
    command: { kind: 'assign-roles', person, roles: [...roles] },
  }
  return { masters: null, orders: [], commands: [command], logins }
}

function tell(
  { verb, person, roles }: Wish,
  { by, isAble }: { readonly by: string; readonly isAble: boolean },
  submitted: Submitted,
  json: boolean,
): number {
  if (submitted.status === 'refused')
    return refuse(json, `refused (${submitted.code}): ${submitted.message}`)
  if (json) print(JSON.stringify({ ok: true, person, by, submitted }, null, 2))
  else {
    const able = verb === 'add' && isAble ? ' and can sign in at the page' : ''
    print(`${SAYS[verb](person, roles.join(', '))}${able}, says ${by}`)
  }
  return EXIT.done
}

const SAYS: Readonly<Record<Verb, (person: string, roles: string) => string>> = {
  add: (person, roles) => `${person} is ${roles}`,
  role: (person, roles) => `${person} is ${roles} from now on`,
  password: (person) => `${person} has a new password`,
  remove: (person) => `${person} has no role and no login any more`,
}

function refuse(json: boolean, fault: string): number {
  if (json) print(JSON.stringify({ ok: false, fault }, null, 2))
  else complain(fault)
  return EXIT.refused
}
