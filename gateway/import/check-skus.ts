import { formatMoney, parseMoney } from '../../ledger-core/index.ts'
import type { Masters } from '../documents/business-event.ts'
import { isPack } from './check-packs.ts'
import { type Findings, PLACE_SAYS, SKU_SAYS } from './findings.ts'
import type { KnownBooks, Surroundings } from './known-books.ts'
import type { Placed, Rows } from './tables.ts'

type MasterSku = Masters['skus'][number]

export interface CheckedSkus {
  /** SKUs of the import, and those of the books that get another price or one more GTIN. */
  readonly restated: MasterSku[]
  readonly isKnown: (sku: string) => boolean
  /** Decimals of its quantity; null: no such SKU. */
  readonly scaleOf: (sku: string) => number | null
}

export function checkSkus(
  rows: Rows,
  around: Surroundings,
  isOwnPlace: (location: string) => boolean,
  faults: Findings,
): CheckedSkus {
  const { books, config } = around
  const { minorUnits } = config.site
  faults.once(rows.skus, ['sku'])
  faults.once(rows.prices, ['sku'])
  const known = new Map<string, MasterSku>()
  const pricedApart = new Set(rows.prices.map(({ row }) => row.sku))
  for (const placed of rows.skus) {
    const { home, price, sku } = placed.row
    if (!isOwnPlace(home)) faults.add(placed, 'home', PLACE_SAYS, home)
    if (price === undefined && !pricedApart.has(sku))
      faults.add(placed, 'price', 'a price here or in a file of prices', '')
    checkMethod(placed, books, faults)
    known.set(sku, skuOf(placed, minorUnits, faults))
  }
  restate(rows, known, around, faults)
  checkGtins(rows, known, books, faults)
  const scaleOf = (sku: string) =>
    known.get(sku)?.quantityScale ?? books.sku(sku)?.quantityScale ?? null
  return {
    restated: [...known.values()],
    isKnown: (sku) => scaleOf(sku) !== null,
    scaleOf,
  }
}

function skuOf(placed: Placed<'skus'>, minorUnits: number, faults: Findings): MasterSku {
  const { price = '0', standardCost, gtins, ...rest } = placed.row
  checkAmount(placed, 'price', price, minorUnits, faults)
  checkAmount(placed, 'standardCost', standardCost, minorUnits, faults)
  const cost = standardCost === undefined ? {} : { standardCost }
  return { ...rest, gtins: [...new Set(gtins)], price, ...cost }
}

/** Prices and further GTINs that stand apart change a SKU of the import, or one of the books. */
function restate(
  rows: Rows,
  known: Map<string, MasterSku>,
  { books, config }: Surroundings,
  faults: Findings,
): void {
  const { minorUnits } = config.site
  const change = (placed: Placed<'prices' | 'gtins'>, to: (found: MasterSku) => MasterSku) => {
    const { sku } = placed.row
    const found = known.get(sku) ?? fromBooks(books, sku, minorUnits)
    if (found) known.set(sku, to(found))
    else faults.add(placed, 'sku', SKU_SAYS, sku)
  }
  for (const placed of rows.prices) {
    const { price } = placed.row
    checkAmount(placed, 'price', price, minorUnits, faults)
    change(placed, (found) => ({ ...found, price }))
  }
  for (const placed of rows.gtins) {
    if (isPack(placed)) continue
    const { gtin } = placed.row
    change(placed, (found) => ({ ...found, gtins: [...new Set([...found.gtins, gtin])] }))
  }
}

/** Refused under IFRS is LIFO (IAS 2.25); a method changes only at a period boundary. */
function checkMethod(placed: Placed<'skus'>, books: KnownBooks, faults: Findings): void {
  const { sku, method, category, quantityScale } = placed.row
  const known = books.sku(sku)
  if (known && known.method !== method)
    faults.add(placed, 'method', `${known.method}, as the books cost ${sku}`, method)
  if (known && known.quantityScale !== quantityScale) {
    const expected = `${known.quantityScale}, as the books count ${sku}`
    faults.add(placed, 'quantityScale', expected, String(quantityScale))
  }
  if (known) return
  const ruled = books.ruledMethod(category)
  if (method === 'lifo' && books.framework === 'IFRS')
    faults.add(placed, 'method', 'fifo, average or specific under IFRS (IAS 2.25)', method)
  else if (ruled !== undefined && ruled !== method)
    faults.add(placed, 'method', `${ruled}, as the policy rules ${category}`, method)
}

/** One GTIN means one SKU, over all files and the books. */
function checkGtins(
  { skus, gtins }: Rows,
  restated: ReadonlyMap<string, MasterSku>,
  books: KnownBooks,
  faults: Findings,
): void {
  const said = [
    ...skus.flatMap((placed) =>
      placed.row.gtins.map((gtin) => ({ placed, column: 'gtins', gtin, sku: placed.row.sku })),
    ),
    ...gtins
      .filter((placed) => !isPack(placed))
      .map((placed) => ({
        placed,
        column: 'gtin',
        gtin: placed.row.gtin,
        sku: placed.row.sku,
      })),
  ]
  const owners = new Map<string, string>()
  for (const { placed, column, gtin, sku } of said) {
    const stored = books.gtinOwner(gtin)
    // A restated SKU gives up what it does not name again.
    const isGivenUp = stored !== null && restated.get(stored)?.gtins.includes(gtin) === false
    const owner = owners.get(gtin) ?? (isGivenUp ? null : stored)
    owners.set(gtin, sku)
    if (owner !== null && owner !== sku)
      faults.add(placed, column, `a GTIN of ${sku} alone; it is one of ${owner} too`, gtin)
  }
}

function fromBooks(books: KnownBooks, sku: string, minorUnits: number): MasterSku | null {
  const known = books.sku(sku)
  if (!known) return null
  const { priceMinor, standardCostMinor, gtins, ...rest } = known
  return {
    ...rest,
    gtins: [...gtins],
    price: formatMoney(priceMinor, minorUnits),
    ...(standardCostMinor === undefined
      ? {}
      : { standardCost: formatMoney(standardCostMinor, minorUnits) }),
  }
}

/** An amount may be as fine as the currency, and is never negative. */
export function checkAmount(
  placed: Pick<Placed<'skus'>, 'file' | 'line'>,
  column: string,
  amount: string | undefined,
  minorUnits: number,
  faults: Findings,
): bigint {
  if (amount === undefined) return 0n
  const minor = parseMoney(amount, minorUnits)
  if (typeof minor === 'bigint' && minor >= 0n) return minor
  faults.add(placed, column, `an amount of 0 or more with at most ${minorUnits} decimals`, amount)
  return 0n
}
