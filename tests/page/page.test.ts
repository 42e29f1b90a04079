import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { FILM } from '../../gateway/simulator/shelf/film.ts'
import { MINUTE, OPENING_MS, openShop, type Shop } from './shop.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const isMissing = !existsSync(CHROMIUM)
if (isMissing)
  process.stderr.write(`tests/page: skipped, expected a Chromium at ${CHROMIUM} (or in CHROMIUM)\n`)

/** A browser, a vision process and a gateway start on the same two cores. */
const START_MS = 90_000
const TEST_MS = 60_000
const WAIT_MS = 20_000

const SECTIONS = ['now', 'stock', 'movements', 'reviews', 'cameras', 'devices', 'books'] as const
const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1280, height: 900 }

/** Asked in the page, where there is a document; this side has none. */
const TOO_WIDE = 'Math.max(0, document.documentElement.scrollWidth - innerWidth)'
const SHOWN = '(element) => element.checkVisibility() && !element.closest("[hidden]")'
const NAMELESS = `[...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(${SHOWN})
  .filter((it) => !(it.textContent.trim() || it.getAttribute('aria-label') || it.labels?.length))
  .map((it) => it.outerHTML.slice(0, 200))`
/** WCAG 2.2, 2.5.8: 24 by 24 pixels. */
const SMALL_TARGETS = `[...document.querySelectorAll('#view a, #view button, nav a, input, select, summary')]
  .filter(${SHOWN})
  .filter((it) => it.type !== 'checkbox')
  .map((it) => [it.outerHTML.slice(0, 120), it.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([html]) => html)`
const OUTLINE = 'getComputedStyle(document.activeElement).outlineStyle'

describe.skipIf(isMissing)('the status page', { timeout: TEST_MS }, () => {
  let shop: Shop
  let browser: Browser
  let clockMs = OPENING_MS

  beforeAll(async () => {
    shop = await openShop()
    const args = ['--no-sandbox', '--disable-background-networking']
    browser = await chromium.launch({ executablePath: CHROMIUM, args })
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await shop?.close()
  }, START_MS)

  /** Opens the page; at the end of the test nothing may stand in the console. */
  async function look(section: string, viewport = PHONE): Promise<Page> {
    const page = await newPage(viewport)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', ({ message }) => complaints.push(message))
    onTestFinished(() => expect(complaints).toEqual([]))
    await page.goto(`${shop.url}/#${section}`)
    await page.getByText('Live', { exact: true }).waitFor()
    return page
  }

  async function newPage(viewport: typeof PHONE): Promise<Page> {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(WAIT_MS)
    return await context.newPage()
  }

  async function later(minutes: number): Promise<void> {
    clockMs += minutes * MINUTE
    await shop.tell(clockMs)
  }

  test('says in one sentence how the shop is, and names the shop and its own time', async () => {
    const page = await look('now')
    await page.getByRole('heading', { level: 1, name: 'Corner Store Harbour Street' }).waitFor()
    await page.getByText(/^Monday 2 March, 09:\d\d$/).waitFor()
    await page.getByText(/^The shop (runs|is all right)/).waitFor()
    await page.getByText(/^Good: Books are written: /).waitFor()
  })

  test('shows what the books hold, and finds a product by its name', async () => {
    const page = await look('stock')
    const held = await shop.quantity('COLA-330')
    await page.getByLabel('Search').fill('cola')
    const row = page.getByRole('row', { name: /Cola 0.33 l/ })
    await row
      .getByText('Camera shelf, drinks')
      .or(row.locator('[data-label^="Camera shelf, drinks"]'))
      .first()
      .waitFor()
    expect(await row.locator('td.total').textContent()).toBe(String(held))
    await page.getByText('1 of 40 SKUs.').waitFor()
    await page.getByLabel('Search').fill('no such thing')
    await page.getByText('Nothing matches this search.').waitFor()
  })

  test('a sale appears without a reload and opens to its evidence and double entry', async () => {
    const page = await look('now')
    await page.getByText('Opening stock').first().waitFor()
    await page.evaluate(() => Object.assign(globalThis, { untouched: true }))
    await later(1)
    await shop.sell('UMBRELLA')
    const movement = page.getByRole('button', { name: /Sold 1 × Umbrella/ })
    await movement.click()
    const panel = page.getByRole('listitem').filter({ has: movement })
    await panel.getByText('till-1 receipt 1: 1 line, 6.05').first().waitFor()
    await panel.getByRole('code').filter({ hasText: 'till:till-1/2026-03-02/1' }).waitFor()
    const total = panel.getByRole('row', { name: /^Total/ }).getByRole('cell')
    const [debit, credit] = await total.allTextContents()
    expect(debit).toBe(credit)
    expect(await panel.getByText(/^[0-9a-f]{64}$/).count()).toBe(1)
    expect(await movement.getAttribute('aria-expanded')).toBe('true')
    expect(await page.evaluate(() => 'untouched' in globalThis)).toBe(true)
    // Read aloud once, in words.
    await page.getByText('1 Umbrella, Sold', { exact: true }).waitFor({ state: 'attached' })
  })

  test('an opened movement stays open while new ones come in above it', async () => {
    const page = await look('movements', DESKTOP)
    await later(1)
    await shop.sell('CANDLE-4')
    const first = page.getByRole('button', { name: /Sold 1 × Candles, four/ })
    await first.click()
    await later(1)
    await shop.sell('NOTEBOOK-A5')
    await page.getByRole('button', { name: /Sold 1 × Notebook A5/ }).waitFor()
    expect(await first.getAttribute('aria-expanded')).toBe('true')
    await page.getByRole('button', { name: 'Pause' }).click()
    await later(1)
    await shop.sell('BULB-E27')
    await page.getByRole('button', { name: /^Resume \(1 new one\)$/ }).click()
    await page.getByRole('button', { name: /Sold 1 × Lamp bulb E27/ }).waitFor()
  })

  test('a unit that left unpaid is asked about, and a person accepts with a name', async () => {
    const page = await look('reviews')
    await page.getByText('No questions.').waitFor()
    await later(20)
    const held = await shop.quantity('HOODIE-GREY')
    await shop.leaveUnpaid('HOODIE-GREY')
    clockMs += 3 * MINUTE
    const card = page.getByRole('article', { name: /Hoodie grey/ })
    await card.getByText('left through exit').first().waitFor()
    await card.getByLabel('Your name').fill('Ada')
    await card.getByLabel('Note').fill('seen on the way out')
    await card.getByRole('button', { name: 'Accept and book' }).click()
    await page.getByText('No questions.').waitFor()
    expect(await shop.quantity('HOODIE-GREY')).toBe(held - 1)
    await page.getByLabel('Show answered ones too').check()
    await page.getByText('Accepted by Ada: seen on the way out').waitFor()
  })

  test('a person says what happened instead, and the books follow', async () => {
    await later(20)
    await shop.leaveUnpaid('HOODIE-GREY')
    clockMs += 3 * MINUTE
    const page = await look('reviews')
    const held = await shop.quantity('HOODIE-GREY')
    const card = page.getByRole('article', { name: /Hoodie grey/ })
    await card.getByLabel('Your name').fill('Ada')
    await card.getByText('It was something else').click()
    await card.getByLabel('To', { exact: true }).selectOption('backroom')
    expect(await page.evaluate(TOO_WIDE)).toBe(0)
    expect(await page.evaluate(NAMELESS)).toEqual([])
    await card.getByRole('button', { name: 'Book this instead' }).click()
    await page.getByText('No questions.').waitFor()
    expect(await shop.quantity('HOODIE-GREY')).toBe(held)
    await page.getByText(/^Today \d+ asked for \d+ movements? /).waitFor()
    await page.getByLabel('Show answered ones too').check()
    await page.getByText('Corrected by Ada').waitFor()
  })

  test('a person changes what a sensor may do, and the page says who it was', async () => {
    const page = await look('devices')
    const card = page.getByRole('listitem').filter({ hasText: 'Put on a shelf' }).first()
    await card.getByText('Books by itself').waitFor()
    await card.getByText('Change', { exact: true }).first().click()
    await card.getByLabel('From now on it').selectOption({ label: 'Asks a person' })
    await card.getByLabel('Your name').fill('Ada')
    await card.getByLabel('Why').fill('the lamp above it flickers')
    await card.getByRole('button', { name: 'Change' }).click()
    await card.getByText(/^Ada changed it from "Books by itself" to "Asks a person"/).waitFor()
    await card.locator('.badge').getByText('Asks a person').waitFor()
  })

  test('a message that cannot be read is shown with its reason, never as markup', async () => {
    const page = await look('devices', DESKTOP)
    await shop.babble('<img src=x onerror=alert(1)>')
    const item = page.getByRole('listitem').filter({ hasText: 'dock-reader' })
    await item.getByText(/^not-json · zebra\/dock-reader/).waitFor()
    await item.getByText('What it said').click()
    await item.getByText('<img src=x onerror=alert(1)>', { exact: true }).waitFor()
    expect(await page.locator('#view img').count()).toBe(0)
    const row = page.getByRole('row', { name: /^dock-reader/ })
    await row.getByText('Connected', { exact: true }).waitFor()
  })

  test('the latest picture of a camera stands under its boxes, with the same counts in a table', async () => {
    await later(1)
    await shop.photograph('camera-1')
    const page = await look('cameras')
    const card = page.getByRole('article').filter({ hasText: 'camera-1' })
    await expect
      .poll(() => card.locator('rect.product').count(), { timeout: WAIT_MS })
      .toBeGreaterThan(10)
    const picture = card.locator('img')
    expect(
      await picture.evaluate(
        (image) => (image as unknown as { naturalWidth: number }).naturalWidth,
      ),
    ).toBe(FILM.width)
    await card
      .getByRole('row', { name: /Muesli 500 g/ })
      .getByText('3 of 3')
      .waitFor()
  })

  test('a burst of sales makes about one request a second for each reading, not one for each sale', async () => {
    const page = await look('stock')
    await page.getByRole('row', { name: /Cola 0.33 l/ }).waitFor()
    const asked = { stock: 0, status: 0, movements: 0 }
    page.on('request', (request) => {
      const path = new URL(request.url()).pathname.replace('/api/v1/', '')
      if (path in asked) asked[path as keyof typeof asked] += 1
    })
    const held = await shop.quantity('PENS-3')
    const startedMs = performance.now()
    for (let sale = 0; sale < 60; sale++) await shop.sell('PENS-3')
    const total = page.getByRole('row', { name: /Ball pens, three/ }).locator('td.total')
    await expect
      .poll(() => total.textContent(), { timeout: WAIT_MS })
      .toMatch(`${held - 60}`.replace('-', '\u2212'))
    const most = Math.ceil((performance.now() - startedMs) / 1_000) + 2
    for (const count of Object.values(asked)) expect(count).toBeLessThanOrEqual(most)
    expect(asked.stock).toBeGreaterThan(0)
  })

  test('a store that cannot write is the first thing said', async () => {
    const page = await newPage(PHONE)
    await page.route('**/api/v1/status', async (route) => {
      const response = await route.fetch()
      const status = await response.json()
      await route.fulfill({
        response,
        json: { ...status, store: { ...status.store, writable: false } },
      })
    })
    await page.goto(`${shop.url}/#now`)
    await page.getByText('The books cannot be written.', { exact: true }).waitFor()
    await page
      .getByRole('alert')
      .getByText(/^The store cannot write its books\. /)
      .waitFor()
  })

  test('what waits for a head office that is away is counted, with the reason', async () => {
    await later(5)
    const page = await look('books')
    const card = page.getByRole('article').filter({ hasText: 'head-office' })
    await card.getByText(/Tried \d+ times?/).waitFor()
    await card.getByText(/^\d+ batch(es)?$/).waitFor()
    await page.getByText(/^Debit and credit are equal: /).waitFor()
    await page.getByText(/^Layers and inventory account agree: /).waitFor()
  })

  test.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)(
    'on a %s every section fits its width and has names for everything',
    async (_, size) => {
      const page = await look('now', size)
      for (const section of SECTIONS) {
        await page.getByRole('navigation').locator(`a[href="#${section}"]`).click()
        await page.locator(`body[data-view="${section}"] #view > *`).waitFor()
        expect(await page.evaluate(TOO_WIDE)).toBe(0)
        expect(await page.evaluate(NAMELESS)).toEqual([])
        expect(await page.evaluate(SMALL_TARGETS)).toEqual([])
        expect(await page.getByRole('heading', { level: 2 }).count()).toBe(1)
        expect(await page.locator('nav a[aria-current="page"]').count()).toBe(1)
      }
    },
  )

  test('a keyboard reaches the content past the menu, and focus can be seen', async () => {
    const page = await look('stock', DESKTOP)
    await page.getByRole('row', { name: /Cola 0.33 l/ }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus-visible')
    expect(await focused.getAttribute('id')).toBe('stock-search')
    await expect.poll(() => page.evaluate(OUTLINE)).toBe('solid')
  })

  test('a lost connection is said, and what was missed is read when it is back', async () => {
    const page = await newPage(PHONE)
    await page.goto(`${shop.url}/#now`)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText(/^The shop /).waitFor()
    await shop.stop()
    await page
      .getByRole('alert')
      .getByText(/^No connection to the gateway\. What you see is from/)
      .waitFor()
    await page.getByText('Not connected', { exact: true }).waitFor()
    await page.getByText('How the shop is now is not known.').waitFor()
    await shop.start()
    await later(1)
    await shop.sell('SPONGE-3')
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('button', { name: /Sold 1 × Sponges, three/ }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})
