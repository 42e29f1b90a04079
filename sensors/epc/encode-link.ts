import { checkDigit } from '../gtin.ts'
import { bitsOf, hexOfBits } from './bits.ts'
import { cannotEncode, type EncodedEpc } from './encode.ts'
import { hostBits } from './host.ts'
import { DATE_TYPES, PLUS, type Plus } from './plus.ts'
import { integerBits, textBits } from './plus-text.ts'
import type { KeyName } from './result.ts'
import { isSet82, unescapeUri } from './text.ts'

/** A GS1 Digital Link, without its `https://`, to the bits of a '+' or '++' scheme. */
export function encodeLink(link: string, filter: number): EncodedEpc {
  const [address = '', query = ''] = link.split('#', 1)[0]?.split('?', 2) ?? []
  const [host = '', ...path] = address.split('/')
  const fields = fieldsOf(path)
  if (fields === null)
    return cannotEncode('not-an-epc-uri', 'expected /key/value pairs with %XX escapes')
  const keyName = KEYS[fields[0]?.ai ?? '']
  if (!keyName)
    return cannotEncode(
      'unknown-scheme',
      `expected a GS1 key with a serial, got /${(fields[0]?.ai ?? '').slice(0, 8)}`,
    )
  const hosted = host.toLowerCase() !== 'id.gs1.org'
  const date = keyName === 'gtin' ? dateOf(query) : null
  const plus = PLUS.find(
    (one) =>
      one.keyName === keyName &&
      (one.hosted ?? false) === hosted &&
      (one.dated ?? false) === (date !== null),
  )
  const body = plus && bodyBits(plus, fields)
  if (!plus || body === null || body === undefined)
    return cannotEncode('bad-field', `expected a key and serial that fit a ${keyName}+ tag`)
  const name = hosted ? hostBits(host.toLowerCase()) : ''
  if (name === null)
    return cannotEncode('bad-field', `expected a host name, got "${host.slice(0, 40)}"`)
  if (filter < 0 || filter > 7)
    return cannotEncode('bad-field', `expected a filter of 0 to 7, got ${filter}`)
  const bits = bitsOf(plus.header, 8) + bitsOf(filter, 4) + (date ?? '') + body + name
  return { ok: true, scheme: plus.scheme, hex: hexOfBits(bits) }
}

const KEYS: Readonly<Record<string, KeyName>> = {
  '01': 'gtin',
  '00': 'sscc',
  '414': 'gln',
  '8003': 'grai',
  '8004': 'giai',
  '8018': 'gsrn',
  '8017': 'gsrnp',
  '253': 'gdti',
  '8010': 'cpi',
  '255': 'sgcn',
  '8006': 'itip',
}
const SERIALS = ['21', '254', '8011']

interface Field {
  readonly ai: string
  readonly value: string
}

/** The pairs from the key on; a resolver may stand behind a path of its own. */
function fieldsOf(path: readonly string[]): readonly Field[] | null {
  const start = path.findIndex((name) => KEYS[name] !== undefined)
  if (start < 0) return []
  const fields: Field[] = []
  for (let at = start; at + 1 < path.length; at += 2) {
    const value = unescapeUri(path[at + 1] ?? '')
    if (value === null) return null
    fields.push({ ai: path[at] ?? '', value })
  }
  return fields
}

function dateOf(query: string): string | null {
  for (const pair of query.split('&').slice(0, 20)) {
    const [ai = '', value = ''] = pair.split('=', 2)
    const type = (DATE_TYPES as readonly string[]).indexOf(ai)
    if (type >= 0 && /^\d{6}$/.test(value))
      return (
        bitsOf(type, 4) +
        bitsOf(Number(value.slice(0, 2)), 7) +
        bitsOf(Number(value.slice(2, 4)), 4) +
        bitsOf(Number(value.slice(4)), 5)
      )
  }
  return null
}

const digitBits = (digits: string) =>
  Array.from(digits, (digit) => bitsOf(Number(digit), 4)).join('')

function bodyBits({ body, keyName }: Plus, fields: readonly Field[]): string | null {
  const key = fields[0]?.value ?? ''
  const serial = fields.find(({ ai }) => SERIALS.includes(ai))?.value ?? ''
  if (body.kind === 'delimited') return delimitedBits(key)
  if (body.kind === 'delimited-counted') return join(delimitedBits(key), countedBits(serial))
  const digits = key.slice(0, body.digits)
  if (!/^\d+$/.test(digits) || digits.length !== body.digits) return null
  if (checkDigit(digits.slice(0, body.check)) !== Number(digits.charAt(body.check))) return null
  // A returnable asset, document or coupon carries its serial behind its own digits.
  const tail = key.slice(body.digits) || serial
  if (body.kind === 'digits') return tail === '' ? digitBits(digits) : null
  if (body.kind === 'digits-counted') return join(digitBits(digits), countedBits(tail))
  // A location without extension is written with extension 0 (TDS 14.6.3).
  const text = keyName === 'gln' ? tail || '0' : tail
  return join(digitBits(digits), serialBits(text, body.chars))
}

const serialBits = (text: string, charsMax: number) =>
  text !== '' && text.length <= charsMax && isSet82(text) ? textBits(text) : null

const join = (first: string | null, second: string | null) =>
  first === null || second === null ? null : first + second

function countedBits(digits: string): string | null {
  return /^\d{1,12}$/.test(digits)
    ? bitsOf(digits.length, 4) + bitsOf(BigInt(digits), integerBits(digits.length))
    : null
}

function delimitedBits(key: string): string | null {
  if (key.length > 30 || !/^\d{4}./.test(key) || !isSet82(key)) return null
  const digits = /^\d+/.exec(key)?.[0] ?? ''
  return digits === key
    ? `${digitBits(digits)}1111`
    : `${digitBits(digits)}1110${textBits(key.slice(digits.length))}`
}
