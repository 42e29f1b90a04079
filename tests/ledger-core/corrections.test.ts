import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../ledger-core/index.ts'
import {
  type Books,
  balances,
  bought,
  command,
  masters,
  mustPost,
  openBooks,
  order,
  part,
  receipt,
  received,
  saleLine,
  sku,
  sold,
} from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('bike'), sku('tea', { method: 'average' })]))
})
afterEach(() => {
  expect(books.ledger.verify()).toMatchObject({ ok: true })
  books.close()
})

const post = (...commands: Command[]) => mustPost(books, commands)
const reverse = (of: string, key = `reverse:${of}`) =>
  command(key, { kind: 'reverse', of, reason: 'mistake' })
const layersOf = (name: string) =>
  books.ledger.layers(name).map(({ quantity, valueMinor }) => [quantity, valueMinor])

test.each(['bike', 'tea'])(
  'reversing everything, newest first, returns all accounts to zero (%s)',
  (name) => {
    const moved = part(name, 2n, 'backroom', 'shelf')
    const day = [
      ...bought('a', name, 3n, 1_000n),
      sold('s', name, 1n, 500n),
      command('m', { kind: 'move', part: moved, reason: '' }),
      command('l', { kind: 'shrink', part: part(name, 1n, 'shelf', 'shrinkage'), reason: '' }),
    ]
    post(...day)
    for (const key of ['l', 'm', 's', 'receipt:a']) post(reverse(key))
    expect(balances(books.ledger)).toEqual({})
    expect(books.ledger.stock()).toEqual([])
    expect(books.ledger.openOrderLines('a')).toMatchObject([{ received: 0n, receivedMinor: 0n }])
  },
)

test('an entry is reversed once, and a reversal not at all', () => {
  post(...bought('a', 'bike', 1n, 100n), reverse('receipt:a'))
  expect(books.apply(reverse('receipt:a', 'again'))).toMatchObject({ code: 'already-reversed' })
  expect(books.apply(reverse('reverse:receipt:a'))).toMatchObject({ code: 'not-reversible' })
  expect(books.apply(reverse('nothing'))).toMatchObject({ code: 'unknown-origin' })
  expect(books.ledger.reversedBy(1)).toBe(2)
})

test('a receipt that was sold from names what depends on it, newest first', () => {
  post(...bought('a', 'bike', 5n, 500n), sold('s-1', 'bike', 1n), sold('s-2', 'bike', 1n))
  expect(books.apply(reverse('receipt:a'))).toMatchObject({
    code: 'has-dependants',
    message: expect.stringMatching(/first reverse s-2, s-1$/),
  })
  post(reverse('s-2'), reverse('s-1'), reverse('receipt:a'))
  expect(balances(books.ledger)).toEqual({})
})

test('under average a receipt that later sales rest on is not pulled out from under them', () => {
  post(...bought('a', 'tea', 5n, 500n), ...bought('b', 'tea', 5n, 1_000n), sold('s', 'tea', 1n))
  expect(books.apply(reverse('receipt:b'))).toMatchObject({ code: 'has-dependants' })
  post(reverse('s'), reverse('receipt:b'))
  expect(balances(books.ledger)).toEqual({ inventory: 500n, 'gr-ir': -500n })
})

test('a sale before its receipt, then the receipt is reversed: the deficit opens again at its cost', () => {
  post(...bought('a', 'bike', 1n, 100n), sold('s', 'bike', 3n))
  expect(balances(books.ledger)['cogs']).toBe(300n)
  post(...bought('b', 'bike', 5n, 750n))
  expect(balances(books.ledger)).toMatchObject({ cogs: 400n, inventory: 450n })
  post(reverse('receipt:b'))
  expect(balances(books.ledger)).toMatchObject({ cogs: 300n, inventory: -200n })
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: -2n, valueMinor: -200n })
})

test('the return of a sale that is still an open deficit cancels it at its provisional cost', () => {
  post(...bought('a', 'bike', 1n, 100n), sold('s', 'bike', 3n))
  const back = { ...saleLine(1, 'bike', -2n, 0n), original: { sourceKey: 's', line: 1 } }
  post(receipt('r', back))
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: 0n, valueMinor: 0n, layers: 0 })
  expect(balances(books.ledger)).toEqual({ 'gr-ir': -100n, cogs: 100n })
})

test('a sale of which some came back is reversed after its return', () => {
  post(...bought('a', 'bike', 5n, 500n), sold('s', 'bike', 2n))
  const back = { ...saleLine(1, 'bike', -1n, 0n), original: { sourceKey: 's', line: 1 } }
  post(receipt('r', back))
  expect(books.apply(reverse('s'))).toMatchObject({ code: 'has-dependants' })
  post(reverse('r'), reverse('s'))
  expect(layersOf('bike')).toEqual([[5n, 500n]])
})

test('an exchange gives one back and takes another in one receipt', () => {
  post(...bought('a', 'bike', 5n, 500n), sold('s', 'bike', 1n, 200n))
  const back = { ...saleLine(1, 'bike', -1n, -200n), original: { sourceKey: 's', line: 1 } }
  post(receipt('x', back, saleLine(2, 'bike', 1n, 200n)))
  expect(balances(books.ledger)).toMatchObject({
    'sales-revenue': -400n,
    'sales-returns': 200n,
    cash: 200n,
    cogs: 100n,
  })
  post(reverse('x'))
  expect(balances(books.ledger)).toMatchObject({ cogs: 100n, cash: 200n })
})

const voided = (of: string, header: Partial<Command> = {}) =>
  command(`void:${of}`, { kind: 'void-receipt', of, reason: 'wrong item' }, header)
const zReport = (zNumber: number, cashMinor: bigint) =>
  command(`z:${zNumber}`, {
    kind: 'close-till',
    till: 'till-1',
    zNumber,
    counted: [{ kind: 'cash', amountMinor: cashMinor }],
  })

test('a receipt is voided at its till until the Z report', () => {
  post(
    ...bought('a', 'bike', 5n, 500n),
    sold('s-1', 'bike', 1n, 150n),
    sold('s-2', 'bike', 1n, 150n),
  )
  post(voided('s-1'))
  expect(Object.fromEntries(books.ledger.tillTaken('till-1'))).toEqual({ cash: 150n })
  expect(books.apply(voided('s-2', { businessDate: '2026-01-03' }))).toMatchObject({
    code: 'wrong-state',
  })
  post(zReport(1, 150n))
  expect(books.apply({ ...voided('s-2'), sourceKey: 'late' })).toMatchObject({
    code: 'wrong-state',
  })
  expect(books.apply(voided('receipt:a'))).toMatchObject({ code: 'not-reversible' })
})

test('what the drawer lacks or has too much is till over and short', () => {
  post(...bought('a', 'bike', 5n, 500n), sold('s-1', 'bike', 1n, 150n), zReport(1, 145n))
  expect(balances(books.ledger)).toMatchObject({ cash: 145n, 'till-over-short': 5n })
  post(sold('s-2', 'bike', 1n, 100n), zReport(2, 103n))
  expect(balances(books.ledger)).toMatchObject({ cash: 248n, 'till-over-short': 2n })
  expect(books.apply({ ...zReport(2, 0n), sourceKey: 'z:again' })).toMatchObject({
    code: 'wrong-state',
  })
})

const journal = (key: string, lines: readonly (readonly [string, bigint])[], more = {}) =>
  command(key, {
    kind: 'manual-journal',
    lines: lines.map(([account, amountMinor]) => ({ account, amountMinor, memo: '' })),
    reason: 'rent of the month',
    ...more,
  } as never)

test('a manual journal balances, has a reason and a second person, and never touches inventory', () => {
  const lines = [
    ['cash', -100n],
    ['other-revenue', 100n],
  ] as const
  expect(books.apply(journal('j-1', lines))).toMatchObject({ code: 'needs-second-person' })
  const approvedBy = 'bob'
  expect(books.apply(journal('j-2', lines, { approvedBy, reason: '' }))).toMatchObject({
    code: 'does-not-balance',
  })
  expect(books.apply(journal('j-3', [['cash', 1n]], { approvedBy }))).toMatchObject({
    code: 'does-not-balance',
  })
  const inventory = [
    ['inventory', 1n],
    ['cash', -1n],
  ] as const
  expect(books.apply(journal('j-4', inventory, { approvedBy }))).toMatchObject({
    code: 'inventory-by-movement-only',
  })
  const unknown = [
    ['petty', 1n],
    ['cash', -1n],
  ] as const
  expect(books.apply(journal('j-5', unknown, { approvedBy }))).toMatchObject({
    code: 'unknown-account',
  })
  post(journal('j-6', lines, { approvedBy }), reverse('j-6'))
  expect(balances(books.ledger)).toEqual({})
})

test('a receipt taken back is not invoiced, and comes again as a new one', () => {
  post(order('po', { line: 1, sku: 'bike', quantity: 2n, valueMinor: 300n }))
  post(received('d-1', 'po', 1, 'bike', 2n), reverse('d-1'), received('d-2', 'po', 1, 'bike', 2n))
  expect(books.ledger.uninvoicedReceipts().map(({ sourceKey }) => sourceKey)).toEqual(['d-2'])
  expect(layersOf('bike')).toEqual([[2n, 300n]])
})
