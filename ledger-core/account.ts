/**
 * The chart of accounts as data. Posting rules speak of roles; a site may give each role its own
 * account number and name. Tax accounts are one per tax code: `<account>:<code>`.
 */
export type AccountRole =
  | 'inventory'
  | 'gr-ir'
  | 'opening-balance-equity'
  | 'cash'
  | 'card-clearing'
  | 'voucher-liability'
  | 'cash-rounding'
  | 'sales-revenue'
  | 'sales-returns'
  | 'other-revenue'
  | 'unmapped-sales'
  | 'tax-payable'
  | 'cogs'
  | 'shrinkage-expense'

export interface Account {
  readonly account: string
  readonly name: string
}

export type Chart = Readonly<Record<AccountRole, Account>>

const NAMES: Readonly<Record<AccountRole, string>> = {
  inventory: 'Inventory',
  'gr-ir': 'Goods received, invoice not received (GR/IR)',
  'opening-balance-equity': 'Opening balance equity',
  cash: 'Cash',
  'card-clearing': 'Card clearing',
  'voucher-liability': 'Vouchers outstanding',
  'cash-rounding': 'Cash rounding',
  'sales-revenue': 'Sales revenue',
  'sales-returns': 'Sales returns',
  'other-revenue': 'Other revenue (non-stock)',
  'unmapped-sales': 'Unmapped sales',
  'tax-payable': 'Tax payable',
  cogs: 'Cost of goods sold (COGS)',
  'shrinkage-expense': 'Shrinkage expense',
}

/** The default chart, with the site's own accounts in place of ours where it names them. */
export function chartOf(own: Partial<Chart> = {}): Chart {
  const account = (role: AccountRole): Account => own[role] ?? { account: role, name: NAMES[role] }
  return {
    inventory: account('inventory'),
    'gr-ir': account('gr-ir'),
    'opening-balance-equity': account('opening-balance-equity'),
    cash: account('cash'),
    'card-clearing': account('card-clearing'),
    'voucher-liability': account('voucher-liability'),
    'cash-rounding': account('cash-rounding'),
    'sales-revenue': account('sales-revenue'),
    'sales-returns': account('sales-returns'),
    'other-revenue': account('other-revenue'),
    'unmapped-sales': account('unmapped-sales'),
    'tax-payable': account('tax-payable'),
    cogs: account('cogs'),
    'shrinkage-expense': account('shrinkage-expense'),
  }
}

/** The account that owes the tax of one code. */
export function taxAccount(chart: Chart, taxCode: string): string {
  return taxCode === ''
    ? chart['tax-payable'].account
    : `${chart['tax-payable'].account}:${taxCode}`
}

/** The name a person reads for an account id, tax codes included. */
export function accountNames(chart: Chart): (account: string) => string {
  const names = new Map(Object.values(chart).map(({ account, name }) => [account, name]))
  const tax = chart['tax-payable']
  return (account) => {
    const name = names.get(account)
    if (name !== undefined) return name
    const code = account.startsWith(`${tax.account}:`) ? account.slice(tax.account.length + 1) : ''
    return code === '' ? account : `${tax.name} ${code}`
  }
}
