import { instantOf } from './device-time.ts'
import { field, jsonParts, numberField, textField } from './json-values.ts'
import type { Decoded, DeviceEvent, TagRead, Unreadable } from './tag-read.ts'

/**
 * Zebra IoT Connector, fixed readers: tag data events `{type, timestamp, data}` of every
 * operating mode and management events `{component, type, eventNum, timestamp, data}`
 * (Zebra IoT Connector documentation, "Tag data events" and "Management events").
 */
export function decodeZebraIotc(device: string, payload: Uint8Array): Decoded {
  const { parts, broken } = jsonParts(payload)
  const reads: TagRead[] = []
  const events: DeviceEvent[] = []
  const refused: Unreadable[] = broken.map((part) => ({ ...part, code: 'not-json' }))
  for (const { offset, value } of parts) {
    const type = textField(value, 'type')
    const data = field(value, 'data')
    if (type === null || data === undefined)
      refused.push(unreadable(offset, 'not-an-event', 'expected {type, timestamp, data}'))
    else if (MANAGEMENT.has(type)) events.push(...managementEvents(device, type, value, data))
    else if (TAG_DATA.has(type)) {
      const read = tagRead(device, value, data)
      if (read) reads.push(read)
      else refused.push(unreadable(offset, 'no-epc', 'expected data.idHex in hexadecimal'))
    } else
      refused.push(
        unreadable(offset, 'unknown-type', `expected a known type, got "${type.slice(0, 40)}"`),
      )
  }
  return { reads, events, refused }
}

const TAG_DATA = new Set(['SIMPLE', 'INVENTORY', 'PORTAL', 'CONVEYOR', 'CUSTOM'])
const MANAGEMENT = new Set([
  'heartbeat',
  'gpi',
  'gpo',
  'error',
  'warning',
  'firmwareUpdateProgress',
  'userapp',
])

function tagRead(device: string, value: unknown, data: unknown): TagRead | null {
  const idHex = textField(data, 'idHex')
  if (idHex === null || !/^[0-9A-Fa-f]{1,128}$/.test(idHex)) return null
  const atText = textField(value, 'timestamp') ?? ''
  const peakRssi = numberField(data, 'peakRssi')
  return {
    device,
    antenna: integer(numberField(data, 'antenna')) ?? 0,
    epc: idHex.toUpperCase(),
    atMs: instantOf(atText),
    atText,
    rssiCdbm: peakRssi === null ? null : Math.round(peakRssi * 100),
    eventNumber: integer(numberField(data, 'eventNum')),
    count: Math.max(1, integer(numberField(data, 'reads')) ?? 1),
  }
}

function managementEvents(
  device: string,
  type: string,
  value: unknown,
  data: unknown,
): DeviceEvent[] {
  const atMs = instantOf(textField(value, 'timestamp'))
  const event = (kind: DeviceEvent['kind'], detail: string) => ({ device, kind, atMs, detail })
  if (type === 'gpi' || type === 'gpo') {
    const pin = `${type} ${numberField(data, 'pin') ?? '?'} ${textField(data, 'state') ?? '?'}`
    return [event(type === 'gpi' ? 'gpi' : 'status', pin)]
  }
  if (type === 'error' || type === 'warning')
    return [event('error', (textField(data, 'message') ?? type).slice(0, 200))]
  if (type !== 'heartbeat') return [event('status', type)]
  const dropped = droppedMessages(data)
  const lost = dropped > 0 ? [event('reads-lost', `${dropped} messages dropped`)] : []
  return [event('heartbeat', 'heartbeat'), ...lost]
}

/** Messages the reader has thrown away for ever; the counters moved between firmwares. */
function droppedMessages(data: unknown): number {
  const gateway = field(data, 'reader_gateway')
  const paths = field(gateway, 'dataPathStatistics')
  const rows: unknown[] = Array.isArray(paths) ? paths.slice(0, 32) : [gateway]
  return rows.reduce<number>(
    (sum, row) => sum + (numberField(row, 'numDataMessagesDropped') ?? 0),
    0,
  )
}

const integer = (value: number | null) =>
  value !== null && Number.isSafeInteger(value) ? value : null

function unreadable(offset: number, code: string, message: string): Unreadable {
  return { offset, code, message }
}
