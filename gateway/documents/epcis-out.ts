import type { JournalEntry, Ledger, Movement, MovementKind, Sku } from '../../ledger-core/index.ts'
import { decodeEpc } from '../../sensors/index.ts'

/**
 * The journal's movements as one GS1 EPCIS 2.0 document in JSON-LD, so that whoever trades with
 * the store reads them without knowing our books. One ObjectEvent a movement: tagged units by EPC,
 * the others as a quantity of their class.
 */
const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'

/** Words of CBV 2.0, sections 7.1 and 7.2. A disposition is said only where the kind tells it. */
interface Meaning {
  readonly bizStep: string
  readonly disposition?: string
  /** Goods come to a place of ours: they are there until something else is said. */
  readonly comes: boolean
}

const MEANING: Readonly<Record<MovementKind, Meaning>> = {
  opening: { bizStep: 'stock_taking', comes: true },
  receipt: { bizStep: 'receiving', disposition: 'sellable_not_accessible', comes: true },
  'purchase-return': { bizStep: 'shipping', disposition: 'returned', comes: false },
  move: { bizStep: 'storing', comes: true },
  sale: { bizStep: 'retail_selling', disposition: 'retail_sold', comes: false },
  return: { bizStep: 'receiving', disposition: 'returned', comes: true },
  shrinkage: { bizStep: 'stock_taking', disposition: 'unknown', comes: false },
  gain: { bizStep: 'stock_taking', comes: true },
  'write-off': { bizStep: 'other', disposition: 'non_sellable_other', comes: false },
  dispatch: { bizStep: 'shipping', disposition: 'in_transit', comes: false },
  arrival: { bizStep: 'arriving', disposition: 'in_progress', comes: true },
  'confirmed-arrival': {
    bizStep: 'receiving',
    disposition: 'sellable_not_accessible',
    comes: true,
  },
  assembly: { bizStep: 'assembling', comes: true },
  // What is undone was an event of its own: both stand, as in the books.
  reversal: { bizStep: 'other', comes: true },
}

/** Entries in memory at a time. */
const PAGE = 500

/** Piece by piece; the caller holds a transaction. The same books give the same text. */
export function* exportEpcis(ledger: Ledger): Generator<string, void> {
  const { site } = ledger.site
  const skus = new Map(ledger.skus().map((sku) => [sku.sku, sku]))
  let newestMs = 0
  let separator = ''
  yield `{"@context":["${CONTEXT}"],"type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[`
  for (let after = 0; ; ) {
    const page = ledger.entries(after, PAGE)
    const last = page.at(-1)
    if (last === undefined) break
    for (const entry of page)
      for (const movement of entry.movements) {
        yield `${separator}\n${JSON.stringify(eventOf(site, entry, movement, skus))}`
        separator = ','
      }
    after = last.sequence
    newestMs = Math.max(newestMs, last.postedAtMs)
  }
  yield `\n]},"creationDate":"${new Date(newestMs).toISOString()}"}\n`
}

function eventOf(
  site: string,
  entry: JournalEntry,
  movement: Movement,
  skus: ReadonlyMap<string, Sku>,
) {
  const { from, to, kind, number } = movement
  const { bizStep, disposition, comes } = MEANING[kind]
  const placeOf = (location: string) => nameOf(site, 'location', location)
  return {
    type: 'ObjectEvent',
    eventID: nameOf(site, 'movement', `${entry.sequence}`, `${number}`),
    eventTime: new Date(entry.occurredAtMs).toISOString(),
    recordTime: new Date(entry.postedAtMs).toISOString(),
    eventTimeZoneOffset: '+00:00',
    action: 'OBSERVE',
    bizStep,
    ...(disposition === undefined ? {} : { disposition }),
    ...goodsOf(site, movement, skus.get(movement.sku)),
    readPoint: { id: placeOf(comes ? to : from) },
    ...(comes ? { bizLocation: { id: placeOf(to) } } : {}),
    bizTransactionList: [{ bizTransaction: nameOf(site, 'document', entry.sourceKey) }],
    sourceList: [{ type: 'location', source: placeOf(from) }],
    destinationList: [{ type: 'location', destination: placeOf(to) }],
  }
}

/** EPCs by their URI; an EPC that names none (a foreign tag) is part of the quantity. */
function goodsOf(site: string, { epcs, quantity, sku }: Movement, known: Sku | undefined) {
  const uris = epcs.flatMap((hex) => {
    const epc = decodeEpc(hex)
    return epc.ok ? [epc.uri] : []
  })
  const scale = known?.quantityScale ?? 0
  const untagged = Number(quantity) / 10 ** scale - uris.length
  const [gtin] = known?.gtins ?? []
  const epcClass = gtin ? `https://id.gs1.org/01/${gtin}` : nameOf(site, 'sku', sku)
  return {
    ...(uris.length > 0 ? { epcList: uris } : {}),
    ...(untagged > 0 ? { quantityList: [{ epcClass, quantity: untagged }] } : {}),
  }
}

/** EPCIS names everything by a URI; ours are of an informal URN, any part of which is escaped. */
function nameOf(site: string, what: string, ...parts: readonly string[]): string {
  return `urn:tallygate:${[what, site, ...parts].map(encodeURIComponent).join(':')}`
}
