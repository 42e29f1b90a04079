import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { MINUTE, OPENING_MS, openShop, type Shop } from './shop.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const isMissing = !existsSync(CHROMIUM)
if (isMissing)
  process.stderr.write(`tests/page: skipped, expected a Chromium at ${CHROMIUM} (or in CHROMIUM)\n`)

/** A browser, a vision process and a gateway start on the same two cores. */
const START_MS = 90_000
const TEST_MS = 90_000
const WAIT_MS = 30_000

const PHONE = { width: 390, height: 844 }
const VIEWS = ['counts', 'periods', 'parked', 'refused', 'people', 'account'] as const

/** Asked in the page, where there is a document; this side has none. */
const TOO_WIDE = 'Math.max(0, document.documentElement.scrollWidth - innerWidth)'
const NAMELESS = `[...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((it) => it.checkVisibility() && !it.closest('[hidden]'))
  .filter((it) => !(it.textContent.trim() || it.getAttribute('aria-label') || it.labels?.length))
  .map((it) => it.outerHTML.slice(0, 200))`

describe.skipIf(isMissing)('what a person decides on the page', { timeout: TEST_MS }, () => {
  let shop: Shop
  let browser: Browser

  beforeAll(async () => {
    shop = await openShop()
    const args = ['--no-sandbox', '--disable-background-networking']
    browser = await chromium.launch({ executablePath: CHROMIUM, args })
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await shop?.close()
  }, START_MS)

  /** Nothing may stand in the console at the end but refusals, which browsers log themselves. */
  async function look(section: string, viewport = PHONE): Promise<Page> {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(WAIT_MS)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !/the server responded with/.test(message.text()))
        complaints.push(message.text())
    })
    page.on('pageerror', ({ message }) => complaints.push(message))
    onTestFinished(() => expect(complaints).toEqual([]))
    await page.goto(`${shop.url}/#${section}`)
    await page.getByText('Live', { exact: true }).waitFor()
    return page
  }

  async function go(page: Page, section: string, link: string): Promise<void> {
    await page.getByRole('navigation', { name: 'Sections' }).getByText(section).click()
    await page.getByRole('link', { name: link, exact: true }).click()
    await page.getByRole('heading', { level: 2, name: link }).waitFor()
  }

  async function signIn(page: Page, name: string, password: string): Promise<void> {
    await page.locator('#account').click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  }

  async function sellUnknown(receipt: string, quantity: string, net: string): Promise<void> {
    const line = { line: 1, gtin: '', description: 'Lavender soap', quantity, net }
    await shop.post('receipts', {
      till: 'till-1',
      fiscalDay: '2026-03-02',
      receipt,
      at: new Date(OPENING_MS).toISOString(),
      lines: [{ ...line, taxCode: 'H21', tax: '0.00' }],
      tenders: [{ kind: 'card', amount: net }],
      total: net,
    })
  }

  const alert = (place: Page | Locator) => place.getByRole('alert').filter({ visible: true })

  test('before anything is decided every view says what will stand there, and fits a phone', async () => {
    const page = await look('now')
    for (const view of VIEWS) {
      await page.goto(`${shop.url}/#${view}`)
      await page.locator('.empty').first().waitFor()
      expect([view, await page.evaluate(TOO_WIDE)]).toEqual([view, 0])
      expect([view, await page.evaluate(NAMELESS)]).toEqual([view, []])
    }
    await page.getByText('tallygate user add NAME --role admin').waitFor()
  })

  test('an unknown item gets its SKU once for all its lines, and earns for it', async () => {
    await sellUnknown('u-1', '2', '9.00')
    await sellUnknown('u-2', '1', '4.50')
    const page = await look('books')
    await go(page, 'Books', 'Unknown goods')
    const card = page.getByRole('article', { name: 'Lavender soap' })
    await card.getByText('13.50').first().waitFor()
    const held = await shop.quantity('CANDLE-4')
    await card.getByLabel('It is').selectOption('CANDLE-4')
    await card.getByLabel('Your name').fill('anna')
    expect(await page.evaluate(TOO_WIDE)).toBe(0)
    await card.getByRole('button', { name: 'Map 2 lines' }).click()
    await page.getByText('Every line of the tills is known.').waitFor()
    expect(await shop.quantity('CANDLE-4')).toBe(held - 3)
    const margin = await fetch(`${shop.url}/api/v1/reports/margin?sku=CANDLE-4`)
    expect(await margin.json()).toMatchObject({
      rows: [{ sku: 'CANDLE-4', sold: '3', revenueMinor: '1350' }],
    })
  })

  test('the first person is an admin, who lets others in; each does what the own roles allow', async () => {
    const page = await look('people')
    const add = async (name: string, roles: readonly string[], password: string) => {
      await page.getByText('Add a person').click()
      const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Add' }) })
      await form.getByLabel('Name', { exact: true }).fill(name)
      for (const role of roles) await form.getByLabel(role).check()
      await form.getByLabel('Password for the page').fill(password)
      const own = form.getByLabel('Your name')
      if (await own.isVisible()) await own.fill('anna')
      await form.getByRole('button', { name: 'Add' }).click()
      return form
    }
    const refused = await add('bob', ['Clerk'], 'bobs secret')
    await refused.getByText('expected an admin to remain, got none after bob').waitFor()
    await page.reload()
    await add('anna', ['Admin', 'Manager'], 'annas secret')
    // Her login makes signing in needed, and the list says so.
    await page.getByRole('listitem').filter({ hasText: 'Can sign in' }).waitFor()
    await page.getByText('Sign in to do this (an admin).').first().waitFor()
    await signIn(page, 'anna', 'annas secret')
    await go(page, 'Books', 'People')
    await add('bob', ['Clerk'], 'bobs secret')
    await page.getByText('bob may sign in').waitFor()
    await add('carla', ['Controller'], 'carlas secret')
    await page.getByText('carla is controller').waitFor()
    expect(await page.evaluate(TOO_WIDE)).toBe(0)
    expect(await page.evaluate(NAMELESS)).toEqual([])
  })

  test('a wrong password is refused in words, and the way in works by keyboard alone', async () => {
    const page = await look('account')
    await page.getByLabel('Name', { exact: true }).focus()
    await page.keyboard.type('bob')
    await page.keyboard.press('Tab')
    await page.keyboard.type('guessed at')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await alert(page)
      .getByText('expected a name that can sign in and its password, got another pair')
      .waitFor()
    await page.getByLabel('Password').fill('bobs secret')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Signed in as bob' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
  })

  test('a sheet is counted blind and again by one person, and approved by another', async () => {
    const page = await look('account')
    await signIn(page, 'bob', 'bobs secret')
    await go(page, 'Stock', 'Counts')
    const { rows } = (await (await fetch(`${shop.url}/api/v1/stock`)).json()) as {
      rows: { sku: string; location: string; quantity: string; scale: number }[]
    }
    // A place with few kinds of goods, so that a person can count it all.
    const places = [...new Set(rows.map(({ location }) => location))]
      .map((location) => rows.filter((row) => row.location === location))
      .filter((own) => own.every(({ scale }) => scale === 0))
      .sort((a, b) => a.length - b.length)
    const [lines] = places
    const place = lines?.[0]?.location ?? ''
    await page.getByLabel('Place').selectOption(place)
    await page.getByLabel('Name of the sheet').fill('monday')
    await page.getByRole('button', { name: 'Start' }).click()
    const sheet = page.getByRole('article', { name: 'monday' })
    await sheet.getByText(`0 of ${lines?.length} counted`).waitFor()
    const book = Number(lines?.[0]?.quantity)
    // One too few at first: nothing on the sheet tells that it is wrong.
    const counted = lines?.map(({ quantity }, index) => Number(quantity) - (index === 0 ? 1 : 0))
    for (const [index, { sku }] of (lines ?? []).entries())
      await sheet.getByLabel(sku).first().fill(String(counted?.[index]))
    await page.keyboard.press('Enter')
    await sheet.getByText('All counted').waitFor()
    await sheet
      .getByText('Only a manager or a controller who has not counted may do this.')
      .waitFor()
    expect(await sheet.getByText('Differs').count()).toBe(0)
    await sheet.getByText('Count again').click()
    await sheet.getByLabel(lines?.[0]?.sku ?? '').fill(String(book + 2))
    await sheet.getByRole('button', { name: 'Save the recount' }).click()
    await sheet.getByText('1 recount').waitFor()
    expect(await page.evaluate(TOO_WIDE)).toBe(0)

    const other = await look('account')
    await signIn(other, 'anna', 'annas secret')
    await go(other, 'Stock', 'Counts')
    const hers = other.getByRole('article', { name: 'monday' })
    await hers.getByText('1 line of').waitFor()
    await hers.getByText('+2').waitFor()
    expect(await other.evaluate(TOO_WIDE)).toBe(0)
    await hers.getByLabel('Why it is right').fill('found behind the rack')
    await hers.getByRole('button', { name: 'Approve and book' }).click()
    await other.getByText('No count is open.').waitFor()
    const total = rows
      .filter(({ sku }) => sku === lines?.[0]?.sku)
      .reduce((sum, { quantity }) => sum + Number(quantity), 0)
    expect(await shop.quantity(lines?.[0]?.sku ?? '')).toBe(total + 2)
  })

  test('a month is closed against its checklist, and opened again with a reason', async () => {
    const page = await look('account')
    await signIn(page, 'carla', 'carlas secret')
    await go(page, 'Books', 'Months')
    const card = page.getByRole('region', { name: 'March 2026' })
    // Head office is away all day: its batches are not acknowledged once one is sealed.
    await shop.tell(OPENING_MS + 5 * MINUTE)
    await shop.tell(OPENING_MS + 6 * MINUTE)
    await card.getByText('Not yet: head-office has acknowledged every batch').waitFor()
    await card.getByRole('button', { name: 'Close March 2026' }).click()
    await alert(card)
      .getByText(
        'expected all of the checklist done, got open: head-office has acknowledged every batch',
      )
      .waitFor()
    expect(await page.evaluate(TOO_WIDE)).toBe(0)
    await card.getByRole('button', { name: 'Close softly' }).click()
    await page.getByText('Softly closed: March 2026').waitFor()
    await page.getByText('Open March 2026 again').first().click()
    await page.getByLabel('Why it has to be opened again').fill('an invoice is late')
    await page.getByRole('button', { name: 'Open March 2026 again' }).click()
    await page.getByText('Reopened: March 2026').waitFor()
    await page.getByText('an invoice is late').waitFor()
  })

  test('what was refused is found by who asked and on which day', async () => {
    const page = await look('refused')
    const row = page.getByRole('row', { name: /expected all of the checklist done/ })
    await row.getByText('carla').waitFor()
    await page.getByLabel('Who').fill('bob')
    await page.getByLabel('Day').fill('2026-03-02')
    await row.waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /expected an admin to remain/ }).waitFor({
      state: 'detached',
    })
    await page.getByText('Nothing was refused to them then.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await row.waitFor()
    expect(await page.evaluate(TOO_WIDE)).toBe(0)
  })
})
