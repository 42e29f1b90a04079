import type { Ledger } from '../../ledger-core/index.ts'
import type { BusinessCommand } from '../documents/business-command.ts'
import { LOGIN, type Login } from '../people/logins.ts'
import type { CarriedOut } from './carry-out.ts'
import type { Work } from './protocol.ts'
import type { StateCache } from './state-cache.ts'
import { COMMITTED, type StepVerdict } from './step-parts.ts'
import type { GatewayStore } from './store.ts'

type LoginWork = Extract<Work, { kind: 'login' }>

interface LoginParts {
  readonly ledger: Ledger
  readonly states: StateCache
  readonly store: GatewayStore
}

/** Logins are the gateway's own; whether somebody may give them is the books' to say. */
export interface LoginSteps {
  change(work: LoginWork): StepVerdict
  /** How far a sensor is trusted is a matter of policy; null: this person may say it. */
  mayTrust(work: Extract<Work, { kind: 'authority' }>): StepVerdict | null
  /** Notes who gave which roles, once they are given. */
  noteRoles(told: BusinessCommand, carried: CarriedOut, atMs: number): void
}

export function createLoginSteps({ ledger, states, store }: LoginParts): LoginSteps {
  const note = (person: string, change: string, by: string, atMs: number) =>
    store.recordPerson({ person, change, by, atMs })

  const refuse = (
    {
      actor,
      kind,
      about,
    }: { readonly actor: string; readonly kind: string; readonly about: string },
    [code, message]: readonly [code: string, text: string],
    atMs: number,
  ): StepVerdict => {
    ledger.noteRefusal({ actor, kind, code, sourceKey: `${kind}:${about}`, message }, atMs)
    return { status: 'refused', code, message }
  }

  const faultOf = ({ person, secret, user }: LoginWork): [code: string, text: string] | null => {
    // Only this file makes records of this kind.
    const known = states.get(LOGIN, person) as Login | undefined
    const isOwnChange = user === person && known !== undefined && secret !== null
    if (!isOwnChange && !ledger.may(user, 'assign-roles'))
      return ['not-permitted', `expected a role that may give logins, got ${user} without`]
    const isGivenRole = ledger.people().some((one) => one.person === person && one.roles.length > 0)
    if (secret !== null && !isGivenRole)
      return ['no-role', `expected a person with a role, got ${person} with none`]
    if (secret === null && known === undefined)
      return ['no-login', `expected somebody who can sign in, got ${person}, who cannot`]
    return null
  }

  return {
    change(work) {
      const { person, secret, user, atMs } = work
      const fault = faultOf(work)
      if (fault !== null) return refuse({ actor: user, kind: 'login', about: person }, fault, atMs)
      const isKnown = states.get(LOGIN, person) !== undefined
      if (secret === null) {
        states.remove(LOGIN, person)
        note(person, 'may no longer sign in', user, atMs)
      } else {
        states.put(LOGIN, person, { secret, changedAtMs: atMs } satisfies Login)
        note(person, isKnown ? 'has a new password' : 'may sign in', user, atMs)
      }
      return COMMITTED
    },
    mayTrust({ user, device, atMs }) {
      if (ledger.may(user, 'set-policy')) return null
      const says = `expected a role that may set-policy, got ${user} without`
      return refuse(
        { actor: user, kind: 'authority', about: device },
        ['not-permitted', says],
        atMs,
      )
    },
    noteRoles({ command, actor }, carried, atMs) {
      if (command.kind !== 'assign-roles' || carried.status !== 'done' || carried.isRepeat) return
      const roles = command.roles.join(', ')
      note(command.person, roles === '' ? 'has no role any more' : `is ${roles}`, actor, atMs)
    },
  }
}
