/**
 * The chart of accounts as data. Posting rules speak of roles; a site may give each role its own
 * account number and name. Tax accounts are one per tax code: `<account>:<code>`.
 */
export type AccountRole =
  | 'inventory'
  | 'inventory-in-transit'
  | 'inventory-allowance'
  | 'gr-ir'
  | 'accounts-payable'
  | 'landed-cost-accrual'
  | 'supplier-claims'
  | 'input-tax'
  | 'inter-site-clearing'
  | 'opening-balance-equity'
  | 'cash'
  | 'card-clearing'
  | 'voucher-liability'
  | 'accounts-receivable'
  | 'cash-rounding'
  | 'sales-revenue'
  | 'sales-returns'
  | 'other-revenue'
  | 'unmapped-sales'
  | 'tax-payable'
  | 'cogs'
  | 'purchase-price-variance'
  | 'shrinkage-expense'
  | 'write-off-expense'
  | 'write-down-expense'
  | 'revaluation'
  | 'till-over-short'

export interface Account {
  readonly account: string
  readonly name: string
}

export type Chart = Readonly<Record<AccountRole, Account>>

const NAMES: Readonly<Record<AccountRole, string>> = {
  inventory: 'Inventory',
  'inventory-in-transit': 'Inventory in transit',
  'inventory-allowance': 'Allowance for inventory write-down',
  'gr-ir': 'Goods received, invoice not received (GR/IR)',
  'accounts-payable': 'Accounts payable',
  'landed-cost-accrual': 'Landed cost accrual',
  'supplier-claims': 'Claims on suppliers',
  'input-tax': 'Input tax',
  'inter-site-clearing': 'Inter-site clearing',
  'opening-balance-equity': 'Opening balance equity',
  cash: 'Cash',
  'card-clearing': 'Card clearing',
  'voucher-liability': 'Vouchers outstanding',
  'accounts-receivable': 'Accounts receivable',
  'cash-rounding': 'Cash rounding',
  'sales-revenue': 'Sales revenue',
  'sales-returns': 'Sales returns',
  'other-revenue': 'Other revenue (non-stock)',
  'unmapped-sales': 'Unmapped sales',
  'tax-payable': 'Tax payable',
  cogs: 'Cost of goods sold (COGS)',
  'purchase-price-variance': 'Purchase price variance',
  'shrinkage-expense': 'Shrinkage expense',
  'write-off-expense': 'Write-off expense',
  'write-down-expense': 'Write-down to net realisable value',
  revaluation: 'Inventory revaluation',
  'till-over-short': 'Till over and short',
}

const ROLES = Object.keys(NAMES) as AccountRole[]

/** The default chart, with the site's own accounts in place of ours where it names them. */
export function chartOf(own: Partial<Chart> = {}): Chart {
  const account = (role: AccountRole): Account => own[role] ?? { account: role, name: NAMES[role] }
  // Every role is a key of NAMES, so the record is complete.
  return Object.fromEntries(ROLES.map((role) => [role, account(role)])) as Chart
}

/** Cost group of goods on their way to another store. */
const IN_TRANSIT = 'in-transit:'

/** Where goods of a transfer are, and the cost group they are in while they are there. */
export function transitOf(transfer: string): string {
  return `${IN_TRANSIT}${transfer}`
}

/** The inventory account of a cost group: one for the site, one per further group, one in transit. */
export function inventoryAccount(chart: Chart, group: string): string {
  if (group === '') return chart.inventory.account
  if (group.startsWith(IN_TRANSIT)) return chart['inventory-in-transit'].account
  return `${chart.inventory.account}:${group}`
}

export function isInventoryAccount(chart: Chart, account: string): boolean {
  const own = chart.inventory.account
  if (account === chart['inventory-in-transit'].account) return true
  return account.startsWith(own) && (account.length === own.length || account[own.length] === ':')
}

/** What the inventory accounts hold together. */
export function inventoryMinor(
  totals: readonly {
    readonly account: string
    readonly debitMinor: bigint
    readonly creditMinor: bigint
  }[],
  chart: Chart,
): bigint {
  return totals
    .filter(({ account }) => isInventoryAccount(chart, account))
    .reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n)
}

/** What one site owes another, per site: zero at head office once both have posted. */
export function clearingAccount(chart: Chart, site: string): string {
  return `${chart['inter-site-clearing'].account}:${site}`
}

/** The account that owes the tax of one code. */
export function taxAccount(chart: Chart, taxCode: string): string {
  return taxCode === ''
    ? chart['tax-payable'].account
    : `${chart['tax-payable'].account}:${taxCode}`
}

/** The name a person reads for an account id, the ones with a suffix included. */
export function accountNames(chart: Chart): (account: string) => string {
  const accounts = Object.values(chart)
  const names = new Map(accounts.map(({ account, name }) => [account, name]))
  return (account) => {
    const name = names.get(account)
    if (name !== undefined) return name
    const owner = accounts.find((one) => account.startsWith(`${one.account}:`))
    return owner === undefined
      ? account
      : `${owner.name} ${account.slice(owner.account.length + 1)}`
  }
}
