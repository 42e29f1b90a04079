import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeEpc,
  type Epc,
  encodeEpc,
  encodeSgtin96,
  normaliseGtin,
} from '../../sensors/index.ts'
import { gen2Crc, protocolControl } from '../../sensors/readers/gen2.ts'

interface Vector {
  readonly hex: string
  readonly scheme: string
  readonly filter: number | null
  readonly uri: string
  readonly digitalLink?: string
  readonly gtin14?: string
  readonly serial?: string
  readonly [key: string]: unknown
}
const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')) as Vector[]
const vectors = fixture('epc-vectors.json')
const negatives = fixture('epc-negative-vectors.json')
const good = (hex: string) => {
  const decoded = decodeEpc(hex)
  if (!decoded.ok) throw new Error(`${hex}: ${decoded.message}`)
  return decoded
}
const KEYS = ['sscc', 'gln', 'grai', 'giai', 'gsrn', 'gdti', 'sgcn']

test.each(vectors)('$scheme $hex is $uri', (vector) => {
  const decoded = good(vector.hex)
  expect(decoded).toMatchObject({
    scheme: vector.scheme.toLowerCase(),
    filter: vector.filter ?? null,
    uri: vector.uri,
    digitalLink: vector.digitalLink ?? null,
    ...(vector.gtin14 ? { gtin14: vector.gtin14 } : {}),
    ...(vector.serial ? { serial: vector.serial } : {}),
  })
  for (const name of KEYS) if (vector[name]) expect(decoded.key).toBe(vector[name])
  expect(decodeEpc(vector.hex.toLowerCase())).toEqual(decoded)
})

test.each(vectors)('$scheme is written back bit for bit from $uri', ({ hex }) => {
  const { uri, filter, scheme } = good(hex)
  const encoded = encodeEpc(uri, filter ?? 0)
  expect(encoded).toMatchObject({ ok: true, scheme })
  if (encoded.ok) {
    expect(encoded.hex.padEnd(64, '0')).toBe(hex.padEnd(64, '0'))
    expect(encoded.hex.length % 4).toBe(0)
  }
})

test.each(negatives)('$hex is refused: $reject', ({ hex }) => {
  const decoded = decodeEpc(hex)
  expect(decoded.ok).toBe(false)
  if (!decoded.ok) expect(decoded.message).toMatch(/^expected .+/)
})

test.each([
  ['303C83F1B7DD441678901234', 'bad-partition'],
  ['E28011606000020A6681F23F', 'tid-look-alike'],
  ['313630323030303120202020', 'text-look-alike'],
  ['000000000000000000000000', 'unprogrammed'],
  ['AD99000000000000000004D2', 'unknown-header'],
  ['3016', 'cut-short'],
  ['3003FFFFFFFFFC0000000001', 'field-overflow'],
  ['3174257BF4499602D2000001', 'bad-tail'],
  ['F90095201234567891236', 'bad-check-digit'],
  ['3674257BF6B7A601B2C2BF1000000000000000000000000000', 'bad-serial'],
])('a look-alike %s is classed %s', (hex, code) => {
  expect(decodeEpc(hex)).toMatchObject({ ok: false, code })
})

describe('a changed bit', () => {
  const tags = vectors.filter(({ scheme }) => scheme.startsWith('SGTIN-'))

  test('of an item tag gives a refusal or another identity, never an exception', () => {
    const outcome = { refused: 0, otherScheme: 0, filterOnly: 0, serial: 0, gtin: 0 }
    for (const { hex } of tags.filter((tag) => tag.hex.length === 24)) {
      const before = good(hex)
      for (let bit = 0; bit < 96; bit++) outcome[classOf(before, decodeEpc(flip(hex, bit)))] += 1
    }
    const all = Object.values(outcome).reduce((sum, one) => sum + one)
    // Structure alone catches few: that is why a movement needs more than one read.
    expect(outcome.refused / all).toBeLessThan(0.15)
    expect(outcome.refused).toBeGreaterThan(0)
    expect(outcome.filterOnly / all).toBeCloseTo(3 / 96, 2)
  })

  function classOf(before: Epc, after: Epc) {
    if (!after.ok) return 'refused'
    if (!before.ok || after.scheme !== before.scheme) return 'otherScheme'
    if (after.gtin14 !== before.gtin14) return 'gtin'
    if (after.serial !== before.serial) return 'serial'
    expect(after.filter).not.toBe(before.filter)
    return 'filterOnly'
  }
})

test('whatever a tag holds is answered, and a good answer can be written again', () => {
  const headers = [
    0x2c, 0x2d, 0x2f, 0x30, 0x31, 0x33, 0x36, 0x38, 0x3b, 0x3d, 0x40, 0xe6, 0xef, 0xf0, 0xf3, 0xf7,
    0xfa, 0xfb,
  ]
  const bits = fc.tuple(fc.constantFrom(...headers), fc.uint8Array({ minLength: 0, maxLength: 30 }))
  fc.assert(
    fc.property(bits, ([header, tail]) => {
      const hex = Buffer.from([header, ...tail]).toString('hex')
      const decoded = decodeEpc(hex)
      if (decoded.ok)
        expect(encodeEpc(decoded.uri, decoded.filter ?? 0)).toMatchObject({ ok: true })
    }),
    { numRuns: 3_000 },
  )
})

test('an item keeps its GTIN and serial through every company prefix length', () => {
  const serial = fc.bigInt({ min: 0n, max: (1n << 38n) - 1n }).map(String)
  const gtin13 = fc.stringMatching(/^\d{13}$/)
  fc.assert(
    fc.property(
      gtin13,
      serial,
      fc.integer({ min: 6, max: 12 }),
      fc.integer({ min: 0, max: 7 }),
      (digits, number, length, filter) => {
        const gtin14 = withCheckDigit(digits)
        const hex = encodeSgtin96({ gtin14, serial: number, companyPrefixDigits: length, filter })
        expect(decodeEpc(hex)).toMatchObject({ kind: 'item', gtin14, serial: number, filter })
      },
    ),
    { numRuns: 400 },
  )
})

test('a serial that no number holds takes the longer scheme', () => {
  const encoded = encodeEpc('urn:epc:id:sgtin:9521141.012345.00a%2Fb', 1)
  expect(encoded).toMatchObject({ ok: true, scheme: 'sgtin-198' })
  if (encoded.ok)
    expect(decodeEpc(encoded.hex)).toMatchObject({ serial: '00a/b', gtin14: '09521141123454' })
})

test('a tag URI brings its own filter and scheme', () => {
  expect(encodeEpc('urn:epc:tag:sgtin-198:3.9521141.012345.101')).toMatchObject({
    scheme: 'sgtin-198',
  })
  expect(encodeEpc('urn:epc:tag:sgtin-96:3.9521141.012345.101')).toMatchObject({
    hex: '3076451FD40C0E4000000065',
  })
})

test.each([
  ['urn:epc:id:sgtin:95211.012345.101', 'bad-field'],
  ['urn:epc:id:sgtin:9521141.12345.101', 'bad-field'],
  ['urn:epc:id:sgtin:9521141.012345', 'bad-field'],
  ['urn:epc:id:sgtin:9521141.012345.%2', 'bad-field'],
  ['urn:epc:id:nothing:1.2', 'unknown-scheme'],
  ['https://id.gs1.org/01/09521141123455/21/1', 'bad-field'],
  ['https://shop.example/about', 'unknown-scheme'],
  ['09521141123454', 'not-an-epc-uri'],
])('%s cannot be written: %s', (uri, code) => {
  expect(encodeEpc(uri)).toMatchObject({ ok: false, code })
})

test('any text is refused or written, never thrown at', () => {
  const piece = fc.constantFrom(
    'urn:epc:id:',
    'urn:epc:tag:',
    'https://',
    'sgtin:',
    'cpi:',
    'adi:',
    '9521141',
    '.',
    '/01/',
    '/21/',
    '%2F',
    '?17=220630',
    '012345',
    '~',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 8 }),
      (parts) => void encodeEpc(parts.join('')),
    ),
    { numRuns: 1_000 },
  )
})

describe("'+' schemes", () => {
  test('a batch and a date behind the identity are read, also when the toggle says that there is none', () => {
    // SGTIN+ 79521141123453 / 12, then AI 10 lot "A1" (hexadecimal) and AI 17 2027-12-31.
    const bits = `${'F7'}3${'79521141123453'}`
    const serial = `00000010${(12).toString(2).padStart(7, '0')}`
    const lot = `00010000${'001'}${'00010'}${'1010'}${'0001'}`
    const date = `00010111${(27).toString(2).padStart(7, '0')}${(12).toString(2).padStart(4, '0')}${(31).toString(2).padStart(5, '0')}`
    const hex = bits + hexOfBits(serial + lot + date)
    const decoded = good(hex)
    expect(decoded.elements).toEqual([
      { ai: '10', value: 'A1' },
      { ai: '17', value: '271231' },
    ])
    expect(decoded.digitalLink).toBe('https://id.gs1.org/01/79521141123453/10/A1/21/12?17=271231')
    expect(good(hex.replace(/^F73/, 'F7B')).elements).toHaveLength(2)
  })

  test("a '++' tag names its host and two-letter endings have their short codes", () => {
    const encoded = encodeEpc('https://tags.example.co.uk/01/09521141123454/21/a-1')
    expect(encoded).toMatchObject({ ok: true, scheme: 'sgtin++' })
    if (encoded.ok)
      expect(decodeEpc(encoded.hex)).toMatchObject({ host: 'tags.example.co.uk', serial: 'a-1' })
  })
})

test('PC and CRC of a tag: length, toggle, and the published checksum', () => {
  expect(protocolControl('3000')).toEqual({
    epcBits: 96,
    userMemory: false,
    extended: false,
    afi: null,
  })
  expect(protocolControl('31C2')).toMatchObject({ epcBits: 96, afi: 0xc2 })
  expect(gen2Crc('3000000000000000000000001545').toString(16)).toBe('e94a')
})

function flip(hex: string, bit: number): string {
  const at = bit >> 2
  const digit = Number.parseInt(hex.charAt(at), 16) ^ (8 >> (bit & 3))
  return hex.slice(0, at) + digit.toString(16).toUpperCase() + hex.slice(at + 1)
}

function hexOfBits(bits: string): string {
  return bits
    .padEnd(Math.ceil(bits.length / 4) * 4, '0')
    .replace(/.{4}/g, (four) => Number.parseInt(four, 2).toString(16).toUpperCase())
}

function withCheckDigit(digits: string): string {
  for (let check = 0; check < 10; check++) {
    const gtin = normaliseGtin(`${digits}${check}`)
    if (typeof gtin === 'string') return gtin
  }
  throw new Error('no check digit')
}
