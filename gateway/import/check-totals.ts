import { formatMoney, parseMoney } from '../../ledger-core/index.ts'
import type { Masters } from '../documents/business-event.ts'
import type { Findings } from './findings.ts'
import type { Surroundings } from './known-books.ts'
import type { Placed, Rows } from './tables.ts'

const EQUITY = 'opening-balance-equity'

/**
 * The cut-over: what the opening stock comes to must be what the system before says, account by
 * account, before anything is posted. Debit is positive; the opening balance may be named as well.
 */
export function checkTotals(
  { totals, opening, locations }: Rows,
  { config, books }: Surroundings,
  faults: Findings,
): Masters['totals'] {
  const last = totals.at(-1)
  if (last === undefined) return undefined
  faults.once(totals, ['account'])
  const { minorUnits } = config.site
  const groups = new Map(locations.map(({ row }) => [row.location, row.costGroup ?? '']))
  const opened = openedByAccount(opening, minorUnits, (location) =>
    books.openingAccount(books.costGroup(location) ?? groups.get(location) ?? ''),
  )
  for (const placed of totals) checkTotal(placed, opened, minorUnits, faults)
  const named = new Set(totals.map(({ row }) => row.account))
  for (const [account, minor] of opened) {
    if (named.has(account) || account === EQUITY) continue
    const expected = `a total of ${account} too, which opens with ${formatMoney(minor, minorUnits)}`
    faults.add(last, 'account', expected, '')
  }
  return totals.map(({ row }) => row)
}

function checkTotal(
  placed: Placed<'totals'>,
  opened: ReadonlyMap<string, bigint>,
  minorUnits: number,
  faults: Findings,
): void {
  const { account, value } = placed.row
  const minor = opened.get(account)
  if (minor === undefined) {
    const known = [...opened.keys()].join(', ') || 'there is no opening stock'
    faults.add(placed, 'account', `an account that the opening posts to (${known})`, account)
    return
  }
  const told = parseMoney(value, minorUnits)
  if (typeof told !== 'bigint')
    faults.add(placed, 'value', `an amount with at most ${minorUnits} decimals`, value)
  else if (told !== minor) {
    const expected = `${value}, the total of ${account} in the system before`
    faults.add(placed, 'value', expected, formatMoney(minor, minorUnits))
  }
}

function openedByAccount(
  opening: readonly Placed<'opening'>[],
  minorUnits: number,
  accountOf: (location: string) => string,
): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { row } of opening) {
    const minor = parseMoney(row.value, minorUnits)
    if (typeof minor !== 'bigint') continue
    for (const [account, amount] of [
      [accountOf(row.location), minor],
      [EQUITY, -minor],
    ] as const)
      sums.set(account, (sums.get(account) ?? 0n) + amount)
  }
  return sums
}
