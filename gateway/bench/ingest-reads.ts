import { passReads, type RadioRead } from '../simulator/radio/pass.ts'
import { zebraEvent } from '../simulator/radio/payloads.ts'
import { createRandom } from '../simulator/random.ts'
import {
  CLOCK_TOPIC,
  epcOf,
  READERS,
  type ReaderNumber,
  SHELF_ANTENNA,
  topicOf,
} from './ingest-site.ts'

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
}

export const LOAD_STARTS_AT_MS = Date.parse('2026-03-02T08:00:00Z')
/** Of store time per reader; shelf tags answer all day, and a pass has about a dozen reads. */
const PASSES_PER_SECOND = 1
const SHELF_READS_PER_SECOND = 180
const DOOR_TAGS = 100
const SHELF_TAGS = 500
const TICK_MS = 500

/** Store time passes with the messages themselves, so that passes close inside the round. */
export function createStretch(startSecond: number, seconds: number): Stretch {
  const parts = READERS.map((reader) => readerStretch(reader, startSecond, seconds))
  const all = parts.flatMap(({ messages }) => messages)
  const reads = parts.reduce((sum, part) => sum + part.passReads + part.shelfReads, 0)
  const passReadsTotal = parts.reduce((sum, part) => sum + part.passReads, 0)
  return {
    seconds,
    messages: parts.map(({ messages }) => messages),
    passShare: passReadsTotal / reads,
    meanBytes: all.reduce((sum, { payload }) => sum + payload.length, 0) / all.length,
  }
}

function readerStretch(reader: ReaderNumber, startSecond: number, seconds: number) {
  const startMs = LOAD_STARTS_AT_MS + startSecond * 1_000
  const passes = passesOf(reader, startSecond, seconds)
  const shelf = shelfReadsOf(reader, startSecond, seconds)
  const reads = [...passes, ...shelf].sort((a, b) => a.atMs - b.atMs)
  const topic = topicOf(reader)
  const messages: LoadMessage[] = []
  let tickAtMs = startMs
  reads.forEach((read, index) => {
    // One reader's line carries the clock, as the simulator's does.
    for (; reader === 1 && tickAtMs <= read.atMs; tickAtMs += TICK_MS)
      messages.push({ topic: CLOCK_TOPIC, payload: bytesOf({ atMs: tickAtMs }) })
    messages.push({ topic, payload: payloadOf(reader, read, startSecond * 1_000 + index) })
  })
  return { messages, passReads: passes.length, shelfReads: shelf.length }
}

function payloadOf(reader: ReaderNumber, read: RadioRead, eventNum: number): Buffer {
  const type = read.antenna === SHELF_ANTENNA ? 'INVENTORY' : 'PORTAL'
  return bytesOf(zebraEvent(read, { type, eventNum, hostName: `FX9600-${reader}` }))
}

/** Tags go in and, when their turn comes again, out. */
function passesOf(reader: ReaderNumber, startSecond: number, seconds: number): RadioRead[] {
  const random = createRandom(startSecond, `passes/${reader}`)
  return Array.from({ length: seconds * PASSES_PER_SECOND }, (_, index) => {
    const number = startSecond * PASSES_PER_SECOND + index
    const startMs = LOAD_STARTS_AT_MS + Math.floor((number * 1_000) / PASSES_PER_SECOND)
    const direction = Math.floor(number / DOOR_TAGS) % 2 === 0 ? 'in' : 'out'
    return passReads(random, epcOf(reader, 'door', number % DOOR_TAGS), startMs, direction)
  }).flat()
}

function shelfReadsOf(reader: ReaderNumber, startSecond: number, seconds: number): RadioRead[] {
  const startMs = LOAD_STARTS_AT_MS + startSecond * 1_000
  const tags = Array.from({ length: SHELF_TAGS }, (_, tag) => epcOf(reader, 'shelf', tag))
  return Array.from({ length: seconds * SHELF_READS_PER_SECOND }, (_, index) => ({
    atMs: startMs + Math.floor((index * 1_000) / SHELF_READS_PER_SECOND),
    antenna: SHELF_ANTENNA,
    epc: tags[(startSecond * SHELF_READS_PER_SECOND + index) % SHELF_TAGS] ?? '',
    rssiCdbm: -5_500,
  }))
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value))
