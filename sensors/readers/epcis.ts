import { instantOf } from '../device-time.ts'
import { encodeEpc } from '../epc/encode.ts'
import { decodeJson, field, listField, numberField, textField } from '../json-values.ts'
import type { BusinessStep, Collected, Decoded, Reason } from '../tag-read.ts'
import { deviceEvent, hexOf, type ReadDraft, reason, show, takeEach } from './parts.ts'

/**
 * GS1 EPCIS 2.0 in JSON-LD: documents, queries' results and single events. Every event is told as
 * a business step; the identities of one that observed or added something are reads of that time.
 */
export function decodeEpcis(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeDocument(device, value, into))
}

function takeDocument(device: string, value: unknown, into: Collected): Reason | null {
  const body = field(value, 'epcisBody')
  if (body === undefined) return takeEvent(device, value, into)
  const results = field(field(body, 'queryResults'), 'resultsBody')
  const events = Array.isArray(field(body, 'eventList')) ? body : results
  if (!Array.isArray(field(events, 'eventList')))
    return field(body, 'event') === undefined
      ? reason('no-events', 'expected epcisBody.eventList')
      : takeEvent(device, field(body, 'event'), into)
  return takeEach(listField(events, 'eventList'), (event) => takeEvent(device, event, into))
}

const TYPES = new Set([
  'ObjectEvent',
  'AggregationEvent',
  'TransactionEvent',
  'TransformationEvent',
  'AssociationEvent',
])
const LIST_MAX = 2_000

function takeEvent(device: string, event: unknown, into: Collected): Reason | null {
  const type = textField(event, 'type') ?? ''
  if (!TYPES.has(type))
    return reason('not-an-event', `expected an EPCIS event, got type ${show(type)}`)
  const atText = textField(event, 'eventTime') ?? ''
  const atMs = instantOf(atText)
  if (atMs === null)
    return reason('no-time', `expected eventTime as an instant, got ${show(atText)}`)
  const step = stepOf(type, event)
  into.events.push(
    deviceEvent(device, 'business-step', atMs, `${type} ${step.action} ${step.bizStep}`.trim(), {
      step,
    }),
  )
  // A correction says that the event did not happen; a deletion that the thing is no more there.
  if (field(event, 'errorDeclaration') !== undefined || step.action === 'DELETE') return null
  return takeEach(step.epcs, (uri) => {
    const epc = typeof uri === 'string' ? hexOfUri(uri) : null
    if (epc === null)
      return reason('no-epc', `expected an EPC URI or GS1 Digital Link, got ${show(uri)}`)
    const read: ReadDraft = {
      device,
      antenna: 0,
      epc,
      atMs,
      atText,
      rssiCdbm: null,
      eventNumber: null,
      count: 1,
    }
    read.uri = String(uri)
    if (step.readPoint !== '') read.place = step.readPoint.slice(0, 100)
    into.reads.push(read)
    return null
  })
}

/** A URI has no filter value: 0 stands for "all others". */
function hexOfUri(uri: string): string | null {
  const encoded = encodeEpc(uri)
  return encoded.ok ? encoded.hex : hexOf(uri)
}

function stepOf(type: string, event: unknown): BusinessStep {
  const text = (name: string) => bare(textField(event, name) ?? '')
  const texts = (name: string) =>
    listField(event, name)
      .slice(0, LIST_MAX)
      .filter((one): one is string => typeof one === 'string')
  return {
    type,
    action: textField(event, 'action') ?? '',
    bizStep: text('bizStep'),
    disposition: text('disposition'),
    readPoint: textField(field(event, 'readPoint'), 'id') ?? '',
    bizLocation: textField(field(event, 'bizLocation'), 'id') ?? '',
    eventId: textField(event, 'eventID') ?? '',
    parent: textField(event, 'parentID') ?? '',
    epcs: [...texts('epcList'), ...texts('childEPCs'), ...texts('outputEPCList')],
    quantities: [...listField(event, 'quantityList'), ...listField(event, 'childQuantityList')]
      .slice(0, LIST_MAX)
      .map((row) => ({
        epcClass: textField(row, 'epcClass') ?? '',
        quantity: numberField(row, 'quantity') ?? 0,
      })),
    transactions: listField(event, 'bizTransactionList')
      .slice(0, LIST_MAX)
      .map((row) => ({
        type: bare(textField(row, 'type') ?? ''),
        id: textField(row, 'bizTransaction') ?? '',
      })),
  }
}

/** CBV words stand bare in 2.0 and as URN or web address before and beside it. */
function bare(word: string): string {
  return word.slice(
    Math.max(
      word.lastIndexOf(':'),
      word.lastIndexOf('/'),
      word.lastIndexOf('-') > 0 && word.includes('/') ? word.lastIndexOf('-') : -1,
    ) + 1,
  )
}
