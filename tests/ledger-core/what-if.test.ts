import { describe, expect, test } from 'vitest'
import { commandFromText } from '../../ledger-core/command-text.ts'
import { type Command, inSavepoint, inTransaction } from '../../ledger-core/index.ts'
import {
  type Books,
  balances,
  bought,
  command,
  masters,
  mustPost,
  openBooks,
  sku,
  sold,
} from './support/books.ts'
import { livedMonth } from './support/lived-month.ts'

const PATIENCE_MS = 120_000

/** The commands of a lived month for books that keep to their methods and name no serials. */
function keepingMethods(lived: Books): Command[] {
  const bodies = lived.db.prepare<[], string>('SELECT body FROM command ORDER BY number').pluck()
  return bodies.all().flatMap((body): Command[] => {
    const one = commandFromText(body)
    if (one.kind === 'change-method') return []
    if (one.kind !== 'import-masters') return [one]
    const skus = one.skus.map((known) =>
      known.method === 'specific' ? { ...known, method: 'lifo' as const } : known,
    )
    return [{ ...one, skus }]
  })
}

function livedAgain(seed: number): Books {
  const lived = livedMonth(undefined, 400, seed).books
  const books = openBooks()
  books.db.pragma('synchronous = OFF')
  inTransaction(books.db, () => {
    for (const one of keepingMethods(lived)) inSavepoint(books.db, () => books.ledger.apply(one))
  })
  lived.close()
  return books
}

describe.each([7, 21, 1913, 20_260])('a month of every transaction (seed %i)', (seed) => {
  test('the column of the method in use is the books, to the last digit', {
    timeout: PATIENCE_MS,
  }, () => {
    const books = livedAgain(seed)
    const { rows, cogsAccountMinor, otherCogsMinor } = books.ledger.figures().whatIf()
    expect(new Set(rows.map(({ method }) => method))).toEqual(new Set(['fifo', 'lifo', 'average']))
    const used = rows.map(({ sku: name, method, quantity, valueMinor, methods }) => {
      if (method === 'specific') throw new Error(`${name}: expected no serials`)
      return { name, quantity, valueMinor, column: methods[method] }
    })
    for (const { name, quantity, valueMinor, column } of used) {
      expect([name, column.quantity, column.valueMinor]).toEqual([name, quantity, valueMinor])
    }
    expect(rows.every(({ asBooks }) => asBooks === true)).toBe(true)
    const cogsMinor = used.reduce((sum, { column }) => sum + column.cogsMinor, 0n)
    expect(cogsMinor + (otherCogsMinor ?? 0n)).toBe(cogsAccountMinor)
    expect(cogsAccountMinor).toBe(balances(books.ledger)['cogs'] ?? 0n)
    // The same goods under every method, and for the most part at another cost.
    for (const { methods, quantity } of rows) {
      for (const column of Object.values(methods)) expect(column.quantity).toBe(quantity)
    }
    expect(rows.some(({ methods }) => methods.fifo.cogsMinor !== methods.lifo.cogsMinor)).toBe(true)
    // One SKU alone is as it is among all.
    for (const row of rows)
      expect(books.ledger.figures().whatIf({ sku: row.sku }).rows).toEqual([row])
    books.close()
  })
})

test('12 sold of 10 for 10.00 and 5 for 8.00 cost 13.20, 15.00 or 14.40, whatever the books use', () => {
  const books = openBooks()
  mustPost(books, [
    masters([sku('bike')]),
    ...bought('1', 'bike', 10n, 1_000n),
    ...bought('2', 'bike', 5n, 800n),
    sold('s', 'bike', 12n, 2_400n),
  ])
  expect(books.ledger.figures().whatIf()).toEqual({
    rows: [
      {
        sku: 'bike',
        method: 'fifo',
        quantity: 3n,
        valueMinor: 480n,
        asBooks: true,
        methods: {
          fifo: { quantity: 3n, valueMinor: 480n, cogsMinor: 1_320n },
          // LIFO takes the 5 worth 8.00 and 7 of the 10 at 1.00.
          lifo: { quantity: 3n, valueMinor: 300n, cogsMinor: 1_500n },
          average: { quantity: 3n, valueMinor: 360n, cogsMinor: 1_440n },
        },
      },
    ],
    cogsAccountMinor: 1_320n,
    otherCogsMinor: 0n,
  })
  books.close()
})

test('invoices, kits, counts, losses found again and standard costs follow the method too', () => {
  const books = openBooks()
  const names = ['fifo', 'lifo', 'average'] as const
  const policy = { framework: 'US-GAAP' as const, selfApproveMinor: 10n ** 9n }
  mustPost(books, [
    command('policy', { kind: 'set-policy', policy, reason: 'LIFO' }),
    masters([
      ...names.map((method) => sku(method, { method, standardCostMinor: 70n })),
      sku('kit', { method: 'average' }),
    ]),
    ...names.flatMap((name) => [
      // Three sold before any came, twice: each time at the standard cost.
      sold(`${name}-early`, name, 3n, 600n),
      sold(`${name}-early-2`, name, 2n, 400n),
      ...bought(`${name}-1`, name, 20n, 1_000n),
      ...bought(`${name}-2`, name, 7n, 1_501n),
      sold(`${name}-sale`, name, 9n, 1_800n),
      command(`${name}-lost`, {
        kind: 'shrink',
        part: { sku: name, quantity: 4n, from: 'backroom', to: 'shrinkage', epcs: [] },
        reason: 'gone',
      }),
      command(`${name}-found`, {
        kind: 'gain',
        part: { sku: name, quantity: 1n, from: 'found', to: 'backroom', epcs: [] },
        loss: `${name}-lost`,
        reason: 'behind the shelf',
      }),
      command(`${name}-invoice`, {
        kind: 'supplier-invoice',
        supplier: 'acme',
        invoice: name,
        lines: [
          { receipt: `receipt:${name}-1`, quantity: 20n, netMinor: 1_111n },
          { receipt: `receipt:${name}-2`, quantity: 7n, netMinor: 1_400n },
        ],
        taxMinor: 0n,
        taxCode: '',
        claimMinor: 0n,
      }),
    ]),
    command('kit', {
      kind: 'assemble-kit',
      sku: 'kit',
      quantity: 2n,
      location: 'backroom',
      components: names.map((name) => ({ sku: name, quantity: 2n })),
    }),
    command('sheet', { kind: 'start-count', count: 'C', location: 'backroom' }),
    ...[...names, 'kit'].map((name, index) =>
      command(`counted ${name}`, {
        kind: 'record-count',
        count: 'C',
        sku: name,
        location: 'backroom',
        quantity: BigInt(index + 1),
        countedAtMs: Date.UTC(2026, 0, 2, 12),
      }),
    ),
    command('approved', { kind: 'approve-count', count: 'C', reason: 'monthly' }),
    command('by hand', {
      kind: 'manual-journal',
      lines: [
        { account: 'cogs', amountMinor: 33n, memo: '' },
        { account: 'cash', amountMinor: -33n, memo: '' },
      ],
      reason: 'packaging',
      approvedBy: 'owner',
    }),
  ])
  const { rows, cogsAccountMinor, otherCogsMinor } = books.ledger.figures().whatIf()
  expect(rows.map(({ sku: name, asBooks }) => [name, asBooks])).toEqual([
    ['average', true],
    ['fifo', true],
    ['kit', true],
    ['lifo', true],
  ])
  const used = rows.map(({ method, methods }) =>
    method === 'specific' ? 0n : methods[method].cogsMinor,
  )
  expect(otherCogsMinor).toBe(33n)
  expect(used.reduce((sum, minor) => sum + minor, 33n)).toBe(cogsAccountMinor)
  books.close()
})
