import { afterEach, beforeEach, expect, test } from 'vitest'
import { divideHalfEven, shareOf } from '../../ledger-core/costing.ts'
import {
  type Books,
  balances,
  bought,
  command,
  masters,
  openBooks,
  part,
  receipt,
  saleLine,
  sku,
  sold,
} from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('fifo-tea'), sku('mean-tea', { method: 'average' })]))
})
afterEach(() => books.close())

const buy = (key: string, name: string, quantity: bigint, valueMinor: bigint) => {
  for (const one of bought(key, name, quantity, valueMinor)) books.apply(one)
}
const costOf = (one: ReturnType<typeof command>) => {
  const outcome = books.apply(one)
  if (outcome.status !== 'posted') throw new Error(JSON.stringify(outcome))
  const movements = books.ledger.entry(outcome.sequence)?.movements ?? []
  return movements.reduce((sum, { costMinor }) => sum + costMinor, 0n)
}
const returned = (key: string, name: string, quantity: bigint, original?: string) => {
  const line = saleLine(1, name, -quantity, 0n)
  return receipt(
    key,
    original === undefined ? line : { ...line, original: { sourceKey: original, line: 1 } },
  )
}

test('a half rounds to the even neighbour, on both sides of zero', () => {
  expect([5n, 15n, 25n, -5n, -15n].map((n) => divideHalfEven(n, 10n))).toEqual([
    0n,
    2n,
    2n,
    0n,
    -2n,
  ])
  expect(shareOf(1000n, 3n, 3n)).toBe(1000n)
})

test.each(['fifo-tea', 'mean-tea'])('three %s for 10.00 leave at 3.33, 3.34 and 3.33', (name) => {
  buy('po', name, 3n, 1000n)
  expect(['a', 'b', 'c'].map((key) => costOf(sold(key, name, 1n)))).toEqual([333n, 334n, 333n])
  expect(books.ledger.pools().find(({ sku: of }) => of === name)).toMatchObject({
    quantity: 0n,
    valueMinor: 0n,
  })
})

test('FIFO issues the oldest layer, average the mean of all', () => {
  for (const name of ['fifo-tea', 'mean-tea']) {
    buy(`${name}-1`, name, 10n, 1000n)
    buy(`${name}-2`, name, 10n, 2000n)
  }
  expect(costOf(sold('f', 'fifo-tea', 15n))).toBe(2000n)
  expect(costOf(sold('m', 'mean-tea', 15n))).toBe(2250n)
})

test('units sold before they are received cost the last known price, settled at the receipt', () => {
  buy('po-1', 'fifo-tea', 10n, 1000n)
  expect(costOf(sold('s', 'fifo-tea', 12n))).toBe(1200n)
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: -2n, valueMinor: -200n })
  buy('po-2', 'fifo-tea', 10n, 1500n)
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: 8n, valueMinor: 1200n })
  expect(balances(books.ledger)['cogs']).toBe(1300n)
})

test('a location may go below zero while the pool has stock, and no cost is invented', () => {
  buy('po', 'fifo-tea', 5n, 500n)
  const line = saleLine(1, 'fifo-tea', 2n, 0n)
  books.apply(receipt('s', { ...line, parts: [part('fifo-tea', 2n, 'shelf', 'customer')] }))
  expect(books.ledger.quantityAt('fifo-tea', 'shelf')).toBe(-2n)
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: 3n, valueMinor: 300n })
})

test('a return goes back to the layers it left, last consumed first', () => {
  buy('po-1', 'fifo-tea', 10n, 1000n)
  buy('po-2', 'fifo-tea', 10n, 1200n)
  costOf(sold('s', 'fifo-tea', 15n))
  expect(costOf(returned('r', 'fifo-tea', 7n, 's'))).toBe(800n)
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: 12n, valueMinor: 1400n, layers: 2 })
})

test('a return under average brings back exactly what was issued', () => {
  buy('po-1', 'mean-tea', 1n, 1313n)
  buy('po-2', 'mean-tea', 1n, 1220n)
  costOf(sold('s', 'mean-tea', 2n))
  buy('po-3', 'mean-tea', 1n, 99_999n)
  expect(costOf(returned('r', 'mean-tea', 2n, 's'))).toBe(2533n)
})

test('more than was sold does not come back', () => {
  buy('po', 'fifo-tea', 5n, 500n)
  books.apply(sold('s', 'fifo-tea', 2n))
  books.apply(returned('r-1', 'fifo-tea', 1n, 's'))
  expect(books.apply(returned('r-2', 'fifo-tea', 2n, 's'))).toMatchObject({
    status: 'refused',
    code: 'exceeds-sold',
    message: 'expected at most 1 of fifo-tea back from s line 1, got 2',
  })
})

test('a return that names no sale, or one not in these books, is estimated and says so', () => {
  buy('po', 'fifo-tea', 4n, 400n)
  expect(costOf(returned('r-1', 'fifo-tea', 1n))).toBe(100n)
  expect(costOf(returned('r-2', 'fifo-tea', 1n, 'before-our-time'))).toBe(100n)
  const memos = [2, 3].map((sequence) => books.ledger.entry(sequence)?.movements[0]?.memo)
  expect(memos).toEqual([
    'cost estimated: no original sale named',
    'cost estimated: the original sale is not in these books',
  ])
})

test('a return settles an open deficit before it stands on a layer', () => {
  costOf(sold('s', 'fifo-tea', 3n))
  buy('po', 'fifo-tea', 1n, 500n)
  costOf(returned('r', 'fifo-tea', 3n, 's'))
  expect(books.ledger.pools()[0]).toMatchObject({ quantity: 1n })
  expect(books.ledger.verify()).toMatchObject({ ok: true })
})

test('an order line received in parts comes to its agreed value to the cent', () => {
  const [order] = bought('po', 'fifo-tea', 3n, 1000n)
  books.apply(order)
  const one = (key: string) =>
    command(key, {
      kind: 'receive',
      order: 'po',
      line: 1,
      delivery: key,
      part: part('fifo-tea', 1n, 'supplier', 'backroom'),
    })
  expect(['d1', 'd2', 'd3'].map((key) => costOf(one(key)))).toEqual([333n, 334n, 333n])
  expect(books.apply(one('d4'))).toMatchObject({ status: 'refused', code: 'exceeds-order' })
  expect(books.ledger.openOrderLines()).toEqual([])
})
