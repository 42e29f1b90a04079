import type { Collected, Decoded } from '../tag-read.ts'
import { nothingYet } from '../tag-read.ts'
import { sumOf } from './crc.ts'
import { cutFrame, type Frame, type FrameRule, framesOf } from './framing.ts'
import { addPcAndCrc } from './gen2.ts'
import { centiDbm, deviceEvent, hexOfBytes, type ReadDraft } from './parts.ts'

/** R2000 boards (Rodinbell and clones): `A0 Len Adr Cmd Data Check`; hex-in/pyImpinj. */
export function decodeR2000(device: string, payload: Uint8Array): Decoded {
  const framed = framesOf(payload, R2000_FRAMES)
  const into = nothingYet()
  for (const frame of framed.frames) takeFrame(device, payload, frame, into)
  into.refused.push(...framed.refused, ...cutFrame(framed, payload))
  return into
}

const START = 0xa0

export const R2000_FRAMES: FrameRule = {
  bytesMax: 257,
  length(bytes, at) {
    if (bytes[at] !== START) return 0
    const length = bytes[at + 1]
    if (length === undefined) return -1
    return length >= 3 ? length + 2 : 0
  },
  holds: (bytes, at, length) => sumOf(bytes, at, at + length) === 0,
}

const REAL_TIME = [0x89, 0x8a, 0x8b]
const BUFFERED = 0x90
/** Len of an error answer and of the end of a round. */
const ERROR_LENGTH = 4
const ROUND_LENGTH = 10
const NO_TAG = 0x36
const ANTENNA_MISSING = 0x22

function takeFrame(device: string, bytes: Uint8Array, frame: Frame, into: Collected): void {
  const length = bytes[frame.from + 1] ?? 0
  const command = bytes[frame.from + 3] ?? 0
  const isRealTime = REAL_TIME.includes(command)
  if (length === ERROR_LENGTH) {
    into.events.push(statusOf(device, command, bytes[frame.from + 4] ?? 0))
    return
  }
  if (isRealTime && length === ROUND_LENGTH) {
    into.events.push(deviceEvent(device, 'heartbeat', null, 'end of round'))
    return
  }
  if (!isRealTime && command !== BUFFERED) {
    into.events.push(deviceEvent(device, 'status', null, `answer ${command.toString(16)}`))
    return
  }
  const read = isRealTime ? realTime(device, bytes, frame) : buffered(device, bytes, frame)
  if (typeof read === 'string')
    into.refused.push({ offset: frame.from, code: 'bad-tag', message: read })
  else into.reads.push(read)
}

function statusOf(device: string, command: number, code: number) {
  if (code === NO_TAG) return deviceEvent(device, 'heartbeat', null, 'no tag')
  if (code === ANTENNA_MISSING)
    return deviceEvent(device, 'antenna', null, 'antenna missing', { connected: false })
  const good = code === 0x10
  return deviceEvent(
    device,
    good ? 'status' : 'error',
    null,
    `answer ${command.toString(16)} code ${code.toString(16)}`,
  )
}

/** FreqAnt, PC, EPC, RSSI; a phase of two bytes may follow where it is switched on. */
function realTime(device: string, bytes: Uint8Array, { from, to }: Frame): ReadDraft | string {
  const pcAt = from + 5
  const pc = ((bytes[pcAt] ?? 0) << 8) | (bytes[pcAt + 1] ?? 0)
  const epcBytes = (pc >> 11) * 2
  const rssiAt = pcAt + 2 + epcBytes
  const spare = to - 1 - (rssiAt + 1)
  if (epcBytes === 0 || (spare !== 0 && spare !== 2))
    return `expected an EPC of the ${epcBytes} bytes that its PC announces, got ${to - from - 9}`
  const head = bytes[from + 4] ?? 0
  const read = tagOf(device, bytes, { pcAt, epcBytes, rssi: bytes[rssiAt] ?? 0, antenna: head & 3 })
  read.frequencyKhz = frequencyOf(head >> 2)
  return read
}

/** Count 2, length, PC, EPC, CRC, RSSI, FreqAnt, reads. */
function buffered(device: string, bytes: Uint8Array, { from, to }: Frame): ReadDraft | string {
  const length = bytes[from + 6] ?? 0
  const pcAt = from + 7
  const end = pcAt + length
  if (length < 6 || end + 3 !== to - 1)
    return `expected PC, EPC and CRC of ${length} bytes, got ${to - from - 11}`
  const head = bytes[end + 1] ?? 0
  const read = tagOf(device, bytes, {
    pcAt,
    epcBytes: length - 4,
    rssi: bytes[end] ?? 0,
    antenna: head & 3,
  })
  addPcAndCrc(read, hexOfBytes(bytes, pcAt, pcAt + 2), hexOfBytes(bytes, end - 2, end))
  if (read.crcHolds === false) return 'expected the CRC of the tag to hold over PC and EPC'
  read.count = Math.max(1, bytes[end + 2] ?? 1)
  return read
}

interface Fields {
  readonly pcAt: number
  readonly epcBytes: number
  readonly rssi: number
  readonly antenna: number
}

function tagOf(
  device: string,
  bytes: Uint8Array,
  { pcAt, epcBytes, rssi, antenna }: Fields,
): ReadDraft {
  const read: ReadDraft = {
    device,
    // Two bits count ports from zero; on boards of eight the top bit of RSSI adds four.
    antenna: antenna + 1 + (rssi & 0x80 ? 4 : 0),
    epc: hexOfBytes(bytes, pcAt + 2, pcAt + 2 + epcBytes),
    atMs: null,
    atText: '',
    rssiCdbm: centiDbm((rssi & 0x7f) - 129),
    eventNumber: null,
    count: 1,
  }
  addPcAndCrc(read, hexOfBytes(bytes, pcAt, pcAt + 2), null)
  return read
}

/** Seven channels from 865 MHz (ETSI), then from 902 MHz (FCC), 500 kHz apart. */
function frequencyOf(index: number): number {
  return index < 7 ? 865_000 + 500 * index : 902_000 + 500 * (index - 7)
}
