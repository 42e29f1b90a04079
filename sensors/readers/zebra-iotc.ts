import { instantOf } from '../device-time.ts'
import { decodeJson, field, numberField, textField, wholeField } from '../json-values.ts'
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
} from './parts.ts'
import { takeDirectionality, takeRawDirectionality } from './zebra-directionality.ts'
import { takeHeartbeat } from './zebra-heartbeat.ts'

/**
 * Zebra IoT Connector, fixed readers: tag data events `{type, timestamp, data}` of every
 * operating mode and management events `{component, type, eventNum, timestamp, data}`
 * (Zebra IoT Connector documentation, "Tag data events" and "Management events").
 */
export function decodeZebraIotc(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeMessage(device, value, into))
}

function takeMessage(device: string, value: unknown, into: Collected): Reason | null {
  const type = textField(value, 'type')
  const data = field(value, 'data')
  if (type === null || data === undefined)
    return reason('not-an-event', 'expected {type, timestamp, data}')
  switch (type) {
    case 'SIMPLE':
    case 'INVENTORY':
    case 'PORTAL':
    case 'CONVEYOR':
    case 'CUSTOM':
      return takeRead(device, value, data, into)
    case 'DIRECTIONALITY':
      return takeDirectionality(device, value, data, into)
    case 'DIRECTIONALITY_RAW':
    case 'RAW_DIRECTIONALITY':
      return takeRawDirectionality(device, value, data, into)
    case 'BLE_DATA':
      // Beacons of the FXR90: no tags, and nothing is wrong with them.
      into.events.push(deviceEvent(device, 'status', atOf(value), 'ble data'))
      return null
    default:
      return takeManagement(device, type, value, data, into)
  }
}

const atOf = (value: unknown) => instantOf(textField(value, 'timestamp'))

function takeRead(device: string, value: unknown, data: unknown, into: Collected): Reason | null {
  const epc = hexOf(textField(data, 'idHex'))
  if (epc === null)
    return reason(
      'no-epc',
      `expected data.idHex in whole hexadecimal bytes, got ${show(field(data, 'idHex'))}`,
    )
  const atText = textField(value, 'timestamp') ?? ''
  const read: ReadDraft = {
    device,
    antenna: antennaOf(numberField(data, 'antenna')),
    epc,
    atMs: instantOf(atText),
    atText,
    rssiCdbm: centiDbm(numberField(data, 'peakRssi')),
    eventNumber: wholeField(data, 'eventNum'),
    count: countOf(numberField(data, 'reads')),
  }
  addMemory(read, data)
  const phase = numberField(data, 'phase')
  if (phase !== null) read.phaseDeg = phase
  const channel = numberField(data, 'channel')
  if (channel !== null) read.frequencyKhz = Math.round(channel * 1_000)
  const place = textField(data, 'userDefined')
  if (place !== null) read.place = place.slice(0, 100)
  into.reads.push(read)
  return null
}

function takeManagement(
  device: string,
  type: string,
  value: unknown,
  data: unknown,
  into: Collected,
): Reason | null {
  const atMs = atOf(value)
  switch (type) {
    case 'gpi':
    case 'gpo': {
      const pin = wholeField(data, 'pin')
      const state = textField(data, 'state')?.toLowerCase()
      if (pin === null || (state !== 'high' && state !== 'low'))
        return reason(
          'bad-pin',
          `expected pin and state HIGH or LOW, got ${show(pin)} and ${show(state)}`,
        )
      into.events.push(
        deviceEvent(device, type, atMs, `${type} ${pin} ${state}`, { pin, level: state }),
      )
      return null
    }
    case 'error':
    case 'warning':
      into.events.push(deviceEvent(device, 'error', atMs, textField(data, 'message') ?? type))
      return null
    case 'heartbeat':
      takeHeartbeat(device, atMs, data, into)
      return null
    case 'firmwareUpdateProgress':
    case 'userapp':
      into.events.push(deviceEvent(device, 'status', atMs, statusText(type, data)))
      return null
    default:
      return reason('unknown-type', `expected a known type, got ${show(type)}`)
  }
}

function statusText(type: string, data: unknown): string {
  const progress = numberField(data, 'overallUpdateProgress')
  return progress === null ? type : `${type} ${progress} %`
}
