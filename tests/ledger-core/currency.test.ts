import { expect, test } from 'vitest'
import { convertParts, minorUnitsOf } from '../../ledger-core/currency.ts'
import { openBooks } from './support/books.ts'

test.each([
  ['JPY', 0],
  ['KRW', 0],
  ['EUR', 2],
  // Intl shows these without decimals; the standard gives them two.
  ['HUF', 2],
  ['IDR', 2],
  ['KWD', 3],
  ['TND', 3],
  ['CLF', 4],
  ['XTS', null],
])('%s has %s decimals', (code, decimals) => {
  expect(minorUnitsOf(code)).toBe(decimals)
})

test('books keep the decimals of the standard', () => {
  expect(() => openBooks({ code: 'KWD', minorUnits: 2 })).toThrow(
    'KWD has 3 decimals by ISO 4217; expected these, got 2',
  )
})

test.each([
  ['dinars with three decimals', [1_234n], { currency: 'KWD', rate: '3.25' }, 2, [401n]],
  ['a half to the even cent', [1n, 0n], { currency: 'USD', rate: '0.5' }, 2, [0n, 0n]],
  [
    'the rest to the last part that is not zero',
    [101n, 101n, 0n],
    { currency: 'USD', rate: '149.123456' },
    0,
    [151n, 150n, 0n],
  ],
  ['a credit note', [-999n, 10n], { currency: 'USD', rate: '1.0837' }, 2, [-1083n, 11n]],
] as const)(
  '%s: one conversion of the whole, one rounding',
  (_what, parts, foreign, units, expected) => {
    const converted = convertParts(parts, foreign, units)
    expect(converted).toEqual(expected)
  },
)
