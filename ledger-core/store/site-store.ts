import { minorUnitsOf } from '../currency.ts'
import type { Db } from './database.ts'

/** Whose books these are. Fixed when the books are opened for the first time. */
export interface LedgerSite {
  readonly site: string
  readonly currency: { readonly code: string; readonly minorUnits: number }
}

interface SiteRow {
  readonly site: string
  readonly currency: string
  readonly minorUnits: bigint
}

/** Write the site into new books; throw when existing books belong to another. */
export function claimSite(db: Db, { site, currency }: LedgerSite): void {
  const row = db
    .prepare<[], SiteRow>('SELECT site, currency, minor_units AS minorUnits FROM site WHERE id = 1')
    .get()
  if (row === undefined) {
    assertIsoUnits(currency)
    db.prepare('INSERT INTO site (id, site, currency, minor_units) VALUES (1, ?, ?, ?)').run(
      site,
      currency.code,
      currency.minorUnits,
    )
    return
  }
  const same =
    row.site === site &&
    row.currency === currency.code &&
    Number(row.minorUnits) === currency.minorUnits
  if (same) return
  throw new Error(
    `the books belong to ${row.site} in ${row.currency} with ${row.minorUnits} decimals; got ${site} in ${currency.code} with ${currency.minorUnits}`,
  )
}

/** Money of the standard has the decimals of the standard; other codes are taken at their word. */
function assertIsoUnits({ code, minorUnits }: LedgerSite['currency']): void {
  const known = minorUnitsOf(code)
  if (known === null || known === minorUnits) return
  throw new Error(`${code} has ${known} decimals by ISO 4217; expected these, got ${minorUnits}`)
}
