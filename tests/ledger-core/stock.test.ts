import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Command, openLedger } from '../../ledger-core/index.ts'
import {
  type Body,
  type Books,
  balances,
  bought,
  command,
  EUR,
  masters,
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
  books.apply(
    command('policy', { kind: 'set-policy', policy: { framework: 'US-GAAP' }, reason: 'LIFO' }),
  )
  books.apply(
    masters([
      sku('bike'),
      sku('tea', { method: 'average' }),
      sku('coal', { method: 'lifo' }),
      sku('ring', { method: 'specific' }),
    ]),
  )
})
afterEach(() => {
  expect(books.ledger.verify()).toMatchObject({ ok: true })
  books.close()
})

const post = (...commands: Command[]) => {
  let sequence = 0
  for (const one of commands) {
    const outcome = books.apply(one)
    if (outcome.status === 'refused') throw new Error(JSON.stringify(outcome))
    if (outcome.status === 'posted') sequence = outcome.sequence
  }
  return sequence
}
const costOf = (one: Command) => {
  const movements = books.ledger.entry(post(one))?.movements ?? []
  return movements.reduce((sum, { costMinor }) => sum + costMinor, 0n)
}
const layersOf = (name: string, group = '') =>
  books.ledger.layers(name, group).map(({ quantity, valueMinor }) => [quantity, valueMinor])
const pool = (name: string) => books.ledger.pools().find((row) => row.sku === name)
const did = (key: string, body: Body, header: Partial<Command> = {}) => command(key, body, header)

test('LIFO issues the newest layer, and a return goes back onto it', () => {
  post(...bought('a', 'coal', 10n, 100n), ...bought('b', 'coal', 10n, 200n))
  expect(costOf(sold('s', 'coal', 15n))).toBe(250n)
  const back = { ...saleLine(1, 'coal', -7n, 0n), original: { sourceKey: 's', line: 1 } }
  expect(costOf(receipt('r', back))).toBe(90n)
  expect(layersOf('coal')).toEqual([
    [10n, 100n],
    [2n, 40n],
  ])
})

test('a unit named by its serial leaves at its own cost; without a name FIFO for the time being', () => {
  post(order('po', { line: 1, sku: 'ring', quantity: 3n, valueMinor: 600n }))
  const serials = ['r1', 'r2', 'r3']
  const rings = { ...received('d', 'po', 1, 'ring', 3n), serials, valueMinor: 601n }
  post(rings as Command)
  expect(layersOf('ring')).toEqual([
    [1n, 200n],
    [1n, 200n],
    [1n, 201n],
  ])
  const line = saleLine(1, 'ring', 1n, 0n)
  const named = (serial: string) => ({ ...line, parts: [{ ...line.parts[0]!, serials: [serial] }] })
  expect(costOf(receipt('s-1', named('r3')))).toBe(201n)
  expect(books.apply(receipt('s-2', named('r3')))).toMatchObject({ code: 'unknown-serial' })
  expect(costOf(receipt('s-3', line))).toBe(200n)
})

test('naming the serial later posts one reclassification, and a return finds the named unit', () => {
  for (const [key, value] of [
    ['a', 100n],
    ['b', 300n],
  ] as const) {
    post(order(key, { line: 1, sku: 'ring', quantity: 1n, valueMinor: value }))
    post({ ...received(`d-${key}`, key, 1, 'ring', 1n), serials: [`ring-${key}`] } as Command)
  }
  post(sold('s', 'ring', 1n))
  expect(balances(books.ledger)['cogs']).toBe(100n)
  const named = { kind: 'name-serial' as const, sale: 's', line: 1, sku: 'ring', serial: 'ring-b' }
  post(did('n', named))
  expect(balances(books.ledger)['cogs']).toBe(300n)
  expect(books.ledger.layers('ring').map(({ facts }) => facts.serial)).toEqual(['ring-a'])
  expect(books.ledger.soldOn('s', 1)).toMatchObject({ sold: 1n, returnable: 1n })
  const back = { ...saleLine(1, 'ring', -1n, 0n), original: { sourceKey: 's', line: 1 } }
  expect(costOf(receipt('r', back))).toBe(300n)
  expect(books.apply(did('n-2', named))).toMatchObject({ code: 'unknown-origin' })
})

test('what expires first is picked first, and a list says what expires soon', () => {
  post(order('po', { line: 1, sku: 'bike', quantity: 9n, valueMinor: 900n }))
  const lots = [
    ['l1', '2026-06-30'],
    ['l2', '2026-03-31'],
    ['l3', undefined],
  ] as const
  for (const [lot, expires] of lots) {
    const facts = expires === undefined ? { lot } : { lot, expires }
    post({ ...received(`d-${lot}`, 'po', 1, 'bike', 3n), ...facts } as Command)
  }
  expect(books.ledger.pickAdvice('bike').map(({ facts }) => facts.lot)).toEqual(['l2', 'l1', 'l3'])
  expect(books.ledger.expiring('2026-04-30').map(({ facts }) => facts.lot)).toEqual(['l2'])
})

test('before any receipt a sale costs the standard cost', () => {
  post(masters([sku('pump', { standardCostMinor: 700n })], 'i-2'))
  expect(costOf(sold('s', 'pump', 2n))).toBe(1_400n)
  post(...bought('po', 'pump', 2n, 1_500n))
  expect(balances(books.ledger)).toMatchObject({ cogs: 1_500n })
})

test('where the policy refuses deficits, nothing is sold that was not received', () => {
  post(did('p', { kind: 'set-policy', policy: { deficits: 'refused' }, reason: 'strict' }))
  post(...bought('po', 'bike', 1n, 100n))
  expect(books.apply(sold('s', 'bike', 2n))).toMatchObject({
    code: 'not-enough-stock',
    message: 'expected at most 1 of bike in stock, got 2',
  })
})

test('LIFO is refused under IFRS: as a policy, for a SKU, and when books are opened', () => {
  const toIfrs = did('p', { kind: 'set-policy', policy: { framework: 'IFRS' }, reason: 'group' })
  expect(books.apply(toIfrs)).toMatchObject({ code: 'method-not-allowed' })
  const restored = openBooks()
  for (const one of [
    did('p', { kind: 'set-policy', policy: { framework: 'US-GAAP' }, reason: '' }),
    masters([sku('coal', { method: 'lifo' })]),
  ])
    restored.apply(one)
  restored.db.exec('UPDATE policy SET body = \'{"framework":"IFRS"}\'')
  expect(() => openLedger(restored.db, { site: 'store-1', currency: EUR })).toThrow(/IAS 2.25/)
  restored.close()
  const strict = openBooks()
  expect(strict.apply(masters([sku('coal', { method: 'lifo' })]))).toMatchObject({
    code: 'method-not-allowed',
    message: expect.stringMatching(/IAS 2.25/),
  })
  strict.close()
})

test('a category keeps the method that the policy gives it', () => {
  const policy = { methods: { food: 'average' as const } }
  post(did('p', { kind: 'set-policy', policy, reason: 'group rule' }))
  const milk = (method: 'fifo' | 'average') =>
    masters([sku('milk', { category: 'food', method })], method)
  expect(books.apply(milk('fifo'))).toMatchObject({ code: 'method-not-allowed' })
  post(milk('average'))
})

test('a method changes on the first day of a month, and nothing is earned by it', () => {
  post(...bought('a', 'tea', 3n, 1_000n), sold('s', 'tea', 1n))
  const change = (key: string, date: string, method: 'fifo' | 'average') =>
    did(
      key,
      { kind: 'change-method', skus: ['tea'], method, reason: 'rule' },
      { businessDate: date },
    )
  expect(books.apply(change('c-1', '2026-01-15', 'fifo'))).toMatchObject({
    code: 'not-a-period-boundary',
  })
  expect(books.apply(change('c-2', '2026-01-01', 'fifo'))).toMatchObject({
    code: 'not-a-period-boundary',
  })
  const before = balances(books.ledger)
  post(change('c-3', '2026-02-01', 'fifo'))
  expect(layersOf('tea')).toEqual([[2n, 667n]])
  post(change('c-4', '2026-03-01', 'average'))
  expect(pool('tea')).toMatchObject({
    method: 'average',
    quantity: 2n,
    valueMinor: 667n,
    layers: 0,
  })
  expect(balances(books.ledger)).toEqual(before)
  // What was sold under the old method comes back under the new one.
  const back = { ...saleLine(1, 'tea', -1n, 0n), original: { sourceKey: 's', line: 1 } }
  expect(costOf(receipt('r', back))).toBe(333n)
})

test('goods reserved, in a basket or in transit are not available', () => {
  post(...bought('po', 'bike', 10n, 1_000n))
  const reserve = (key: string, quantity: bigint) =>
    did(key, { kind: 'reserve', reservation: key, sku: 'bike', quantity, expiresAtMs: 1_000 })
  const moved = (key: string, quantity: bigint, to: string) =>
    did(key, { kind: 'move', part: part('bike', quantity, 'backroom', to), reason: '' })
  post(reserve('r-1', 3n), moved('m-1', 2n, 'basket'), moved('m-2', 1n, 'in-transit'))
  expect(books.ledger.available('bike')).toBe(4n)
  expect(books.apply(reserve('r-2', 5n))).toMatchObject({ code: 'not-enough-stock' })
  post(reserve('r-3', 4n), did('x', { kind: 'release', reservation: 'r-1', reason: 'picked up' }))
  expect(books.ledger.available('bike')).toBe(3n)
  post(did('e', { kind: 'expire-reservations', nowMs: 1_000 }))
  expect(books.ledger.available('bike')).toBe(7n)
  expect(books.ledger.reservation('r-3')?.state).toBe('expired')
})

test('damage is written off apart from shrinkage, and only what is there', () => {
  post(...bought('po', 'bike', 2n, 200n))
  const off = (key: string, quantity: bigint) =>
    did(key, {
      kind: 'write-off',
      part: part('bike', quantity, 'backroom', 'scrap'),
      cause: 'damaged',
      reason: 'fell',
    })
  expect(books.apply(off('w-1', 3n))).toMatchObject({ code: 'not-enough-stock' })
  post(off('w-2', 1n))
  expect(balances(books.ledger)).toMatchObject({ 'write-off-expense': 100n, inventory: 100n })
})

test('kits are assembled at the cost of their parts and broken up to the cent', () => {
  post(
    masters([sku('set')], 'i-2'),
    ...bought('a', 'bike', 3n, 1_000n),
    ...bought('b', 'tea', 3n, 200n),
  )
  const components = [
    { sku: 'bike', quantity: 1n, weight: 5 },
    { sku: 'tea', quantity: 2n, weight: 1 },
  ]
  const kit = { sku: 'set', quantity: 1n, location: 'backroom', components }
  const before = balances(books.ledger)
  post(did('k-1', { kind: 'assemble-kit', ...kit }))
  expect(layersOf('set')).toEqual([[1n, 466n]])
  expect(balances(books.ledger)).toEqual(before)
  post(did('k-2', { kind: 'break-kit', ...kit }))
  expect(layersOf('bike')).toEqual([
    [2n, 667n],
    [1n, 388n],
  ])
  expect(pool('tea')).toMatchObject({ quantity: 3n, valueMinor: 145n })
  expect(balances(books.ledger)).toEqual(before)
})

const writeDown = (key: string, realisableMinor: bigint) =>
  did(key, { kind: 'write-down', sku: 'bike', realisableMinor, reason: 'season over' })

test('a write-down stands in an allowance; US GAAP does not take it back', () => {
  post(...bought('po', 'bike', 10n, 1_000n), writeDown('w-1', 850n), writeDown('w-2', 930n))
  expect(balances(books.ledger)).toMatchObject({
    inventory: 1_000n,
    'inventory-allowance': -150n,
    'write-down-expense': 150n,
  })
  expect(layersOf('bike')).toEqual([[10n, 1_000n]])
})

test('under IFRS a recovery is limited to the allowance of the goods still here', () => {
  const ifrs = openBooks()
  ifrs.apply(masters([sku('bike')]))
  const day = [...bought('po', 'bike', 10n, 1_000n), writeDown('w-1', 800n), sold('s', 'bike', 6n)]
  for (const one of [...day, writeDown('w-2', 9_999n)]) ifrs.apply(one)
  // 200 for ten; six were sold with 120 of it, 80 are attached to the four left and come back.
  expect(balances(ifrs.ledger)).toEqual({
    inventory: 400n,
    'gr-ir': -1_000n,
    cogs: 480n,
    'write-down-expense': 120n,
  })
  expect(ifrs.ledger.allowanceMinor('bike')).toBe(0n)
  ifrs.close()
})

test('a revaluation spreads over the layers by value; more than they hold is refused', () => {
  post(...bought('a', 'bike', 2n, 200n), ...bought('b', 'bike', 2n, 100n))
  const revalue = (key: string, amountMinor: bigint) =>
    did(key, {
      kind: 'revalue',
      sku: 'bike',
      amountMinor,
      against: 'revaluation',
      reason: 'new standard',
    })
  expect(books.apply(revalue('r-1', -301n))).toMatchObject({ code: 'not-enough-stock' })
  post(revalue('r-2', -100n))
  expect(layersOf('bike')).toEqual([
    [2n, 133n],
    [2n, 67n],
  ])
  expect(balances(books.ledger)).toMatchObject({ revaluation: 100n, inventory: 200n })
})

test('places that keep their own cost have their own account, and layers move between them', () => {
  const annex = { location: 'annex', name: 'Annex', kind: 'real' as const, costGroup: 'annex' }
  const body = { skus: [], suppliers: [], opening: [], locations: [annex] }
  post(did('i-2', { kind: 'import-masters', ...body }))
  post(...bought('a', 'bike', 5n, 500n), ...bought('b', 'bike', 5n, 600n))
  const moved = (key: string, from: string, to: string) =>
    did(key, { kind: 'move', part: part('bike', 7n, from, to), reason: '' })
  post(moved('m-1', 'backroom', 'annex'))
  expect(balances(books.ledger)).toMatchObject({ inventory: 360n, 'inventory:annex': 740n })
  expect(layersOf('bike', 'annex')).toEqual([
    [5n, 500n],
    [2n, 240n],
  ])
  post(moved('m-2', 'annex', 'backroom'))
  expect(costOf(sold('s', 'bike', 6n))).toBe(620n)
})
