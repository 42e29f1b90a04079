import { instantOf } from '../device-time.ts'
import { field, numberField, textField, wholeField } from '../json-values.ts'
import type { Collected, DeviceEvent, Reason } from '../tag-read.ts'
import { deviceEvent, hexOf, type ReadDraft, reason, show } from './parts.ts'

/**
 * ATR7000 directionality: the reader's own reading of reads (XRFID-Demo, DirectionalityTagPayload).
 * NEW and TRANSITION mean that the tag was seen then; TIMED_OUT means that it was not.
 */
export function takeDirectionality(
  device: string,
  value: unknown,
  data: unknown,
  into: Collected,
): Reason | null {
  const epc = hexOf(textField(data, 'tagId') ?? textField(data, 'idHex'))
  if (epc === null)
    return reason(
      'no-epc',
      `expected data.tagId in whole hexadecimal bytes, got ${show(field(data, 'tagId'))}`,
    )
  const state = textField(data, 'state') ?? ''
  const atText = textField(data, 'lastSeenTimestamp') ?? textField(value, 'timestamp') ?? ''
  const atMs = instantOf(atText)
  const to = zoneOf(data, 'zoneName', 'zone')
  const from = zoneOf(data, 'prevZoneName', 'prevZone')
  const direction = DIRECTIONS[textField(data, 'direction') ?? ''] ?? 'unknown'
  const present = state !== 'TIMED_OUT'
  if (present) {
    const read: ReadDraft = {
      device,
      antenna: 0,
      epc,
      atMs,
      atText,
      rssiCdbm: null,
      eventNumber: wholeField(data, 'eventNum'),
      count: 1,
    }
    if (to !== null) read.place = to
    into.reads.push(read)
  }
  const detail = `${state || 'seen'} ${from ?? ''}>${to ?? ''} ${direction}`
  into.events.push(
    deviceEvent(device, state === 'TRANSITION' ? 'direction' : 'presence', atMs, detail, {
      epc,
      direction,
      present,
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
    }),
  )
  return null
}

const DIRECTIONS: Readonly<Record<string, NonNullable<DeviceEvent['direction']>>> = {
  IN: 'in',
  OUT: 'out',
  NONE: 'none',
}

/** The zone's name, or its number where none was given. */
function zoneOf(data: unknown, name: string, number: string): string | null {
  const text = textField(data, name)
  if (text !== null) return text.slice(0, 100)
  const zone = wholeField(data, number)
  return zone === null ? null : String(zone)
}

/** Bearing of one read: a read without antenna; the bearing is kept as words only. */
export function takeRawDirectionality(
  device: string,
  value: unknown,
  data: unknown,
  into: Collected,
): Reason | null {
  const epc = hexOf(textField(data, 'idHex') ?? textField(data, 'tagId'))
  if (epc === null)
    return reason(
      'no-epc',
      `expected data.idHex in whole hexadecimal bytes, got ${show(field(data, 'idHex'))}`,
    )
  const atText = textField(value, 'timestamp') ?? ''
  const read: ReadDraft = {
    device,
    antenna: 0,
    epc,
    atMs: instantOf(atText),
    atText,
    rssiCdbm: null,
    eventNumber: wholeField(data, 'eventNum'),
    count: 1,
  }
  const [azimuth, elevation] = [numberField(data, 'azimuth'), numberField(data, 'elevation')]
  if (azimuth !== null && elevation !== null)
    read.place = `azimuth ${azimuth} elevation ${elevation}`
  into.reads.push(read)
  return null
}
