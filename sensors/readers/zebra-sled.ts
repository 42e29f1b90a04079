import { readScan } from '../barcode/scan.ts'
import { epochMs, instantOf } from '../device-time.ts'
import { decodeJson, field, listField, numberField, textField, wholeField } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import { addMemory } from './gen2.ts'
import {
  antennaOf,
  centiDbm,
  countOf,
  deviceEvent,
  hexOf,
  type ReadDraft,
  reason,
  show,
  takeEach,
} from './parts.ts'

/**
 * Zebra RFD40/RFD90 sled over MQTT (Gen2X API reference): dataEVT with tags and barcodes,
 * heartbeat, alerts, exceptions, and the connection message that is also the last will. The
 * vendor's own examples break their schema, so everything but the identity may be missing.
 */
export function decodeZebraSled(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeMessage(device, value, into))
}

function takeMessage(device: string, value: unknown, into: Collected): Reason | null {
  const data = field(value, 'data')
  if (Array.isArray(field(data, 'tagData')) || Array.isArray(field(data, 'barcodeData')))
    return takeData(device, value, data, into)
  const atMs = instantOf(textField(value, 'timestamp'))
  const state = textField(value, 'connectionState')
  if (state !== null) {
    const connected = state.toUpperCase() === 'CONNECTED'
    into.events.push(deviceEvent(device, 'status', atMs, state.toLowerCase(), { connected }))
    return null
  }
  if (textField(value, 'eventName') === 'heartbeat') {
    into.events.push(deviceEvent(device, 'heartbeat', atMs, heartbeatText(data)))
    return null
  }
  const exceptions = field(field(value, 'details'), 'exceptions')
  if (exceptions !== undefined) return takeExceptions(device, atMs, exceptions, into)
  if (textField(value, 'type') === 'ALERT') {
    const detail = ['id', 'state', 'priority']
      .map((name) => textField(value, name) ?? '?')
      .join(' ')
    into.events.push(deviceEvent(device, 'error', atMs, detail.toLowerCase()))
    return null
  }
  return reason(
    'unknown-event',
    'expected data.tagData, data.barcodeData, a heartbeat, an alert or a connection state',
  )
}

function takeData(device: string, value: unknown, data: unknown, into: Collected): Reason | null {
  const atText = textField(value, 'timestamp') ?? ''
  const atMs = instantOf(atText)
  const noTag = takeEach(listField(data, 'tagData'), (tag) => {
    const epc = hexOf(textField(tag, 'EPCid')) ?? hexOf(textField(tag, 'EPC'))
    if (epc === null)
      return reason(
        'no-epc',
        `expected EPCid in whole hexadecimal bytes, got ${show(field(tag, 'EPCid'))}`,
      )
    into.reads.push(readOf({ device, epc, atMs, atText }, tag))
    return null
  })
  let number = 0
  const noCode = takeEach(listField(data, 'barcodeData'), (code) => {
    const text = textField(code, 'decodedBarcode')
    if (text === null) return reason('no-barcode', 'expected decodedBarcode')
    const scan = readScan(text, textField(code, 'symbology') ?? '')
    number += 1
    if (!scan.ok) return scan
    // A message that is sent again after a lost acknowledgement is the same to the millisecond.
    const named = atText === '' ? {} : { scanId: `${atText}/${number}` }
    into.events.push(deviceEvent(device, 'scan', atMs, text, { scan, ...named }))
    return null
  })
  return noTag ?? noCode
}

interface Envelope {
  readonly device: string
  readonly epc: string
  readonly atMs: number | null
  readonly atText: string
}

function readOf({ device, epc, atMs, atText }: Envelope, tag: unknown): ReadDraft {
  const last = epochMs(numberField(tag, 'lastSeenTime'))
  const first = epochMs(numberField(tag, 'firstSeenTime'))
  const read: ReadDraft = {
    device,
    antenna: antennaOf(numberField(tag, 'antenna')),
    epc,
    atMs: last ?? atMs,
    atText: last === null ? atText : String(last),
    rssiCdbm: centiDbm(numberField(tag, 'peakRssi')),
    eventNumber: wholeField(tag, 'eventNum'),
    count: countOf(numberField(tag, 'seenCount')),
  }
  addMemory(read, tag)
  if (first !== null) read.firstAtMs = first
  const phase = numberField(tag, 'phase')
  if (phase !== null) read.phaseDeg = phase
  const channel = numberField(tag, 'channel')
  if (channel !== null) read.frequencyKhz = Math.round(channel * 1_000)
  return read
}

function heartbeatText(data: unknown): string {
  const status = textField(field(data, 'inventoryStatus'), 'rfidStatus') ?? 'unknown'
  const charge = numberField(field(data, 'batteryAlert'), 'chargePercentage')
  return `inventory ${status.toLowerCase()}${charge === null ? '' : `, battery ${charge} %`}`
}

/** Code 5010 says that the sled's clock drifts (Zebra handheld findings). */
const CLOCK_DRIFT = 5010

function takeExceptions(
  device: string,
  atMs: number | null,
  exceptions: unknown,
  into: Collected,
): null {
  for (const part of ['radio', 'scanner', 'system']) {
    const fault = field(exceptions, part)
    if (fault === undefined || fault === null) continue
    const code = numberField(fault, 'code') ?? Number(textField(fault, 'code') ?? Number.NaN)
    const detail =
      `${part} ${Number.isNaN(code) ? '' : code} ${textField(fault, 'message') ?? ''}`.trim()
    into.events.push(deviceEvent(device, code === CLOCK_DRIFT ? 'clock' : 'error', atMs, detail))
  }
  return null
}
