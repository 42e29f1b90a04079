import { instantOf } from './device-time.ts'
import { field, jsonParts, numberField, textField } from './json-values.ts'
import type { Decoded, DeviceEvent, TagRead, Unreadable } from './tag-read.ts'

/**
 * Impinj R700/R720 IoT Device Interface: ReaderEvent over MQTT, webhook array or NDJSON stream.
 * Older firmware leaves `eventType` out, so the kind is told by which member exists; wills and
 * connect messages are plain text (Impinj IoT Device Interface, "ReaderEvent").
 */
export function decodeImpinjR700(device: string, payload: Uint8Array): Decoded {
  const plain = plainText(payload)
  if (plain !== null) return { reads: [], events: [status(device, null, plain)], refused: [] }
  const { parts, broken } = jsonParts(payload)
  const reads: TagRead[] = []
  const events: DeviceEvent[] = []
  const refused: Unreadable[] = broken.map((part) => ({ ...part, code: 'not-json' }))
  for (const { offset, value } of parts) {
    const tag = field(value, 'tagInventoryEvent')
    if (tag !== undefined) {
      const read = tagRead(device, value, tag)
      if (read) reads.push(read)
      else refused.push({ offset, code: 'no-epc', message: 'expected epc (base64url) or epcHex' })
      continue
    }
    const event = readerEvent(device, value)
    if (event) events.push(event)
    else
      refused.push({
        offset,
        code: 'unknown-event',
        message: 'expected a member such as tagInventoryEvent',
      })
  }
  return { reads, events, refused }
}

function tagRead(device: string, value: unknown, tag: unknown): TagRead | null {
  const epc = textField(tag, 'epcHex') ?? hexOfBase64Url(textField(tag, 'epc'))
  if (epc === null || !/^[0-9A-Fa-f]{1,128}$/.test(epc)) return null
  const atText = textField(value, 'timestamp') ?? ''
  const antenna = numberField(tag, 'antennaPort')
  const rssi = numberField(tag, 'peakRssiCdbm')
  return {
    device,
    antenna: antenna !== null && Number.isSafeInteger(antenna) ? antenna : 0,
    epc: epc.toUpperCase(),
    atMs: instantOf(atText),
    atText,
    rssiCdbm: rssi === null ? null : Math.round(rssi),
    eventNumber: null,
    count: 1,
  }
}

function readerEvent(device: string, value: unknown): DeviceEvent | null {
  const atMs = instantOf(textField(value, 'timestamp'))
  const inventory = field(value, 'inventoryStatusEvent')
  if (inventory !== undefined)
    return status(device, atMs, `inventory ${textField(inventory, 'status') ?? '?'}`)
  const gpi = field(value, 'gpiTransitionEvent')
  if (gpi !== undefined) {
    const detail = `gpi ${numberField(gpi, 'gpi') ?? '?'} ${textField(gpi, 'transition') ?? '?'}`
    return { device, kind: 'gpi', atMs, detail }
  }
  const overflow = field(value, 'overflowEvent')
  if (overflow !== undefined) {
    const detail = `${numberField(overflow, 'eventsPurged') ?? '?'} events purged`
    return { device, kind: 'reads-lost', atMs, detail }
  }
  for (const name of [
    'antennaConnectedEvent',
    'antennaDisconnectedEvent',
    'antennaActivationEvent',
  ]) {
    const antenna = field(value, name)
    if (antenna !== undefined)
      return status(device, atMs, `${name} ${numberField(antenna, 'antennaPort') ?? '?'}`)
  }
  return null
}

function status(device: string, atMs: number | null, detail: string): DeviceEvent {
  return { device, kind: 'status', atMs, detail }
}

/** "connected", "connection lost", an empty disconnect message; null for anything else. */
function plainText(payload: Uint8Array): string | null {
  if (payload.length > 200) return null
  const text = new TextDecoder().decode(payload)
  return /^[a-z \r\n]*$/i.test(text) ? text.trim() || 'disconnected' : null
}

function hexOfBase64Url(text: string | null): string | null {
  if (text === null || text.length > 96 || !/^[\w-]+={0,2}$/.test(text)) return null
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Array.from(binary, (mark) => mark.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  } catch {
    return null
  }
}
