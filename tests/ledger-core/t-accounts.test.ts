import { afterEach, beforeEach, expect, test } from 'vitest'
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
  books.apply(masters([sku('bike'), sku('tea', { method: 'average' })]))
})
afterEach(() => books.close())

function applyAll(...commands: Parameters<Books['apply']>[0][]) {
  return commands.map((one) => books.apply(one))
}

test('goods for 10,000 are received against GR/IR', () => {
  applyAll(...bought('po-1', 'bike', 10n, 10_000n))
  expect(balances(books.ledger)).toEqual({ inventory: 10_000n, 'gr-ir': -10_000n })
})

test('a sale for 15,000 posts revenue and COGS of 9,000 in one entry', () => {
  applyAll(...bought('po-1', 'bike', 10n, 10_000n))
  const outcome = books.apply(sold('r-1', 'bike', 9n, 15_000n))
  expect(outcome).toEqual({ status: 'posted', sequence: 2 })
  expect(balances(books.ledger)).toEqual({
    inventory: 1_000n,
    'gr-ir': -10_000n,
    cash: 15_000n,
    'sales-revenue': -15_000n,
    cogs: 9_000n,
  })
})

test('a shortage of 1,000 goes to shrinkage expense', () => {
  applyAll(...bought('po-1', 'bike', 10n, 10_000n))
  books.apply(
    command('count-1', {
      kind: 'shrink',
      part: part('bike', 1n, 'backroom', 'shrinkage'),
      reason: 'count',
    }),
  )
  expect(balances(books.ledger)).toEqual({
    inventory: 9_000n,
    'gr-ir': -10_000n,
    'shrinkage-expense': 1_000n,
  })
})

test('a return of 3,000 reverses revenue and restores 1,800 of cost', () => {
  applyAll(...bought('po-1', 'bike', 10n, 10_000n), sold('r-1', 'bike', 5n, 15_000n))
  expect(books.ledger.soldOn('r-1', 1)?.returnable).toBe(5n)
  const back = { ...saleLine(1, 'bike', -1n, -3_000n), original: { sourceKey: 'r-1', line: 1 } }
  expect(books.apply(receipt('r-2', back)).status).toBe('posted')
  expect(balances(books.ledger)).toMatchObject({
    'sales-revenue': -15_000n,
    'sales-returns': 3_000n,
    cogs: 4_000n,
    inventory: 6_000n,
  })
})
