import type { EpcScheme, KeyName } from './result.ts'

/** Company prefix digits and bits by partition value, TDS table 14-2 and its sisters. */
export const COMPANY = [
  { digits: 12, bits: 40 },
  { digits: 11, bits: 37 },
  { digits: 10, bits: 34 },
  { digits: 9, bits: 30 },
  { digits: 8, bits: 27 },
  { digits: 7, bits: 24 },
  { digits: 6, bits: 20 },
] as const

/** The field after the company prefix: bits by partition, and its digits at partition 0. */
export interface Reference {
  readonly bits: readonly number[]
  readonly digitsAt0: number
  /** Written without leading zeros, as a plain number. */
  readonly plain?: true
}

const ITEM: Reference = { bits: [4, 7, 10, 14, 17, 20, 24], digitsAt0: 1 }
const ASSET_TYPE: Reference = { bits: ITEM.bits, digitsAt0: 0 }
const UNIT: Reference = { bits: [18, 21, 24, 28, 31, 34, 38], digitsAt0: 5 }
const PLACE: Reference = { bits: [1, 4, 7, 11, 14, 17, 21], digitsAt0: 0 }
const ASSET: Reference = { bits: [42, 45, 48, 52, 55, 58, 62], digitsAt0: 12, plain: true }
const PART: Reference = { bits: [11, 14, 17, 21, 24, 27, 31], digitsAt0: 3, plain: true }

/** What follows the reference. */
export type Tail =
  | { readonly kind: 'none' }
  | { readonly kind: 'zeros'; readonly bits: number }
  | { readonly kind: 'integer'; readonly bits: number }
  /** Digits whose leading zeros count, as the number made by a 1 before them. */
  | { readonly kind: 'digits'; readonly bits: number }
  | { readonly kind: 'text'; readonly chars: number }

export interface Classic {
  readonly scheme: EpcScheme
  readonly header: number
  readonly keyName: KeyName
  readonly reference: Reference
  readonly tail: Tail
  /** Piece and total of an ITIP stand between reference and serial, 7 bits each. */
  readonly pieces?: true
  readonly bits: number
}

const integer = (bits: number): Tail => ({ kind: 'integer', bits })
const text = (chars: number): Tail => ({ kind: 'text', chars })
const digits = (bits: number): Tail => ({ kind: 'digits', bits })
const ZEROS: Tail = { kind: 'zeros', bits: 24 }
const NONE: Tail = { kind: 'none' }

/** Header 8, filter 3, partition 3, then as listed; TDS chapter 14. GIAI-202, CPI-var and others
 * that fit no such line are in `other-schemes.ts`. Shorter schemes of a key come first. */
export const CLASSIC: readonly Classic[] = [
  {
    scheme: 'sgtin-96',
    header: 0x30,
    keyName: 'gtin',
    reference: ITEM,
    tail: integer(38),
    bits: 96,
  },
  {
    scheme: 'sgtin-198',
    header: 0x36,
    keyName: 'gtin',
    reference: ITEM,
    tail: text(20),
    bits: 198,
  },
  { scheme: 'sscc-96', header: 0x31, keyName: 'sscc', reference: UNIT, tail: ZEROS, bits: 96 },
  {
    scheme: 'sgln-96',
    header: 0x32,
    keyName: 'gln',
    reference: PLACE,
    tail: integer(41),
    bits: 96,
  },
  { scheme: 'sgln-195', header: 0x39, keyName: 'gln', reference: PLACE, tail: text(20), bits: 195 },
  {
    scheme: 'grai-96',
    header: 0x33,
    keyName: 'grai',
    reference: ASSET_TYPE,
    tail: integer(38),
    bits: 96,
  },
  {
    scheme: 'grai-170',
    header: 0x37,
    keyName: 'grai',
    reference: ASSET_TYPE,
    tail: text(16),
    bits: 170,
  },
  { scheme: 'giai-96', header: 0x34, keyName: 'giai', reference: ASSET, tail: NONE, bits: 96 },
  { scheme: 'gsrn-96', header: 0x2d, keyName: 'gsrn', reference: UNIT, tail: ZEROS, bits: 96 },
  { scheme: 'gsrnp-96', header: 0x2e, keyName: 'gsrnp', reference: UNIT, tail: ZEROS, bits: 96 },
  {
    scheme: 'gdti-96',
    header: 0x2c,
    keyName: 'gdti',
    reference: PLACE,
    tail: integer(41),
    bits: 96,
  },
  {
    scheme: 'gdti-113',
    header: 0x3a,
    keyName: 'gdti',
    reference: PLACE,
    tail: digits(58),
    bits: 113,
  },
  {
    scheme: 'gdti-174',
    header: 0x3e,
    keyName: 'gdti',
    reference: PLACE,
    tail: text(17),
    bits: 174,
  },
  { scheme: 'cpi-96', header: 0x3c, keyName: 'cpi', reference: PART, tail: integer(31), bits: 96 },
  {
    scheme: 'sgcn-96',
    header: 0x3f,
    keyName: 'sgcn',
    reference: PLACE,
    tail: digits(41),
    bits: 96,
  },
  {
    scheme: 'itip-110',
    header: 0x40,
    keyName: 'itip',
    reference: ITEM,
    tail: integer(38),
    pieces: true,
    bits: 110,
  },
  {
    scheme: 'itip-212',
    header: 0x41,
    keyName: 'itip',
    reference: ITEM,
    tail: text(20),
    pieces: true,
    bits: 212,
  },
]

/** Digits of the reference at a partition: one more for each digit the company has less. */
export const referenceDigits = (reference: Reference, partition: number) =>
  reference.digitsAt0 + partition
