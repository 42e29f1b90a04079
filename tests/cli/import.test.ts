import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { takeLock } from '../../gateway/bookkeeper/lock.ts'
import { dataFolderAt } from '../../gateway/data-folder.ts'
import { createGatewayProcess } from '../../gateway/simulator/demo/gateway-process.ts'
import { openDatabase, openLedger } from '../../ledger-core/index.ts'
import { GOOD_FILES, openShop, type Shop } from './shop-files.ts'

// Each import starts a bookkeeper of its own, or waits for a real gateway.
vi.setConfig({ testTimeout: 60_000 })

const SKUS = GOOD_FILES['skus.csv']
const only = (name: keyof typeof GOOD_FILES) => ({ [name]: GOOD_FILES[name] })

/** As a spreadsheet of the last century saves it. */
function writeLatin(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'latin.csv')
  writeFileSync(path, Buffer.from('sku,price\nk\u00e4se,1.00\n', 'latin1'))
  return path
}

/** Faults of an import as `file:line column`, with what was expected and got. */
async function faultsOf(shop: Shop, files: Record<string, string>) {
  const { code, out } = await shop.import(files, '--create', '--json')
  expect(code).toBe(1)
  const { faults } = JSON.parse(out)
  return faults.map(
    ({ file, line, column, expected, got }: Record<string, string>) =>
      `${file}:${line} ${column}: ${expected} / ${got}`,
  )
}

test('masters, opening stock and open orders of all files stand in the books after one import', async () => {
  const shop = openShop()
  const { code, out } = await shop.import(GOOD_FILES, '--create')
  expect(code).toBe(0)
  expect(out).toContain('3 opening, 2 orders; opening stock worth 43.05 EUR')
  expect(out).toContain('imported here as entry 1')

  const layers = await shop.ask('layers')
  expect(layers.rows).toMatchObject([
    { sku: 'cola', date: '2026-01-10', lot: 'L1', quantity: '48', valueMinor: '2304' },
    { sku: 'cola', date: '2026-02-20', lot: 'L2', quantity: '20', valueMinor: '1000' },
  ])
  expect((await shop.ask('pools')).inventoryAccountMinor).toBe('4305')
  const db = openDatabase(dataFolderAt(shop.dataFolder).file, { readonly: true })
  onTestFinished(() => void db.close())
  const books = openLedger(db, { site: 'shop', currency: { code: 'EUR', minorUnits: 2 } })
  expect(books.sku('cola')?.gtins).toEqual(['04006381333931', '14006381333938'])
  expect(books.sku('cola')?.name).toBe('Cola, 330 ml')
  expect(books.openOrderLines()).toMatchObject([
    { order: 'PO-1', supplier: 'wholesale', line: 1, sku: 'cola', ordered: 48n },
    { order: 'PO-1', line: 2, sku: 'ham', ordered: 2500n, orderedMinor: 2000n },
  ])
})

test('the same files again book nothing, and the opening stock on top of itself is refused', async () => {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create')
  const again = await shop.import(GOOD_FILES)
  expect(again.code).toBe(0)
  expect(again.out).toContain('was imported before as entry 1')
  expect((await shop.ask('movements')).rows).toHaveLength(3)

  const changed = { 'opening.csv': GOOD_FILES['opening.csv'].replace('10.01', '10.02') }
  expect(await faultsOf(shop, changed)).toEqual([
    'opening.csv:2 sku: a SKU without opening stock in the books / "cola"',
    'opening.csv:3 sku: a SKU without opening stock in the books / "cola"',
    'opening.csv:4 sku: a SKU without opening stock in the books / "ham"',
  ])
})

test('a dry run checks everything and leaves no trace', async () => {
  const shop = openShop()
  const { code, out } = await shop.import(GOOD_FILES, '--dry-run')
  expect(code).toBe(0)
  expect(out).toContain('a dry run posts nothing')
  expect(shop.hasBooks()).toBe(false)
})

test('missing books are not started unasked', async () => {
  const shop = openShop()
  const { code, err } = await shop.import(GOOD_FILES)
  expect(code).toBe(1)
  expect(err).toContain('`--create` starts new ones')
  expect(shop.hasBooks()).toBe(false)
})

test('every fault of the cells is told at once with its place, and nothing is posted', async () => {
  const shop = openShop()
  const faults = await faultsOf(shop, {
    ...GOOD_FILES,
    'skus.csv': `${SKUS}milk,Milk,dairy,4006381333932,0,fifo,shelf-a,"1,10"
,Nameless,dairy,12,5,fefo,shelf-a,1.10
`,
    'more.json':
      '[\n {"gtin": "4006381333948",\n "sku": "cola", "quantity": "six"},\n {"gtin": 4.5, "sku": "ham"}]',
  })
  expect(faults).toEqual([
    'skus.csv:4 gtins: check digit 1 at the end / "4006381333932"',
    'skus.csv:4 price: a decimal with a point and no grouping, such as 4.20 / "1,10"',
    'skus.csv:5 sku: a text of 1 to 200 characters / nothing',
    'skus.csv:5 gtins: a GTIN of 8, 12, 13 or 14 digits / "12"',
    'skus.csv:5 quantityScale: a whole number of 0 to 4 / "5"',
    'skus.csv:5 method: one of fifo, lifo, average, specific / "fefo"',
    'more.json:2 quantity: a decimal with a point and no grouping, such as 4.20 / "six"',
    'more.json:4 gtin: a GTIN of 8, 12, 13 or 14 digits / "4.5"',
  ])
  expect(shop.hasBooks()).toBe(false)
})

test('rows that contradict each other, the configuration or the rules are told with their place', async () => {
  const shop = openShop()
  const faults = await faultsOf(shop, {
    ...GOOD_FILES,
    'skus.csv': `${SKUS}cola,Cola again,drinks,,0,fifo,shelf-a,1.50
tea,Tea,drinks,4006381333931,0,lifo,shelf-z,1.505
gum,Gum,sweets,,0,fifo,shelf-a,
`,
    'opening.csv': `${GOOD_FILES['opening.csv']}cola,shelf-a,1.5,1.00,2026-02-20,,
cola,shelf-a,20,10.00,2026-02-20,L2,2026-09-30
coal,nowhere,1,1.00,2079-01-01,,
`,
    'orders.csv':
      'order,supplier,date,line,sku,quantity,cost\nPO-2,nobody,2026-03-01,1,cola,0,1.00\n',
    'more.json':
      '{"planogram": [{"camera": "cam-2", "zone": "a", "sku": "cola", "location": "shelf-a"}]}',
  })
  expect(new Set(faults)).toEqual(
    new Set([
      'skus.csv:4 sku: each once; the first is at skus.csv:2 / "cola"',
      'skus.csv:5 home: an own location of this import or of the books / "shelf-z"',
      'skus.csv:5 method: fifo, average or specific under IFRS (IAS 2.25) / "lifo"',
      'skus.csv:5 price: an amount of 0 or more with at most 2 decimals / "1.505"',
      'skus.csv:5 gtins: a GTIN of tea alone; it is one of cola too / "04006381333931"',
      'skus.csv:6 price: a price here or in a file of prices / nothing',
      'more.json:1 camera: a configured camera (cam-1) / "cam-2"',
      'opening.csv:5 quantity: a quantity above 0 without decimals / "1.5"',
      'opening.csv:6 sku: each once; the first is at opening.csv:2 / "cola shelf-a 2026-02-20 20 10.00 L2 2026-09-30 "',
      'opening.csv:7 sku: a SKU of this import or of the books / "coal"',
      'opening.csv:7 location: an own location of this import or of the books / "nowhere"',
      expect.stringMatching(/^opening\.csv:7 date: a day up to \d{4}-\d\d-\d\d \/ "2079-01-01"$/),
      'orders.csv:2 supplier: a supplier of this import or of the books / "nobody"',
      'orders.csv:2 quantity: a quantity above 0 without decimals / "0"',
    ]),
  )
  expect(shop.hasBooks()).toBe(false)
})

test('an unknown column is told with the known name that was probably meant', async () => {
  const shop = openShop()
  const files = {
    'prices.csv': 'sku,prize\ncola,1.60\n',
    'x.csv': 'a,b\n1,2\n',
    'y.json': '{"skuz": []}',
  }
  const { code, err } = await shop.import(files, '--create')
  expect(code).toBe(1)
  expect(err).toContain(
    'prices.csv:1: prize: expected a column of prices (sku, price), got "prize"; did you mean "price"?',
  )
  expect(err).toContain('x.csv:1: expected the columns of one of skus, gtins,')
  expect(err).toContain('y.json: expected lists of skus,')
  expect(err).toContain('did you mean "skus"?')
})

test('an order of the books may come again as it is, and neither changed nor in part', async () => {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create')
  const orders = GOOD_FILES['orders.csv']
  expect((await shop.import({ 'orders.csv': orders })).code).toBe(0)
  expect(await faultsOf(shop, { 'orders.csv': orders.replace('24.00', '23.00') })).toEqual([
    'orders.csv:2 order: a new order, or the line as it is in the books / "PO-1"',
  ])
  expect(await faultsOf(shop, { 'orders.csv': orders.replace(/PO-1.*ham.*\n/, '') })).toEqual([
    'orders.csv:2 line: all 2 lines of the order as it is in the books / "1"',
  ])
})

test('a file that is not text in UTF-8, has ragged rows or is not there is told as that', async () => {
  const shop = openShop()
  const { code, err } = await shop.import(
    {
      'prices.csv': 'sku,price\ncola,1.60,extra\nham\n',
      'empty.csv': '',
      'broken.json': '{"skus": [',
    },
    join(shop.dataFolder, 'none.csv'),
    writeLatin(shop.dataFolder),
    '--dry-run',
  )
  expect(code).toBe(1)
  expect(err).toContain('prices.csv:2: expected as many cells as columns, got "extra" beyond them')
  expect(err).toContain('prices.csv:3: price: expected a decimal')
  expect(err).toContain('empty.csv: expected a header row, got an empty file')
  expect(err).toContain('broken.json: expected JSON, got ')
  expect(err).toContain('none.csv: expected a readable file, got ENOENT')
  expect(err).toContain('latin.csv: expected text in UTF-8, got other bytes')
})

test('at most a hundred faults are told and the rest is counted', async () => {
  const shop = openShop()
  const rows = Array.from({ length: 130 }, (_, index) => `s${index},free\n`).join('')
  const { out } = await shop.import({ 'prices.csv': `sku,price\n${rows}` }, '--create', '--json')
  const { faults, moreFaults } = JSON.parse(out)
  expect([faults.length, moreFaults]).toEqual([100, 30])
})

test('a file of prices alone restates SKUs of the books, as often as prices change', async () => {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create')
  for (const price of ['1.60', '1.50', '1.60']) {
    const { code } = await shop.import({ 'prices.csv': `sku,price\ncola,${price}\n` })
    expect(code).toBe(0)
  }
  const db = openDatabase(dataFolderAt(shop.dataFolder).file, { readonly: true })
  onTestFinished(() => void db.close())
  const books = openLedger(db, { site: 'shop', currency: { code: 'EUR', minorUnits: 2 } })
  expect(books.sku('cola')).toMatchObject({ priceMinor: 160n, name: 'Cola, 330 ml' })
  expect(books.sku('cola')?.gtins).toHaveLength(2)
})

test('beside a running gateway the import goes through its API and the reports still read', async () => {
  const shop = openShop()
  const gateway = createGatewayProcess(shop.config, shop.dataFolder)
  onTestFinished(() => gateway.stop())
  await gateway.start()
  const { code, out, err } = await shop.import(GOOD_FILES)
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('imported by the running gateway as entry 1')
  const { http } = await gateway.ports()
  const stock = await (await fetch(`http://127.0.0.1:${http}/api/v1/stock`)).json()
  expect(await shop.ask('stock')).toEqual(stock)
  expect(stock).toMatchObject({
    rows: expect.arrayContaining([expect.objectContaining({ sku: 'ham', quantity: '1250' })]),
  })
  const again = await shop.import(GOOD_FILES)
  expect(again.out).toContain('was imported before as entry 1')

  // The same content is the same import whichever way it comes.
  await gateway.stop()
  const here = await shop.import(GOOD_FILES)
  expect(here.out).toContain('was imported before as entry 1')
  const orders = await shop.import(only('orders.csv'))
  expect([orders.code, orders.err]).toEqual([0, ''])
})

test('a folder that is held by something that does not answer is left alone', async () => {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create')
  const lock = takeLock(dataFolderAt(shop.dataFolder).lockFile)
  onTestFinished(() => void lock?.close())
  const { code, err } = await shop.import({ 'prices.csv': 'sku,price\ncola,9.99\n' })
  expect(code).toBe(1)
  expect(err).toContain('refused (gateway-not-open)')
})

const TOTALS = 'account,value\ninventory,43.05\nopening-balance-equity,-43.05\n'

test('an opening that is not what the system before says is refused, account by account', async () => {
  const shop = openShop()
  const cold = {
    ...GOOD_FILES,
    'places.csv': 'location,name,costGroup\nshelf-a,Shelf A,\nbackroom,Backroom,cold\n',
  }
  expect(
    await faultsOf(shop, { ...cold, 'totals.csv': TOTALS.replaceAll('43.05', '43.06') }),
  ).toEqual([
    'totals.csv:2 value: 43.06, the total of inventory in the system before / "20.01"',
    'totals.csv:3 value: -43.06, the total of opening-balance-equity in the system before / "-43.05"',
    'totals.csv:3 account: a total of inventory:cold too, which opens with 23.04 / nothing',
  ])
  expect(await faultsOf(shop, { ...GOOD_FILES, 'totals.csv': `${TOTALS}stock,1.00\n` })).toEqual([
    'totals.csv:4 account: an account that the opening posts to (inventory, opening-balance-equity) / "stock"',
  ])
  expect(shop.hasBooks()).toBe(false)
})

test('the cut-over report sets the opening beside the totals it came with', async () => {
  const shop = openShop()
  const at = ['--at', '2026-03-02T07:00:00Z']
  const { code } = await shop.import({ ...GOOD_FILES, 'totals.csv': TOTALS }, '--create', ...at)
  expect(code).toBe(0)
  expect(await shop.ask('cut-over')).toMatchObject({
    imports: [
      {
        sequence: 1,
        isEqual: true,
        beforeFirstSale: true,
        accounts: [
          { account: 'inventory', openedMinor: '4305', expectedMinor: '4305' },
          { account: 'opening-balance-equity', openedMinor: '-4305', expectedMinor: '-4305' },
        ],
      },
    ],
    firstSale: null,
  })
  const { out } = await shop.report('cut-over')
  expect(out).toMatch(/inventory +43\.05 +43\.05 +equal/)
  expect(out).toContain('opening 1 equals the system before')
})

test('a pack has a GTIN of its own and means one SKU in one quantity', async () => {
  const shop = openShop()
  const packs = (...rows: string[]) => ({ 'packs.csv': ['gtin,sku,quantity', ...rows].join('\n') })
  const good = { ...only('skus.csv'), ...only('places.csv'), ...packs('24006381333935,cola,24') }
  expect((await shop.import(good, '--create')).code).toBe(0)
  expect((await shop.ask('packs')).rows).toEqual([
    { gtin: '24006381333935', sku: 'cola', name: 'Cola, 330 ml', quantity: '24', scale: 0 },
  ])
  // One unit keeps its GTIN, a pack keeps being one, and half a can is no pack.
  expect(await faultsOf(shop, packs('4006381333931,cola,6', '34006381333932,cola,0.5'))).toEqual([
    'packs.csv:2 gtin: a GTIN of a pack alone; it is one unit of cola too / "04006381333931"',
    'packs.csv:3 quantity: a quantity above 0 without decimals / "0.5"',
  ])
  expect(await faultsOf(shop, packs('24006381333935,cola,1'))).toEqual([
    'packs.csv:2 gtin: a GTIN of one unit; the books know it as a pack of cola / "24006381333935"',
  ])
})
