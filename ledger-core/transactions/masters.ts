import type { Books } from '../books.ts'
import { asPart, notNegative, positive } from '../checks.ts'
import type { CommandOf, Location, LotFacts, Sku } from '../command.ts'
import { methodAllowed } from '../policy.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

type Import = CommandOf<'import-masters'>

/** Masters are all or nothing; what they name must be in the books or in the same import. */
export const importMasters: Transaction<'import-masters'> = { check, post }

function check(command: Import, books: Books): Refusal | null {
  const { skus, locations, opening } = command
  const lookup = books.masters
  const importedSkus = new Set(skus.map(({ sku }) => sku))
  const importedKinds = new Map(locations.map(({ location, kind }) => [location, kind]))
  const kindOf = (location: string) =>
    lookup.locationKind(location) ?? importedKinds.get(location) ?? null
  const owners = gtinOwners(skus)
  return firstRefusal([
    () =>
      refuseAny(opening, ({ sku }) => {
        if (importedSkus.has(sku) || lookup.hasSku(sku)) return null
        return refuse('unknown-sku', `expected a SKU of the masters, got ${JSON.stringify(sku)}`)
      }),
    () => refuseAny(skus, ({ home }) => ownPlace(home, kindOf)),
    () => refuseAny(opening, ({ location }) => ownPlace(location, kindOf)),
    () => refuseAny(skus, (sku) => gtinsFree(sku, owners, importedSkus, lookup)),
    () => refuseAny(skus, (sku) => sameSku(sku, lookup)),
    () =>
      refuseAny(skus, (sku) =>
        lookup.hasSku(sku.sku) ? null : methodAllowed(books.control.policy(), sku, sku.method),
      ),
    () => refuseAny(locations, (location) => sameKind(location, lookup)),
    () => refuseAny(opening, ({ sku, quantity }) => positive(quantity, sku)),
    () => refuseAny(opening, ({ sku, valueMinor }) => notNegative(valueMinor, sku)),
  ])
}

function ownPlace(
  location: string,
  kindOf: (location: string) => Location['kind'] | null,
): Refusal | null {
  const kind = kindOf(location)
  if (kind !== null && kind !== 'virtual') return null
  const message = `expected an own location of the masters, got ${JSON.stringify(location)}`
  return refuse('unknown-location', message)
}

/** Within one import the last SKU to name a GTIN is its owner; any other is refused below. */
function gtinOwners(skus: readonly Sku[]): Map<string, string> {
  return new Map(skus.flatMap(({ sku, gtins }) => gtins.map((gtin) => [gtin, sku] as const)))
}

function gtinsFree(
  { sku, gtins }: Sku,
  owners: ReadonlyMap<string, string>,
  imported: ReadonlySet<string>,
  lookup: Books['masters'],
): Refusal | null {
  return refuseAny(gtins, (gtin) => {
    if (!/^\d{14}$/.test(gtin)) {
      return refuse(
        'gtin-taken',
        `expected a GTIN of 14 digits for ${sku}, got ${JSON.stringify(gtin)}`,
      )
    }
    const other = owners.get(gtin)
    const stored = lookup.gtinOwner(gtin)
    // A GTIN may change hands only when its former owner gives it up in the same import.
    const storedElsewhere = stored !== null && stored !== sku && !imported.has(stored)
    if (other === sku && !storedElsewhere) return null
    const owner = other === sku ? stored : other
    return refuse('gtin-taken', `expected GTIN ${gtin} to mean ${sku} alone, got ${owner} as well`)
  })
}

function sameSku(sku: Sku, lookup: Books['masters']): Refusal | null {
  const known = lookup.sku(sku.sku)
  if (known === null) return null
  if (known.method !== sku.method) {
    const message = `expected ${sku.sku} to stay ${known.method}, got ${sku.method}: a method changes only at a period boundary`
    return refuse('master-fixed', message)
  }
  if (known.quantityScale === sku.quantityScale) return null
  const message = `expected ${sku.sku} to keep ${known.quantityScale} decimals, got ${sku.quantityScale}`
  return refuse('master-fixed', message)
}

function sameKind(
  { location, kind, costGroup = '' }: Location,
  lookup: Books['masters'],
): Refusal | null {
  const known = lookup.locationKind(location)
  if (known === null && kind === 'virtual') {
    return refuse('master-fixed', `expected a real place, got a new virtual location ${location}`)
  }
  if (known === null) return null
  if (known !== kind) {
    return refuse('master-fixed', `expected ${location} to stay ${known}, got ${kind}`)
  }
  const group = lookup.locationGroup(location)
  if (group === costGroup) return null
  return refuse(
    'master-fixed',
    `expected ${location} to stay in cost group ${JSON.stringify(group)}, got ${JSON.stringify(costGroup)}`,
  )
}

function post(command: Import, posting: Posting, { masters }: Books): void {
  for (const location of command.locations) masters.saveLocation(location)
  for (const { supplier, name } of command.suppliers) masters.saveSupplier(supplier, name)
  masters.dropGtins(command.skus.map(({ sku }) => sku))
  for (const sku of command.skus) masters.saveSku(sku)
  command.opening.forEach(({ sku, quantity, location, valueMinor, date, ...facts }, index) => {
    posting.bringIn(
      asPart(sku, quantity, 'supplier', location),
      { kind: 'opening', line: index + 1, memo: '' },
      valueMinor,
      posting.from('opening-balance-equity', sku),
      { ...lotOf(facts), ...(date === undefined ? {} : { date }) },
    )
  })
}

/** Lot facts alone, without the fields of their command. */
export function lotOf({ lot, expires, serials }: LotFacts): LotFacts {
  return {
    ...(lot === undefined ? {} : { lot }),
    ...(expires === undefined ? {} : { expires }),
    ...(serials === undefined ? {} : { serials }),
  }
}
