import type { Command } from './command.ts'

/** What people are in the store. A device or the gateway itself has no role: it posts facts. */
export type Role = 'cashier' | 'clerk' | 'manager' | 'controller' | 'auditor' | 'admin'

/** What a command takes: a fact anybody may report, or a right of some roles. */
type Right = 'sell' | 'stock' | 'adjust' | 'approve' | 'account' | 'close' | 'configure'

const RIGHT_OF: Readonly<Record<Command['kind'], Right>> = {
  'till-receipt': 'sell',
  'void-receipt': 'sell',
  'close-till': 'sell',
  'open-purchase-order': 'stock',
  receive: 'stock',
  move: 'stock',
  reserve: 'stock',
  release: 'stock',
  'expire-reservations': 'stock',
  dispatch: 'stock',
  arrive: 'stock',
  'confirm-arrival': 'stock',
  'start-count': 'stock',
  'record-count': 'stock',
  'cancel-count': 'stock',
  'name-serial': 'stock',
  'map-line': 'stock',
  'assemble-kit': 'stock',
  'break-kit': 'stock',
  shrink: 'stock',
  'receive-unordered': 'adjust',
  'close-order-line': 'adjust',
  'return-to-supplier': 'adjust',
  gain: 'adjust',
  'write-off': 'adjust',
  'approve-count': 'approve',
  'supplier-invoice': 'account',
  'landed-cost': 'account',
  'write-down': 'account',
  revalue: 'account',
  'manual-journal': 'account',
  reverse: 'account',
  'soft-close-period': 'close',
  'close-period': 'close',
  'reopen-period': 'close',
  'change-method': 'close',
  'import-masters': 'configure',
  'set-policy': 'configure',
  'assign-roles': 'configure',
}

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  cashier: ['sell'],
  clerk: ['stock'],
  manager: ['sell', 'stock', 'adjust', 'approve'],
  controller: ['approve', 'account', 'close'],
  auditor: [],
  admin: ['configure'],
}

/** Devices and the gateway report facts; masters come to them from the ERP. */
const AUTOMATIC: readonly Right[] = ['sell', 'stock']
const AUTOMATIC_KINDS: readonly Command['kind'][] = ['import-masters', 'supplier-invoice']

/**
 * Who may send this kind of command. Until the first roles are assigned everybody may, so that a
 * store can be set up; from then on people by their roles, and everything else only facts.
 */
export function isPermitted(
  kind: Command['kind'],
  roles: readonly Role[] | null,
  anyAssigned: boolean,
): boolean {
  if (!anyAssigned) return true
  const right = RIGHT_OF[kind]
  if (roles === null) return AUTOMATIC.includes(right) || AUTOMATIC_KINDS.includes(kind)
  return roles.some((role) => RIGHTS[role].includes(right))
}

// The table above names each kind once.
export const COMMAND_KINDS = Object.keys(RIGHT_OF) as readonly Command['kind'][]

/** Every kind of command that somebody with these roles may send. */
export function permittedKinds(
  roles: readonly Role[] | null,
  anyAssigned: boolean,
): Command['kind'][] {
  return COMMAND_KINDS.filter((kind) => isPermitted(kind, roles, anyAssigned))
}

/** May this person post into a period that is softly closed? */
export function mayPostLate(roles: readonly Role[] | null): boolean {
  return roles?.some((role) => RIGHTS[role].includes('close')) ?? false
}
