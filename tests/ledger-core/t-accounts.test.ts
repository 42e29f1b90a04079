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
  part,
  receipt,
  saleLine,
  sku,
  sold,
} from './support/books.ts'

/** The worked examples of ledger-core/README.md, figure by figure. */

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
/** Account and amount of the last entry, in the order it was written. */
const lastEntry = () =>
  books.ledger
    .entry(books.ledger.head().sequence)
    ?.lines.map(({ account, amountMinor }) => [account, amountMinor])
const onCredit = (key: string, ...lines: Parameters<typeof receipt>[1][]) => {
  const one = receipt(key, ...lines)
  const amountMinor = lines.reduce((sum, line) => sum + line.netMinor, 0n)
  return { ...one, tenders: [{ kind: 'account', amountMinor }] } as Command
}
const invoiced = command('i-1', {
  kind: 'supplier-invoice',
  supplier: 'acme',
  invoice: 'i-1',
  lines: [{ receipt: 'receipt:po', quantity: 100n, netMinor: 10_000n }],
  taxMinor: 0n,
  taxCode: '',
  claimMinor: 0n,
})

test('a purchase of 10,000 on credit: inventory against GR/IR, then accounts payable', () => {
  post(...bought('po', 'bike', 100n, 10_000n))
  expect(lastEntry()).toEqual([
    ['inventory', 10_000n],
    ['gr-ir', -10_000n],
  ])
  post(invoiced)
  expect(balances(books.ledger)).toEqual({ inventory: 10_000n, 'accounts-payable': -10_000n })
})

test('a credit sale of 15,000 posts revenue and COGS of 9,000 in one entry', () => {
  post(...bought('po', 'bike', 100n, 10_000n), onCredit('r-1', saleLine(1, 'bike', 90n, 15_000n)))
  expect(lastEntry()).toEqual([
    ['accounts-receivable', 15_000n],
    ['sales-revenue', -15_000n],
    ['cogs', 9_000n],
    ['inventory', -9_000n],
  ])
})

test('a purchase return of 2,000 lowers payable and inventory', () => {
  post(...bought('po', 'bike', 100n, 10_000n), invoiced)
  post(
    command('back', {
      kind: 'return-to-supplier',
      receipt: 'receipt:po',
      part: part('bike', 20n, 'backroom', 'supplier'),
      reason: 'faulty',
    }),
  )
  expect(lastEntry()).toEqual([
    ['accounts-payable', 2_000n],
    ['inventory', -2_000n],
  ])
})

test('a shortage of 1,000 goes to shrinkage expense', () => {
  const lost = part('bike', 10n, 'backroom', 'shrinkage')
  post(
    ...bought('po', 'bike', 100n, 10_000n),
    command('c', { kind: 'shrink', part: lost, reason: 'count' }),
  )
  expect(lastEntry()).toEqual([
    ['shrinkage-expense', 1_000n],
    ['inventory', -1_000n],
  ])
})

test('a sales return of 3,000 reverses revenue and restores 1,800 of cost', () => {
  post(...bought('po', 'bike', 100n, 10_000n), onCredit('r-1', saleLine(1, 'bike', 90n, 15_000n)))
  const original = { sourceKey: 'r-1', line: 1 }
  post(onCredit('r-2', { ...saleLine(1, 'bike', -18n, -3_000n), original }))
  expect(lastEntry()).toEqual([
    ['accounts-receivable', -3_000n],
    ['sales-returns', 3_000n],
    ['inventory', 1_800n],
    ['cogs', -1_800n],
  ])
})

test('the same two purchases and a sale, by FIFO and by moving average', () => {
  const costs = ['bike', 'tea'].map((name) => {
    post(...bought(`${name}-1`, name, 10n, 1_000n), ...bought(`${name}-2`, name, 5n, 800n))
    post(sold(`${name}-s`, name, 12n, 2_400n))
    const pool = books.ledger.pools().find((row) => row.sku === name)
    return {
      cogs: lastEntry()?.find(([account]) => account === 'cogs')?.[1],
      left: pool?.valueMinor,
    }
  })
  expect(costs).toEqual([
    { cogs: 1_320n, left: 480n },
    { cogs: 1_440n, left: 360n },
  ])
})

test('three units for 10.00 leave at 3.33, 3.34 and 3.33', () => {
  post(...bought('po', 'tea', 3n, 1_000n))
  const costs = ['a', 'b', 'c'].map((key) => {
    post(sold(key, 'tea', 1n))
    return books.ledger.entry(books.ledger.head().sequence)?.movements[0]?.costMinor
  })
  expect(costs).toEqual([333n, 334n, 333n])
})
