/**
 * What we say to an LLRP reader (GS1 LLRP 1.0.1, chapters 9 to 16; version 1 is understood by
 * every reader). Only the messages that a gateway needs: one ROSpec that reads for ever, one
 * AccessSpec that fetches the TID, keep-alives and reports.
 */
export const LLRP = {
  setReaderConfig: 3,
  closeConnection: 14,
  addRoSpec: 20,
  deleteRoSpec: 21,
  enableRoSpec: 24,
  addAccessSpec: 40,
  deleteAccessSpec: 41,
  enableAccessSpec: 42,
  roAccessReport: 61,
  keepAlive: 62,
  readerEvent: 63,
  enableEventsAndReports: 64,
  keepAliveAck: 72,
  errorMessage: 100,
} as const

/** Answers carry the number of their request plus ten, but for closing (4). */
export const answerOf = (type: number) => (type === LLRP.closeConnection ? 4 : type + 10)

const VERSION = 1

export function llrpMessage(type: number, id: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(10)
  head.writeUInt16BE((VERSION << 10) | type, 0)
  head.writeUInt32BE(10 + body.length, 2)
  head.writeUInt32BE(id, 6)
  return Buffer.concat([head, body])
}

/** A parameter in long form: ten bits of type, length with its own four bytes. */
function parameter(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(4 + body.length, 2)
  return Buffer.concat([head, body])
}

const u8 = (...values: readonly number[]) => Buffer.from(values)
function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index)
  return bytes
}
function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value, 0)
  return bytes
}

/** Our only ROSpec and AccessSpec; 0 stands for all of them. */
export const ROSPEC_ID = 417
export const ACCESSSPEC_ID = 418
export const ALL = u32(0)
export const ourRoSpec = u32(ROSPEC_ID)
export const ourAccessSpec = u32(ACCESSSPEC_ID)

const GPI_EVENT = 1
const BUFFER_WARNING = 3
const READER_EXCEPTION = 4
const ANTENNA_EVENT = 8
const ON = 0x80

/** Keep-alives, the events that we use, and reports held while we are away (13.1). */
export function readerConfig(keepAliveMs: number): Buffer {
  const events = [GPI_EVENT, BUFFER_WARNING, READER_EXCEPTION, ANTENNA_EVENT].map((event) =>
    parameter(245, u16(event), u8(ON)),
  )
  const keepFactorySettings = u8(0)
  return Buffer.concat([
    keepFactorySettings,
    parameter(244, ...events),
    parameter(220, u8(1), u32(keepAliveMs)),
    parameter(226, u8(ON)),
  ])
}

export interface RoSpecSettings {
  /** 1-based ports; none means all. */
  readonly antennas: readonly number[]
  /** A report is sent after this many tags. */
  readonly tagsPerReport: number
}

/** Antenna, peak RSSI, both times and the count of reads (14.2.1). */
const REPORT_CONTENT = 0x1780
const PC_AND_CRC = 0xc0
const GEN2 = 1
const UPON_TAGS_OR_END_OF_ROSPEC = 2

/** Starts at once when enabled, never stops, reads Gen2 on the antennas given (11.2). */
export function roSpec({ antennas, tagsPerReport }: RoSpecSettings): Buffer {
  const ports = antennas.length === 0 ? [0] : antennas
  const boundary = parameter(178, parameter(179, u8(1)), parameter(182, u8(0), u32(0)))
  const inventory = parameter(
    183,
    u16(ports.length, ...ports),
    parameter(184, u8(0), u32(0)),
    parameter(186, u16(1), u8(GEN2)),
  )
  const report = parameter(
    237,
    u8(UPON_TAGS_OR_END_OF_ROSPEC),
    u16(tagsPerReport),
    parameter(238, u16(REPORT_CONTENT), parameter(348, u8(PC_AND_CRC))),
  )
  const [priority, disabled] = [0, 0]
  return parameter(177, ourRoSpec, u8(priority, disabled), boundary, inventory, report)
}

const BANK_EPC = 1
const BANK_TID = 2
const MATCH = 0x20
/** Serialised TIDs (ISO/IEC 15963, E2) are six words. */
const TID_WORDS = 6

/** Reads the TID of every tag that answers (12.2); reported with the tag. */
export function tidAccessSpec(): Buffer {
  const anyTag = parameter(338, parameter(339, u8((BANK_EPC << 6) | MATCH), u16(32, 0, 0)))
  const [operation, password, fromWord] = [1, 0, 0]
  const read = parameter(
    341,
    u16(operation),
    u32(password),
    u8(BANK_TID << 6),
    u16(fromWord, TID_WORDS),
  )
  const [everyAntenna, disabled, always] = [0, 0, 0]
  return parameter(
    207,
    ourAccessSpec,
    u16(everyAntenna),
    u8(GEN2, disabled),
    ALL,
    parameter(208, u8(always), u16(0)),
    parameter(209, anyTag, read),
    parameter(239, u8(0)),
  )
}

const LLRP_STATUS = 287

/** Null when the reader has agreed, else its code and words (LLRPStatus, 15.2). */
export function statusOf(message: Uint8Array): string | null {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  if (bytes.length < 18 || (bytes.readUInt16BE(10) & 0x3ff) !== LLRP_STATUS) return 'no status'
  const code = bytes.readUInt16BE(14)
  if (code === 0) return null
  const words = bytes.subarray(18, 18 + bytes.readUInt16BE(16)).toString('utf8')
  return `status ${code} ${words.slice(0, 100)}`.trim()
}

const EVENT_DATA = 246
const CONNECTION_ATTEMPT = 256

/** Of the first message: 0 accepted, other numbers refused, null: it is something else (14.2.6.13). */
export function connectionStatus(message: Uint8Array): number | null {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  if (bytes.length < 14 || (bytes.readUInt16BE(10) & 0x3ff) !== EVENT_DATA) return null
  for (let at = 14; at + 6 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2)
    if ((bytes.readUInt16BE(at) & 0x3ff) === CONNECTION_ATTEMPT) return bytes.readUInt16BE(at + 4)
    if (length < 4) return null
    at += length
  }
  return null
}
