import { type Command, fingerprintOf, type Ledger } from '../../ledger-core/index.ts'

/** The load of the ledger's benches: one till line after another, over `skus` articles. */

/** Journal lines a sale leaves: revenue, tax, tender, COGS, inventory. */
export const LINES_PER_SALE = 5

const HEADER = {
  occurredAtMs: 1_767_348_000_000,
  occurredAtSource: 'document',
  businessDate: '2026-01-02',
  postedAtMs: 1_767_348_000_000,
  actor: 'bench',
  evidence: [],
} as const

export function masters(count: number): Command {
  const skus = Array.from({ length: count }, (_, index) => ({
    sku: `S${index}`,
    name: `Item ${index}`,
    category: 'bench',
    gtins: [],
    quantityScale: 0,
    method: 'fifo' as const,
    tagged: false,
    priceMinor: 1_500n,
    home: 'floor',
  }))
  return {
    ...HEADER,
    kind: 'import-masters',
    sourceKey: 'masters:bench',
    fingerprint: fingerprintOf('masters'),
    skus,
    locations: [{ location: 'floor', name: 'Sales floor', kind: 'real' }],
    suppliers: [],
    opening: skus.map(({ sku }) => ({
      sku,
      location: 'floor',
      quantity: 10_000_000n,
      valueMinor: 98_765_432_100n,
    })),
  }
}

export function sale(number: number, skus: number): Command {
  const sku = `S${number % skus}`
  const line = {
    line: 1,
    kind: 'stock' as const,
    gtin: '',
    description: sku,
    quantity: 1n,
    netMinor: 1_261n,
    taxMinor: 239n,
    taxCode: 'A',
    parts: [{ sku, quantity: 1n, from: 'floor', to: 'customer', epcs: [] }],
  }
  return {
    ...HEADER,
    kind: 'till-receipt',
    sourceKey: `till:1/2026-01-02/${number}`,
    fingerprint: fingerprintOf(number),
    till: 'till-1',
    receipt: String(number),
    lines: [line],
    tenders: [{ kind: 'cash', amountMinor: 1_500n }],
    roundingMinor: 0n,
  }
}

export function mustPost(ledger: Ledger, command: Command): void {
  const outcome = ledger.apply(command)
  if (outcome.status !== 'posted') throw new Error(`the bench's own command was ${outcome.status}`)
}
