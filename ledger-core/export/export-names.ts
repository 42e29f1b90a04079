import type { AccountRole, Chart } from '../account.ts'

/** Names of ours in the spelling of a plain-text ledger: always the same, never two for one. */

/** Beancount's five roots by the role of an account (its tools tell balance from result by them). */
const ROOTS: Readonly<Record<AccountRole, string>> = {
  inventory: 'Assets',
  'inventory-in-transit': 'Assets',
  'inventory-allowance': 'Assets',
  'gr-ir': 'Liabilities',
  'accounts-payable': 'Liabilities',
  'landed-cost-accrual': 'Liabilities',
  'supplier-claims': 'Assets',
  'input-tax': 'Assets',
  'inter-site-clearing': 'Assets',
  'opening-balance-equity': 'Equity',
  cash: 'Assets',
  'card-clearing': 'Assets',
  'voucher-liability': 'Liabilities',
  'accounts-receivable': 'Assets',
  'cash-rounding': 'Expenses',
  'sales-revenue': 'Income',
  'sales-returns': 'Income',
  'other-revenue': 'Income',
  'unmapped-sales': 'Income',
  'tax-payable': 'Liabilities',
  cogs: 'Expenses',
  'purchase-price-variance': 'Expenses',
  'shrinkage-expense': 'Expenses',
  'write-off-expense': 'Expenses',
  'write-down-expense': 'Expenses',
  revaluation: 'Income',
  'till-over-short': 'Expenses',
}

/** Beancount 2 takes commodity names of up to 24 characters; room is left for a number. */
const COMMODITY_MAX = 20

/** Each id keeps the first name it was given; a name that is taken gets a number. */
export function uniqueNames(spell: (id: string) => string): (id: string) => string {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  return (id) => {
    const known = names.get(id)
    if (known !== undefined) return known
    const spelled = spell(id)
    let name = spelled
    for (let number = 2; taken.has(name); number++) name = `${spelled}-${number}`
    names.set(id, name)
    taken.add(name)
    return name
  }
}

/** `tax-payable:A` is `Liabilities:Tax-payable-A`: flat, so that no balance includes another's. */
export function beancountAccounts(chart: Chart): (account: string) => string {
  const roles = Object.entries(chart) as [AccountRole, { account: string }][]
  return uniqueNames((account) => {
    const owner =
      roles.find(([, own]) => account === own.account) ??
      roles.find(([, own]) => account.startsWith(`${own.account}:`))
    // Accounts of our chart have an owner; what an old chart left behind is kept apart.
    const root = owner === undefined ? 'Equity:Unknown' : ROOTS[owner[0]]
    return `${root}:${component(account)}`
  })
}

/** Upper-case letter or digit first, then letters, digits and hyphens. */
function component(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+/, '')
  return plain === '' ? 'X' : plain.charAt(0).toUpperCase() + plain.slice(1)
}

/** `tea` is `SKU-TEA`: also usable as a part of an account name. */
export function commodities(): (sku: string) => string {
  return uniqueNames((sku) => {
    const plain = sku.toUpperCase().replace(/[^A-Z0-9]+/g, '-')
    return `SKU-${plain}`.slice(0, COMMODITY_MAX).replace(/-+$/, '')
  })
}

/** An account id as hledger takes it: no double spaces, no brackets or signs of its grammar. */
export function hledgerAccounts(): (account: string) => string {
  return uniqueNames((account) => {
    const plain = account
      .replace(/[\p{C}\s;()[\]"*!=~%&|@{}#]+/gu, ' ')
      .split(':')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .join(':')
    return plain === '' ? 'unnamed' : plain
  })
}
