import { decodeEpc, decodeReads } from '../../../sensors/index.ts'
import type { Day } from '../day.ts'
import type { Message } from '../story/messages.ts'
import { READERS, type ReaderName } from '../story/readers.ts'
import { type Accuracy, accuracyOf } from './goals.ts'
import { type BookMove, scoreMovements, type TrueMove } from './movements.ts'
import { type PlaceQuantity, scoreDay } from './score.ts'

/**
 * The same day told to the ways in which others keep stock, so that ours has something to be
 * compared with: each read is an inventory event; the till's lines alone; the camera's count alone.
 * Each is done as well as it can be done: no message twice, and a camera that never miscounts.
 */
export interface Baseline {
  readonly way: string
  readonly accuracy: Accuracy
  /** SKUs whose total in the whole store is right. */
  readonly totals: Accuracy
  readonly salesMissed: number
  readonly salesInvented: number
}

export interface GoodsOf {
  readonly sku: string
  readonly gtin14: string
  readonly home: string
}

export interface Trace {
  readonly days: readonly Day[]
  readonly goods: readonly GoodsOf[]
  readonly locations: readonly string[]
  readonly opening: readonly {
    readonly sku: string
    readonly epc: string | null
    readonly location: string
  }[]
  readonly truth: readonly PlaceQuantity[]
  readonly moves: readonly TrueMove[]
}

export function baselinesOf(trace: Trace): Baseline[] {
  return [
    judged('reads straight to inventory', trace, readsToInventory(trace)),
    judged('tills only', trace, tillsOnly(trace)),
    judged('cameras only', trace, camerasOnly(trace)),
  ]
}

/** What one way believes in the end, and what it took for sales. */
interface Believed {
  readonly stock: Stock
  readonly sales: readonly BookMove[]
}

type Stock = Map<string, number>
const keyOf = (sku: string, location: string) => `${sku} ${location}`
const add = (stock: Stock, sku: string, location: string, count: number) =>
  void stock.set(keyOf(sku, location), (stock.get(keyOf(sku, location)) ?? 0) + count)

function openingStock({ opening }: Trace): Stock {
  const stock: Stock = new Map()
  for (const { sku, location } of opening) add(stock, sku, location, 1)
  return stock
}

const messagesOf = ({ days }: Trace): { readonly atMs: number; readonly message: Message }[] =>
  days.flatMap(({ instants }) =>
    instants.flatMap(({ atMs, messages }) => messages.map((message) => ({ atMs, message }))),
  )

const saleOf = (sku: string, quantity: number, atMs: number): BookMove => ({
  kind: 'sale',
  sku,
  quantity,
  from: 'floor',
  to: 'customer',
  occurredAtMs: atMs,
  postedAtMs: atMs,
})

/** Where a tag is said to be when this reader reads it. */
const PLACE_OF: Readonly<Record<ReaderName, string>> = {
  'dock-reader': 'backroom',
  'floor-reader': 'floor',
  'exit-reader': 'customer',
  'shelf-reader': 'shelf-r1',
}

function readsToInventory(trace: Trace): Believed {
  const skuOf = createSkuOf(trace)
  const stock = openingStock(trace)
  const places = new Map<string, string>()
  for (const { epc, location } of trace.opening) if (epc !== null) places.set(epc, location)
  const sales: BookMove[] = []
  for (const { epc, atMs, device } of readsOf(trace)) {
    const place = PLACE_OF[device]
    const before = places.get(epc)
    const sku = before === place ? null : skuOf(epc)
    if (sku === null) continue
    if (before !== undefined) add(stock, sku, before, -1)
    add(stock, sku, place, 1)
    places.set(epc, place)
    if (place === 'customer') sales.push(saleOf(sku, 1, atMs))
  }
  return { stock, sales }
}

function createSkuOf({ goods }: Trace): (epc: string) => string | null {
  const bySku = new Map(goods.map(({ gtin14, sku }) => [gtin14, sku]))
  return (epc) => {
    const decoded = decodeEpc(epc)
    const gtin14 = 'gtin14' in decoded ? decoded.gtin14 : null
    return gtin14 === null ? null : (bySku.get(gtin14) ?? null)
  }
}

function* readsOf(trace: Trace): Generator<{ epc: string; atMs: number; device: ReaderName }> {
  for (const { atMs, message } of messagesOf(trace)) {
    const { device, body } = message
    if (body.kind !== 'text' || !isReader(device)) continue
    const profile = READERS[device].maker === 'zebra' ? 'zebra-iotc' : 'impinj-r700'
    const { reads } = decodeReads(profile, device, Buffer.from(body.text))
    for (const { epc } of reads) yield { epc, atMs, device }
  }
}

const isReader = (device: string): device is ReaderName => Object.hasOwn(READERS, device)

interface Paper {
  readonly type: string
  readonly receipt?: string
  readonly delivery?: string
  readonly lines?: readonly {
    readonly sku?: string
    readonly gtin?: string
    readonly quantity: string
    readonly kind?: string
  }[]
}

function tillsOnly(trace: Trace): Believed {
  const byGtin = new Map(trace.goods.map((good) => [good.gtin14.slice(1), good]))
  const stock = openingStock(trace)
  const sales: BookMove[] = []
  for (const { atMs, paper } of papersOf(trace)) {
    for (const { sku = '', gtin = '', quantity } of paper.lines ?? []) {
      const good = byGtin.get(gtin)
      const count = Number(quantity)
      if (paper.type === 'goods-receipt') add(stock, sku, 'backroom', count)
      if (!good || paper.type !== 'receipt') continue
      add(stock, good.sku, good.home, -count)
      if (count > 0) sales.push(saleOf(good.sku, count, atMs))
    }
  }
  return { stock, sales }
}

/** Each paper of tills and office once. */
function* papersOf(trace: Trace): Generator<{ atMs: number; paper: Paper }> {
  const told = new Set<string>()
  for (const { atMs, message } of messagesOf(trace)) {
    const { device, body } = message
    if (body.kind !== 'text' || isReader(device) || told.has(body.text)) continue
    told.add(body.text)
    // The story's own messages, so their shape is known.
    yield { atMs, paper: JSON.parse(body.text) as Paper }
  }
}

/** What is gone from a shelf is sold; what comes back or is put there comes from the back room. */
function camerasOnly(trace: Trace): Believed {
  const stock = openingStock(trace)
  const sales: BookMove[] = []
  for (const { atMs, sku, location, seen } of facingsOf(trace)) {
    const change = seen - (stock.get(keyOf(sku, location)) ?? 0)
    if (change === 0) continue
    add(stock, sku, location, change)
    if (change < 0) sales.push(saleOf(sku, -change, atMs))
    else add(stock, sku, 'backroom', -change)
  }
  return { stock, sales }
}

/** Zone by zone, whenever a shelf is lit and nobody stands before it. */
function* facingsOf(
  trace: Trace,
): Generator<{ atMs: number; sku: string; location: string; seen: number }> {
  for (const { atMs, message } of messagesOf(trace)) {
    if (message.body.kind !== 'frame') continue
    const { arm, dark, shelf, filled } = message.body.scene
    if (arm !== null || dark) continue
    for (const { sku, slots } of shelf.zones) {
      const seen = slots.filter(({ slot }) => filled.has(slot)).length
      yield { atMs, sku, location: shelf.location, seen }
    }
  }
}

function judged(way: string, trace: Trace, { stock, sales }: Believed): Baseline {
  const skus = trace.goods.map(({ sku }) => sku)
  const books = skus.flatMap((sku) =>
    trace.locations.map((location) => ({
      sku,
      location,
      quantity: stock.get(keyOf(sku, location)) ?? 0,
    })),
  )
  const whole = (rows: readonly PlaceQuantity[]) =>
    skus.map((sku) => ({
      sku,
      location: 'store',
      quantity: rows.filter((row) => row.sku === sku).reduce((sum, row) => sum + row.quantity, 0),
    }))
  const rowsOf = (
    locations: readonly string[],
    truth: readonly PlaceQuantity[],
    said: readonly PlaceQuantity[],
  ) =>
    scoreDay({
      skus,
      locations,
      truth,
      books: said,
      reviews: [],
      unseen: [],
      justified: [],
      movements: 0,
    }).rows
  const { kinds } = scoreMovements(trace.moves, sales)
  const sale = kinds.find(({ kind }) => kind === 'sale')
  return {
    way,
    accuracy: accuracyOf(rowsOf(trace.locations, trace.truth, books), () => true),
    totals: accuracyOf(rowsOf(['store'], whole(trace.truth), whole(books)), () => true),
    salesMissed: sale?.missed ?? 0,
    salesInvented: sale?.invented ?? 0,
  }
}
