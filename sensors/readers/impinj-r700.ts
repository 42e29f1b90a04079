import { instantOf } from '../device-time.ts'
import { decodeJson, field, numberField, textField } from '../json-values.ts'
import type { Collected, Decoded, DeviceEvent, Reason } from '../tag-read.ts'
import { addPcAndCrc } from './gen2.ts'
import {
  antennaOf,
  deviceEvent,
  hexOf,
  hexOfBase64,
  type ReadDraft,
  reason,
  show,
} from './parts.ts'

/**
 * Impinj R700/R720 IoT Device Interface: ReaderEvent over MQTT, webhook array or NDJSON stream.
 * Older firmware leaves `eventType` out, so the kind is told by which member exists; wills and
 * connect messages are plain text (Impinj IoT Device Interface, "ReaderEvent").
 */
export function decodeImpinjR700(device: string, payload: Uint8Array): Decoded {
  const plain = plainText(payload)
  if (plain !== null) {
    // The HTTP stream keeps itself alive with bare line ends; MQTT disconnects with nothing.
    const kind = plain === '' && payload.length > 0 ? 'heartbeat' : 'status'
    const event = deviceEvent(
      device,
      kind,
      null,
      plain || (kind === 'status' ? 'disconnected' : kind),
    )
    return { reads: [], events: [event], refused: [] }
  }
  return decodeJson(payload, (value, into) => takeEvent(device, value, into))
}

function takeEvent(device: string, value: unknown, into: Collected): Reason | null {
  const tag = field(value, 'tagInventoryEvent')
  if (tag !== undefined) return takeRead(device, value, tag, into)
  const event = readerEvent(device, value)
  if (event === null) return reason('unknown-event', 'expected a member such as tagInventoryEvent')
  into.events.push(event)
  return null
}

function takeRead(device: string, value: unknown, tag: unknown, into: Collected): Reason | null {
  const epc = hexOf(textField(tag, 'epcHex')) ?? hexOfBase64(textField(tag, 'epc'))
  if (epc === null)
    return reason('no-epc', `expected epc (base64url) or epcHex, got ${show(field(tag, 'epc'))}`)
  const atText = textField(value, 'timestamp') ?? ''
  const rssi = numberField(tag, 'peakRssiCdbm')
  const read: ReadDraft = {
    device,
    antenna: antennaOf(numberField(tag, 'antennaPort')),
    epc,
    atMs: instantOf(atText),
    atText,
    rssiCdbm: rssi !== null && rssi >= -15_000 && rssi <= 5_000 ? Math.round(rssi) : null,
    eventNumber: null,
    count: 1,
  }
  addPcAndCrc(read, hexOfBase64(textField(tag, 'pc')), null)
  const tid = hexOf(textField(tag, 'tidHex')) ?? hexOfBase64(textField(tag, 'tid'))
  if (tid !== null) read.tid = tid
  const frequency = numberField(tag, 'frequency')
  if (frequency !== null) read.frequencyKhz = frequency
  const phase = numberField(tag, 'phaseAngle')
  if (phase !== null) read.phaseDeg = phase
  const place = textField(tag, 'antennaName')
  if (place !== null) read.place = place.slice(0, 100)
  into.reads.push(read)
  return null
}

function readerEvent(device: string, value: unknown): DeviceEvent | null {
  const atMs = instantOf(textField(value, 'timestamp'))
  const inventory = field(value, 'inventoryStatusEvent')
  if (inventory !== undefined)
    return deviceEvent(device, 'status', atMs, `inventory ${textField(inventory, 'status') ?? '?'}`)
  const gpi = field(value, 'gpiTransitionEvent')
  if (gpi !== undefined) return gpiEvent(device, atMs, gpi)
  const overflow = field(value, 'overflowEvent')
  if (overflow !== undefined) {
    const amount = numberField(overflow, 'eventsPurged')
    const detail = `${amount ?? 'unknown number of'} events purged`
    return deviceEvent(device, 'reads-lost', atMs, detail, amount === null ? {} : { amount })
  }
  for (const [name, connected] of ANTENNA_EVENTS) {
    const event = field(value, name)
    if (event === undefined) continue
    const antenna = antennaOf(numberField(event, 'antennaPort'))
    const detail = `antenna ${antenna} ${connected ? 'connected' : 'disconnected'}`
    return deviceEvent(device, 'antenna', atMs, detail, { antenna, connected })
  }
  const other = Object.keys(typeof value === 'object' && value !== null ? value : {}).find((name) =>
    /^[a-z]\w{0,40}Event$/i.test(name),
  )
  return other === undefined ? null : deviceEvent(device, 'status', atMs, other)
}

const ANTENNA_EVENTS = [
  ['antennaConnectedEvent', true],
  ['antennaDisconnectedEvent', false],
] as const

function gpiEvent(device: string, atMs: number | null, gpi: unknown): DeviceEvent {
  const pin = numberField(gpi, 'gpi')
  const transition = textField(gpi, 'transition') ?? ''
  const level = /high$/.test(transition) ? 'high' : /low$/.test(transition) ? 'low' : null
  return deviceEvent(device, 'gpi', atMs, `gpi ${pin ?? '?'} ${level ?? '?'}`, {
    ...(pin === null ? {} : { pin }),
    ...(level === null ? {} : { level }),
  })
}

/** "connected", "connection lost", an empty disconnect message; null for anything else. */
function plainText(payload: Uint8Array): string | null {
  if (payload.length > 200) return null
  for (const byte of payload) {
    const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
    if (!letter && byte !== 32 && byte !== 13 && byte !== 10) return null
  }
  return new TextDecoder().decode(payload).trim()
}
