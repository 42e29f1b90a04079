import { beforeAll, expect, test } from 'vitest'
import { exportEpcis } from '../../gateway/documents/epcis-out.ts'
import { decodeReads, encodeEpc } from '../../sensors/index.ts'
import {
  type Books,
  bought,
  command,
  masters,
  openBooks,
  part,
  sku,
  sold,
} from '../ledger-core/support/books.ts'
import { livedMonth } from '../ledger-core/support/lived-month.ts'

/** What we tell trading partners of our movements, read back by our own EPCIS decoder. */

const URI = 'urn:epc:id:sgtin:9521141.012345.101'
const GTIN = '09521141123454'

function epcOf(uri: string): string {
  const encoded = encodeEpc(uri)
  if (!encoded.ok) throw new Error(encoded.message)
  return encoded.hex
}

const documentOf = ({ ledger }: Books) => [...exportEpcis(ledger)].join('')
const decode = (text: string) => decodeReads('epcis', 'partner', Buffer.from(text))

test('a receipt, a move of a tagged unit and a sale are told as a partner expects them', () => {
  const books = openBooks()
  const bike = sku('bike', { gtins: [GTIN], tagged: true })
  const moved = { ...part('bike', 1n, 'backroom', 'shelf'), epcs: [epcOf(URI)] }
  const move = command('m', { kind: 'move', part: moved, reason: 'fill' })
  for (const one of [masters([bike]), ...bought('po', 'bike', 3n, 1_000n), move])
    expect(books.apply(one).status).not.toBe('refused')
  expect(books.apply(sold('s', 'bike', 2n, 900n))).toMatchObject({ status: 'posted' })
  const text = documentOf(books)
  const [receipt, shelved, sale] = JSON.parse(text).epcisBody.eventList
  expect(receipt).toMatchObject({
    type: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    quantityList: [{ epcClass: `https://id.gs1.org/01/${GTIN}`, quantity: 3 }],
  })
  expect(shelved).toMatchObject({ bizStep: 'storing', epcList: [URI] })
  expect(shelved.quantityList).toBeUndefined()
  expect(sale).toMatchObject({ bizStep: 'retail_selling', disposition: 'retail_sold' })
  // Sold goods are at no place of ours.
  expect(sale.bizLocation).toBeUndefined()

  const back = decode(text)
  expect(back.refused).toEqual([])
  expect(back.events.map(({ step }) => step?.bizStep)).toEqual([
    'receiving',
    'storing',
    'retail_selling',
  ])
  expect(back.reads.map(({ epc, uri, place }) => ({ epc, uri, place }))).toEqual([
    { epc: epcOf(URI), uri: URI, place: shelved.readPoint.id },
  ])
})

let month: Books
beforeAll(() => {
  month = livedMonth().books
}, 120_000)

/** EPCIS 2.0 JSON schema: what an ObjectEvent must have, and of what form. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const ALLOWED = new Set(
  'type eventID eventTime recordTime eventTimeZoneOffset action bizStep disposition epcList quantityList readPoint bizLocation bizTransactionList sourceList destinationList'.split(
    ' ',
  ),
)

test('every movement of a month is an event of the shape GS1 asks for, named once', () => {
  const text = documentOf(month)
  const { '@context': context, type, schemaVersion, creationDate, epcisBody } = JSON.parse(text)
  expect(context).toEqual(['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'])
  expect({ type, schemaVersion }).toEqual({ type: 'EPCISDocument', schemaVersion: '2.0' })
  expect(creationDate).toMatch(INSTANT)
  const events: Record<string, never>[] = epcisBody.eventList
  const movements = month.ledger.entries(0, 100_000).flatMap((entry) => entry.movements)
  expect(events).toHaveLength(movements.length)
  expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(events.length)
  for (const event of events) {
    expect(Object.keys(event).filter((name) => !ALLOWED.has(name))).toEqual([])
    expect(event).toMatchObject({ type: 'ObjectEvent', action: 'OBSERVE' })
    expect(event).toHaveProperty('bizStep', expect.stringMatching(/^[a-z_]+$/))
    expect(event).toHaveProperty('eventTimeZoneOffset', '+00:00')
    for (const name of ['eventTime', 'recordTime']) expect(event[name]).toMatch(INSTANT)
    for (const path of [
      'eventID',
      'readPoint.id',
      'bizTransactionList.0.bizTransaction',
      'sourceList.0.source',
      'destinationList.0.destination',
    ])
      expect(event).toHaveProperty(path, expect.stringMatching(ABSOLUTE))
    expect(event['epcList'] ?? event['quantityList']).toBeDefined()
  }
  expect(documentOf(month)).toBe(text)
}, 120_000)

test('our own decoder reads the whole month back, refusing nothing', () => {
  const text = documentOf(month)
  const { events, refused } = decode(text)
  expect(refused).toEqual([])
  const sent: { bizStep: string; quantityList?: { quantity: number }[] }[] =
    JSON.parse(text).epcisBody.eventList
  expect(events.map(({ step }) => [step?.bizStep, step?.quantities[0]?.quantity])).toEqual(
    sent.map(({ bizStep, quantityList }) => [bizStep, quantityList?.[0]?.quantity]),
  )
}, 120_000)
