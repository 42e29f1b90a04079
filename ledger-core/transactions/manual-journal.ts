import { accountNames, isInventoryAccount } from '../account.ts'
import type { Books } from '../books.ts'
import type { CommandOf } from '../command.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import { isPermitted } from '../role.ts'
import type { Transaction } from './transaction.ts'

type Manual = CommandOf<'manual-journal'>

/** What no document covers, by an accountant, with a reason and above a limit a second person. */
export const manualJournal: Transaction<'manual-journal'> = {
  check: (command, books) =>
    firstRefusal([
      () => secondPerson(command, books),
      () => refuseAny(command.lines, ({ account }) => knownAccount(account, books)),
      () =>
        refuseAny(command.lines, ({ account }) => {
          if (!isInventoryAccount(books.chart, account)) return null
          return refuse(
            'inventory-by-movement-only',
            `expected an account other than inventory, got ${account}: revalue or count instead`,
          )
        }),
      () => balanced(command),
    ]),
  post: ({ lines, reason }, posting) => {
    for (const { account, amountMinor, memo } of lines) {
      posting.money(account, amountMinor, memo === '' ? reason : memo)
    }
  },
}

function debitsOf({ lines }: Manual): bigint {
  return lines.reduce((sum, { amountMinor }) => (amountMinor > 0n ? sum + amountMinor : sum), 0n)
}

function secondPerson(command: Manual, { control }: Books): Refusal | null {
  const { actor, approvedBy } = command
  if (debitsOf(command) <= control.policy().secondApproverMinor) return null
  const isOther = approvedBy !== undefined && approvedBy !== actor
  const roles = approvedBy === undefined ? null : control.rolesOf(approvedBy)
  if (isOther && isPermitted('manual-journal', roles, control.anyAssigned())) return null
  return refuse(
    'needs-second-person',
    `expected a second person of the accounts to approve ${debitsOf(command)}, got ${approvedBy ?? 'none'}`,
  )
}

function knownAccount(account: string, { chart }: Books): Refusal | null {
  if (accountNames(chart)(account) !== account) return null
  return refuse(
    'unknown-account',
    `expected an account of the chart, got ${JSON.stringify(account)}`,
  )
}

function balanced({ lines, reason }: Manual): Refusal | null {
  const sumMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  const isWhole = lines.length > 1 && lines.every(({ amountMinor }) => amountMinor !== 0n)
  if (sumMinor !== 0n || !isWhole) {
    return refuse(
      'does-not-balance',
      `expected two or more lines other than 0 that sum to 0, got ${sumMinor}`,
    )
  }
  return reason === '' ? refuse('does-not-balance', 'expected a reason, got none') : null
}
