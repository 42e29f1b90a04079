import type { Location, Sku } from '../command.ts'
import type { Db } from './database.ts'
import { transactionsBegun } from './transaction.ts'

export interface MasterStore {
  readonly sku: (sku: string) => Sku | null
  readonly skus: () => Sku[]
  readonly skuByGtin: (gtin: string) => Sku | null
  readonly gtinOwner: (gtin: string) => string | null
  readonly hasSku: (sku: string) => boolean
  /** GTINs of an import are dropped first, so that one may change hands within it. */
  readonly dropGtins: (skus: readonly string[]) => void
  readonly saveSku: (sku: Sku) => void
  readonly locationKind: (location: string) => Location['kind'] | null
  /** Cost group of a place; empty for the site. */
  readonly locationGroup: (location: string) => string
  readonly locations: () => Location[]
  readonly saveLocation: (location: Location) => void
  readonly saveSupplier: (supplier: string, name: string) => void
  /** Any one SKU that is costed so, or null. */
  readonly anyOfMethod: (method: Sku['method']) => string | null
  readonly setMethod: (sku: string, method: Sku['method']) => void
}

interface SkuRow {
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly gtins: string
  readonly quantityScale: bigint
  readonly method: Sku['method']
  readonly standardCostMinor: bigint | null
  readonly tagged: bigint
  readonly priceMinor: bigint
  readonly home: string
}

const SKU_COLUMNS = `sku, name, category, quantity_scale AS quantityScale, method, tagged,
  price_minor AS priceMinor, standard_cost_minor AS standardCostMinor, home,
  (SELECT json_group_array(gtin ORDER BY gtin) FROM gtin WHERE gtin.sku = sku.sku) AS gtins`

export function createMasterStore(db: Db): MasterStore {
  return rememberMasters(db, { ...createSkus(db), ...createPlaces(db) })
}

/**
 * SKUs and locations are only ever added, so what was found once stays. Nothing is remembered in a
 * transaction that imports masters: it may still be rolled back.
 */
function rememberMasters(db: Db, store: MasterStore): MasterStore {
  const skus = new Set<string>()
  const kinds = new Map<string, Location['kind']>()
  const groups = new Map<string, string>()
  let importing = -1
  const mayRemember = () => importing !== transactionsBegun(db)
  const forget = () => {
    importing = transactionsBegun(db)
    skus.clear()
    kinds.clear()
    groups.clear()
  }
  return {
    ...store,
    hasSku: (sku) => {
      if (skus.has(sku)) return true
      const has = store.hasSku(sku)
      if (has && mayRemember()) skus.add(sku)
      return has
    },
    locationKind: (location) => {
      const known = kinds.get(location)
      if (known !== undefined) return known
      const kind = store.locationKind(location)
      if (kind !== null && mayRemember()) kinds.set(location, kind)
      return kind
    },
    locationGroup: (location) => {
      const known = groups.get(location)
      if (known !== undefined) return known
      const group = store.locationGroup(location)
      if (mayRemember()) groups.set(location, group)
      return group
    },
    saveSku: (sku) => {
      forget()
      store.saveSku(sku)
    },
    saveLocation: (location) => {
      forget()
      store.saveLocation(location)
    },
  }
}

type Skus =
  | 'sku'
  | 'skus'
  | 'skuByGtin'
  | 'gtinOwner'
  | 'hasSku'
  | 'dropGtins'
  | 'saveSku'
  | 'setMethod'
  | 'anyOfMethod'

function createSkus(db: Db): Pick<MasterStore, Skus> {
  const one = db.prepare<[string], SkuRow>(`SELECT ${SKU_COLUMNS} FROM sku WHERE sku = ?`)
  const all = db.prepare<[], SkuRow>(`SELECT ${SKU_COLUMNS} FROM sku ORDER BY sku`)
  const byGtin = db.prepare<[string], SkuRow>(
    `SELECT ${SKU_COLUMNS} FROM sku WHERE sku = (SELECT sku FROM gtin WHERE gtin = ?)`,
  )
  const owner = db.prepare<[string], string>('SELECT sku FROM gtin WHERE gtin = ?').pluck()
  const has = db.prepare<[string]>('SELECT 1 FROM sku WHERE sku = ?')
  const save = db.prepare(
    `INSERT INTO sku (sku, name, category, quantity_scale, method, tagged, price_minor, home,
       standard_cost_minor)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sku) DO UPDATE SET name = excluded.name, category = excluded.category,
       tagged = excluded.tagged, price_minor = excluded.price_minor, home = excluded.home,
       standard_cost_minor = excluded.standard_cost_minor`,
  )
  const ofMethod = db
    .prepare<[string], string>('SELECT sku FROM sku WHERE method = ? LIMIT 1')
    .pluck()
  const setMethod = db.prepare('UPDATE sku SET method = ? WHERE sku = ?')
  const dropGtins = db.prepare('DELETE FROM gtin WHERE sku = ?')
  const addGtin = db.prepare('INSERT INTO gtin (gtin, sku) VALUES (?, ?)')
  return {
    sku: (sku) => skuOf(one.get(sku)),
    skus: () => all.all().map(toSku),
    skuByGtin: (gtin) => skuOf(byGtin.get(gtin)),
    gtinOwner: (gtin) => owner.get(gtin) ?? null,
    hasSku: (sku) => has.get(sku) !== undefined,
    anyOfMethod: (method) => ofMethod.get(method) ?? null,
    setMethod: (sku, method) => {
      setMethod.run(method, sku)
    },
    dropGtins: (skus) => {
      for (const sku of skus) dropGtins.run(sku)
    },
    saveSku: (sku) => {
      save.run(
        sku.sku,
        sku.name,
        sku.category,
        sku.quantityScale,
        sku.method,
        sku.tagged ? 1 : 0,
        sku.priceMinor,
        sku.home,
        sku.standardCostMinor ?? null,
      )
      for (const gtin of new Set(sku.gtins)) addGtin.run(gtin, sku.sku)
    },
  }
}

type Places = 'locationKind' | 'locationGroup' | 'locations' | 'saveLocation' | 'saveSupplier'

function createPlaces(db: Db): Pick<MasterStore, Places> {
  const kind = db
    .prepare<[string], Location['kind']>('SELECT kind FROM location WHERE location = ?')
    .pluck()
  const group = db
    .prepare<[string], string>('SELECT cost_group FROM location WHERE location = ?')
    .pluck()
  const list = db.prepare<[], Location & { readonly costGroup: string }>(
    'SELECT location, name, kind, cost_group AS costGroup FROM location ORDER BY location',
  )
  const saveLocation = db.prepare(
    `INSERT INTO location (location, name, kind, cost_group) VALUES (?, ?, ?, ?)
     ON CONFLICT (location) DO UPDATE SET name = excluded.name`,
  )
  const saveSupplier = db.prepare(
    `INSERT INTO supplier (supplier, name) VALUES (?, ?)
     ON CONFLICT (supplier) DO UPDATE SET name = excluded.name`,
  )
  return {
    locationKind: (location) => kind.get(location) ?? null,
    locationGroup: (location) => group.get(location) ?? '',
    locations: () =>
      list
        .all()
        .map(({ costGroup, ...place }) => (costGroup === '' ? place : { ...place, costGroup })),
    saveLocation: ({ location, name, kind: placeKind, costGroup }) => {
      saveLocation.run(location, name, placeKind, costGroup ?? '')
    },
    saveSupplier: (supplier, name) => {
      saveSupplier.run(supplier, name)
    },
  }
}

function skuOf(row: SkuRow | undefined): Sku | null {
  return row === undefined ? null : toSku(row)
}

function toSku(row: SkuRow): Sku {
  const gtins: unknown = JSON.parse(row.gtins)
  const { standardCostMinor, ...facts } = row
  return {
    ...facts,
    ...(standardCostMinor === null ? {} : { standardCostMinor }),
    gtins: Array.isArray(gtins) ? gtins.map(String) : [],
    quantityScale: Number(row.quantityScale),
    tagged: row.tagged === 1n,
  }
}
