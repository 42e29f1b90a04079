import { parseQuantity } from '../../ledger-core/index.ts'
import type { Masters } from '../documents/business-event.ts'
import { checkQuantity } from './check-opening.ts'
import type { CheckedSkus } from './check-skus.ts'
import type { Findings } from './findings.ts'
import type { Surroundings } from './known-books.ts'
import type { Placed, Rows } from './tables.ts'

/** A GTIN of one base unit is a name of its SKU; of any other quantity it is a pack. */
export function isPack({ row: { quantity } }: Placed<'gtins'>): boolean {
  return parseQuantity(quantity, DECIMALS_MAX) !== 10n ** BigInt(DECIMALS_MAX)
}

/** As many as the schema of a quantity allows. */
const DECIMALS_MAX = 6

/** Packs of an import: units that the SKU can have, under a GTIN that means nothing else. */
export function checkPacks(
  { skus, gtins }: Rows,
  { books }: Surroundings,
  { scaleOf }: Pick<CheckedSkus, 'scaleOf'>,
  faults: Findings,
): NonNullable<Masters['packs']> {
  const packs = gtins.filter(isPack)
  const bases = new Map(
    skus.flatMap(({ row }) => row.gtins.map((gtin) => [gtin, row.sku] as const)),
  )
  for (const { row } of gtins.filter((placed) => !isPack(placed))) bases.set(row.gtin, row.sku)
  faults.once(packs, ['gtin'])
  for (const placed of packs) {
    const { gtin, sku, quantity } = placed.row
    checkQuantity(placed, sku, quantity, scaleOf, faults)
    const base = bases.get(gtin) ?? books.gtinOwner(gtin)
    if (base !== null)
      faults.add(placed, 'gtin', `a GTIN of a pack alone; it is one unit of ${base} too`, gtin)
  }
  for (const placed of [...skus, ...gtins]) checkBase(placed, books.packSku, faults)
  return packs.map(({ row: { gtin, sku, quantity } }) => ({ gtin, sku, quantity }))
}

/** What the books know as a pack stays one. */
function checkBase(
  placed: Placed<'skus'> | Placed<'gtins'>,
  packSku: (gtin: string) => string | null,
  faults: Findings,
): void {
  const isRow = 'gtins' in placed.row
  if (!isRow && isPack(placed as Placed<'gtins'>)) return
  const said = 'gtins' in placed.row ? placed.row.gtins : [placed.row.gtin]
  for (const gtin of said) {
    const known = packSku(gtin)
    if (known === null) continue
    const expected = `a GTIN of one unit; the books know it as a pack of ${known}`
    faults.add(placed, isRow ? 'gtins' : 'gtin', expected, gtin)
  }
}
