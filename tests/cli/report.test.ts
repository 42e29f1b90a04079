import { expect, test, vi } from 'vitest'
import { report } from '../../gateway/cli/report.ts'
import { reports } from '../../gateway/cli/report-tables.ts'
import { runCommand } from './run-command.ts'
import { GOOD_FILES, openShop } from './shop-files.ts'

vi.setConfig({ testTimeout: 60_000 })

async function openedShop() {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create', '--at', '2026-03-02T07:00:00Z')
  return shop
}

test('every report is listed in the help and answers, as a table and as data', async () => {
  const shop = await openedShop()
  const { out: help } = await runCommand(report, '--help')
  for (const name of Object.keys(reports)) {
    expect(help).toContain(`\n  ${name} `)
    const named = ['--up-to', '2026-06-30', '--sku', 'cola', '--account', 'inventory']
    const told = await shop.report(name, ...named)
    expect([name, told.code, told.err]).toEqual([name, 0, ''])
    expect(told.out.trim()).not.toBe('')
    expect(await shop.ask(name, ...named)).toBeTypeOf('object')
  }
})

test('valuation shows each SKU to the right and equals the inventory account', async () => {
  const shop = await openedShop()
  const { out } = await shop.report('pools')
  expect(out.split('\n')).toEqual([
    '  sku   name          group  method   layers  quantity  value EUR',
    '  ───────────────────────────────────────────────────────────────',
    '  cola  Cola, 330 ml         fifo          2        68      33.04',
    '  ham   Ham                  average       0     1.250      10.01',
    '  ───────────────────────────────────────────────────────────────',
    '        total                                               43.05',
    '',
    '  inventory account 43.05: equal',
    '',
  ])
})

test('the trial balance of the opening credits the opening balance with what the stock is worth', async () => {
  const shop = await openedShop()
  const { out } = await shop.report('trial-balance')
  expect(out).toMatch(/^ {2}inventory +Inventory +43\.05 +0\.00$/m)
  expect(out).toMatch(/^ {2}opening-balance-equity +.* +0\.00 +43\.05$/m)
  expect(out).toMatch(/^ +total +43\.05 +43\.05$/m)
})

test('stock and movements are told of one SKU or one place, and no more rows than asked for', async () => {
  const shop = await openedShop()
  expect((await shop.ask('stock', '--sku', 'cola', '--location', 'backroom')).rows).toMatchObject([
    { sku: 'cola', location: 'backroom', quantity: '48' },
  ])
  const page = await shop.ask('movements', '--sku', 'cola', '--limit', '1')
  expect(page.rows).toHaveLength(1)
  expect(page.nextBefore).not.toBeNull()
  expect((await shop.ask('available', '--sku', 'ham')).rows).toMatchObject([
    { onHand: '1250', reserved: '0', available: '1250', scale: 3 },
  ])
})

test('expiring names the layers whose last day has come, and needs to be told the day', async () => {
  const shop = await openedShop()
  const { rows } = await shop.ask('expiring', '--up-to', '2026-06-30')
  expect(rows).toMatchObject([{ sku: 'cola', lot: 'L1', expires: '2026-06-30', quantity: '48' }])
  expect((await shop.ask('expiring', '--up-to', '2026-06-29')).rows).toEqual([])
  expect((await shop.report('expiring')).code).toBe(2)
  expect((await shop.report('expiring', '--up-to', 'soon')).code).toBe(2)
})

test('an unknown report, or one without books, is said and changes nothing', async () => {
  const shop = openShop()
  const unknown = await shop.report('stocks')
  expect(unknown.code).toBe(2)
  expect(unknown.err).toContain('expected one of stock, available,')
  const missing = await shop.report('stock')
  expect(missing.code).toBe(1)
  expect(missing.err).toContain('got no such file')
  expect(shop.hasBooks()).toBe(false)
})

test('reports for other programs come as CSV with decimals and stable columns', async () => {
  const shop = await openedShop()
  const { out } = await shop.report('demand', '--csv', '--sku', 'ham')
  expect(out).toBe(
    [
      'date,sku,name,sold,returned,received,sentBack,adjusted,onHand,stockOut',
      '2026-03-02,ham,Ham,0.000,0.000,0.000,0.000,1.250,1.250,0\n',
    ].join('\r\n'),
  )
  const whatIf = await shop.report('what-if', '--csv')
  expect(whatIf.out).toContain('cola,"Cola, 330 ml",fifo,68,33.04,33.04,0.00,33.04,0.00,33.04,0.00')
  const stock = await shop.report('stock', '--csv')
  expect(stock).toMatchObject({ code: 2, out: '' })
  expect(stock.err).toContain('expected --csv with one of what-if, margin, demand, variance')
})

test('what LIFO would come to is shown as information where the books follow IFRS', async () => {
  const shop = await openedShop()
  const { out } = await shop.report('what-if')
  expect(out).toMatch(/^ {2}cola +fifo +68 +33\.04 +33\.04 +0\.00 +33\.04 .* equal$/m)
  expect(out).toContain('LIFO is shown as information: these books follow IFRS')
  expect(out).toContain('COGS account 0.00 = methods in use 0.00 + not of goods 0.00: equal')
})

test('the journal is asked by what is known of an entry, and a wrong day is said', async () => {
  const shop = await openedShop()
  const { rows } = await shop.ask('journal', '--account', 'inventory', '--key', 'masters:*')
  expect(rows).toMatchObject([{ sequence: 1, kind: 'import-masters', actor: 'import' }])
  expect((await shop.ask('journal', '--kind', 'sale')).rows).toEqual([])
  expect(await shop.report('journal', '--from', '2026-02-30')).toMatchObject({
    code: 2,
    err: 'expected --from such as 2026-03-09, got "2026-02-30"\n',
  })
  expect((await shop.report('margin', '--by', 'year')).err).toContain('one of day, week, month')
})

test('the record of a SKU and the statement of an account go on where their page ended', async () => {
  const shop = await openedShop()
  const record = await shop.ask('record', '--sku', 'cola')
  expect(record).toMatchObject({
    rows: [
      { at: '1.1', kind: 'opening', change: '20', heldQuantity: '20', heldMinor: '1000' },
      { at: '1.2', change: '48', heldQuantity: '68', heldMinor: '3304', layers: [{ layer: 2 }] },
    ],
    nextAfter: null,
  })
  const [first, second] = record.rows
  const page = await shop.ask('record', '--sku', 'cola', '--limit', '1')
  expect(page).toMatchObject({ rows: [first], nextAfter: '1.1' })
  expect((await shop.ask('record', '--sku', 'cola', '--after', '1.1')).rows).toEqual([second])

  const statement = await shop.ask('statement', '--account', 'inventory')
  expect(statement.openingMinor).toBe('0')
  expect(statement.rows.at(-1).balanceMinor).toBe('4305')
  const rest = await shop.ask(
    'statement',
    '--account',
    'inventory',
    '--after',
    statement.rows[0].at,
  )
  expect(rest.openingMinor).toBe(statement.rows[0].balanceMinor)
  expect(rest.rows).toEqual(statement.rows.slice(1))
  const later = await shop.ask('statement', '--account', 'inventory', '--from', '2026-03-03')
  expect(later).toMatchObject({ openingMinor: '4305', rows: [] })
  expect((await shop.report('statement')).code).toBe(2)
})
