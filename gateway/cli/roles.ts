/** What each role of the books may do, in a shop's words; the rights stand in ledger-core/role.ts. */
const SAYS = {
  cashier: 'posts sales: receipts, voids, Z reports',
  clerk: 'posts stock: deliveries, moves, counts, losses, unknown goods',
  manager: 'sales and stock; adjusts (write-offs, gains, supplier returns); approves counts',
  controller: 'approves; accounts (invoices, journals, reversals); closes and reopens months',
  auditor: 'audits: is known to the books and may change nothing',
  admin: 'configures: roles and logins, masters, policy',
} as const

export type Role = keyof typeof SAYS
export const ROLES = Object.keys(SAYS) as Role[]

export function isRole(word: string): word is Role {
  return Object.hasOwn(SAYS, word)
}

export function rolesHelp(indent: string): string {
  return ROLES.map((role) => `${indent}${role.padEnd(11)}${SAYS[role]}`).join('\n')
}
