import { epochMs } from '../device-time.ts'
import { decodeJson, field, listField, numberField, textField, wholeField } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import { gen2Crc } from './gen2.ts'
import {
  antennaOf,
  centiDbm,
  countOf,
  deviceEvent,
  hexOf,
  hexOfBase64,
  type ReadDraft,
  reason,
  show,
  takeEach,
} from './parts.ts'

/**
 * EdgeX: the LLRP device service's ROAccessReport readings inside an AddEventRequest, the bare
 * report, and the inventory service's Arrived, Moved and Departed (app-rfid-llrp-inventory,
 * internal/llrp and internal/inventory).
 */
export function decodeEdgeX(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeMessage(device, value, into))
}

function takeMessage(device: string, value: unknown, into: Collected): Reason | null {
  const inner = field(value, 'payload') ?? value
  const event = field(inner, 'event') ?? inner
  if (Array.isArray(field(event, 'readings')))
    return takeEach(listField(event, 'readings'), (reading) => takeReading(device, reading, into))
  if (Array.isArray(field(event, 'TagReportData'))) return takeReport(device, null, event, into)
  return takeInventoryEvent(device, event, into)
}

function takeReading(device: string, reading: unknown, into: Collected): Reason | null {
  const name = textField(reading, 'resourceName') ?? ''
  const origin = numberField(reading, 'origin')
  const content = field(reading, 'objectValue')
  if (name === 'ROAccessReport' && content !== undefined)
    return takeReport(device, origin, content, into)
  if (/^(Arrived|Moved|Departed|InventoryEvent\w*)$/.test(name) && content !== undefined)
    return takeInventoryEvent(device, content, into)
  into.events.push(deviceEvent(device, 'status', epochMs(origin), name || 'reading'))
  return null
}

function takeReport(
  device: string,
  origin: number | null,
  report: unknown,
  into: Collected,
): Reason | null {
  return takeEach(listField(report, 'TagReportData'), (tag) => {
    const epc = epcOf(tag)
    if (epc === null) {
      const got = field(field(tag, 'EPC96'), 'EPC') ?? field(field(tag, 'EPCData'), 'EPC')
      return reason('no-epc', `expected EPC96 or EPCData in base64, got ${show(got)}`)
    }
    into.reads.push(readOf(device, epc, origin, tag))
    return null
  })
}

function epcOf(tag: unknown): string | null {
  const short = hexOfBase64(textField(field(tag, 'EPC96'), 'EPC'))
  return short ?? hexOfBase64(textField(field(tag, 'EPCData'), 'EPC'))
}

function readOf(device: string, epc: string, origin: number | null, tag: unknown): ReadDraft {
  const last = numberField(tag, 'LastSeenUTC') ?? numberField(tag, 'FirstSeenUTC')
  const uptime = numberField(tag, 'LastSeenUptime') ?? numberField(tag, 'FirstSeenUptime')
  // Without a UTC of the reader the origin is the service's own receive time: better than none.
  const at = last ?? (uptime === null ? origin : null)
  const read: ReadDraft = {
    device,
    antenna: antennaOf(numberField(tag, 'AntennaID')),
    epc,
    atMs: epochMs(at),
    atText: at === null ? '' : String(at),
    rssiCdbm: centiDbm(numberField(tag, 'PeakRSSI')),
    eventNumber: null,
    count: countOf(numberField(tag, 'TagSeenCount')),
  }
  const bits = wholeField(field(tag, 'EPCData'), 'EPCNumBits')
  if (bits !== null && bits > 0 && bits !== epc.length * 4) read.epcBits = bits
  const first = epochMs(numberField(tag, 'FirstSeenUTC'))
  if (first !== null) read.firstAtMs = first
  if (last === null && uptime !== null) read.uptimeUs = uptime
  addWords(read, tag)
  return read
}

/** The PC comes as its parts; only its length and flags can be put together again. */
function addWords(read: ReadDraft, tag: unknown): void {
  const parts = field(tag, 'C1G2PC')
  const crc = wholeField(field(tag, 'C1G2CRC'), 'CRC') ?? wholeField(tag, 'C1G2CRC')
  if (crc !== null) read.crc = word(crc)
  const length = wholeField(parts, 'EPCMemoryLength')
  if (length === null) return
  const flag = (name: string, bit: number) => (field(parts, name) === true ? bit : 0)
  const flags = flag('HasUserMemory', 0x400) | flag('HasXPC', 0x200) | flag('IsISO15961', 0x100)
  const pc = ((length & 31) << 11) | flags | ((wholeField(parts, 'AttributesOrAFI') ?? 0) & 0xff)
  read.pc = word(pc)
  if (crc !== null) read.crcHolds = gen2Crc(read.pc + read.epc) === crc
}

const word = (value: number) => (value & 0xffff).toString(16).toUpperCase().padStart(4, '0')

/** Arrived and Moved mean that the tag was read then; Departed that it was not. */
function takeInventoryEvent(device: string, value: unknown, into: Collected): Reason | null {
  const epc = hexOf(textField(value, 'epc'))
  const at = numberField(value, 'timestamp')
  if (epc === null || at === null)
    return reason(
      'unknown-event',
      'expected an ROAccessReport or an inventory event with epc and timestamp',
    )
  const to = textField(value, 'location') ?? textField(value, 'new_location')
  const from = textField(value, 'old_location') ?? textField(value, 'last_known_location')
  const present = to !== null
  if (present) {
    const read: ReadDraft = {
      device,
      antenna: 0,
      epc,
      atMs: epochMs(at),
      atText: String(at),
      rssiCdbm: null,
      eventNumber: null,
      count: 1,
    }
    read.place = to.slice(0, 100)
    const tid = hexOf(textField(value, 'tid'))
    if (tid !== null) read.tid = tid
    into.reads.push(read)
  }
  const detail = present ? (from === null ? 'arrived' : 'moved') : 'departed'
  into.events.push(
    deviceEvent(device, 'presence', epochMs(at), detail, {
      epc,
      present,
      ...(from === null ? {} : { from: from.slice(0, 100) }),
      ...(to === null ? {} : { to: to.slice(0, 100) }),
    }),
  )
  return null
}
