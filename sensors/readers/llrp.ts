import { epochMs } from '../device-time.ts'
import type { Collected } from '../tag-read.ts'
import { gen2Crc } from './gen2.ts'
import {
  type LlrpMessage,
  type LlrpParameter,
  messageAt,
  parameterAt,
  u16,
  u32,
  u64,
} from './llrp-bytes.ts'
import { takeReaderEvent } from './llrp-events.ts'
import { antennaOf, centiDbm, countOf, deviceEvent, hexOfBytes, type ReadDraft } from './parts.ts'

/**
 * Takes whole LLRP messages (GS1 LLRP 1.0.1 and 1.1), one after the other; says where the
 * unfinished one begins. A live connection waits for it.
 */
export function takeLlrp(device: string, bytes: Uint8Array, into: Collected, from = 0): number {
  let at = from
  while (at < bytes.length) {
    const message = messageAt(bytes, at)
    if (message === null) return at
    if (typeof message === 'string') {
      // No mark begins a message: a live connection that lost its place must be made anew.
      into.refused.push({ offset: at, code: 'no-message', message })
      return at
    }
    takeMessage(device, bytes, message, into)
    at = message.to
  }
  return at
}

const RO_ACCESS_REPORT = 61
const KEEPALIVE = 62
const READER_EVENT_NOTIFICATION = 63
const ERROR_MESSAGE = 100
const TAG_REPORT_DATA = 240
/** What readers send by themselves. */
export const SENT = new Set([RO_ACCESS_REPORT, KEEPALIVE, READER_EVENT_NOTIFICATION, ERROR_MESSAGE])

function takeMessage(
  device: string,
  bytes: Uint8Array,
  message: LlrpMessage,
  into: Collected,
): void {
  switch (message.type) {
    case RO_ACCESS_REPORT:
      return takeReport(device, bytes, message, into)
    case KEEPALIVE:
      into.events.push(deviceEvent(device, 'heartbeat', null, 'keep-alive'))
      return
    case READER_EVENT_NOTIFICATION:
      return takeReaderEvent(device, bytes, message, into)
    case ERROR_MESSAGE:
      into.events.push(deviceEvent(device, 'error', null, 'error message'))
      return
    default:
      into.events.push(deviceEvent(device, 'status', null, `message ${message.type}`))
  }
}

/** What a report left out because it did not change since the tag before (LLRP 1.1, 14.2.3). */
interface Carried {
  antenna: number
  rssiCdbm: number | null
  firstUtc: number | null
  lastUtc: number | null
  uptimeUs: number | null
  count: number
}

function takeReport(
  device: string,
  bytes: Uint8Array,
  message: LlrpMessage,
  into: Collected,
): void {
  const carried: Carried = {
    antenna: 0,
    rssiCdbm: null,
    firstUtc: null,
    lastUtc: null,
    uptimeUs: null,
    count: 1,
  }
  let tags = 0
  for (let at = message.from; at < message.to; ) {
    const parameter = parameterAt(bytes, at, message.to)
    if (parameter === null) {
      into.refused.push({
        offset: at,
        code: 'bad-parameter',
        message: 'expected a parameter that ends inside its message',
      })
      return
    }
    if (parameter.type === TAG_REPORT_DATA) {
      tags += 1
      takeTag(device, bytes, { parameter, at, carried }, into)
    }
    at = parameter.to
  }
  // FX9600: an empty report comes before the connection is lost (sllurp issue 115).
  if (tags === 0) into.events.push(deviceEvent(device, 'status', null, 'empty report'))
}

interface Tag {
  readonly parameter: LlrpParameter
  readonly at: number
  readonly carried: Carried
}

function takeTag(
  device: string,
  bytes: Uint8Array,
  { parameter, at, carried }: Tag,
  into: Collected,
): void {
  const found: Found = {}
  carried.count = 1
  for (let inner = parameter.from; inner < parameter.to; ) {
    const part = parameterAt(bytes, inner, parameter.to)
    if (part === null) {
      into.refused.push({
        offset: inner,
        code: 'bad-parameter',
        message: 'expected a parameter that ends inside its tag report',
      })
      break
    }
    takePart(bytes, part, carried, found)
    inner = part.to
  }
  if (found.epc === undefined) {
    into.refused.push({
      offset: at,
      code: 'no-epc',
      message: 'expected EPC-96 or EPCData in the tag report',
    })
    return
  }
  into.reads.push(readOf(device, found.epc, found, carried))
}

interface Found {
  epc?: string
  epcBits?: number
  pc?: number
  crc?: number
  tid?: string
  phaseDeg?: number
}

const EPC_DATA = 241
const READ_RESULT = 349
const CUSTOM = 1023

function takePart(
  bytes: Uint8Array,
  { type, from, to }: LlrpParameter,
  carried: Carried,
  found: Found,
): void {
  switch (type) {
    case 1:
      carried.antenna = u16(bytes, from)
      return
    case 2:
      carried.firstUtc = u64(bytes, from)
      return
    case 3:
    case 5:
      carried.uptimeUs = u64(bytes, from)
      return
    case 4:
      carried.lastUtc = u64(bytes, from)
      return
    case 6:
      carried.rssiCdbm = centiDbm(((bytes[from] ?? 0) << 24) >> 24)
      return
    case 8:
      carried.count = countOf(u16(bytes, from))
      return
    case 11:
      found.crc = u16(bytes, from)
      return
    case 12:
      found.pc = u16(bytes, from)
      return
    case 13:
      found.epc = hexOfBytes(bytes, from, to)
      return
    case EPC_DATA:
      return takeEpcData(bytes, from, to, found)
    case READ_RESULT:
      return takeReadResult(bytes, from, to, found)
    case CUSTOM:
      return takeCustom(bytes, from, to, carried, found)
    default:
  }
}

function takeEpcData(bytes: Uint8Array, from: number, to: number, found: Found): void {
  const bits = u16(bytes, from)
  const size = Math.ceil(bits / 8)
  if (size === 0 || from + 2 + size > to) return
  found.epc = hexOfBytes(bytes, from + 2, from + 2 + size)
  if (bits % 8 !== 0) found.epcBits = bits
}

/** C1G2ReadOpSpecResult: result, OpSpecID, word count, words. Our AccessSpec reads the TID. */
function takeReadResult(bytes: Uint8Array, from: number, to: number, found: Found): void {
  const words = u16(bytes, from + 3)
  if (bytes[from] === 0 && words > 0 && from + 5 + 2 * words <= to && words <= 32)
    found.tid = hexOfBytes(bytes, from + 5, from + 5 + 2 * words)
}

/** Impinj puts peak RSSI in hundredths, phase and TID into its own parameters. */
const IMPINJ = 25_882
const IMPINJ_TID = 55
const IMPINJ_PHASE = 56
const IMPINJ_PEAK_RSSI = 57

function takeCustom(
  bytes: Uint8Array,
  from: number,
  to: number,
  carried: Carried,
  found: Found,
): void {
  if (to - from < 10 || u32(bytes, from) !== IMPINJ) return
  const [kind, at] = [u32(bytes, from + 4), from + 8]
  if (kind === IMPINJ_PEAK_RSSI) carried.rssiCdbm = (u16(bytes, at) << 16) >> 16
  // A full turn is 4096 steps.
  else if (kind === IMPINJ_PHASE) found.phaseDeg = (u16(bytes, at) * 360) / 4_096
  else if (kind === IMPINJ_TID) {
    const size = 2 * u16(bytes, at)
    if (size > 0 && size <= 64 && at + 2 + size <= to)
      found.tid = hexOfBytes(bytes, at + 2, at + 2 + size)
  }
}

function readOf(device: string, epc: string, found: Found, carried: Carried): ReadDraft {
  const utc = carried.lastUtc ?? carried.firstUtc
  const read: ReadDraft = {
    device,
    antenna: antennaOf(carried.antenna),
    epc,
    atMs: epochMs(utc),
    atText: utc === null ? '' : String(utc),
    rssiCdbm: carried.rssiCdbm,
    eventNumber: null,
    count: carried.count,
  }
  if (found.epcBits !== undefined) read.epcBits = found.epcBits
  if (found.tid !== undefined) read.tid = found.tid
  if (found.phaseDeg !== undefined) read.phaseDeg = found.phaseDeg
  const first = epochMs(carried.firstUtc)
  if (first !== null) read.firstAtMs = first
  if (utc === null && carried.uptimeUs !== null) read.uptimeUs = carried.uptimeUs
  if (found.pc !== undefined) read.pc = word(found.pc)
  if (found.crc !== undefined) read.crc = word(found.crc)
  if (read.pc !== undefined && found.crc !== undefined)
    read.crcHolds = gen2Crc(read.pc + read.epc) === found.crc
  return read
}

const word = (value: number) => value.toString(16).toUpperCase().padStart(4, '0')
