import { epochMs } from '../device-time.ts'
import { decodeJson, field, listField, numberField, textField, wholeField } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import {
  antennaOf,
  centiDbm,
  deviceEvent,
  hexOf,
  type ReadDraft,
  reason,
  show,
  takeEach,
} from './parts.ts'

/**
 * Intel RSP: JSON-RPC notifications of sensors (`inventory_data`) and of the controller
 * (`inventory_event`, heartbeats, alerts); rsp-sw-toolkit-gw, PeriodicInventoryData and examples.
 */
export function decodeIntelRsp(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeNotification(device, value, into))
}

function takeNotification(device: string, value: unknown, into: Collected): Reason | null {
  const method = textField(value, 'method')
  const params = field(value, 'params')
  if (method === null || params === undefined)
    return reason('not-json-rpc', 'expected {jsonrpc, method, params}')
  const sentAtMs = epochMs(numberField(params, 'sent_on'))
  switch (method) {
    case 'inventory_data':
      return takeEach(listField(params, 'data'), (row) => takeRead(device, params, row, into))
    case 'inventory_event':
      return takeEach(listField(params, 'data'), (row) => takeInventoryEvent(device, row, into))
    case 'heartbeat':
    case 'rsp_controller_heartbeat':
      into.events.push(deviceEvent(device, 'heartbeat', sentAtMs, method))
      return null
    case 'device_alert':
      into.events.push(
        deviceEvent(device, 'error', sentAtMs, textField(params, 'alert_description') ?? method),
      )
      return null
    default:
      into.events.push(deviceEvent(device, 'status', sentAtMs, method))
      return null
  }
}

function takeRead(device: string, params: unknown, row: unknown, into: Collected): Reason | null {
  const epc = hexOf(textField(row, 'epc'))
  if (epc === null) return noEpc(field(row, 'epc'))
  const at = numberField(row, 'last_read_on')
  const antenna = wholeField(row, 'antenna_id')
  const tenths = numberField(row, 'rssi')
  const read: ReadDraft = {
    device,
    // Sensors count their antennas from zero.
    antenna: antennaOf(antenna === null ? null : antenna + 1),
    epc,
    atMs: epochMs(at),
    atText: at === null ? '' : String(at),
    rssiCdbm: centiDbm(tenths === null ? null : tenths / 10),
    eventNumber: null,
    count: 1,
  }
  const tid = hexOf(textField(row, 'tid'))
  if (tid !== null) read.tid = tid
  const frequency = numberField(row, 'frequency')
  if (frequency !== null) read.frequencyKhz = frequency
  const place = textField(params, 'device_id')
  if (place !== null) read.place = place.slice(0, 100)
  into.reads.push(read)
  return null
}

const GONE = /^departed/i
const noEpc = (got: unknown) =>
  reason('no-epc', `expected an EPC in whole hexadecimal bytes, got ${show(got)}`)

function takeInventoryEvent(device: string, row: unknown, into: Collected): Reason | null {
  const epc = hexOf(textField(row, 'epc_code'))
  if (epc === null) return noEpc(field(row, 'epc_code'))
  const kind = textField(row, 'event_type') ?? ''
  const at = numberField(row, 'timestamp')
  const place = textField(row, 'location') ?? textField(row, 'facility_id')
  const present = !GONE.test(kind)
  if (present) {
    const read: ReadDraft = {
      device,
      antenna: 0,
      epc,
      atMs: epochMs(at),
      atText: at === null ? '' : String(at),
      rssiCdbm: null,
      eventNumber: null,
      count: 1,
    }
    if (place !== null) read.place = place.slice(0, 100)
    into.reads.push(read)
  }
  const where =
    place === null ? {} : present ? { to: place.slice(0, 100) } : { from: place.slice(0, 100) }
  into.events.push(deviceEvent(device, 'presence', epochMs(at), kind, { epc, present, ...where }))
  return null
}
