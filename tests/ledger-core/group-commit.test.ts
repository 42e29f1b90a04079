import { afterEach, beforeEach, expect, test } from 'vitest'
import { inSavepoint, inTransaction } from '../../ledger-core/index.ts'
import { type Books, balances, bought, masters, openBooks, sku, sold } from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('tea')]))
  for (const one of bought('a', 'tea', 10n, 1_000n)) books.apply(one)
})
afterEach(() => books.close())

const sellIn = (key: string, minor: bigint) => books.ledger.apply(sold(key, 'tea', 1n, minor))

test('sales of one commit stand in every account when it is read before the commit', () => {
  inTransaction(books.db, () => {
    sellIn('s-1', 300n)
    sellIn('s-2', 400n)
    expect(balances(books.ledger)['sales-revenue']).toBe(-700n)
    sellIn('s-3', 500n)
    expect(balances(books.ledger)['sales-revenue']).toBe(-1_200n)
  })
  expect(balances(books.ledger)['sales-revenue']).toBe(-1_200n)
  expect(books.ledger.verify()).toMatchObject({ ok: true })
})

test.each([
  ['unread', () => {}],
  ['read', () => void books.ledger.trialBalance()],
])('a message that fails after a sale (accounts %s) takes only its own sale with it', (_, read) => {
  inTransaction(books.db, () => {
    sellIn('s-1', 300n)
    const failing = () =>
      inSavepoint(books.db, () => {
        sellIn('s-2', 400n)
        read()
        sellIn('s-3', 450n)
        throw new Error('the message cannot be carried out')
      })
    expect(failing).toThrow('carried out')
    inSavepoint(books.db, () => sellIn('s-4', 500n))
  })
  expect(balances(books.ledger)['sales-revenue']).toBe(-800n)
  expect(books.ledger.head().sequence).toBe(books.ledger.sequenceOf('s-4'))
  expect(books.ledger.sequenceOf('s-2')).toBeNull()
  expect(books.ledger.verify()).toMatchObject({ ok: true })
})

test('a commit that fails leaves no sale and no amount behind', () => {
  const before = [books.ledger.stateDigest(), books.ledger.head()]
  const failing = () =>
    inTransaction(books.db, () => {
      inSavepoint(books.db, () => sellIn('s-1', 300n))
      throw new Error('the disk is full')
    })
  expect(failing).toThrow('disk is full')
  expect([books.ledger.stateDigest(), books.ledger.head()]).toEqual(before)
  inTransaction(books.db, () => sellIn('s-2', 400n))
  expect(balances(books.ledger)['sales-revenue']).toBe(-400n)
  expect(books.ledger.verify()).toMatchObject({ ok: true })
})
