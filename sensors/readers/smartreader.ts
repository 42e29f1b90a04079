import { epochMs, instantOf } from '../device-time.ts'
import { decodeJson, field, listField, looseNumber, textField } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
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
 * SmartReader application on the R700: `{readerName, mac, site, tag_reads[...]}`; a heartbeat
 * comes as a tag read with `isHeartBeat`, the status as last will (smartreader.alexconnect.io).
 * What it decodes itself (keys, pure identities) is left aside: our codec reads the EPC.
 */
export function decodeSmartReader(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeMessage(device, value, into))
}

function takeMessage(device: string, value: unknown, into: Collected): Reason | null {
  const reads = field(value, 'tag_reads')
  if (Array.isArray(reads))
    return takeEach(listField(value, 'tag_reads'), (tag) => takeRead(device, tag, into))
  if (field(value, 'epc') !== undefined) return takeRead(device, value, into)
  const status =
    textField(value, 'status') ?? textField(value, 'readerStatus') ?? textField(value, 'eventType')
  if (status === null) return reason('unknown-event', 'expected tag_reads or a status')
  into.events.push(deviceEvent(device, 'status', timeOf(value).atMs, status))
  return null
}

function takeRead(device: string, tag: unknown, into: Collected): Reason | null {
  const time = timeOf(tag)
  if (isYes(field(tag, 'isHeartBeat'))) {
    into.events.push(deviceEvent(device, 'heartbeat', time.atMs, 'heartbeat'))
    return null
  }
  takeInputs(device, tag, time.atMs, into)
  const epc = hexOf(textField(tag, 'epc'))
  if (epc === null)
    return reason(
      'no-epc',
      `expected epc in whole hexadecimal bytes, got ${show(field(tag, 'epc'))}`,
    )
  const read: ReadDraft = {
    device,
    antenna: antennaOf(looseNumber(field(tag, 'antennaPort'))),
    epc,
    ...time,
    rssiCdbm: centiDbm(looseNumber(field(tag, 'peakRssi'))),
    eventNumber: null,
    count: countOf(looseNumber(field(tag, 'seenCount'))),
  }
  const tid = hexOf(textField(tag, 'tid'))
  if (tid !== null) read.tid = tid
  const place = textField(tag, 'antennaZone')
  if (place !== null) read.place = place.slice(0, 100)
  const frequency = looseNumber(field(tag, 'frequency'))
  // Megahertz in the application's own messages, kilohertz where it passes the reader's on.
  if (frequency !== null)
    read.frequencyKhz = Math.round(frequency < 10_000 ? frequency * 1_000 : frequency)
  const phase = looseNumber(field(tag, 'rfPhase'))
  if (phase !== null) read.phaseDeg = phase
  const identity = textField(tag, 'tagDataPureIdentity')
  if (identity?.startsWith('urn:')) read.uri = identity.slice(0, 200)
  into.reads.push(read)
  return null
}

const isYes = (value: unknown) => value === true || value === 'true'

/** Time in microseconds since 1970, as number or text, or as an instant. */
function timeOf(tag: unknown): { readonly atMs: number | null; readonly atText: string } {
  const raw = field(tag, 'firstSeenTimestamp') ?? field(tag, 'timestamp')
  const atText = typeof raw === 'string' || typeof raw === 'number' ? String(raw).slice(0, 40) : ''
  return { atMs: epochMs(looseNumber(raw)) ?? instantOf(atText), atText }
}

const INPUTS_MAX = 4

/** `gpi1Status` to `gpi4Status` ride on every read; a level is told with the read that has it. */
function takeInputs(device: string, tag: unknown, atMs: number | null, into: Collected): void {
  for (let pin = 1; pin <= INPUTS_MAX; pin++) {
    const level = textField(tag, `gpi${pin}Status`)?.toLowerCase()
    if (level === 'high' || level === 'low')
      into.events.push(deviceEvent(device, 'gpi', atMs, `gpi ${pin} ${level}`, { pin, level }))
  }
}
