import { checkDigit } from '../gtin.ts'
import { takeAidcData } from './aidc.ts'
import { isZeroFrom } from './bits.ts'
import { takeHost } from './host.ts'
import { identityOf } from './key.ts'
import {
  type Cursor,
  take,
  takeCounted,
  takeDate,
  takeDelimited,
  takeDigits,
  takeText,
} from './plus-text.ts'
import {
  type Element,
  type Epc,
  type EpcRefusal,
  type EpcScheme,
  type KeyName,
  refusedEpc,
} from './result.ts'

/** One '+' or '++' scheme, TDS 2.3 chapter 14: header 8, toggle 1, filter 3, then as listed. */
export interface Plus {
  readonly scheme: EpcScheme
  readonly header: number
  readonly keyName: KeyName
  readonly body: Body
  readonly dated?: true
  readonly hosted?: true
}

type Body =
  /** Key digits; the check digit stands at `check`. */
  | { readonly kind: 'digits'; readonly digits: number; readonly check: number }
  | {
      readonly kind: 'digits-text'
      readonly digits: number
      readonly check: number
      readonly chars: number
    }
  | { readonly kind: 'digits-counted'; readonly digits: number; readonly check: number }
  | { readonly kind: 'delimited' }
  | { readonly kind: 'delimited-counted' }

const digitsText = (digits: number, check: number, chars: number): Body => ({
  kind: 'digits-text',
  digits,
  check,
  chars,
})
const GTIN = digitsText(14, 13, 20)
const EIGHTEEN: Body = { kind: 'digits', digits: 18, check: 17 }
const GLN = digitsText(13, 12, 20)
const GRAI = digitsText(14, 13, 16)
const GDTI = digitsText(13, 12, 17)
const ITIP = digitsText(18, 13, 20)
const SGCN: Body = { kind: 'digits-counted', digits: 13, check: 12 }
const GIAI: Body = { kind: 'delimited' }
const CPI: Body = { kind: 'delimited-counted' }

export const PLUS: readonly Plus[] = [
  { scheme: 'sgtin+', header: 0xf7, keyName: 'gtin', body: GTIN },
  { scheme: 'sgtin++', header: 0xfd, keyName: 'gtin', body: GTIN, hosted: true },
  { scheme: 'dsgtin+', header: 0xfb, keyName: 'gtin', body: GTIN, dated: true },
  { scheme: 'dsgtin++', header: 0xfc, keyName: 'gtin', body: GTIN, dated: true, hosted: true },
  { scheme: 'sscc+', header: 0xf9, keyName: 'sscc', body: EIGHTEEN },
  { scheme: 'sscc++', header: 0xef, keyName: 'sscc', body: EIGHTEEN, hosted: true },
  { scheme: 'sgln+', header: 0xf2, keyName: 'gln', body: GLN },
  { scheme: 'sgln++', header: 0xe9, keyName: 'gln', body: GLN, hosted: true },
  { scheme: 'grai+', header: 0xf1, keyName: 'grai', body: GRAI },
  { scheme: 'grai++', header: 0xeb, keyName: 'grai', body: GRAI, hosted: true },
  { scheme: 'giai+', header: 0xfa, keyName: 'giai', body: GIAI },
  { scheme: 'giai++', header: 0xee, keyName: 'giai', body: GIAI, hosted: true },
  { scheme: 'gsrn+', header: 0xf4, keyName: 'gsrn', body: EIGHTEEN },
  { scheme: 'gsrn++', header: 0xe7, keyName: 'gsrn', body: EIGHTEEN, hosted: true },
  { scheme: 'gsrnp+', header: 0xf5, keyName: 'gsrnp', body: EIGHTEEN },
  { scheme: 'gsrnp++', header: 0xe8, keyName: 'gsrnp', body: EIGHTEEN, hosted: true },
  { scheme: 'gdti+', header: 0xf6, keyName: 'gdti', body: GDTI },
  { scheme: 'gdti++', header: 0xea, keyName: 'gdti', body: GDTI, hosted: true },
  { scheme: 'cpi+', header: 0xf0, keyName: 'cpi', body: CPI },
  { scheme: 'cpi++', header: 0xe6, keyName: 'cpi', body: CPI, hosted: true },
  { scheme: 'sgcn+', header: 0xf8, keyName: 'sgcn', body: SGCN },
  { scheme: 'sgcn++', header: 0xec, keyName: 'sgcn', body: SGCN, hosted: true },
  { scheme: 'itip+', header: 0xf3, keyName: 'itip', body: ITIP },
  { scheme: 'itip++', header: 0xed, keyName: 'itip', body: ITIP, hosted: true },
]

/** Application identifier of the date of a DSGTIN, by its four-bit type. */
export const DATE_TYPES = ['11', '13', '15', '16', '17', '7006', '7007'] as const

export function decodePlus(hex: string, plus: Plus): Epc {
  const cursor: Cursor = { hex, at: 8 }
  const toggle = take(cursor, 1)
  const filter = take(cursor, 3)
  if (toggle === null || filter === null) return cutShort(plus)
  const date = plus.dated ? takeTypedDate(cursor) : null
  if (plus.dated && date === null)
    return refusedEpc('bad-date', `expected a date type and a date in ${plus.scheme}`)
  const body = takeBody(cursor, plus)
  if ('ok' in body) return body
  const host = plus.hosted ? takeHost(cursor) : null
  if (plus.hosted && host === null)
    return refusedEpc('bad-host', `expected a host name at the end of ${plus.scheme}`)
  // Data may follow although the toggle says no (seen in the field): read it, but noise is none.
  const data = isZeroFrom(hex, cursor.at) ? NO_DATA : takeAidcData(cursor)
  if (!data.whole && (toggle === 0 || data.elements.length === 0))
    return refusedEpc(
      'bad-tail',
      `expected zeros or GS1 elements after the identity of ${plus.scheme}`,
    )
  return identityOf({
    scheme: plus.scheme,
    keyName: plus.keyName,
    filter,
    companyPrefix: null,
    key: body.key,
    serial: body.serial,
    urn: null,
    elements: date === null ? data.elements : [date, ...data.elements],
    host,
  })
}

const NO_DATA = { elements: [], whole: true } as const

function takeTypedDate(cursor: Cursor): Element | null {
  const type = take(cursor, 4)
  const value = takeDate(cursor)
  const ai = type === null ? undefined : DATE_TYPES[type]
  return ai === undefined || value === null ? null : { ai, value }
}

type BodyValue = { readonly key: string; readonly serial: string | null }

function takeBody(cursor: Cursor, plus: Plus): BodyValue | EpcRefusal {
  const { body } = plus
  if (body.kind === 'delimited' || body.kind === 'delimited-counted') {
    const key = takeDelimited(cursor, KEY_CHARS_MAX)
    if (key === null || !/^\d{4}./.test(key))
      return refusedEpc('bad-digit', `expected a company prefix and a reference in ${plus.scheme}`)
    if (body.kind === 'delimited') return { key, serial: null }
    return withSerial(plus, key, takeCounted(cursor, 4, 12))
  }
  const key = takeDigits(cursor, body.digits)
  if (key === null)
    return refusedEpc('bad-digit', `expected ${body.digits} decimal digits in ${plus.scheme}`)
  // The 14 digits of a returnable asset begin with the zero that fills its element string.
  const expected = checkDigit(key.slice(0, body.check))
  if (expected !== Number(key.charAt(body.check)))
    return refusedEpc('bad-check-digit', `expected check digit ${expected} in ${key}`)
  if (plus.keyName === 'grai' && !key.startsWith('0'))
    return refusedEpc('bad-digit', `expected a zero before the asset type, got ${key.charAt(0)}`)
  if (body.kind === 'digits') return { key, serial: null }
  if (body.kind === 'digits-counted') return withSerial(plus, key, takeCounted(cursor, 4, 12))
  const serial = takeText(cursor, body.chars)
  // Only a location may do without: then it is the location as a whole.
  if (serial === '' && plus.keyName === 'gln') return { key, serial: null }
  return withSerial(plus, key, serial)
}

/** GIAI and CPI hold at most 30 characters (GenSpecs, AI 8004 and 8010). */
const KEY_CHARS_MAX = 30

function withSerial(plus: Plus, key: string, serial: string | null): BodyValue | EpcRefusal {
  return serial === null || serial === ''
    ? refusedEpc('bad-serial', `expected a serial of known characters in ${plus.scheme}`)
    : { key, serial }
}

const cutShort = ({ scheme }: Plus) => refusedEpc('cut-short', `expected more bits for ${scheme}`)
