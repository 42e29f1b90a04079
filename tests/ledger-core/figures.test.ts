import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DemandDay, Figures, VarianceKind } from '../../ledger-core/index.ts'
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
import { livedMonth } from './support/lived-month.ts'

const PATIENCE_MS = 120_000

describe('after a month of every transaction', () => {
  let books: Books
  let figures: Figures
  beforeAll(() => {
    books = livedMonth().books
    figures = books.ledger.figures()
  }, PATIENCE_MS)
  afterAll(() => books.close())

  test('COGS and revenue by SKU and day add up to their accounts', () => {
    const facts = [...figures.margins({})]
    const sum = (name: 'cogsMinor' | 'revenueMinor' | 'returnsMinor') =>
      facts.reduce((total, fact) => total + fact[name], 0n)
    const account = balances(books.ledger)
    expect(sum('cogsMinor')).toBe(account['cogs'])
    expect(sum('revenueMinor')).toBe(-(account['sales-revenue'] ?? 0n))
    expect(sum('returnsMinor')).toBe(account['sales-returns'] ?? 0n)
    // Days split the whole without a rest, and outside them there is nothing.
    const days = [...new Set(facts.map(({ date }) => date))].sort()
    expect(days.length).toBeGreaterThan(20)
    const byDay = days.flatMap((day) => [...figures.margins({ from: day, to: day })])
    expect(byDay.reduce((total, { cogsMinor }) => total + cogsMinor, 0n)).toBe(account['cogs'])
    expect([...figures.margins({ from: '2027-01-01' })]).toEqual([])
  })

  test('losses, gains and write-offs add up to their accounts', () => {
    const sums = new Map<VarianceKind, bigint>()
    for (const { kind, costMinor } of figures.variances({}))
      sums.set(kind, (sums.get(kind) ?? 0n) + costMinor)
    const account = balances(books.ledger)
    const sum = (kind: VarianceKind) => sums.get(kind) ?? 0n
    expect(sum('loss') + sum('gain')).toBe(account['shrinkage-expense'])
    expect(sum('write-off')).toBe(account['write-off-expense'])
    expect(sum('purchase-price')).toBe(account['purchase-price-variance'])
  })

  test('the demand of every day leads to the stock of the last one', () => {
    const first = new Map<string, DemandDay>()
    const last = new Map<string, DemandDay>()
    for (const day of figures.demand({ from: '2025-12-01' })) {
      const before = last.get(day.sku)
      if (before === undefined) first.set(day.sku, day)
      const { sold: out, returned, received: into, sentBack, adjusted } = day
      const onHand = (before?.onHand ?? 0n) - out + returned + into - sentBack + adjusted
      expect([day.sku, day.date, day.onHand]).toEqual([day.sku, day.date, onHand])
      last.set(day.sku, day)
    }
    const kinds = new Map(books.ledger.locations().map((place) => [place.location, place.kind]))
    const stock = new Map<string, bigint>()
    for (const row of books.ledger.stock()) {
      const kind = kinds.get(row.location)
      if (kind === 'real' || kind === 'basket')
        stock.set(row.sku, (stock.get(row.sku) ?? 0n) + row.quantity)
    }
    for (const [name, day] of last)
      expect([name, day.onHand]).toEqual([name, stock.get(name) ?? 0n])
    expect([...last.values()].every(({ date }) => date === '2026-02-02')).toBe(true)
    // Before its first movement a SKU was not out of stock.
    const moved = books.ledger
      .entries(0, 9_999)
      .filter(({ movements }) => movements.some((one) => one.sku === 'ham'))
      .map(({ businessDate }) => businessDate)
    expect(first.get('ham')?.date).toBe(moved.sort()[0])
    const later = [...figures.demand({ from: '2026-01-20' })]
    expect(later.find((day) => day.sku === 'first-in')?.date).toBe('2026-01-20')
  })

  test('the journal is found by SKU, account, kind, day, source and actor', () => {
    const entries = books.ledger.entries(0, 9_999)
    const found = (filter: Parameters<Figures['search']>[0]) =>
      figures.search(filter, 9_999, 9_999).toReversed()
    const expected = (passes: (entry: (typeof entries)[number]) => boolean) =>
      entries.filter(passes).map(({ sequence }) => sequence)
    expect(found({})).toEqual(expected(() => true))
    expect(found({ sku: 'ham' })).toEqual(
      expected(({ movements, effects }) =>
        [...movements, ...effects].some((one) => one.sku === 'ham'),
      ),
    )
    expect(found({ account: 'shrinkage-expense' })).toEqual(
      expected(({ lines }) => lines.some(({ account }) => account === 'shrinkage-expense')),
    )
    expect(found({ kind: 'dispatch' })).toEqual(expected(({ kind }) => kind === 'dispatch'))
    expect(found({ kind: 'opening' })).toEqual(
      expected(({ movements }) => movements.some(({ kind }) => kind === 'opening')),
    )
    expect(found({ from: '2026-01-10', to: '2026-01-11' })).toEqual(
      expected(({ accountingDate: day }) => day === '2026-01-10' || day === '2026-01-11'),
    )
    expect(found({ sourceKey: 'receipt:k1*' })).toEqual(
      expected(({ sourceKey }) => sourceKey.startsWith('receipt:k1')),
    )
    expect(found({ sourceKey: 'masters' })).toHaveLength(1)
    expect(found({ actor: 'nobody' })).toEqual([])
    const [newest = 0, second = 0] = figures.search({}, 9_999, 2)
    expect(figures.search({}, newest, 1)).toEqual([second])
  })
})

describe('in a small shop', () => {
  const on = (businessDate: string) => ({ businessDate })
  const opened = () => {
    const books = openBooks()
    mustPost(books, [masters([sku('tea')])])
    return books
  }

  test('a return earns and costs on its own day, and so does a receipt taken back', () => {
    const books = opened()
    const back = { ...saleLine(1, 'tea', -1n, -150n), original: { sourceKey: 'sale', line: 1 } }
    mustPost(books, [
      ...bought('po', 'tea', 10n, 1_000n),
      { ...sold('sale', 'tea', 3n, 450n), ...on('2026-01-02') },
      { ...sold('other', 'tea', 1n, 150n), ...on('2026-01-02') },
      { ...receipt('back', back), ...on('2026-01-03') },
      command('undo', { kind: 'reverse', of: 'other', reason: 'wrong till' }, on('2026-01-04')),
    ])
    const facts = [...books.ledger.figures().margins({})].filter(
      ({ cogsMinor, revenueMinor, returnsMinor }) =>
        cogsMinor !== 0n || revenueMinor !== 0n || returnsMinor !== 0n,
    )
    expect(facts).toEqual([
      fact('2026-01-02', { sold: 3n, revenueMinor: 450n, cogsMinor: 300n }),
      fact('2026-01-02', { sold: 1n, revenueMinor: 150n, cogsMinor: 100n }),
      fact('2026-01-03', { returned: 1n, returnsMinor: 150n, cogsMinor: -100n }),
      fact('2026-01-04', { sold: -1n, revenueMinor: -150n, cogsMinor: -100n }),
    ])
    books.close()
  })

  function fact(date: string, figures: Record<string, bigint>) {
    const zero = { sold: 0n, returned: 0n, revenueMinor: 0n, returnsMinor: 0n, cogsMinor: 0n }
    return { date, sku: 'tea', ...zero, ...figures }
  }

  test('a line mapped late earns and costs for its SKU, on the day the ledger says, to the digit', () => {
    const books = opened()
    const odd = (line: number, quantity: bigint, netMinor: bigint) => ({
      ...saleLine(line, '?', quantity, netMinor),
      kind: 'unmapped' as const,
      parts: [],
    })
    const map = (sale: string, line: number, from: string, to: string, quantity: bigint) => ({
      kind: 'map-line' as const,
      sale,
      line,
      sku: 'tea',
      parts: [part('tea', quantity, from, to)],
    })
    const bag = { ...saleLine(2, '?', 1n, 10n), kind: 'non-stock' as const, parts: [] }
    mustPost(books, [
      ...bought('po', 'tea', 10n, 1_001n),
      { ...receipt('sale', odd(1, 2n, 333n), bag), ...on('2026-01-02') },
      { ...receipt('back', odd(1, -1n, -151n)), ...on('2026-01-03') },
      command('close', { kind: 'close-period', period: '2026-01', reason: 'month', checked: [] }),
      command('m-1', map('sale', 1, 'backroom', 'customer', 2n), on('2026-01-02')),
      command('m-2', map('back', 1, 'customer', 'backroom', 1n), on('2026-01-03')),
    ])
    const facts = () => [...books.ledger.figures().margins({})]
    const sums = (sku: string, until: string) => {
      const own = facts().filter((one) => one.sku === sku && one.date <= until)
      const sum = (name: 'sold' | 'returned' | 'revenueMinor' | 'returnsMinor' | 'cogsMinor') =>
        own.reduce((total, one) => total + one[name], 0n)
      return [
        sum('sold'),
        sum('returned'),
        sum('revenueMinor'),
        sum('returnsMinor'),
        sum('cogsMinor'),
      ]
    }
    // January is closed and stands as it was told then: unknown goods earned it.
    expect(sums('', '2026-01-31')).toEqual([0n, 0n, 333n + 10n - 151n, 0n, 0n])
    expect(sums('tea', '2026-01-31')).toEqual([0n, 0n, 0n, 0n, 0n])
    const account = () => balances(books.ledger)
    const held = () => ({
      revenue: -(account()['sales-revenue'] ?? 0n),
      returns: account()['sales-returns'] ?? 0n,
      unknown: -(account()['unmapped-sales'] ?? 0n) - (account()['other-revenue'] ?? 0n),
      cogs: account()['cogs'] ?? 0n,
    })
    expect(held()).toEqual({ revenue: 333n, returns: 151n, unknown: 10n, cogs: 100n })
    expect(sums('tea', '2026-12-31')).toEqual([2n, 1n, 333n, 151n, 100n])
    expect(sums('', '2026-12-31')).toEqual([0n, 0n, 10n, 0n, 0n])
    // A mapping that was wrong is taken back, and both rows with it.
    mustPost(books, [command('undo', { kind: 'reverse', of: 'm-1', reason: 'other goods' })])
    expect(held()).toEqual({ revenue: 0n, returns: 151n, unknown: 343n, cogs: -100n })
    expect(sums('tea', '2026-12-31')).toEqual([0n, 1n, 0n, 151n, -100n])
    expect(sums('', '2026-12-31')).toEqual([0n, 0n, 343n, 0n, 0n])
    books.close()
  })

  test('a day without stock is told, and days without a movement are not left out', () => {
    const books = opened()
    mustPost(books, [
      ...bought('po', 'tea', 5n, 500n).map((one) => ({ ...one, ...on('2026-01-02') })),
      { ...sold('all', 'tea', 5n, 750n), ...on('2026-01-03') },
      ...bought('po2', 'tea', 2n, 200n).map((one) => ({ ...one, ...on('2026-01-06') })),
    ])
    const days = [...books.ledger.figures().demand({ from: '2026-01-03' })]
    expect(
      days.map(({ date, sold: out, received: into, onHand }) => [date, out, into, onHand]),
    ).toEqual([
      ['2026-01-03', 5n, 0n, 0n],
      ['2026-01-04', 0n, 0n, 0n],
      ['2026-01-05', 0n, 0n, 0n],
      ['2026-01-06', 0n, 2n, 2n],
    ])
    books.close()
  })

  test('tills, invoices and deliveries differ by kind, place and reason', () => {
    const books = opened()
    mustPost(books, [
      order('PO', { line: 1, sku: 'tea', quantity: 10n, valueMinor: 1_000n }),
      order('PS', { line: 1, sku: 'tea', quantity: 4n, valueMinor: 400n }),
      received('in', 'PO', 1, 'tea', 8n),
      command('more', {
        kind: 'receive',
        order: 'PO',
        line: 1,
        delivery: 'more',
        part: part('tea', 5n, 'supplier', 'backroom'),
        excess: 'accepted',
      }),
      command('short', { kind: 'close-order-line', order: 'PS', line: 1, reason: 'sold out' }),
      command('invoice', {
        kind: 'supplier-invoice',
        supplier: 'acme',
        invoice: 'I-1',
        lines: [{ receipt: 'in', quantity: 8n, netMinor: 840n }],
        taxMinor: 0n,
        taxCode: '',
        claimMinor: 0n,
      }),
      sold('sale', 'tea', 1n, 150n),
      command('z', {
        kind: 'close-till',
        till: 'till-1',
        zNumber: 4,
        counted: [{ kind: 'cash', amountMinor: 145n }],
      }),
    ])
    const facts = [...books.ledger.figures().variances({})]
    expect(facts.map((one) => Object.values(one).slice(1))).toEqual([
      ['invoice-price', 'tea', '', 'acme invoice I-1', 0n, 40n],
      ['till', '', 'till-1', 'till-1 Z 4', 0n, 5n],
      ['delivered-over', 'tea', 'backroom', 'PO line 1', 3n, 0n],
      ['delivered-short', 'tea', '', 'PS line 1', -4n, 0n],
    ])
    books.close()
  })
})
