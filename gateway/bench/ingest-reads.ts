import { passReads, type RadioRead } from '../simulator/radio/pass.ts'
import { zebraEvent } from '../simulator/radio/payloads.ts'
import { createRandom } from '../simulator/random.ts'
import { CLOCK_TOPIC, epcOf, readersOf, SHELF_ANTENNA, topicOf } from './ingest-site.ts'

export interface LoadMessage {
  readonly topic: string
  readonly payload: Buffer
}

/** One stretch of store time: what each reader sends, in order. */
export interface Stretch {
  readonly seconds: number
  readonly messages: readonly (readonly LoadMessage[])[]
  /** Share of reads that belong to portal passes: each opens or adds to a durable record. */
  readonly passShare: number
  readonly meanBytes: number
  readonly reads: number
}

export const LOAD_STARTS_AT_MS = Date.parse('2026-03-02T08:00:00Z')
/** Of store time per reader; shelf tags answer all day, and a pass has about a dozen reads. */
const PASSES_PER_SECOND = 1
const SHELF_READS_PER_SECOND = 180
const DOOR_TAGS = 100
const SHELF_TAGS = 500
const TICK_MS = 500

export interface StretchShape {
  readonly startSecond: number
  readonly seconds: number
  readonly readers: number
  /** Several reads go as one JSON array, as Zebra's batches do. */
  readonly readsPerMessage: number
  /** How busy its reader is: multiples of the hold's load, 240 reads and a pass a second. */
  readonly rate: number
}

/** Store time passes with the messages themselves, so that passes close inside the round. */
export function createStretch(shape: StretchShape): Stretch {
  const { seconds } = shape
  const parts = readersOf(shape.readers).map((reader) => readerStretch(reader, shape))
  const all = parts.flatMap(({ messages }) => messages)
  const reads = parts.reduce((sum, part) => sum + part.passReads + part.shelfReads, 0)
  const passReadsTotal = parts.reduce((sum, part) => sum + part.passReads, 0)
  return {
    seconds,
    messages: parts.map(({ messages }) => messages),
    passShare: passReadsTotal / reads,
    reads,
    meanBytes: all.reduce((sum, { payload }) => sum + payload.length, 0) / all.length,
  }
}

function readerStretch(reader: number, shape: StretchShape) {
  const { startSecond, readsPerMessage, rate } = shape
  const startMs = LOAD_STARTS_AT_MS + startSecond * 1_000
  const passes = passesOf(reader, shape)
  const shelf = shelfReadsOf(reader, shape)
  const reads = [...passes, ...shelf].sort((a, b) => a.atMs - b.atMs)
  const topic = topicOf(reader)
  const messages: LoadMessage[] = []
  let tickAtMs = startMs
  for (let first = 0; first < reads.length; first += readsPerMessage) {
    const batch = reads.slice(first, first + readsPerMessage)
    const lastAtMs = batch.at(-1)?.atMs ?? startMs
    // One reader's line carries the clock, as the simulator's does.
    for (; reader === 1 && tickAtMs <= lastAtMs; tickAtMs += TICK_MS)
      messages.push({ topic: CLOCK_TOPIC, payload: bytesOf({ atMs: tickAtMs }) })
    const events = batch.map((read, index) =>
      eventOf(reader, read, startSecond * 1_000 * rate + first + index),
    )
    messages.push({ topic, payload: bytesOf(readsPerMessage === 1 ? events[0] : events) })
  }
  return { messages, passReads: passes.length, shelfReads: shelf.length }
}

function eventOf(reader: number, read: RadioRead, eventNum: number): unknown {
  const type = read.antenna === SHELF_ANTENNA ? 'INVENTORY' : 'PORTAL'
  return zebraEvent(read, { type, eventNum, hostName: `FX9600-${reader}` })
}

/** Tags go in and, when their turn comes again, out. */
function passesOf(reader: number, { startSecond, seconds, rate }: StretchShape): RadioRead[] {
  const random = createRandom(startSecond, `passes/${reader}`)
  const perSecond = PASSES_PER_SECOND * rate
  return Array.from({ length: seconds * perSecond }, (_, index) => {
    const number = startSecond * perSecond + index
    const startMs = LOAD_STARTS_AT_MS + Math.floor((number * 1_000) / perSecond)
    const direction = Math.floor(number / DOOR_TAGS) % 2 === 0 ? 'in' : 'out'
    return passReads(random, epcOf(reader, 'door', number % DOOR_TAGS), startMs, direction)
  }).flat()
}

function shelfReadsOf(reader: number, { startSecond, seconds, rate }: StretchShape): RadioRead[] {
  const startMs = LOAD_STARTS_AT_MS + startSecond * 1_000
  const perSecond = SHELF_READS_PER_SECOND * rate
  const tags = Array.from({ length: SHELF_TAGS }, (_, tag) => epcOf(reader, 'shelf', tag))
  return Array.from({ length: seconds * perSecond }, (_, index) => ({
    atMs: startMs + Math.floor((index * 1_000) / perSecond),
    antenna: SHELF_ANTENNA,
    epc: tags[(startSecond * perSecond + index) % SHELF_TAGS] ?? '',
    rssiCdbm: -5_500,
  }))
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value))
