import { epochMs } from '../device-time.ts'
import { decodeJson, field, listField, numberField, textField, wholeField } from '../json-values.ts'
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
} from './parts.ts'

/**
 * reelyActive raddec (reelyactive/raddec): one transmitter as heard by several receivers within
 * the mixing time, strongest first. Each receiver's signature is a read of its own antenna.
 */
export function decodeRaddec(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeRaddec(device, value, into))
}

const TID_96 = 4
const EPC_96 = 5
const DISAPPEARANCE = 4

function takeRaddec(device: string, value: unknown, into: Collected): Reason | null {
  const id = textField(value, 'transmitterId')
  const kind = wholeField(value, 'transmitterIdType')
  if (id === null || kind === null)
    return reason('not-a-raddec', 'expected transmitterId and transmitterIdType')
  const atMs = epochMs(numberField(value, 'timestamp'))
  if (kind !== EPC_96) {
    // Bluetooth beacons and bare TIDs share the stream; they are nobody's EPC.
    const what = kind === TID_96 ? 'tid' : `transmitter type ${kind}`
    into.events.push(deviceEvent(device, 'status', atMs, `${what} ${id.slice(0, 40)}`))
    return null
  }
  const epc = hexOf(id)
  if (epc === null) return reason('no-epc', `expected 12 hexadecimal bytes, got ${show(id)}`)
  const gone = listField(value, 'events').includes(DISAPPEARANCE)
  if (gone)
    into.events.push(
      deviceEvent(device, 'presence', atMs, 'disappearance', { epc, present: false }),
    )
  const signatures = listField(value, 'rssiSignature')
  for (const signature of signatures) into.reads.push(readOf(device, epc, atMs, value, signature))
  if (signatures.length === 0 && !gone) into.reads.push(readOf(device, epc, atMs, value, undefined))
  return null
}

function readOf(
  device: string,
  epc: string,
  atMs: number | null,
  value: unknown,
  signature: unknown,
): ReadDraft {
  const read: ReadDraft = {
    device,
    antenna: antennaOf(numberField(signature, 'receiverAntenna')),
    epc,
    atMs,
    atText: String(field(value, 'timestamp') ?? '').slice(0, 40),
    rssiCdbm: centiDbm(numberField(signature, 'rssi')),
    eventNumber: null,
    count: countOf(numberField(signature, 'numberOfDecodings')),
  }
  const receiver = textField(signature, 'receiverId')
  if (receiver !== null) read.place = receiver.slice(0, 100)
  return read
}
