import { bitsAt, bitsOf, decimalAt } from './bits.ts'
import { isSet82 } from './text.ts'

/** The compact fields of '+' schemes, TDS 14.5: a cursor over the bits; null is "broken". */
export interface Cursor {
  readonly hex: string
  at: number
}

export const bitsLeft = ({ hex, at }: Cursor) => hex.length * 4 - at

export function take(cursor: Cursor, count: number): number | null {
  if (bitsLeft(cursor) < count) return null
  cursor.at += count
  return bitsAt(cursor.hex, cursor.at - count, count)
}

/** Digits of four bits each (14.5.4). */
export function takeDigits(cursor: Cursor, count: number): string | null {
  let digits = ''
  for (let index = 0; index < count; index++) {
    const nibble = take(cursor, 4)
    if (nibble === null || nibble > 9) return null
    digits += nibble
  }
  return digits
}

/** Digits as one number in as few bits as hold them (14.5.2); leading zeros are kept. */
export function takeInteger(cursor: Cursor, digits: number): string | null {
  const count = integerBits(digits)
  if (bitsLeft(cursor) < count) return null
  const text = decimalAt(cursor.hex, cursor.at, count)
  cursor.at += count
  return text.length > digits ? null : text.padStart(digits, '0')
}

export const integerBits = (digits: number) => Math.ceil(digits * Math.log2(10))

/** Four bits of length, then a number (14.5.13). */
export function takeCounted(cursor: Cursor, lengthBits: number, digitsMax: number): string | null {
  const digits = take(cursor, lengthBits)
  return digits === null || digits === 0 || digits > digitsMax ? null : takeInteger(cursor, digits)
}

/** Three bits of encoding, five of length, then the characters (14.5.6). */
export function takeText(cursor: Cursor, charsMax: number): string | null {
  const encoding = take(cursor, 3)
  const chars = take(cursor, 5)
  if (encoding === null || chars === null || chars > charsMax) return null
  const text = takeEncoded(cursor, encoding, chars)
  return text !== null && isSet82(text) ? text : null
}

function takeEncoded(cursor: Cursor, encoding: number, chars: number): string | null {
  switch (encoding) {
    case 0:
      return chars === 0 ? '' : takeInteger(cursor, chars)
    case 1:
      return takeMarks(cursor, chars, 4, '0123456789ABCDEF')
    case 2:
      return takeMarks(cursor, chars, 4, '0123456789abcdef')
    case 3:
      return takeMarks(cursor, chars, 6, BASE64_URL)
    case 4:
      return takeAscii(cursor, chars)
    case 5:
      return takeCode40(cursor, chars)
    default:
      return null
  }
}

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function takeMarks(cursor: Cursor, chars: number, bits: number, alphabet: string): string | null {
  let text = ''
  for (let index = 0; index < chars; index++) {
    const code = take(cursor, bits)
    if (code === null) return null
    text += alphabet.charAt(code)
  }
  return text
}

function takeAscii(cursor: Cursor, chars: number): string | null {
  let text = ''
  for (let index = 0; index < chars; index++) {
    const code = take(cursor, 7)
    if (code === null || code < 32) return null
    text += String.fromCharCode(code)
  }
  return text
}

/** URN Code 40 (ISO/IEC 15962 annex): three marks in 16 bits, 0 fills up. */
const CODE_40 = '\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789'

export function takeCode40(cursor: Cursor, chars: number): string | null {
  let text = ''
  for (let index = 0; index < chars; index += 3) {
    const word = take(cursor, 16)
    if (word === null || word === 0 || word > 64_000) return null
    const value = word - 1
    text +=
      CODE_40.charAt(Math.floor(value / 1_600)) +
      CODE_40.charAt(Math.floor(value / 40) % 40) +
      CODE_40.charAt(value % 40)
  }
  const kept = text.slice(0, chars)
  return /^\0*$/.test(text.slice(chars)) && !kept.includes('\0') ? kept : null
}

/** Digits up to an E (then text follows) or an F (then nothing does); TDS 14.5.5. */
export function takeDelimited(cursor: Cursor, charsMax: number): string | null {
  let digits = ''
  for (;;) {
    const nibble = take(cursor, 4)
    if (nibble === null || digits.length > charsMax) return null
    if (nibble <= 9) digits += nibble
    else if (nibble === 0xf) return digits
    else if (nibble === 0xe) {
      const text = takeText(cursor, charsMax - digits.length)
      return text === null ? null : digits + text
    } else return null
  }
}

/** Year 7 bits, month 4, day 5; day 0 means the month as a whole. YYMMDD, or null (14.5.8). */
export function takeDate(cursor: Cursor): string | null {
  const [year, month, day] = [take(cursor, 7), take(cursor, 4), take(cursor, 5)]
  if (year === null || month === null || day === null) return null
  if (year > 99 || month < 1 || month > 12 || day > 31) return null
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('')
}

/** The shortest encoding that holds the text, as bits. */
export function textBits(text: string): string {
  const length = bitsOf(text.length, 5)
  const marks = (alphabet: string, bits: number) =>
    Array.from(text, (mark) => bitsOf(alphabet.indexOf(mark), bits)).join('')
  if (/^\d+$/.test(text)) return `000${length}${bitsOf(BigInt(text), integerBits(text.length))}`
  if (/^[0-9A-F]+$/.test(text)) return `001${length}${marks('0123456789ABCDEF', 4)}`
  if (/^[0-9a-f]+$/.test(text)) return `010${length}${marks('0123456789abcdef', 4)}`
  if (/^[A-Z\-.:0-9]+$/.test(text)) return `101${length}${code40Bits(text)}`
  if (/^[\w-]+$/.test(text)) return `011${length}${marks(BASE64_URL, 6)}`
  return `100${length}${Array.from(text, (mark) => bitsOf(mark.charCodeAt(0), 7)).join('')}`
}

export function code40Bits(text: string): string {
  let bits = ''
  for (let at = 0; at < text.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((step) =>
      Math.max(0, CODE_40.indexOf(text.charAt(at + step) || '\0')),
    )
    bits += bitsOf(1_600 * (a ?? 0) + 40 * (b ?? 0) + (c ?? 0) + 1, 16)
  }
  return bits
}
