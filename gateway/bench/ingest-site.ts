import { checkDigit, encodeSgtin96 } from '../../sensors/index.ts'
import { type Config, configSchema } from '../config/schema.ts'
import type { Masters } from '../documents/business-event.ts'
import { PICTURE, SHELVES } from '../simulator/shelf/shelf-layout.ts'

/** The store of the ingest bench: readers by number, each with a door and a shelf of its own. */
export const READERS = 4
/** What the hold is about: a tag event a message. */
export const HOLD = { readers: READERS, readsPerMessage: 1, rate: 1 } as const
export const readersOf = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** Antennas 1 and 2 look outward, 3 and 4 inward, 5 hangs over the shelf. */
export const SHELF_ANTENNA = 5
export const CLOCK_TOPIC = 'tallygate/v1/sim/clock'
export const topicOf = (reader: number) => `store-7/reader-${reader}/tags`
export const TILL_TOPIC = 'store-7/till-1/receipts'
export const cameraTopic = (camera: string, atMs: number) =>
  `tallygate/v1/${camera}/frame/1/${atMs}/${atMs}`

export const SKUS = 20
const COMPANY_PREFIX = '4098765'

export const gtinOf = (sku: number) => {
  const digits = `0${COMPANY_PREFIX}${String(sku).padStart(5, '0')}`
  return `${digits}${checkDigit(digits)}`
}

/** The n-th tag at a reader's door or on its shelf. */
export function epcOf(reader: number, place: 'door' | 'shelf', number: number): string {
  const serial = String(reader * 1_000_000 + (place === 'door' ? 0 : 500_000) + number)
  return encodeSgtin96({
    gtin14: gtinOf(number % SKUS),
    serial,
    companyPrefixDigits: COMPANY_PREFIX.length,
    filter: 1,
  })
}

export function ingestConfig(dataFolder: string, count = READERS): Config {
  const readers = readersOf(count)
  const cameras = SHELVES.map(({ camera, zones }) => ({
    id: camera,
    ...PICTURE,
    synthetic: true,
    zones: zones.map(({ zone, slots }) => ({
      zone,
      slots: slots.map(({ slot, box }) => ({ slot, box: [...box] })),
    })),
  }))
  return configSchema.parse({
    site: { id: 'bench', name: 'Bench' },
    dataFolder,
    clock: 'simulated',
    mqtt: { port: 0 },
    authority: { newDevices: 'post' },
    devices: [
      ...readers.map((reader) => ({
        id: `reader-${reader}`,
        profile: 'zebra-iotc',
        topics: [topicOf(reader)],
        readPoints: [
          ...[1, 2, 3, 4].map((antenna) => ({
            antenna,
            portal: `door-${reader}`,
            side: antenna <= 2 ? 'outer' : 'inner',
          })),
          { antenna: SHELF_ANTENNA, location: `shelf-${reader}` },
        ],
      })),
      { id: 'till-1', profile: 'till', topics: [TILL_TOPIC] },
      ...cameras.map(({ id }) => ({
        id,
        profile: 'camera',
        topics: [`tallygate/v1/${id}/frame/+/+/+`],
      })),
    ],
    portals: readers.map((reader) => ({
      id: `door-${reader}`,
      role: 'internal',
      outside: 'backroom',
      inside: 'floor',
    })),
    cameras,
    log: { level: 'error' },
  })
}

/** Enough stock everywhere that every pass finds something to move. */
export function ingestMasters(atMs: number, count = READERS): Masters {
  const skus = Array.from({ length: SKUS }, (_, number) => `S${number}`)
  const places = ['backroom', 'floor', ...readersOf(count).map((reader) => `shelf-${reader}`)]
  return {
    key: 'opening',
    at: new Date(atMs).toISOString(),
    skus: skus.map((sku, number) => ({
      sku,
      name: `Item ${number}`,
      category: 'bench',
      gtins: [gtinOf(number)],
      quantityScale: 0,
      method: 'fifo',
      tagged: true,
      price: '9.90',
      home: 'floor',
    })),
    locations: places.map((location) => ({ location, name: location, kind: 'real' })),
    suppliers: [],
    planogram: [],
    opening: skus.flatMap((sku) =>
      ['backroom', 'floor'].map((location) => ({
        sku,
        location,
        quantity: '100000',
        value: '450000.00',
        epcs: [],
      })),
    ),
  }
}
