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
  sku,
  sold,
} from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('bike'), sku('tea', { method: 'average' })]))
  for (const one of bought('a', 'bike', 10n, 1_000n)) books.apply(one)
})
afterEach(() => {
  expect(books.ledger.verify()).toMatchObject({ ok: true })
  books.close()
})

const post = (...commands: Command[]) => mustPost(books, commands)
const NINE = Date.UTC(2026, 0, 2, 9)
const start = (count: string, location = 'backroom') =>
  command(`${count}/start`, { kind: 'start-count', count, location })
const counted = (
  count: string,
  quantity: bigint,
  {
    actor = 'ann',
    location = 'backroom',
    key = '',
    ...more
  }: { actor?: string; location?: string; key?: string; atSequence?: number; name?: string } = {},
) => {
  const { name = 'bike', ...rest } = more
  const body = { kind: 'record-count' as const, count, sku: name, location, quantity }
  return command(
    `${count}/${name}/${location}/${key}`,
    { ...body, countedAtMs: NINE, ...rest },
    { actor },
  )
}
const approve = (count: string, actor = 'bob') =>
  command(`${count}/approve/${actor}`, { kind: 'approve-count', count, reason: 'cycle' }, { actor })

test('the sheet is blind: what to count, not what the books say', () => {
  post(start('c'))
  expect(books.ledger.countSheet('c')).toEqual([{ sku: 'bike', location: 'backroom' }])
})

test('a shortage goes to shrinkage when another person approves', () => {
  post(start('c'), counted('c', 8n))
  expect(books.apply(approve('c', 'ann'))).toMatchObject({
    code: 'needs-second-person',
    message: expect.stringMatching(/other|another person than the counter ann/),
  })
  post(approve('c'))
  expect(balances(books.ledger)).toMatchObject({ inventory: 800n, 'shrinkage-expense': 200n })
  expect(books.ledger.stockCount('c')?.state).toBe('approved')
})

test('a person alone approves small differences where the policy allows it', () => {
  const policy = { selfApproveMinor: 100n }
  post(command('p', { kind: 'set-policy', policy, reason: 'one-person store' }))
  post(start('c'), counted('c', 9n), approve('c', 'ann'))
  expect(books.ledger.entry(2)?.movements[0]?.memo).toBe(
    'count c: cycle (approved by its counter, for review)',
  )
  post(start('d'), counted('d', 7n))
  expect(books.apply(approve('d', 'ann'))).toMatchObject({ code: 'needs-second-person' })
})

test('an overage comes in at the newest unit cost', () => {
  post(...bought('b', 'bike', 1n, 130n), start('c'), counted('c', 13n), approve('c'))
  expect(balances(books.ledger)).toMatchObject({ inventory: 1_390n, 'shrinkage-expense': -260n })
})

test('a sale between count and approval is not counted twice', () => {
  post(start('c'), counted('c', 9n), sold('s', 'bike', 3n), approve('c'))
  expect(books.ledger.quantityAt('bike', 'backroom')).toBe(6n)
  expect(balances(books.ledger)).toMatchObject({ 'shrinkage-expense': 100n })
})

test('a count entered late is compared with the books as they stood when it was taken', () => {
  post(start('c'))
  const atSequence = books.ledger.head().sequence
  post(sold('s', 'bike', 3n), counted('c', 10n, { atSequence }), approve('c'))
  expect(books.ledger.quantityAt('bike', 'backroom')).toBe(7n)
  expect(balances(books.ledger)['shrinkage-expense']).toBeUndefined()
})

test('a recount supersedes the first count, and is remembered', () => {
  post(
    start('c'),
    counted('c', 4n),
    counted('c', 10n, { actor: 'cid', key: 'again' }),
    approve('c'),
  )
  expect(books.ledger.countLines('c')).toMatchObject([
    { counted: 10n, counter: 'cid', recounts: 1 },
  ])
  expect(balances(books.ledger)['shrinkage-expense']).toBeUndefined()
})

test('units too many are first set against baskets and against what is missing elsewhere', () => {
  const move = (key: string, to: string, quantity: bigint) =>
    command(key, { kind: 'move', part: part('bike', quantity, 'backroom', to), reason: '' })
  post(move('m-1', 'shelf', 4n), move('m-2', 'basket', 1n))
  post(start('c'), counted('c', 8n), counted('c', 2n, { location: 'shelf' }), approve('c'))
  // Backroom 5 counted 8: one back from the basket, two from the shelf; nothing is lost or won.
  expect(books.ledger.stock()).toEqual([
    { sku: 'bike', location: 'backroom', quantity: 8n },
    { sku: 'bike', location: 'shelf', quantity: 2n },
  ])
  expect(balances(books.ledger)['shrinkage-expense']).toBeUndefined()
})

test('goods that the books do not know at a place join the sheet', () => {
  post(...bought('b', 'tea', 2n, 30n), start('c', 'shelf'))
  post(counted('c', 1n, { location: 'shelf', name: 'tea' }), approve('c'))
  expect(books.ledger.quantityAt('tea', 'shelf')).toBe(1n)
  expect(balances(books.ledger)).toMatchObject({ 'shrinkage-expense': -15n })
})

test('nothing is approved before every line is counted, and no count twice', () => {
  post(start('c'))
  expect(books.apply(approve('c'))).toMatchObject({ code: 'wrong-state' })
  post(counted('c', 10n), approve('c'))
  expect(books.apply(approve('c', 'cid'))).toMatchObject({ code: 'wrong-state' })
  expect(books.apply(start('c'))).toMatchObject({ status: 'already' })
  post(start('d'), command('d/x', { kind: 'cancel-count', count: 'd', reason: 'fire drill' }))
  expect(books.apply(counted('d', 1n))).toMatchObject({ code: 'wrong-state' })
})

test('found goods of a known loss come back at the cost they left at', () => {
  const lost = part('bike', 2n, 'backroom', 'shrinkage')
  post(
    command('loss', { kind: 'shrink', part: lost, reason: 'count' }),
    ...bought('b', 'bike', 1n, 999n),
  )
  const found = (key: string, quantity: bigint) =>
    command(key, {
      kind: 'gain',
      part: part('bike', quantity, 'found', 'shelf'),
      loss: 'loss',
      reason: 'behind the rack',
    })
  expect(books.apply(found('f-1', 3n))).toMatchObject({ code: 'exceeds-sold' })
  post(found('f-2', 2n))
  expect(balances(books.ledger)['shrinkage-expense']).toBeUndefined()
})

test('a sale that happened before the count but arrives after it takes back that much of the loss', () => {
  post(start('c'), counted('c', 8n), approve('c'))
  const late = sold('s', 'bike', 1n)
  post({ ...late, occurredAtMs: NINE - 1_000 })
  expect(books.ledger.quantityAt('bike', 'backroom')).toBe(8n)
  expect(balances(books.ledger)).toMatchObject({ cogs: 100n, 'shrinkage-expense': 100n })
  post({ ...sold('s-2', 'bike', 1n), occurredAtMs: NINE + 1_000 })
  expect(books.ledger.quantityAt('bike', 'backroom')).toBe(7n)
})
