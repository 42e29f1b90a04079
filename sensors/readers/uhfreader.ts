import type { Collected, Decoded, DeviceEvent } from '../tag-read.ts'
import { nothingYet } from '../tag-read.ts'
import { crc8408 } from './crc.ts'
import { cutFrame, type Frame, type FrameRule, framesOf } from './framing.ts'
import { antennaOf, deviceEvent, hexOfBytes } from './parts.ts'

/**
 * Chafon and sisters: UHFReader288 and UHFReader18 (`Len Adr Cmd Status Data CRC`, low byte of
 * the CRC first), and the CF series (`CF Addr Cmd Len Status Data CRC`, high byte first) that the
 * newer boards speak; manuals and wabson/chafon-rfid.
 */
export function decodeUhfReader288(device: string, payload: Uint8Array): Decoded {
  return decode(payload, UHFREADER_FRAMES, (frame, into) => {
    if (payload[frame.from] === CF && isCfFrame(payload, frame))
      takeCfFrame(device, payload, frame, into)
    else takeFrame(device, payload, frame, { antenna: true, rssi: true }, into)
  })
}

export function decodeUhfReader18(device: string, payload: Uint8Array): Decoded {
  return decode(payload, UHFREADER_FRAMES, (frame, into) =>
    takeFrame(device, payload, frame, { antenna: false, rssi: false }, into),
  )
}

function decode(
  payload: Uint8Array,
  rule: FrameRule,
  take: (frame: Frame, into: Collected) => void,
): Decoded {
  const framed = framesOf(payload, rule)
  const into = nothingYet()
  for (const frame of framed.frames) take(frame, into)
  into.refused.push(...framed.refused, ...cutFrame(framed, payload))
  return into
}

const CF = 0xcf
const CF_HEAD = 5
const SHORTEST = 5

/** The first byte is a length, any byte may be one: only the CRC tells a frame from noise. */
export const UHFREADER_FRAMES: FrameRule = {
  bytesMax: 262,
  length(bytes, at) {
    if (bytes[at] === CF) {
      const data = bytes[at + CF_HEAD - 1]
      if (data === undefined) return -1
      const length = CF_HEAD + data + 2
      // CF may also be the length of an ordinary frame of 208 bytes.
      if (at + length <= bytes.length && isCfChecked(bytes, at, length)) return length
      return isChecked(bytes, at, CF + 1) ? CF + 1 : length
    }
    const length = (bytes[at] ?? 0) + 1
    return length >= SHORTEST ? length : 0
  },
  holds: (bytes, at, length) =>
    isChecked(bytes, at, length) || (bytes[at] === CF && isCfChecked(bytes, at, length)),
}

function isChecked(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length - 2
  const crc = crc8408(bytes, at, end)
  return end + 1 < bytes.length && bytes[end] === (crc & 0xff) && bytes[end + 1] === crc >> 8
}

function isCfChecked(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length - 2
  const crc = crc8408(bytes, at, end)
  return bytes[end] === crc >> 8 && bytes[end + 1] === (crc & 0xff)
}

const isCfFrame = (bytes: Uint8Array, { from, to }: Frame) =>
  to - from === CF_HEAD + (bytes[from + 4] ?? 0) + 2

const INVENTORY = 0x01
const PUSHED = 0xee
/** What an inventory answer's status means; 03 says that more frames follow. */
const STATUS: Readonly<Record<number, readonly ['heartbeat' | 'error', string]>> = {
  4: ['error', 'reader memory full'],
  248: ['error', 'antenna fault'],
  251: ['heartbeat', 'no tag'],
}

interface Layout {
  readonly antenna: boolean
  readonly rssi: boolean
}

function takeFrame(
  device: string,
  bytes: Uint8Array,
  frame: Frame,
  layout: Layout,
  into: Collected,
): void {
  const [command, status] = [bytes[frame.from + 2] ?? 0, bytes[frame.from + 3] ?? 0]
  if (command !== INVENTORY && command !== PUSHED) {
    into.events.push(
      deviceEvent(device, 'status', null, `answer ${hexByte(command)} status ${hexByte(status)}`),
    )
    return
  }
  const known = STATUS[status]
  if (known || status > 4) {
    const [kind, text] = known ?? (['error', `inventory status ${hexByte(status)}`] as const)
    into.events.push(deviceEvent(device, kind, null, text))
    if (status !== 4) return
  }
  takeTags(device, bytes, frame, layout, into)
}

const hexByte = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0')

/** FastID: bit 7 of a length says that twelve bytes of TID follow the EPC (UR-series manual). */
const FAST_ID = 0x80
const TID_BYTES = 12

function takeTags(
  device: string,
  bytes: Uint8Array,
  frame: Frame,
  layout: Layout,
  into: Collected,
): void {
  const end = frame.to - 2
  const antennaAt = frame.from + 4
  const countAt = antennaAt + (layout.antenna ? 1 : 0)
  // A pushed frame holds one tag and no count.
  const counted = bytes[frame.from + 2] !== PUSHED
  const count = counted ? byteAt(bytes, countAt, end) : 1
  const antenna = layout.antenna ? antennaOfMask(bytes[antennaAt] ?? 0) : 0
  if (count === 0) into.events.push(deviceEvent(device, 'heartbeat', null, 'no tag'))
  let at = countAt + (counted ? 1 : 0)
  for (let index = 0; index < count; index++) {
    const tag = tagAt(bytes, at, end, layout)
    if (tag === null) {
      const message = `expected tag ${index + 1} of ${count}, got ${Math.max(0, end - at)} bytes`
      into.refused.push({ offset: Math.min(at, end), code: 'bad-tag', message })
      return
    }
    into.reads.push({ device, antenna, ...NO_TIME, ...tag.read })
    at = tag.end
  }
  if (at < end) {
    const message = `expected the CRC after ${count} tags, got ${end - at} more bytes`
    into.refused.push({ offset: at, code: 'bad-tail', message })
  }
}

const NO_TIME = { atMs: null, atText: '', rssiCdbm: null, eventNumber: null, count: 1 } as const
const byteAt = (bytes: Uint8Array, at: number, end: number) => (at < end ? (bytes[at] ?? 0) : 0)

interface TagBlock {
  readonly read: { readonly epc: string; readonly tid?: string; readonly rssiRaw?: number }
  readonly end: number
}

function tagAt(bytes: Uint8Array, at: number, end: number, { rssi }: Layout): TagBlock | null {
  const mark = byteAt(bytes, at, end)
  const block = mark & ~FAST_ID
  const tid = mark & FAST_ID ? TID_BYTES : 0
  const next = at + 1 + block + (rssi ? 1 : 0)
  if (block - tid < 2 || next > end) return null
  const epcEnd = at + 1 + block - tid
  const read = {
    epc: hexOfBytes(bytes, at + 1, epcEnd),
    ...(tid > 0 ? { tid: hexOfBytes(bytes, epcEnd, epcEnd + tid) } : {}),
    // The RSSI byte has no documented unit: good for ranking only.
    ...(rssi ? { rssiRaw: bytes[next - 1] ?? 0 } : {}),
  }
  return { read, end: next }
}

/** One bit per port; 0 when none or several are set. */
function antennaOfMask(mask: number): number {
  return mask !== 0 && (mask & (mask - 1)) === 0 ? Math.log2(mask) + 1 : 0
}

const CF_INVENTORY = 1
const CF_NO_TAG = 0x12

function takeCfFrame(
  device: string,
  bytes: Uint8Array,
  { from, to }: Frame,
  into: Collected,
): void {
  const command = u16(bytes, from + 2)
  const length = bytes[from + 4] ?? 0
  const status = bytes[from + CF_HEAD] ?? 0
  if (command !== CF_INVENTORY || length < 6 || status !== 0) {
    into.events.push(cfStatus(device, command, length === 0 ? null : status))
    return
  }
  // Status, RSSI in two bytes of unverified unit, antenna, channel, EPC length, EPC.
  const epcAt = from + CF_HEAD + 6
  const epcBytes = bytes[epcAt - 1] ?? 0
  if (epcBytes < 2 || epcAt + epcBytes > to - 2) {
    const message = `expected an EPC inside the frame, got ${epcBytes} bytes`
    into.refused.push({ offset: from, code: 'bad-tag', message })
    return
  }
  into.reads.push({
    device,
    antenna: antennaOf(bytes[from + CF_HEAD + 3] ?? 0),
    epc: hexOfBytes(bytes, epcAt, epcAt + epcBytes),
    ...NO_TIME,
    rssiRaw: (u16(bytes, from + CF_HEAD + 1) << 16) >> 16,
  })
}

const u16 = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

function cfStatus(device: string, command: number, status: number | null): DeviceEvent {
  const name = `command ${command.toString(16).toUpperCase().padStart(4, '0')}`
  if (status === null) return deviceEvent(device, 'status', null, name)
  const kind = status === CF_NO_TAG ? 'heartbeat' : status === 0 ? 'status' : 'error'
  return deviceEvent(device, kind, null, `${name} status ${hexByte(status)}`)
}
