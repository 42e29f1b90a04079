import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../ledger-core/index.ts'
import {
  type Body,
  type Books,
  balances,
  bought,
  command,
  masters,
  mustPost,
  openBooks,
  order,
  part,
  received,
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
const layersOf = (name: string) =>
  books.ledger.layers(name).map(({ quantity, valueMinor }) => [quantity, valueMinor])
const pool = (name: string) => books.ledger.pools().find((row) => row.sku === name)
const invoice = (key: string, lines: readonly (readonly [string, bigint, bigint])[], more = {}) =>
  command(key, {
    kind: 'supplier-invoice',
    supplier: 'acme',
    invoice: key,
    lines: lines.map(([receipt, quantity, netMinor]) => ({ receipt, quantity, netMinor })),
    taxMinor: 0n,
    taxCode: '',
    claimMinor: 0n,
    ...more,
  } as Body)
const sendBack = (key: string, receipt: string, name: string, quantity: bigint, more = {}) =>
  command(key, {
    kind: 'return-to-supplier',
    receipt,
    part: part(name, quantity, 'backroom', 'supplier'),
    reason: 'faulty',
    ...more,
  } as Body)
const freight = (key: string, amountMinor: bigint, ...receipts: string[]) =>
  command(key, {
    kind: 'landed-cost',
    document: key,
    amountMinor,
    basis: 'value',
    receipts: receipts.map((receipt) => ({ receipt })),
  })

test('more than ordered comes in only when a person accepts it, at the agreed unit cost', () => {
  post(order('po', { line: 1, sku: 'bike', quantity: 3n, valueMinor: 1_000n }))
  const over = received('d1', 'po', 1, 'bike', 5n)
  expect(books.apply(over)).toMatchObject({ code: 'exceeds-order' })
  post({ ...over, sourceKey: 'd2', excess: 'accepted' } as Command)
  expect(layersOf('bike')).toEqual([[5n, 1_667n]])
  expect(books.ledger.openOrderLines()).toEqual([])
})

test('less than ordered leaves the line open until somebody closes it', () => {
  post(order('po', { line: 1, sku: 'bike', quantity: 3n, valueMinor: 999n }))
  post(received('d1', 'po', 1, 'bike', 1n))
  expect(books.ledger.openOrderLines()).toMatchObject([{ received: 1n, receivedMinor: 333n }])
  post(command('c', { kind: 'close-order-line', order: 'po', line: 1, reason: 'discontinued' }))
  expect(books.ledger.openOrderLines()).toEqual([])
  expect(books.apply(received('d2', 'po', 1, 'bike', 1n))).toMatchObject({ code: 'exceeds-order' })
})

test('goods nobody ordered stand at the expected cost, and the entry says so', () => {
  const facts = {
    kind: 'receive-unordered' as const,
    supplier: 'acme',
    delivery: 'd',
    valueMinor: 500n,
  }
  post(command('u', { ...facts, part: part('bike', 2n, 'supplier', 'backroom') }))
  expect(books.ledger.entry(1)?.movements[0]?.memo).toMatch(/^not ordered: acme, d/)
  expect(books.ledger.uninvoicedReceipts()).toMatchObject([{ sourceKey: 'u', ordered: false }])
})

test('the cost confirmed at the dock and its freight make the layer; freight is owed apart', () => {
  post(order('po', { line: 1, sku: 'bike', quantity: 2n, valueMinor: 1_000n }))
  const charges = [{ description: 'freight', amountMinor: 50n }]
  post({ ...received('d', 'po', 1, 'bike', 2n), valueMinor: 900n, charges } as Command)
  expect(layersOf('bike')).toEqual([[2n, 950n]])
  expect(balances(books.ledger)).toEqual({
    inventory: 950n,
    'gr-ir': -900n,
    'landed-cost-accrual': -50n,
  })
})

test('an invoice at the agreed price turns GR/IR into accounts payable with its tax', () => {
  post(...bought('po', 'bike', 10n, 10_000n))
  post(invoice('i-1', [['receipt:po', 10n, 10_000n]], { taxMinor: 1_900n, taxCode: 'A' }))
  expect(balances(books.ledger)).toEqual({
    inventory: 10_000n,
    'input-tax:A': 1_900n,
    'accounts-payable': -11_900n,
  })
  expect(books.ledger.uninvoicedReceipts()).toEqual([])
})

test('a dearer invoice costs the units on hand, and COGS for the ones sold', () => {
  post(...bought('po', 'bike', 10n, 10_000n), sold('s', 'bike', 4n))
  post(invoice('i-1', [['receipt:po', 10n, 10_500n]]))
  expect(layersOf('bike')).toEqual([[6n, 6_300n]])
  expect(balances(books.ledger)).toEqual({
    inventory: 6_300n,
    cogs: 4_200n,
    'accounts-payable': -10_500n,
  })
})

test('parts of a receipt are invoiced one by one to the cent; more than came is refused', () => {
  post(...bought('po', 'bike', 3n, 1_000n))
  post(invoice('i-1', [['receipt:po', 1n, 333n]]), invoice('i-2', [['receipt:po', 1n, 334n]]))
  expect(books.apply(invoice('i-3', [['receipt:po', 2n, 600n]]))).toMatchObject({
    code: 'exceeds-received',
    message: 'expected at most 1 of receipt:po to invoice (more is a claim), got 2',
  })
  post(invoice('i-4', [['receipt:po', 1n, 333n]], { claimMinor: 300n }))
  expect(balances(books.ledger)).toEqual({
    inventory: 1_000n,
    'supplier-claims': 300n,
    'accounts-payable': -1_300n,
  })
})

test('a foreign invoice is converted once, and keeps both amounts and its rate', () => {
  post(...bought('po', 'bike', 10n, 10_826n))
  const foreign = { currency: 'USD', rate: '1.0837' }
  post(invoice('i-1', [['receipt:po', 10n, 9_990n]], { foreign }))
  expect(balances(books.ledger)).toEqual({ inventory: 10_826n, 'accounts-payable': -10_826n })
  expect(books.ledger.invoice('acme', 'i-1')).toEqual({
    supplier: 'acme',
    invoice: 'i-1',
    sequence: 2,
    currency: 'USD',
    invoicedMinor: 9_990n,
    rate: '1.0837',
    payableMinor: 10_826n,
  })
})

test('a yen ledger takes a dollar invoice with a long rate: one rounding, the rest to the last part', () => {
  const yen = openBooks({ code: 'JPY', minorUnits: 0 })
  yen.apply(masters([sku('bike'), sku('tea')]))
  for (const one of [...bought('a', 'bike', 1n, 150n), ...bought('b', 'tea', 1n, 150n)])
    yen.apply(one)
  const lines = [
    { receipt: 'receipt:a', quantity: 1n, netMinor: 101n },
    { receipt: 'receipt:b', quantity: 1n, netMinor: 101n },
  ]
  const foreign = { currency: 'USD', rate: '149.123456' }
  const facts = {
    kind: 'supplier-invoice' as const,
    supplier: 'acme',
    invoice: 'i',
    lines,
    foreign,
  }
  yen.apply(command('i', { ...facts, taxMinor: 0n, taxCode: '', claimMinor: 0n }))
  // 2.02 x 149.123456 = 301.23, so 301; 1.01 alone is 150.61, so 151 and the last takes 150.
  expect(balances(yen.ledger)).toEqual({ inventory: 301n, 'accounts-payable': -301n })
  yen.close()
})

test.each([
  ['XYZ', '1.1', /ISO 4217, got "XYZ"/],
  ['USD', '0', /rate above 0/],
])('an invoice in %s at %s is refused', (currency, rate, message) => {
  post(...bought('po', 'bike', 1n, 100n))
  const outcome = books.apply(
    invoice('i', [['receipt:po', 1n, 1n]], { foreign: { currency, rate } }),
  )
  expect(outcome).toMatchObject({
    code: 'unknown-currency',
    message: expect.stringMatching(message),
  })
})

test('freight over two receipts goes by their value, to the cent', () => {
  post(...bought('a', 'bike', 1n, 100n), ...bought('b', 'tea', 1n, 200n))
  post(freight('f', 100n, 'receipt:a', 'receipt:b'))
  expect([pool('bike')?.valueMinor, pool('tea')?.valueMinor]).toEqual([133n, 267n])
  expect(balances(books.ledger)['landed-cost-accrual']).toBe(-100n)
})

test('a cent of freight over a thousand units of which 999 are sold is placed once', () => {
  post(...bought('po', 'bike', 1_000n, 1_000n), sold('s', 'bike', 999n))
  post(freight('f', 1n, 'receipt:po'))
  expect(balances(books.ledger)).toMatchObject({ inventory: 1n, cogs: 1_000n })
  post(sold('s-2', 'bike', 1n))
  expect(pool('bike')).toMatchObject({ quantity: 0n, valueMinor: 0n })
})

test('a discount above the value of what is left takes it to zero, the rest to COGS', () => {
  post(...bought('po', 'bike', 10n, 100n), sold('s', 'bike', 9n))
  post(freight('f', -500n, 'receipt:po'))
  expect(layersOf('bike')).toEqual([[1n, 0n]])
  expect(balances(books.ledger)).toMatchObject({ cogs: -400n, 'landed-cost-accrual': 500n })
})

test('goods for 2,000 go back to their supplier: payable down, inventory down', () => {
  post(...bought('po', 'bike', 10n, 10_000n), invoice('i', [['receipt:po', 10n, 10_000n]]))
  post(sendBack('b', 'receipt:po', 'bike', 2n))
  expect(balances(books.ledger)).toEqual({ inventory: 8_000n, 'accounts-payable': -8_000n })
})

test('what goes back before its invoice comes off GR/IR, and is not invoiced any more', () => {
  post(...bought('po', 'bike', 10n, 10_000n), sendBack('b', 'receipt:po', 'bike', 2n))
  expect(balances(books.ledger)).toEqual({ inventory: 8_000n, 'gr-ir': -8_000n })
  expect(books.apply(invoice('i', [['receipt:po', 9n, 9_000n]]))).toMatchObject({
    code: 'exceeds-received',
  })
})

test('freight that was paid for goods that go back is variance, not stock', () => {
  post(...bought('po', 'bike', 10n, 10_000n), freight('f', 500n, 'receipt:po'))
  post(sendBack('b', 'receipt:po', 'bike', 10n))
  expect(balances(books.ledger)).toEqual({
    'purchase-price-variance': 500n,
    'landed-cost-accrual': -500n,
  })
})

test('units already sold do not go back, unless others are named in their place', () => {
  post(...bought('a', 'bike', 2n, 200n), ...bought('b', 'bike', 2n, 300n))
  post(sold('s', 'bike', 1n))
  const refused = books.apply(sendBack('x', 'receipt:a', 'bike', 2n))
  expect(refused).toMatchObject({ code: 'not-enough-stock' })
  expect(refused).toMatchObject({
    message: expect.stringMatching(/at most 1 of receipt:a still in stock/),
  })
  post(sendBack('y', 'receipt:a', 'bike', 2n, { instead: 'by-method' }))
  expect(balances(books.ledger)).toMatchObject({ 'purchase-price-variance': 50n, inventory: 150n })
})

test('more than was received never goes back', () => {
  post(...bought('a', 'bike', 2n, 200n), ...bought('b', 'bike', 9n, 900n))
  expect(books.apply(sendBack('x', 'receipt:a', 'bike', 3n))).toMatchObject({
    code: 'exceeds-received',
  })
})
