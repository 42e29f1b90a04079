import { checkDigit } from '../../sensors/index.ts'
import { SHELVES } from './shelf/shelf-layout.ts'

/** What the simulated store sells. Prefixes 952 are reserved for demonstrations; ours are invented. */
export interface Good {
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly gtin14: string
  /** GS1 company prefix inside the GTIN; its length decides how an EPC is packed. */
  readonly companyPrefix: string
  readonly method: 'fifo' | 'average'
  readonly tagged: boolean
  readonly home: string
  /** Minor units, tax included. */
  readonly priceMinor: number
  readonly costMinor: number
  readonly tax: Tax
  readonly supplier: string
}

export interface Tax {
  readonly code: string
  readonly percent: number
}

export const REAL_LOCATIONS = ['backroom', 'floor', 'shelf-r1', 'shelf-c1', 'shelf-c2'] as const
export const LOCATION_NAMES: Readonly<Record<string, string>> = {
  backroom: 'Backroom',
  floor: 'Sales floor',
  'shelf-r1': 'Smart shelf, small valuables',
  'shelf-c1': 'Camera shelf, groceries',
  'shelf-c2': 'Camera shelf, drinks',
  basket: 'Shopping baskets',
}

export const SUPPLIERS = [
  { supplier: 'weaver', name: 'Weaver & Daughters Knitwear' },
  { supplier: 'tinker', name: 'Tinker Small Goods' },
  { supplier: 'larder', name: 'Larder Wholesale' },
  { supplier: 'hearth', name: 'Hearth Household' },
] as const

const LOW: Tax = { code: 'L9', percent: 9 }
const HIGH: Tax = { code: 'H21', percent: 21 }

interface Range {
  readonly category: string
  readonly companyPrefix: string
  readonly method: 'fifo' | 'average'
  readonly tagged: boolean
  readonly home: string
  readonly tax: Tax
  readonly supplier: string
  /** SKU, name, price and cost in minor units. */
  readonly goods: readonly (readonly [string, string, number, number])[]
}

const RANGES: readonly Range[] = [
  {
    category: 'apparel',
    companyPrefix: '9521731',
    method: 'fifo',
    tagged: true,
    home: 'floor',
    tax: HIGH,
    supplier: 'weaver',
    goods: [
      ['SHIRT-OX-S', 'Oxford shirt, small', 3995, 1420],
      ['SHIRT-OX-M', 'Oxford shirt, medium', 3995, 1420],
      ['SHIRT-OX-L', 'Oxford shirt, large', 3995, 1435],
      ['TEE-NAVY-M', 'T-shirt navy, medium', 1495, 410],
      ['TEE-NAVY-L', 'T-shirt navy, large', 1495, 410],
      ['JEANS-32', 'Jeans, waist 32', 6990, 2615],
      ['JEANS-34', 'Jeans, waist 34', 6990, 2615],
      ['HOODIE-GREY', 'Hoodie grey', 4990, 1780],
      ['SOCKS-3', 'Socks, three pairs', 1190, 365],
      ['SCARF-WOOL', 'Wool scarf', 2950, 1005],
      ['CAP-CORD', 'Corduroy cap', 1990, 640],
      ['JACKET-RAIN', 'Rain jacket', 8900, 3390],
    ],
  },
  {
    category: 'small-valuables',
    companyPrefix: '95217544',
    method: 'average',
    tagged: true,
    home: 'shelf-r1',
    tax: HIGH,
    supplier: 'tinker',
    goods: [
      ['EARBUDS-A', 'Earbuds', 4490, 2190],
      ['RAZOR-5', 'Razor with five blades', 1890, 795],
      ['BLADES-8', 'Razor blades, eight', 2290, 1033],
      ['POWERBANK', 'Power bank 10 Ah', 2990, 1347],
      ['CABLE-C', 'Charging cable', 1290, 318],
      ['WATCH-KIDS', "Children's watch", 2490, 1119],
      ['PERFUME-50', 'Perfume 50 ml', 5490, 2507],
      ['SERUM-30', 'Face serum 30 ml', 1990, 701],
    ],
  },
  {
    category: 'groceries',
    companyPrefix: '952188',
    method: 'fifo',
    tagged: false,
    home: 'shelf-c1',
    tax: LOW,
    supplier: 'larder',
    goods: [
      ['MUESLI-500', 'Muesli 500 g', 459, 231],
      ['RUSK-250', 'Rusk 250 g', 219, 97],
      ['JAM-CHERRY', 'Cherry jam', 329, 162],
      ['HONEY-350', 'Blossom honey 350 g', 595, 348],
      ['PEAS-400', 'Garden peas 400 g', 149, 61],
      ['TOMATO-400', 'Peeled tomatoes 400 g', 129, 53],
    ],
  },
  {
    category: 'drinks',
    companyPrefix: '952188',
    method: 'average',
    tagged: false,
    home: 'shelf-c2',
    tax: LOW,
    supplier: 'larder',
    goods: [
      ['JUICE-APPLE', 'Apple juice', 249, 118],
      ['SYRUP-ELDER', 'Elderflower syrup', 545, 287],
      ['COLA-330', 'Cola 0.33 l', 115, 47],
      ['TONIC-330', 'Tonic water 0.33 l', 125, 52],
      ['TEA-MINT', 'Mint tea', 279, 133],
      ['OATDRINK-1L', 'Oat drink 1 l', 229, 121],
    ],
  },
  {
    category: 'household',
    companyPrefix: '9521907',
    method: 'average',
    tagged: false,
    home: 'floor',
    tax: HIGH,
    supplier: 'hearth',
    goods: [
      ['CANDLE-4', 'Candles, four', 595, 233],
      ['NAPKINS-50', 'Napkins, fifty', 349, 121],
      ['UMBRELLA', 'Umbrella', 1490, 577],
      ['NOTEBOOK-A5', 'Notebook A5', 695, 255],
      ['PENS-3', 'Ball pens, three', 449, 149],
      ['BULB-E27', 'Lamp bulb E27', 795, 341],
      ['BATTERY-AA4', 'Batteries AA, four', 649, 302],
      ['SPONGE-3', 'Sponges, three', 229, 74],
    ],
  },
]

export const GOODS: readonly Good[] = RANGES.flatMap(goodsOf)

function goodsOf({ goods, ...range }: Range): Good[] {
  return goods.map(([sku, name, priceMinor, costMinor], index) => {
    // Ranges may share a prefix: the first digit after it keeps their items apart.
    const item = `${range.category.length % 10}${String(11 + index * 7)}`
    const digits = 12 - range.companyPrefix.length
    const body = `0${range.companyPrefix}${item.padStart(digits, '0').slice(-digits)}`
    const { category, companyPrefix, method, tagged, home, tax, supplier } = range
    const gtin14 = `${body}${checkDigit(body)}`
    return {
      sku,
      name,
      category,
      gtin14,
      companyPrefix,
      method,
      tagged,
      home,
      priceMinor,
      costMinor,
      tax,
      supplier,
    }
  })
}

export function goodOf(sku: string): Good {
  const good = GOODS.find((known) => known.sku === sku)
  if (!good) throw new RangeError(`expected a SKU of the simulated store, got "${sku}"`)
  return good
}

/** Zone rows of the planogram: which SKU belongs where, as the cameras see it. */
export const PLANOGRAM = SHELVES.flatMap(({ camera, location, zones }) =>
  zones.map(({ zone, sku }) => ({ camera, zone, sku, location })),
)
