import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MeasureRule, readScan } from '../../sensors/index.ts'

const GS = '\x1d'

describe('retail numbers', () => {
  test.each([
    ['EAN-13 with identifier', ']E09521141123454', '09521141123454'],
    ['EAN-13 without', '9521141123454', '09521141123454'],
    ['UPC-A of 12 digits', '614141123452', '00614141123452'],
    ['UPC-A sent as EAN-13', ']E00614141123452', '00614141123452'],
    ['EAN-8', ']E496385074', '00000096385074'],
    ['UPC-E, zeros put back', ']E004252614', '00042100005264'],
    ['ITF-14', ']I119521141123451', '19521141123451'],
    ['with a five-digit add-on', ']E3952114112345412345', '09521141123454'],
  ])('%s', (_, line, gtin14) => {
    expect(readScan(line)).toMatchObject({ ok: true, kind: 'item', gtin14 })
  })

  test('a retail symbol with a wrong check digit is a misread', () => {
    expect(readScan(']E09521141123455')).toMatchObject({ ok: false, code: 'bad-check-digit' })
  })

  test('bare digits whose check digit fails are only text: they may be a shelf label', () => {
    expect(readScan('9521141123455')).toMatchObject({ ok: true, kind: 'text' })
    expect(readScan(']A0SHELF-A03-2')).toMatchObject({
      ok: true,
      kind: 'text',
      symbology: 'code-39',
    })
  })
})

describe('GS1 element strings', () => {
  test('a variable length ends at FNC1, a fixed one needs none', () => {
    expect(readScan(`]C1010952114112345410LOT7${GS}1727123121101`)).toMatchObject({
      gtin14: '09521141123454',
      lot: 'LOT7',
      expiry: '2027-12-31',
      serial: '101',
      unread: '',
    })
    expect(readScan(`]d201095211411234541726020021A%/b`)).toMatchObject({
      expiry: '2026-02-28',
      serial: 'A%/b',
    })
  })

  test('weight and price of a variable-measure item', () => {
    expect(readScan(']e001995211411234583103001250392201299')).toMatchObject({ ok: false })
    expect(readScan(`]e0019952114112345731030012503922${'1299'}`)).toMatchObject({
      gtin14: '99521141123457',
      netWeightMg: 1_250_000,
      price: { amount: '1299', decimals: 2, currency: null },
    })
    expect(readScan(`]C1019952114112345739329780450`)).toMatchObject({
      price: { amount: '450', decimals: 2, currency: 'EUR' },
    })
    expect(
      readScan(`]C101995211411234573202000100`).ok && readScan(`]C101995211411234573202000100`),
    ).toMatchObject({ netWeightMg: 453_592 })
  })

  test('a pallet label: SSCC, content and count', () => {
    expect(readScan(`]C1000952114100000041730209521141123454${'3724'}`)).toMatchObject({
      kind: 'logistic-unit',
      sscc: '095211410000004173',
      contentGtin14: '09521141123454',
      count: 24,
    })
  })

  test('brackets as people write them, and no identifier at all', () => {
    expect(readScan('(01)09521141123454(10)A(21)7')).toMatchObject({
      gtin14: '09521141123454',
      lot: 'A',
      serial: '7',
    })
    expect(readScan(`010952114112345410A${GS}217`)).toMatchObject({
      gtin14: '09521141123454',
      serial: '7',
    })
  })

  test('an unknown identifier ends the reading, what came before stays', () => {
    expect(readScan(']C10109521141123454990'.replace('990', '05X'))).toMatchObject({
      gtin14: '09521141123454',
      unread: '05X',
    })
  })

  test('a key whose check digit fails refuses the whole symbol', () => {
    expect(readScan(']C10109521141123455')).toMatchObject({ ok: false, code: 'bad-check-digit' })
    expect(readScan(']C100095211410000004174')).toMatchObject({
      ok: false,
      code: 'bad-check-digit',
    })
  })
})

describe('GS1 Digital Link', () => {
  test.each([
    ['https://id.gs1.org/01/09521141123454/21/101', { serial: '101' }],
    [
      'https://shop.example/x/01/9521141123454/10/LOT%2F7/21/5?17=271231&3103=000500',
      { lot: 'LOT/7', serial: '5', expiry: '2027-12-31', netWeightMg: 500_000 },
    ],
    ['https://example.com/gtin/09521141123454/lot/ABC', { lot: 'ABC' }],
  ])('%s', (link, facts) => {
    expect(readScan(`]Q3${link}`)).toMatchObject({
      kind: 'item',
      gtin14: '09521141123454',
      ...facts,
    })
  })

  test("somebody's web page is text, in a GS1 symbol it is an error", () => {
    expect(readScan(']Q1https://shop.example/about')).toMatchObject({ ok: true, kind: 'text' })
    expect(readScan(']Q3https://shop.example/about')).toMatchObject({ ok: false, code: 'bad-link' })
  })
})

describe("a scale's own number", () => {
  test('is no GTIN, and means nothing without a rule', () => {
    const scan = readScan(']E02812345012994')
    expect(scan).toMatchObject({ ok: true, kind: 'restricted', itemNumber: '281234501299' })
    expect(scan).not.toHaveProperty('gtin14')
  })

  test('gives price or weight by the rule of the store', () => {
    const price = {
      prefix: '28',
      item: [2, 7],
      value: [7, 12],
      means: 'price',
      decimals: 2,
    } satisfies MeasureRule
    const weight = { ...price, means: 'weight-kg', decimals: 3 } satisfies MeasureRule
    expect(readScan('2812345012994', '', [price])).toMatchObject({
      itemNumber: '2812345',
      price: { amount: '1299', decimals: 2 },
    })
    expect(readScan('2812345012994', '', [weight])).toMatchObject({ netWeightMg: 1_299_000 })
  })
})

test('any line is answered, never thrown at', () => {
  const piece = fc.constantFrom(
    ']E0',
    ']C1',
    ']d2',
    ']Q3',
    GS,
    '01',
    '09521141123454',
    '10',
    '(21)',
    'https://',
    '/01/',
    '%E0%A4%A',
    '3103',
    '28',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 10 }),
      (parts) => void readScan(parts.join('')),
    ),
    { numRuns: 2_000 },
  )
})
