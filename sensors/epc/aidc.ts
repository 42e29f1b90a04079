import { isZeroFrom } from './bits.ts'
import {
  bitsLeft,
  type Cursor,
  takeCounted,
  takeDate,
  takeDigits,
  takeInteger,
  takeText,
} from './plus-text.ts'
import type { Element } from './result.ts'

/**
 * Data behind a '+' identity: application identifier as digits of four bits, value by the format
 * of TDS table F. Only what a store can use is read; the first unknown identifier ends it.
 */
export interface AidcData {
  readonly elements: readonly Element[]
  /** Everything up to the zeros of the last word was understood. */
  readonly whole: boolean
}

type Reader = (cursor: Cursor) => string | null
const text =
  (chars: number): Reader =>
  (cursor) =>
    takeText(cursor, chars) || null
const digits =
  (count: number): Reader =>
  (cursor) =>
    takeDigits(cursor, count)
const counted: Reader = (cursor) => takeCounted(cursor, 4, 8)

const FORMATS: Readonly<Record<string, Reader>> = {
  '00': digits(18),
  '01': digits(14),
  '02': digits(14),
  '10': text(20),
  '11': takeDate,
  '12': takeDate,
  '13': takeDate,
  '15': takeDate,
  '16': takeDate,
  '17': takeDate,
  '20': (cursor) => takeInteger(cursor, 2),
  '21': text(20),
  '22': text(20),
  '30': counted,
  '37': counted,
  '235': text(28),
  '240': text(30),
  '241': text(30),
  '250': text(30),
  '251': text(30),
  '254': text(20),
  '400': text(30),
  '401': text(30),
  '403': text(30),
  ...Object.fromEntries(
    ['410', '411', '412', '413', '414', '415', '416', '417'].map((ai) => [ai, digits(13)]),
  ),
}

/** Trade measures 31nn to 36nn: six digits in 20 bits. */
const MEASURE = /^3[1-6]\d\d$/
/** How many digits the identifier has, by its first two (GenSpecs figure 7.8.5-2). */
const aiDigits = (two: string) =>
  /^(2[345]|4[012]|71)$/.test(two) ? 3 : /^(3[1-69]|4[3]|[78][0-2])$/.test(two) ? 4 : 2

/** Elements a tag can hold at all: 496 bits, at least 24 each. */
const ELEMENTS_MAX = 20

export function takeAidcData(cursor: Cursor): AidcData {
  const elements: Element[] = []
  while (!isZeroFrom(cursor.hex, cursor.at)) {
    const start = cursor.at
    const element = takeElement(cursor)
    if (element === null || elements.length >= ELEMENTS_MAX) {
      cursor.at = start
      return { elements, whole: false }
    }
    elements.push(element)
  }
  return { elements, whole: true }
}

function takeElement(cursor: Cursor): Element | null {
  if (bitsLeft(cursor) < 8) return null
  const two = takeDigits(cursor, 2)
  if (two === null) return null
  const more = takeDigits(cursor, aiDigits(two) - 2)
  if (more === null) return null
  const ai = two + more
  const read = FORMATS[ai] ?? (MEASURE.test(ai) ? (at: Cursor) => takeInteger(at, 6) : null)
  const value = read?.(cursor) ?? null
  return value === null ? null : { ai, value }
}
