import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyBatch } from '../../ledger-core/index.ts'
import { type Books, bought, masters, openBooks, sku, sold } from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('bike')]))
  for (const one of bought('po', 'bike', 10n, 10_000n)) books.apply(one)
  for (const key of ['a', 'b', 'c', 'd']) books.apply(sold(key, 'bike', 1n, 1_500n))
})
afterEach(() => books.close())

const sealAll = (maxEntries: number) => {
  const sealed = []
  for (;;) {
    const batch = books.ledger.sealBatch(1_000, { maxEntries })
    if (batch === null) return sealed
    sealed.push(batch)
  }
}

test('batches take the journal in order, without a gap, and prove themselves', () => {
  expect(books.ledger.oldestUnsealed()).toMatchObject({ entries: 5 })
  const sealed = sealAll(2)
  expect(
    sealed.map(({ number, firstSequence, lastSequence }) => [number, firstSequence, lastSequence]),
  ).toEqual([
    [1, 1, 2],
    [2, 3, 4],
    [3, 5, 5],
  ])
  const checks = sealed.map(({ bytes }) => verifyBatch(bytes))
  expect(checks[1]).toMatchObject({
    status: 'ok',
    batch: { site: 'store-1', entries: 2, debitMinor: 5_000n, creditMinor: 5_000n },
  })
  expect(checks[1]).toMatchObject({ batch: { previousHash: sealed[0]?.lastHash } })
  expect(books.ledger.oldestUnsealed()).toBe(null)
  expect(books.ledger.verify().ok).toBe(true)
})

test('a batch is the same bytes under the same key for ever', () => {
  const [first] = sealAll(3)
  const again = books.ledger.batch(1)
  expect(again?.idempotencyKey).toBe('store-1:batch:000000001')
  expect(Buffer.from(again?.bytes ?? []).equals(Buffer.from(first?.bytes ?? []))).toBe(true)
})

test('every flipped byte of a batch is found', () => {
  const bytes = sealAll(9)[0]?.bytes ?? new Uint8Array()
  expect(bytes.length).toBeGreaterThan(1000)
  for (let at = 0; at < bytes.length; at += 3) {
    const flipped = Uint8Array.from(bytes)
    flipped[at] = (flipped[at] ?? 0) ^ 1
    expect(verifyBatch(flipped).status, `byte ${at}`).toBe('refused')
  }
})

test('a destination moves forward by one, on the hash of that batch', () => {
  const [first, second] = sealAll(2)
  const { ledger } = books
  ledger.registerDestination('erp')
  const take = (number: number, lastHash = '') =>
    ledger.acknowledge('erp', number, { lastHash, atMs: 5 })
  expect(take(1, 'x')).toMatchObject({ status: 'refused', code: 'hash-differs' })
  expect(take(9)).toMatchObject({ status: 'refused', code: 'unknown-batch' })
  expect(take(2, second?.lastHash)).toMatchObject({ status: 'refused', code: 'out-of-order' })
  expect(ledger.nextUnacknowledged('erp')?.number).toBe(1)
  expect(take(1, first?.lastHash)).toEqual({ status: 'acknowledged' })
  expect(take(1, first?.lastHash)).toEqual({ status: 'already' })
  expect(ledger.nextUnacknowledged('erp')?.number).toBe(2)
  expect(ledger.destinations()).toEqual([{ destination: 'erp', acknowledged: 1 }])
  expect(ledger.backlog('erp')).toEqual({ batches: 2, entries: 3, oldestSealedAtMs: 1_000 })
  expect(ledger.backlog('head-office')).toMatchObject({ batches: 3 })
})
