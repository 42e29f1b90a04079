import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../ledger-core/index.ts'
import {
  type Books,
  balances,
  bought,
  command,
  masters,
  openBooks,
  part,
  sku,
  sold,
} from './support/books.ts'

let here: Books
let there: Books
beforeEach(() => {
  here = openBooks()
  there = openBooks()
  for (const books of [here, there])
    books.apply(masters([sku('bike'), sku('tea', { method: 'average' })]))
})
afterEach(() => {
  for (const books of [here, there]) {
    expect(books.ledger.verify()).toMatchObject({ ok: true })
    books.close()
  }
})

const post = (books: Books, ...commands: Command[]) => {
  for (const one of commands) {
    const outcome = books.apply(one)
    if (outcome.status === 'refused') throw new Error(JSON.stringify(outcome))
  }
}
const dispatch = (name: string, quantity: bigint) =>
  command('t-1/out', {
    kind: 'dispatch',
    transfer: 't-1',
    toSite: 'store-2',
    parts: [{ sku: name, quantity, from: 'backroom', epcs: [] }],
  })
const arrive = (name: string, layers = here.ledger.carriedLayers('t-1', name)) =>
  command('t-1/in', {
    kind: 'arrive',
    transfer: 't-1',
    fromSite: 'store-1',
    lines: [
      {
        part: part(
          name,
          layers.reduce((sum, { quantity }) => sum + quantity, 0n),
          'other-site',
          'backroom',
        ),
        layers,
      },
    ],
  })
const confirm = (name: string, quantity: bigint) =>
  command(`t-1/confirmed/${quantity}`, {
    kind: 'confirm-arrival',
    transfer: 't-1',
    lines: [{ sku: name, quantity }],
  })

test('goods between stores keep their layers, and clearing nets to zero over both', () => {
  post(here, ...bought('a', 'bike', 5n, 500n), ...bought('b', 'bike', 5n, 600n))
  post(here, dispatch('bike', 7n))
  expect(balances(here.ledger)).toMatchObject({ inventory: 360n, 'inventory-in-transit': 740n })
  expect(here.ledger.available('bike')).toBe(3n)
  post(there, arrive('bike'))
  expect(there.ledger.layers('bike')).toMatchObject([
    { quantity: 5n, valueMinor: 500n, facts: { date: '2026-01-02', origin: 'store-1:1' } },
    { quantity: 2n, valueMinor: 240n, facts: { origin: 'store-1:2' } },
  ])
  post(here, confirm('bike', 7n))
  expect(balances(here.ledger)['inter-site-clearing:store-2']).toBe(740n)
  expect(balances(there.ledger)['inter-site-clearing:store-1']).toBe(-740n)
  expect(balances(here.ledger)['inventory-in-transit']).toBeUndefined()
})

test('an average travels as one layer at what it cost when it left', () => {
  post(here, ...bought('a', 'tea', 3n, 1_000n), dispatch('tea', 2n))
  expect(here.ledger.carriedLayers('t-1', 'tea')).toEqual([
    { date: '2026-01-02', quantity: 2n, valueMinor: 667n, origin: 'store-1:2' },
  ])
  post(there, arrive('tea'))
  expect(balances(there.ledger)['inventory']).toBe(667n)
})

test('what does not arrive stays in transit, and is lost there at its own cost', () => {
  post(here, ...bought('a', 'bike', 10n, 1_000n), dispatch('bike', 10n), confirm('bike', 9n))
  expect(here.ledger.quantityAt('bike', 'in-transit:t-1')).toBe(1n)
  expect(here.apply(confirm('bike', 2n))).toMatchObject({
    code: 'exceeds-dispatched',
    message: 'expected at most 1 of bike in transit on t-1, got 2',
  })
  const lost = part('bike', 1n, 'in-transit:t-1', 'shrinkage')
  post(here, command('lost', { kind: 'shrink', part: lost, reason: 'never arrived' }))
  expect(balances(here.ledger)).toEqual({
    'gr-ir': -1_000n,
    'inter-site-clearing:store-2': 900n,
    'shrinkage-expense': 100n,
  })
})

test('freight that comes late follows the units: here, on their way, in the other store, sold', () => {
  post(here, ...bought('a', 'bike', 10n, 1_000n), sold('s', 'bike', 2n), dispatch('bike', 5n))
  post(here, confirm('bike', 4n))
  const receipts = [{ receipt: 'receipt:a' }]
  const freight = { kind: 'landed-cost' as const, document: 'f', amountMinor: 100n }
  post(here, command('f', { ...freight, basis: 'quantity', receipts }))
  expect(balances(here.ledger)).toEqual({
    'gr-ir': -1_000n,
    'landed-cost-accrual': -100n,
    inventory: 330n,
    'inventory-in-transit': 110n,
    'inter-site-clearing:store-2': 440n,
    cogs: 220n,
  })
})

test('only what is in stock is dispatched, once per transfer, and layers must add up', () => {
  expect(here.apply(dispatch('bike', 1n))).toMatchObject({ code: 'not-enough-stock' })
  post(here, ...bought('a', 'bike', 2n, 200n), dispatch('bike', 1n))
  expect(here.apply({ ...dispatch('bike', 1n), sourceKey: 'again' })).toMatchObject({
    code: 'name-taken',
  })
  const one = arrive('bike')
  const lines = 'lines' in one ? one.lines : []
  const wrong = { ...one, lines: [{ ...lines[0], layers: [] }] } as unknown as Command
  expect(there.apply(wrong)).toMatchObject({ code: 'parts-do-not-add-up' })
})
