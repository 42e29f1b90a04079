import type { Collected, Decoded } from '../tag-read.ts'
import { nothingYet } from '../tag-read.ts'
import { crcMercury } from './crc.ts'
import { cutFrame, type Frame, type FrameRule, framesOf } from './framing.ts'
import { addPcAndCrc } from './gen2.ts'
import { antennaOf, centiDbm, countOf, deviceEvent, hexOfBytes, type ReadDraft } from './parts.ts'

/**
 * ThingMagic / JADAK Mercury modules (M6e, Nano, M7e): `FF LEN OP STATUS DATA CRC` answers and
 * `FF LEN OP DATA CRC` requests; SparkFun Simultaneous RFID Tag Reader Library, python-mercuryapi.
 */
export function decodeThingMagic(device: string, payload: Uint8Array): Decoded {
  const framed = framesOf(payload, THINGMAGIC_FRAMES)
  const into = nothingYet()
  for (const frame of framed.frames) takeFrame(device, payload, frame, into)
  into.refused.push(...framed.refused, ...cutFrame(framed, payload))
  return into
}

const START = 0xff
const ANSWER_EXTRA = 7
const REQUEST_EXTRA = 5
/** The modules' own limit of data in a frame; requests that we know are far shorter. */
const DATA_MAX = 250
const REQUEST_DATA_MAX = 64

export const THINGMAGIC_FRAMES: FrameRule = {
  bytesMax: 257,
  length(bytes, at) {
    if (bytes[at] !== START) return 0
    const length = bytes[at + 1]
    if (length === undefined) return -1
    if (length > DATA_MAX) return 0
    // A capture may hold our own requests too: they are two bytes shorter.
    const request = length + REQUEST_EXTRA
    const isRequest =
      length <= REQUEST_DATA_MAX && at + request <= bytes.length && isChecked(bytes, at, request)
    return isRequest ? request : length + ANSWER_EXTRA
  },
  holds: isChecked,
}

function isChecked(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length - 2
  return crcMercury(bytes, at + 1, end) === u16(bytes, end)
}

const u16 = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const READ_TAGS = 0x22
const STATUS: Readonly<Record<number, readonly ['heartbeat' | 'error' | 'status', string]>> = {
  1024: ['heartbeat', 'no tag in this cycle'],
  1284: ['error', 'temperature too high, throttled'],
  1285: ['error', 'high return loss: antenna missing or broken'],
}

function takeFrame(device: string, bytes: Uint8Array, { from, to }: Frame, into: Collected): void {
  const isAnswer = to - from === (bytes[from + 1] ?? 0) + ANSWER_EXTRA
  const op = (bytes[from + 2] ?? 0).toString(16).padStart(2, '0')
  if (!isAnswer) {
    into.events.push(deviceEvent(device, 'status', null, `request ${op}`))
    return
  }
  const status = u16(bytes, from + 3)
  if (status !== 0) {
    const [kind, text] =
      STATUS[status] ?? (['error', `status ${status.toString(16).padStart(4, '0')}`] as const)
    into.events.push(deviceEvent(device, kind, null, text))
    return
  }
  if (bytes[from + 2] !== READ_TAGS || to - from <= TAG_AT_LEAST) {
    into.events.push(deviceEvent(device, 'status', null, `answer ${op}`))
    return
  }
  const read = tagOf(device, bytes, from, to)
  if (typeof read === 'string') into.refused.push({ offset: from, code: 'bad-tag', message: read })
  else into.reads.push(read)
}

/** Shortest streaming record: metadata, EPC length and an empty EPC. */
const TAG_AT_LEAST = 36
const GEN2 = 5

function tagOf(device: string, bytes: Uint8Array, from: number, to: number): ReadDraft | string {
  const embedded = Math.ceil(u16(bytes, from + 24) / 8)
  const epcAt = from + 26 + embedded + 1
  const epcBytes = u16(bytes, epcAt) / 8
  const pcAt = epcAt + 2
  const end = pcAt + epcBytes
  if (bytes[from + 23] !== GEN2)
    return `expected a Gen2 tag, got protocol ${bytes[from + 23] ?? '?'}`
  if (!Number.isInteger(epcBytes) || epcBytes < 6 || end !== to - 2)
    return `expected the EPC to end with the frame, got ${u16(bytes, epcAt)} bits`
  const read: ReadDraft = {
    device,
    // The low nibble receives; the high one transmits and is the same on these modules.
    antenna: antennaOf((bytes[from + 13] ?? 0) & 15),
    epc: hexOfBytes(bytes, pcAt + 2, end - 2),
    atMs: null,
    atText: '',
    rssiCdbm: centiDbm(((bytes[from + 12] ?? 0) << 24) >> 24),
    eventNumber: null,
    count: countOf(bytes[from + 11] ?? 1),
  }
  addPcAndCrc(read, hexOfBytes(bytes, pcAt, pcAt + 2), hexOfBytes(bytes, end - 2, end))
  if (read.crcHolds === false) return 'expected the CRC of the tag to hold over PC and EPC'
  read.frequencyKhz = ((bytes[from + 14] ?? 0) << 16) | u16(bytes, from + 15)
  // No clock on board: milliseconds since the last keep-alive.
  read.sinceSignMs = u16(bytes, from + 17) * 65_536 + u16(bytes, from + 19)
  read.phaseDeg = u16(bytes, from + 21)
  return read
}
