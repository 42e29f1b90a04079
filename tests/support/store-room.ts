import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Verdict, WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import { SteadyBookkeeper } from '../../gateway/bookkeeper/steady-bookkeeper.ts'
import { GATEWAY_MIGRATIONS } from '../../gateway/bookkeeper/store.ts'
import { type Config, configSchema } from '../../gateway/config/schema.ts'
import type { GatewayEvent } from '../../gateway/events.ts'
import { type Db, migrate, openDatabase, openLedger } from '../../ledger-core/index.ts'
import { checkDigit, encodeSgtin96 } from '../../sensors/index.ts'
import type { ShelfSample } from '../../vision/index.ts'

/**
 * A small store with a real bookkeeper over a real SQLite file, driven without sockets: one dock,
 * one floor door, one exit, one smart shelf, one camera shelf, two tills. Times are minutes after
 * nine in the morning.
 */
export interface StoreRoom {
  readonly db: Db
  readonly events: GatewayEvent[]
  work(body: WorkBody, minute: number): Verdict
  /** Several works of one turn, committed together. */
  works(bodies: readonly WorkBody[], minute: number): readonly Verdict[]
  tick(minute: number): void
  document(document: object, minute: number): Verdict
  receipt(receipt: ReceiptText, minute: number): Verdict
  /** A tag goes through a portal, well read. */
  walk(reader: Reader, epc: string, direction: 'in' | 'out', minute: number): void
  /** One strong read, stamped with the minute it came in. */
  hear(device: string, epc: string, antenna: number, minute: number): void
  /** The tag is read on the smart shelf often enough to be there. */
  place(epc: string, minute: number): void
  /** Settled pictures of the camera shelf that show this many facings. */
  picture(facings: number, minute: number, score?: number): void
  stock(): Record<string, string>
  reviews(): { id: number; kind: string; question: string; decision: string | null }[]
  decide(review: number, decision: 'accept' | 'reject', minute: number): Verdict
  evidence(sourceKey: string): string[]
  quarantine(): { device: string; code: string; message: string; business: number }[]
  /** The same file opened again, as after a crash. */
  reopen(): void
}

export type Reader = 'dock-reader' | 'floor-reader' | 'exit-reader'
export interface ReceiptText {
  readonly receipt?: string
  readonly till?: string
  readonly at?: number
  readonly lines: readonly object[]
  readonly net?: number
  readonly tenders?: readonly object[]
}

export const OPENING_MS = Date.parse('2026-03-02T08:00:00Z')
export const MINUTE = 60_000
const gtin14 = (body: string) => `${body}${checkDigit(body)}`
export const SHIRT = gtin14('0952173100001')
export const JAM = gtin14('0952188000001')
export const RAZOR = gtin14('0952175440001')
export const atMs = (minute: number) => OPENING_MS + minute * MINUTE
export const at = (minute: number) => new Date(atMs(minute)).toISOString()

export const epcOf = (gtin14: string, serial: number) =>
  encodeSgtin96({ gtin14, serial: String(serial), companyPrefixDigits: 7, filter: 1 })

const PORTALS = [
  { id: 'dock', role: 'receiving', outside: 'supplier', inside: 'backroom' },
  { id: 'door', role: 'internal', outside: 'backroom', inside: 'floor' },
  { id: 'exit', role: 'exit', outside: 'customer', inside: 'floor' },
]
const PORTAL_OF = { 'dock-reader': 'dock', 'floor-reader': 'door', 'exit-reader': 'exit' } as const

export function configOf(dataFolder: string, more: object): Config {
  const reader = (id: Reader) => ({
    id,
    profile: 'zebra-iotc',
    topics: [`zebra/${id}`],
    readPoints: [1, 2].map((antenna) => ({
      antenna,
      portal: PORTAL_OF[id],
      side: antenna === 1 ? 'outer' : 'inner',
    })),
  })
  const till = (id: string) => ({ id, profile: 'till', topics: [`till/${id}`] })
  const slots = [0, 1, 2, 3].map((n) => ({ slot: `s${n}`, box: [n * 100, 100, 90, 160] }))
  return configSchema.parse({
    site: { id: 'store-1', name: 'Test store', timeZone: 'Europe/Amsterdam' },
    dataFolder,
    clock: 'simulated',
    mqtt: { port: 0 },
    http: { port: 0 },
    devices: [
      reader('dock-reader'),
      reader('floor-reader'),
      reader('exit-reader'),
      {
        id: 'shelf-reader',
        profile: 'zebra-iotc',
        topics: ['zebra/shelf'],
        readPoints: [{ antenna: 1, location: 'smart-shelf' }],
      },
      { id: 'camera-1', profile: 'camera', topics: ['camera-1/frame/+/+/+'] },
      till('till-1'),
      till('till-2'),
      { id: 'office', profile: 'document', topics: ['office/document'] },
    ],
    authority: { newDevices: 'post' },
    portals: PORTALS,
    cameras: [
      { id: 'camera-1', width: 640, height: 480, synthetic: true, zones: [{ zone: 'jam', slots }] },
    ],
    log: { level: 'silent' },
    ...more,
  })
}

export interface Opening {
  readonly sku: string
  readonly location: string
  readonly quantity: number
  readonly value: string
  readonly epcs?: readonly string[]
}

export function mastersOf(opening: readonly Opening[], key = 'opening') {
  const sku = (name: string, gtin: string, home: string, tagged: boolean, price: string) => ({
    sku: name,
    name: `${name[0]}${name.slice(1).toLowerCase()}`,
    category: 'test',
    gtins: [gtin],
    quantityScale: 0,
    method: tagged ? ('fifo' as const) : ('average' as const),
    tagged,
    price,
    home,
  })
  const real = (location: string) => ({ location, name: location, kind: 'real' as const })
  return {
    key,
    at: at(-60),
    skus: [
      sku('SHIRT', SHIRT, 'floor', true, '39.95'),
      sku('RAZOR', RAZOR, 'smart-shelf', true, '18.90'),
      sku('JAM', JAM, 'jam-shelf', false, '3.29'),
    ],
    locations: ['backroom', 'floor', 'smart-shelf', 'jam-shelf'].map(real),
    suppliers: [{ supplier: 'weaver', name: 'Weaver' }],
    planogram: [{ camera: 'camera-1', zone: 'jam', sku: 'JAM', location: 'jam-shelf' }],
    opening: opening.map(({ quantity, epcs = [], ...row }) => ({
      ...row,
      quantity: String(quantity),
      epcs: [...epcs],
    })),
  }
}

export function openStoreRoom(opening: readonly Opening[] = [], more: object = {}): StoreRoom {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-room-'))
  const config = configOf(folder, more)
  const file = join(folder, 'tallygate.sqlite')
  const open = () => {
    const db = openDatabase(file, { create: true })
    migrate(db, 'gateway', GATEWAY_MIGRATIONS)
    return { db, books: new SteadyBookkeeper(db, config) }
  }
  let { db, books } = open()
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const events: GatewayEvent[] = []
  let nextId = 1
  const works = (bodies: readonly WorkBody[], minute: number): readonly Verdict[] => {
    const result = books.turn(bodies.map((body) => ({ ...body, id: nextId++, atMs: atMs(minute) })))
    events.push(...result.events)
    return result.verdicts
  }
  const work = (body: WorkBody, minute: number): Verdict => works([body], minute)[0]!
  const message = (device: string, body: unknown, minute: number) => {
    const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    return work({ kind: 'message', device, topic: device, payload }, minute)
  }
  const tick = (minute: number) => void work({ kind: 'tick' }, minute)
  const read = (device: string, epc: string, antenna: number, ms: number, rssi: number) =>
    message(device, zebra(epc, antenna, ms, rssi), (ms - OPENING_MS) / MINUTE)
  let boot = 0
  work({ kind: 'masters', masters: mastersOf(opening), actor: 'office' }, -50)
  return {
    get db() {
      return db
    },
    events,
    work,
    works,
    tick,
    document: (document, minute) => message('office', document, minute),
    receipt: (receipt, minute) =>
      message(receipt.till ?? 'till-1', receiptText(receipt, minute), minute),
    walk(reader, epc, direction, minute) {
      const [first, second] = direction === 'in' ? [1, 2] : [2, 1]
      for (let step = 0; step < 4; step++) read(reader, epc, first, atMs(minute) + step * 150, -50)
      for (let step = 0; step < 4; step++)
        read(reader, epc, second, atMs(minute) + 900 + step * 150, -48)
      tick(minute + 0.1)
    },
    hear: (device, epc, antenna, minute) => void read(device, epc, antenna, atMs(minute), -50),
    place(epc, minute) {
      for (let step = 0; step < 6; step++)
        read('shelf-reader', epc, 1, atMs(minute) + step * 600, -52)
    },
    picture(facings, minute, score = 950) {
      for (let frame = 0; frame < 4; frame++) {
        const ms = atMs(minute) + frame * 1_000
        const slotScores = [0, 1, 2, 3].map((slot) => (slot < facings ? score : 1_000 - score))
        const sample: ShelfSample = {
          kind: 'usable',
          camera: 'camera-1',
          atMs: ms,
          frameSha256: String(boot++).padStart(64, '0'),
          detections: [],
          zones: [{ zone: 'jam', visible: true, slotScores }],
        }
        work({ kind: 'sample', sample }, (ms - OPENING_MS) / MINUTE)
      }
    },
    stock() {
      const ledger = openLedger(db, SITE)
      const rows = ledger.stock().map((row) => [`${row.sku} ${row.location}`, `${row.quantity}`])
      return Object.fromEntries(rows)
    },
    reviews: () =>
      db
        .prepare<[], { id: bigint; kind: string; question: string; decision: string | null }>(
          'select r.id, r.kind, r.question, d.decision from review r left join review_decision d on d.review = r.id order by r.id',
        )
        .all()
        .map((row) => ({ ...row, id: Number(row.id) })),
    decide: (review, decision, minute) =>
      work(
        { kind: 'decide', review, decision, user: 'manager', note: 'looked', key: `k${review}` },
        minute,
      ),
    evidence(sourceKey) {
      const ledger = openLedger(db, SITE)
      const sequence = ledger.sequenceOf(sourceKey)
      return sequence === null ? [] : ledger.evidenceOf(sequence).map(({ kind }) => kind)
    },
    quarantine: () =>
      db
        .prepare<[], { device: string; code: string; message: string; business: bigint }>(
          'select device, code, message, business from quarantine order by id',
        )
        .all()
        .map((row) => ({ ...row, business: Number(row.business) })),
    reopen() {
      db.close()
      ;({ db, books } = open())
    },
  }
}

export const SITE = { site: 'store-1', currency: { code: 'EUR', minorUnits: 2 } }

function zebra(epc: string, antenna: number, ms: number, peakRssi: number): object {
  return {
    type: 'PORTAL',
    timestamp: new Date(ms).toISOString().replace('Z', '+0000'),
    data: { antenna, eventNum: 1, format: 'epc', idHex: epc.toLowerCase(), peakRssi, reads: 1 },
  }
}

/** Amounts add up by themselves: every line costs 10.00 and 2.10 tax unless it says otherwise. */
export function receiptText(given: ReceiptText, minute: number): object {
  const { receipt = '1', till = 'till-1' } = given
  const lines = given.lines.map((line, index) => ({
    line: index + 1,
    kind: 'item',
    description: 'Goods',
    quantity: '1',
    net: '10.00',
    taxCode: 'H21',
    tax: '2.10',
    ...line,
  }))
  const cents = lines.reduce(
    (sum, { net, tax }) => sum + Math.round(Number(net) * 100) + Math.round(Number(tax) * 100),
    0,
  )
  const total = (cents / 100).toFixed(2)
  return {
    type: 'receipt',
    till,
    fiscalDay: '2026-03-02',
    receipt,
    at: at(given.at ?? minute),
    lines,
    tenders: given.tenders ?? [{ kind: 'card', amount: total }],
    rounding: '0',
    total,
  }
}
