import type { Books } from '../books.ts'
import { methodAllowed, type Policy } from '../policy.ts'
import { type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

/** Accounting choices; what is in stock must be allowed under them. */
export const setPolicy: Transaction<'set-policy'> = {
  check: ({ policy }, books) => stockFits({ ...books.control.policy(), ...policy }, books),
  post: ({ policy }, _posting, { control }) => {
    control.savePolicy({ ...control.policy(), ...policy })
  },
}

function stockFits(policy: Policy, { masters }: Books): Refusal | null {
  const ruled = Object.entries(policy.methods).map(([category, method]) => ({ category, method }))
  const used = masters.skus().map(({ sku, method }) => ({ sku, category: '', method }))
  const all = [...ruled.map((rule) => ({ ...rule, sku: `category ${rule.category}` })), ...used]
  return refuseAny(all, ({ sku, category, method }) =>
    methodAllowed({ ...policy, methods: {} }, { sku, category }, method),
  )
}

/** Who may do what. At least one person stays who can change it. */
export const assignRoles: Transaction<'assign-roles'> = {
  check: ({ person, roles }, { control }) => {
    const others = control.people().filter((other) => other.person !== person)
    const hasAdmin = [...others, { person, roles }].some((one) => one.roles.includes('admin'))
    if (hasAdmin) return null
    return refuse('wrong-state', `expected an admin to remain, got none after ${person}`)
  },
  post: ({ person, roles }, _posting, { control }) => {
    control.saveRoles(person, [...new Set(roles)].sort())
  },
}
