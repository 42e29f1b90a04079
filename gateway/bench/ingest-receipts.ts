import type { LoadMessage } from './ingest-reads.ts'
import { gtinOf, SKUS, TILL_TOPIC } from './ingest-site.ts'

/** One sale of one item; no two have the same number. */
export function receiptMessage(number: number, atMs: number): LoadMessage {
  const at = new Date(atMs).toISOString()
  const receipt = {
    type: 'receipt',
    till: 'till-1',
    fiscalDay: at.slice(0, 10),
    receipt: String(number),
    at,
    lines: [
      {
        line: 1,
        gtin: gtinOf(number % SKUS),
        quantity: '1',
        net: '8.32',
        taxCode: 'A',
        tax: '1.58',
      },
    ],
    tenders: [{ kind: 'cash', amount: '9.90' }],
    total: '9.90',
  }
  return { topic: TILL_TOPIC, payload: Buffer.from(JSON.stringify(receipt)) }
}
