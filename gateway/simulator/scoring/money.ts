/** Money that the books hold beside what it really is, in minor units. Pure. */
export interface MoneyScore {
  readonly stockMinor: number
  readonly stockBookedMinor: number
  readonly takingsMinor: number
  readonly takingsBookedMinor: number
  readonly stockDifferenceMinor: number
  readonly takingsDifferenceMinor: number
}

export interface MoneyOf {
  /** Cost of everything that really is in the store. */
  readonly stockMinor: number
  readonly inventoryAccountMinor: string
  /** Totals of all receipts that the tills have printed. */
  readonly takingsMinor: number
  readonly accounts: readonly {
    readonly account: string
    readonly debitMinor: string
    readonly creditMinor: string
  }[]
}

const TENDERS = ['cash', 'card-clearing']

export function scoreMoney(given: MoneyOf): MoneyScore {
  const { stockMinor, takingsMinor, accounts } = given
  const stockBookedMinor = Number(given.inventoryAccountMinor)
  const takingsBookedMinor = accounts
    .filter(({ account }) => TENDERS.includes(account))
    .reduce((sum, { debitMinor, creditMinor }) => sum + Number(debitMinor) - Number(creditMinor), 0)
  return {
    stockMinor,
    stockBookedMinor,
    takingsMinor,
    takingsBookedMinor,
    stockDifferenceMinor: stockBookedMinor - stockMinor,
    takingsDifferenceMinor: takingsBookedMinor - takingsMinor,
  }
}
