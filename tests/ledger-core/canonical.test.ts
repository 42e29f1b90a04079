import { expect, test } from 'vitest'
import { entryText, entryWire } from '../../ledger-core/entry-text.ts'
import {
  canonicalJson,
  fingerprintOf,
  formatMoney,
  formatQuantity,
  parseMoney,
  parseQuantity,
} from '../../ledger-core/index.ts'

test.each(
  [
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ amount: -12345678901234567890n }, '{"amount":"-12345678901234567890"}'],
    [{ left: undefined, out: 1 }, '{"out":1}'],
    [[1e21, 0.1, -0, 1e-7], '[1e+21,0.1,0,1e-7]'],
    ['ä "q" \\ \n \u2028', '"ä \\"q\\" \\\\ \\n \u2028"'],
    [{ é: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"é":1}'],
  ].map(([value, text]) => [text, value] as const),
)('%s is the one text of its value', (text, value) => {
  expect(canonicalJson(value)).toBe(text)
})

test('what is not plain data is a defect', () => {
  for (const value of [Number.NaN, new Date(), () => 1, new Map()]) {
    expect(() => canonicalJson(value)).toThrow(/expected/)
  }
})

test('the fingerprint does not depend on the order of fields', () => {
  expect(fingerprintOf({ a: 1n, b: 2 })).toBe(fingerprintOf({ b: 2, a: 1n }))
  expect(fingerprintOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
})

test('the bytes of an entry are its canonical form', () => {
  const entry = {
    sequence: 7,
    kind: 'till-receipt',
    sourceKey: 'till "1"/Ä',
    occurredAtMs: 1,
    businessDate: '2026-01-02',
    accountingDate: '2026-01-02',
    postedAtMs: 2,
    actor: 'a\\b',
    commandHash: 'c',
    previousHash: 'p',
    lines: [{ number: 1, account: 'cash', amountMinor: -5n, memo: '\t' }],
    effects: [
      {
        number: 1,
        movement: 1,
        sku: 's "x"',
        group: '',
        source: 'layer' as const,
        layer: 3,
        quantity: 3n,
        valueMinor: -1n,
        facts: { date: '2026-01-02', receipt: 7, lot: 'L1' },
        of: { sequence: 2, number: 1, quantity: 3n, valueMinor: 1n },
      },
      {
        number: 2,
        movement: 0,
        sku: 's',
        group: 'in-transit:t',
        source: 'pool' as const,
        layer: null,
        quantity: 0n,
        valueMinor: 1n,
      },
    ],
    movements: [
      {
        number: 1,
        kind: 'return' as const,
        sku: 's',
        quantity: 3n,
        from: 'customer',
        to: 'shelf',
        epcs: ['30AB'],
        costMinor: 0n,
        line: 2,
        original: { sourceKey: 'x', line: 1 },
        memo: '',
      },
    ],
  }
  expect(entryText(entry)).toBe(canonicalJson(entryWire(entry)))
  expect(entryText(entry)).toBe(canonicalJson({ ...entry, version: 1 }))
})

test.each([
  ['12.5', 3, 12500n],
  ['-0.01', 2, -1n],
  ['123456789012345678901.23', 2, 12345678901234567890123n],
])('%s with %i decimals is %s', (text, scale, scaled) => {
  expect(parseQuantity(text, scale)).toBe(scaled)
  expect(Number(formatQuantity(scaled, scale))).toBe(Number(text))
})

test.each([
  ['1.005', 'too-many-decimals', 'expected an amount with at most 2 decimals, got 1.005'],
  ['1e3', 'not-a-number', 'expected an amount such as 12.5, got "1e3"'],
  ['1,50', 'not-a-number', 'expected an amount such as 12.5, got "1,50"'],
  ['', 'not-a-number', 'expected an amount such as 12.5, got ""'],
])('the amount %j is refused, not rounded', (text, code, message) => {
  expect(parseMoney(text, 2)).toEqual({ status: 'refused', code, message })
})

test('money prints every minor unit', () => {
  expect([formatMoney(5n, 2), formatMoney(-120n, 2), formatMoney(7n, 0)]).toEqual([
    '0.05',
    '-1.20',
    '7',
  ])
})
