import type { Masters } from '../documents/business-event.ts'
import { GOODS, LOCATION_NAMES, PLANOGRAM, REAL_LOCATIONS, SUPPLIERS } from './catalogue.ts'
import { centsText } from './story/money.ts'
import type { World } from './world.ts'

/**
 * Masters and opening stock of the world as it stands now, as POST /api/v1/masters takes them;
 * where no camera watches there are no zones.
 */
export function mastersOf(world: World, atMs: number, watched = true): Masters {
  const at = new Date(atMs).toISOString()
  const named = (location: string, kind: 'real' | 'basket') => ({
    location,
    name: LOCATION_NAMES[location] ?? location,
    kind,
  })
  return {
    key: `opening-${at.slice(0, 10)}`,
    at,
    skus: GOODS.map(({ sku, name, category, gtin14, method, tagged, priceMinor, home }) => ({
      sku,
      name,
      category,
      gtins: [gtin14],
      quantityScale: 0,
      method,
      tagged,
      price: centsText(priceMinor),
      home,
    })),
    locations: [
      ...REAL_LOCATIONS.map((location) => named(location, 'real')),
      named('basket', 'basket'),
    ],
    suppliers: SUPPLIERS.map((supplier) => ({ ...supplier })),
    planogram: watched ? PLANOGRAM.map((row) => ({ ...row })) : [],
    opening: openingOf(world),
  }
}

function openingOf(world: World): Masters['opening'] {
  return GOODS.flatMap(({ sku, costMinor }) =>
    REAL_LOCATIONS.flatMap((location) => {
      const units = world.at(sku, location)
      if (units.length === 0) return []
      const epcs = units.flatMap(({ epc }) => (epc === null ? [] : [epc]))
      const value = centsText(costMinor * units.length)
      return [{ sku, location, quantity: String(units.length), value, epcs }]
    }),
  )
}
