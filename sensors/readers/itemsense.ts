import { instantOf } from '../device-time.ts'
import { decodeJson, field, listField, numberField, textField } from '../json-values.ts'
import type { Collected, Decoded, DeviceEvent, Reason } from '../tag-read.ts'
import { deviceEvent, hexOf, type ReadDraft, reason, show, takeEach } from './parts.ts'

/**
 * Impinj ItemSense: threshold transitions, items and item history, alone or in their result
 * pages, and health events (impinj/itemsense-java, response classes). The server tells where a
 * tag was believed to be; each such report is a read of that time and place too.
 */
export function decodeItemSense(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeMessage(device, value, into))
}

const PAGES = ['transitions', 'items', 'history'] as const

function takeMessage(device: string, value: unknown, into: Collected): Reason | null {
  for (const page of PAGES) {
    if (Array.isArray(field(value, page)))
      return takeEach(listField(value, page), (row) => takeRow(device, row, into))
  }
  return takeRow(device, value, into)
}

function takeRow(device: string, row: unknown, into: Collected): Reason | null {
  const epc = hexOf(textField(row, 'epc'))
  if (epc === null) {
    const category = textField(row, 'category') ?? textField(row, 'eventType')
    if (category === null)
      return reason(
        'no-epc',
        `expected epc in whole hexadecimal bytes, got ${show(field(row, 'epc'))}`,
      )
    into.events.push(healthEvent(device, category, row))
    return null
  }
  const atText =
    textField(row, 'creationTime') ??
    textField(row, 'observationTime') ??
    textField(row, 'lastModifiedTime') ??
    ''
  const at = { atMs: instantOf(atText), atText }
  const destination = textField(row, 'destination')
  const to = textField(row, 'toZone') ?? textField(row, 'zone')
  const from = textField(row, 'fromZone')
  into.reads.push(readOf(device, epc, at, to, row))
  if (destination !== null) into.events.push(transition(device, epc, at.atMs, destination, row))
  else if (to !== null)
    into.events.push(
      deviceEvent(device, 'presence', at.atMs, `${from ?? ''}>${to}`, {
        epc,
        to: to.slice(0, 100),
        present: !isAbsent(to),
        ...(from === null ? {} : { from: from.slice(0, 100) }),
        ...confidenceOf(numberField(row, 'presenceConfidence')),
      }),
    )
  return null
}

/** ItemSense names the zone of a tag that it no longer sees ABSENT. */
const isAbsent = (zone: string) => zone.toUpperCase() === 'ABSENT'

interface At {
  readonly atMs: number | null
  readonly atText: string
}

function readOf(
  device: string,
  epc: string,
  at: At,
  place: string | null,
  row: unknown,
): ReadDraft {
  const read: ReadDraft = {
    device,
    antenna: 0,
    epc,
    ...at,
    rssiCdbm: null,
    eventNumber: null,
    count: 1,
  }
  const tid = hexOf(textField(row, 'tagId'))
  if (tid !== null) read.tid = tid
  if (place !== null) read.place = place.slice(0, 100)
  return read
}

function transition(
  device: string,
  epc: string,
  atMs: number | null,
  destination: string,
  row: unknown,
): DeviceEvent {
  const direction = destination === 'IN' ? 'in' : destination === 'OUT' ? 'out' : 'unknown'
  const threshold = numberField(row, 'thresholdId')
  return deviceEvent(device, 'direction', atMs, `threshold ${threshold ?? '?'} ${direction}`, {
    epc,
    direction,
    ...confidenceOf(numberField(row, 'confidence')),
  })
}

function confidenceOf(share: number | null): { readonly confidence?: number } {
  return share !== null && share >= 0 && share <= 1 ? { confidence: Math.round(share * 1_000) } : {}
}

function healthEvent(device: string, category: string, row: unknown): DeviceEvent {
  const kind = category === 'CLOCK_SYNC' ? 'clock' : /FAULT/.test(category) ? 'error' : 'status'
  const atMs = instantOf(textField(row, 'timestamp') ?? textField(row, 'eventTime'))
  return deviceEvent(device, kind, atMs, `${category} ${textField(row, 'message') ?? ''}`.trim())
}
