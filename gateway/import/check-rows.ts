import type { Masters, PurchaseOrder } from '../documents/business-event.ts'
import { checkOpening } from './check-opening.ts'
import { checkOrders } from './check-orders.ts'
import { checkPacks } from './check-packs.ts'
import { checkSkus } from './check-skus.ts'
import { checkTotals } from './check-totals.ts'
import { type Findings, PLACE_SAYS, SKU_SAYS } from './findings.ts'
import type { Surroundings } from './known-books.ts'
import type { Placed, Rows } from './tables.ts'

/** What an import does, once its files hold together. */
export interface ImportPlan {
  /** Null: nothing but orders. Key and time are given when it is submitted. */
  readonly masters: Omit<Masters, 'key' | 'at'> | null
  readonly orders: readonly PurchaseOrder[]
}

export function checkRows(rows: Rows, around: Surroundings, faults: Findings): ImportPlan {
  const { suppliers, locations, planogram } = rows
  faults.once(suppliers, ['supplier'])
  faults.once(locations, ['location'])
  faults.once(planogram, ['camera', 'zone'])
  const kinds = new Map(locations.map(({ row }) => [row.location, row.kind]))
  const isOwnPlace = (location: string) => {
    const kind = around.books.locationKind(location) ?? kinds.get(location)
    return kind !== undefined && kind !== 'virtual'
  }
  checkPlaces(rows, around, faults)
  const skus = checkSkus(rows, around, isOwnPlace, faults)
  checkPlanogram(planogram, around, skus.isKnown, isOwnPlace, faults)
  const opening = checkOpening(rows.opening, around, { ...skus, isOwnPlace }, faults)
  const packs = checkPacks(rows, around, skus, faults)
  const totals = checkTotals(rows, around, faults)
  const masters = {
    skus: skus.restated,
    locations: locations.map(({ row }) => row),
    suppliers: suppliers.map(({ row }) => row),
    planogram: planogram.map(({ row }) => row),
    opening,
  }
  const hasMasters = packs.length > 0 || Object.values(masters).some((list) => list.length > 0)
  const orders = checkOrders(rows, around, skus, faults)
  const more = {
    ...(packs.length === 0 ? {} : { packs }),
    ...(totals === undefined ? {} : { totals }),
  }
  return { masters: hasMasters ? { ...masters, ...more } : null, orders }
}

function checkPlaces({ locations }: Rows, { books }: Surroundings, faults: Findings): void {
  for (const placed of locations) {
    const { location, kind } = placed.row
    const known = books.locationKind(location)
    if (known !== null && known !== kind)
      faults.add(placed, 'kind', `${known}, as the books know ${location}`, kind)
  }
}

function checkPlanogram(
  planogram: readonly Placed<'planogram'>[],
  { config }: Surroundings,
  isKnownSku: (sku: string) => boolean,
  isOwnPlace: (location: string) => boolean,
  faults: Findings,
): void {
  const cameras = new Map(config.cameras.map(({ id, zones }) => [id, zones]))
  for (const placed of planogram) {
    const { camera, zone, sku, location } = placed.row
    const zones = cameras.get(camera)
    if (!zones) faults.oneOf(placed, 'camera', 'a configured camera', [...cameras.keys()])
    else if (!zones.some((one) => one.zone === zone)) {
      const known = zones.map((one) => one.zone)
      faults.oneOf(placed, 'zone', `a zone of ${camera}`, known)
    }
    if (!isKnownSku(sku)) faults.add(placed, 'sku', SKU_SAYS, sku)
    if (!isOwnPlace(location)) faults.add(placed, 'location', PLACE_SAYS, location)
  }
}
