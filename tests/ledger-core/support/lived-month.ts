import fc from 'fast-check'
import { type Command, inSavepoint, inTransaction } from '../../../ledger-core/index.ts'
import {
  type Body,
  type Books,
  bought,
  command,
  EUR,
  openBooks,
  PLACES,
  part,
  receipt,
  saleLine,
  sku,
} from './books.ts'

/** January in a store with every method, goods by weight, a dear group and names that bite. */

const GOODS = [
  sku('first-in', { method: 'fifo' }),
  sku('First.In', { method: 'fifo', name: 'The "same" spelt \\ otherwise' }),
  sku('last-in', { method: 'lifo' }),
  sku('mean', { method: 'average' }),
  sku('ham', { method: 'fifo', quantityScale: 3 }),
  sku('ring', { method: 'specific' }),
]
const COLD = { location: 'cold', name: 'Cold room', kind: 'real' as const, costGroup: 'cold' }
/** What grammars of ledgers take for something else. */
const NASTY = 'date:x, [2026-99] "q" \\ ; =1%\n  cash  9.99 EUR'

const aDraw = fc.record({
  what: fc.nat(15),
  name: fc.constantFrom(...GOODS.map(({ sku: name }) => name)),
  quantity: fc.bigInt(1n, 9n),
  minor: fc.bigInt(1n, 9_999n),
  place: fc.constantFrom('backroom', 'backroom', 'shelf', 'cold'),
  to: fc.constantFrom('shelf', 'backroom', 'cold', 'basket'),
  of: fc.nat(40),
  isLate: fc.nat(6).map((draw) => draw === 0),
})
type Draw = typeof aDraw extends fc.Arbitrary<infer Value> ? Value : never

/** Books after that month; `accepted` counts the kinds of commands that went through. */
export function livedMonth(
  currency = EUR,
  commands = 600,
  seed = 7,
): { readonly books: Books; readonly accepted: ReadonlyMap<string, number> } {
  const books = openBooks(currency)
  books.db.pragma('synchronous = OFF')
  const accepted = new Map<string, number>()
  const draws = fc.sample(aDraw, { numRuns: commands, seed })
  const month = draws.flatMap((draw, index) => {
    const day = 1 + Math.floor((index * 30) / commands)
    const businessDate = january(draw.isLate ? Math.max(1, day - draw.of) : day)
    return commandsOf(draw, index).map((one) => ({ ...one, businessDate }))
  })
  inTransaction(books.db, () => {
    for (const one of [...opening(), ...month, ...closing()]) {
      const outcome = inSavepoint(books.db, () => books.ledger.apply(one))
      if (outcome.status !== 'refused') accepted.set(one.kind, (accepted.get(one.kind) ?? 0) + 1)
    }
  })
  return { books, accepted }
}

const january = (day: number) => `2026-01-${String(day).padStart(2, '0')}`

function opening(): Command[] {
  const policy = { framework: 'US-GAAP' as const, secondApproverMinor: 10n ** 12n }
  const imported: Body = {
    kind: 'import-masters',
    skus: GOODS,
    locations: [...PLACES, COLD],
    suppliers: [{ supplier: 'acme', name: 'Acme' }],
    opening: ['first-in', 'last-in', 'mean'].map((name) => ({
      sku: name,
      location: 'backroom',
      quantity: 7n,
      valueMinor: 1_000n,
      date: '2025-11-30',
    })),
  }
  return [
    command('policy', { kind: 'set-policy', policy, reason: 'LIFO' }),
    command('masters', imported),
  ]
}

/** February begins with other methods; older layers come back of sales before. */
function closing(): Command[] {
  const change = (key: string, name: string, method: 'average' | 'fifo') =>
    command(
      key,
      { kind: 'change-method', skus: [name], method, reason: 'new policy' },
      { businessDate: '2026-02-01' },
    )
  const after = (key: string, name: string) =>
    [...bought(key, name, 5n, 1_234n), sale(`${key}/sale`, name, 2n, 500n, 'backroom')].map(
      (one) => ({ ...one, businessDate: '2026-02-02' }),
    )
  return [
    ...GOODS.flatMap(({ sku: name }) => settled(name)),
    change('to-average', 'first-in', 'average'),
    change('to-layers', 'mean', 'fifo'),
    ...after('feb-1', 'first-in'),
    ...after('feb-2', 'mean'),
  ]
}

/** Nothing owed in either cost group: a method changes only then. */
function settled(name: string): Command[] {
  const chilled = part(name, 500n, 'backroom', 'cold')
  return [
    ...bought(`last ${name}`, name, 1_000n, 77_777n),
    command(`chill ${name}`, { kind: 'move', part: chilled, reason: '' }),
  ]
}

function sale(key: string, name: string, quantity: bigint, netMinor: bigint, place: string) {
  const line = saleLine(1, name, quantity, netMinor)
  const taken = quantity > 0n ? [part(name, quantity, place, 'customer')] : line.parts
  return receipt(key, { ...line, taxMinor: netMinor / 10n, parts: taken })
}

function commandsOf(draw: Draw, index: number): Command[] {
  const { what, name, quantity, minor, place, to, of } = draw
  const key = `k${index}`
  const earlier = `k${Math.max(0, index - of)}`
  const reason = NASTY
  const out = (virtual: string) => part(name, quantity, place, virtual)
  switch (what) {
    case 0:
    case 1:
    case 2:
      return bought(key, name, quantity * 5n, minor)
    case 3:
    case 4:
    case 5:
      return [sale(key, name, quantity, minor, place)]
    case 6: {
      const original = { sourceKey: earlier, line: 1 }
      return [receipt(key, { ...saleLine(1, name, -quantity, -minor), original })]
    }
    case 7:
      return [command(key, { kind: 'move', part: part(name, quantity, place, to), reason })]
    case 8:
      return [command(key, { kind: 'shrink', part: out('shrinkage'), reason })]
    case 9:
      return [command(key, { kind: 'write-off', part: out('scrap'), cause: 'damaged', reason })]
    case 10:
      return [command(key, { kind: 'gain', part: part(name, quantity, 'found', place), reason })]
    case 11:
      return [landedCost(key, index, of, minor)]
    case 12:
      return [returnToSupplier(draw, key, index)]
    case 13:
      return [command(key, { kind: 'reverse', of: earlier, reason })]
    case 14:
      return transfer(draw, key)
    default:
      return [
        command(key, {
          kind: 'revalue',
          sku: name,
          amountMinor: of % 3 === 0 ? minor : -minor / 9n,
          against: 'revaluation',
          reason,
        }),
        command(`${key}/manual`, {
          kind: 'manual-journal',
          lines: [
            { account: 'cash', amountMinor: -minor, memo: NASTY },
            { account: 'tax-payable:A', amountMinor: minor, memo: '' },
          ],
          reason: 'tax paid',
        }),
      ]
  }
}

function landedCost(key: string, index: number, of: number, minor: bigint): Command {
  return command(key, {
    kind: 'landed-cost',
    document: key,
    amountMinor: of % 2 === 0 ? minor : -minor,
    basis: 'quantity',
    receipts: Array.from({ length: 12 }, (_, back) => back)
      .slice(of % 12)
      .map((back) => ({ receipt: `receipt:k${index - back}` }))
      .slice(0, 1),
  })
}

function returnToSupplier({ name, of, place }: Draw, key: string, index: number): Command {
  return command(key, {
    kind: 'return-to-supplier',
    receipt: `receipt:k${index - (of % 12)}`,
    part: part(name, 1n, place, 'supplier'),
    reason: NASTY,
    ...(of % 2 === 0 ? { instead: 'by-method' as const } : {}),
  })
}

function transfer({ name, quantity, minor, place }: Draw, key: string): Command[] {
  const layers = [{ date: '2025-12-24', quantity, valueMinor: minor, origin: 'store-3:9' }]
  return [
    command(key, {
      kind: 'dispatch',
      transfer: key,
      toSite: 'store-2',
      parts: [{ sku: name, quantity, from: place, epcs: [] }],
    }),
    command(`${key}/ok`, {
      kind: 'confirm-arrival',
      transfer: key,
      lines: [{ sku: name, quantity: 1n }],
    }),
    command(`${key}/in`, {
      kind: 'arrive',
      transfer: `${key}-in`,
      fromSite: 'store-3',
      lines: [{ part: part(name, quantity, 'other-site', 'backroom'), layers }],
    }),
  ]
}
