import { bitsAt, bitsOf } from './bits.ts'

/** The character sets of TDS: GS1 set 82 (table A-1) in 7 bits, set 39 (table G-1) in 6 bits. */

const SET_82 = /^[!"%-?A-Z_a-z]*$/
const SET_39 = /^[#\-/0-9A-Z]*$/

export const isSet82 = (text: string) => SET_82.test(text)
export const isSet39 = (text: string) => SET_39.test(text)

/** `chars` characters of 7 bits, ended by zeros; null when empty or broken. */
export function text7At(hex: string, from: number, chars: number): string | null {
  let text = ''
  let ended = false
  for (let index = 0; index < chars; index++) {
    const code = bitsAt(hex, from + 7 * index, 7)
    if (code === 0) ended = true
    else if (ended || !isSet82(String.fromCharCode(code))) return null
    else text += String.fromCharCode(code)
  }
  return text === '' ? null : text
}

/** Characters of 6 bits up to a zero one; null when empty, broken or longer than `chars`. */
export function text6At(
  hex: string,
  from: number,
  chars: number,
): { readonly text: string; readonly end: number } | null {
  let text = ''
  for (let index = 0; index <= chars; index++) {
    const end = from + 6 * (index + 1)
    if (end > hex.length * 4) return null
    const code = bitsAt(hex, from + 6 * index, 6)
    if (code === 0) return { text, end }
    const mark = String.fromCharCode(code < 32 ? code + 64 : code)
    if (index === chars || !isSet39(mark)) return null
    text += mark
  }
  return null
}

export function bits7Of(text: string, chars: number): string {
  const codes = Array.from(text, (mark) => bitsOf(mark.charCodeAt(0), 7)).join('')
  return codes.padEnd(7 * chars, '0')
}

export function bits6Of(text: string): string {
  return Array.from(text, (mark) => bitsOf(mark.charCodeAt(0) & 0x3f, 6)).join('')
}

/** In a URN these marks are written as %XX (TDS 6.3); everything else of set 82 stands. */
export const escapeUrn = (text: string) =>
  PLAIN.test(text) ? text : text.replace(/["#%&/<>?]/g, percent)

/** In a Digital Link all but unreserved marks are written as %XX. */
export const escapeLink = (text: string) =>
  PLAIN.test(text) ? text : text.replace(/[^A-Za-z0-9\-._]/g, percent)

const PLAIN = /^[A-Za-z0-9]*$/
const percent = (mark: string) =>
  `%${mark.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** Undoes either; null when an escape is broken. */
export function unescapeUri(text: string): string | null {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return null
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
