import { parseQuantity } from '../../ledger-core/index.ts'
import type { Masters } from '../documents/business-event.ts'
import { type CheckedSkus, checkAmount } from './check-skus.ts'
import { type Findings, PLACE_SAYS, SKU_SAYS } from './findings.ts'
import type { Surroundings } from './known-books.ts'
import type { Placed } from './tables.ts'

interface Known extends Pick<CheckedSkus, 'scaleOf'> {
  readonly isOwnPlace: (location: string) => boolean
}

/** Opening stock comes once: the same layer twice, or on top of what is booked, doubles the stock. */
export function checkOpening(
  opening: readonly Placed<'opening'>[],
  around: Surroundings,
  known: Known,
  faults: Findings,
): Masters['opening'] {
  const { books, config, today, isRepeat } = around
  faults.once(opening, [
    'sku',
    'location',
    'date',
    'quantity',
    'value',
    'lot',
    'expires',
    'serials',
  ])
  checkUnits(opening, faults)
  return opening.map((placed) => {
    const { row } = placed
    checkQuantity(placed, row.sku, row.quantity, known.scaleOf, faults)
    checkAmount(placed, 'value', row.value, config.site.minorUnits, faults)
    if (!known.isOwnPlace(row.location)) faults.add(placed, 'location', PLACE_SAYS, row.location)
    if (row.date > today) faults.add(placed, 'date', `a day up to ${today}`, row.date)
    if (!isRepeat && books.hasOpening(row.sku))
      faults.add(placed, 'sku', 'a SKU without opening stock in the books', row.sku)
    checkCount(placed, known.scaleOf(row.sku) ?? 0, faults)
    const { lot, expires, serials, ...layer } = row
    return {
      ...layer,
      ...(lot === undefined ? {} : { lot }),
      ...(expires === undefined ? {} : { expires }),
      ...(serials.length === 0 ? {} : { serials }),
    }
  })
}

/** Serials one per unit; tags at most one per unit, since some may be missing. */
function checkCount(placed: Placed<'opening'>, scale: number, faults: Findings): void {
  const { quantity, serials, epcs } = placed.row
  const units = Number(quantity)
  if (serials.length > 0 && (scale !== 0 || serials.length !== units))
    faults.add(placed, 'serials', `${quantity} of them, one per unit`, String(serials.length))
  if (epcs.length > units)
    faults.add(placed, 'epcs', `at most ${quantity} of them`, String(epcs.length))
}

/** A tag, or a serial of one SKU, is one unit. */
function checkUnits(opening: readonly Placed<'opening'>[], faults: Findings): void {
  const seen = new Set<string>()
  for (const placed of opening) {
    const { sku, serials, epcs } = placed.row
    const units = [
      ...serials.map((serial) => ({ column: 'serials', unit: serial, key: `${sku}/${serial}` })),
      ...epcs.map((epc) => ({ column: 'epcs', unit: epc, key: epc.toUpperCase() })),
    ]
    for (const { column, unit, key } of units) {
      if (seen.has(key)) faults.add(placed, column, 'each unit once', unit)
      seen.add(key)
    }
  }
}

/** As fine as the SKU is counted, and something at all. */
export function checkQuantity(
  placed: Pick<Placed<'opening'>, 'file' | 'line'>,
  sku: string,
  quantity: string,
  scaleOf: CheckedSkus['scaleOf'],
  faults: Findings,
): bigint {
  const scale = scaleOf(sku)
  if (scale === null) {
    faults.add(placed, 'sku', SKU_SAYS, sku)
    return 0n
  }
  const exact = parseQuantity(quantity, scale)
  if (typeof exact === 'bigint' && exact > 0n) return exact
  const fine = scale === 0 ? 'without decimals' : `with at most ${scale} decimals`
  faults.add(placed, 'quantity', `a quantity above 0 ${fine}`, quantity)
  return 0n
}
