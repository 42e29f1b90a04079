import { checkDigit } from '../gtin.ts'
import { bitsOf, hexOfBits } from './bits.ts'
import { CLASSIC, type Classic, COMPANY, referenceDigits } from './classic-schemes.ts'
import { encodeLink } from './encode-link.ts'
import { encodeOther } from './encode-other.ts'
import type { EpcScheme } from './result.ts'
import { bits7Of, isSet82, unescapeUri } from './text.ts'

/** An identity written as tag bits, or why it cannot be. */
export type EncodedEpc =
  | { readonly ok: true; readonly scheme: EpcScheme; readonly hex: string }
  | EncodeRefusal

export interface EncodeRefusal {
  readonly ok: false
  readonly code: 'not-an-epc-uri' | 'unknown-scheme' | 'bad-field' | 'bad-check-digit'
  readonly message: string
}

export function cannotEncode(code: EncodeRefusal['code'], message: string): EncodeRefusal {
  return { ok: false, code, message }
}

/**
 * Pure identity (`urn:epc:id:`), tag (`urn:epc:tag:`) or GS1 Digital Link to the bits of a tag.
 * A pure identity takes the shortest scheme that holds it and the filter given; a link has no
 * company prefix length and takes a '+' scheme, or '++' when its host is not GS1's.
 */
export function encodeEpc(uri: string, filter = 0): EncodedEpc {
  if (uri.length > URI_CHARS_MAX)
    return cannotEncode('not-an-epc-uri', `expected at most ${URI_CHARS_MAX} characters`)
  const link = /^https?:\/\/(.*)$/i.exec(uri)
  if (link) return encodeLink(link[1] ?? '', filter)
  const urn = /^urn:epc:(id|tag):([a-z0-9-]+):(.+)$/i.exec(uri)
  if (!urn)
    return cannotEncode(
      'not-an-epc-uri',
      `expected urn:epc:id:, urn:epc:tag: or https://, got "${uri.slice(0, 40)}"`,
    )
  const [, form = '', name = '', body = ''] = urn
  const fields = body.split('.').map(unescapeUri)
  if (fields.some((field) => field === null))
    return cannotEncode('bad-field', 'expected %XX escapes of two hexadecimal digits')
  return form.toLowerCase() === 'id'
    ? encodeIdentity(name.toLowerCase(), fields as string[], filter)
    : encodeTag(name.toLowerCase(), fields as string[])
}

const URI_CHARS_MAX = 400

function encodeTag(scheme: string, [filter = '', ...fields]: readonly string[]): EncodedEpc {
  const number = Number(filter)
  const wanted = CLASSIC.find((classic) => classic.scheme === scheme)
  if (scheme === 'gid-96') return encodeOther(scheme, [filter, ...fields], 0)
  if (!/^\d{1,2}$/.test(filter))
    return cannotEncode('bad-field', `expected a filter value, got "${filter.slice(0, 20)}"`)
  return wanted ? encodeClassic(wanted, fields, number) : encodeOther(scheme, fields, number)
}

const NAMES: Readonly<Record<string, string>> = { sgtin: 'gtin', sgln: 'gln' }
/** Only still read: written anew, such a document gets a GDTI-96 or -174. */
const RETIRED = 'gdti-113'

function encodeIdentity(name: string, fields: readonly string[], filter: number): EncodedEpc {
  const keyName = NAMES[name] ?? name
  const candidates = CLASSIC.filter(
    (classic) => classic.keyName === keyName && classic.scheme !== RETIRED,
  )
  let refused: EncodeRefusal | null = null
  for (const classic of candidates) {
    const encoded = encodeClassic(classic, fields, filter)
    if (encoded.ok) return encoded
    refused = encoded
  }
  const other = encodeOther(name, fields, filter)
  return other.ok || refused === null ? other : refused
}

function encodeClassic(classic: Classic, fields: readonly string[], filter: number): EncodedEpc {
  const [company = '', reference = ''] = fields
  const partition = 12 - company.length
  const table = COMPANY[partition]
  const referenceBits = classic.reference.bits[partition]
  const wanted =
    2 +
    (classic.pieces ? 2 : 0) +
    (classic.tail.kind === 'none' || classic.tail.kind === 'zeros' ? 0 : 1)
  if (fields.length !== wanted)
    return cannotEncode(
      'bad-field',
      `expected ${wanted} fields for ${classic.scheme}, got ${fields.length}`,
    )
  if (!/^\d+$/.test(company) || !table || referenceBits === undefined)
    return cannotEncode(
      'bad-field',
      `expected a company prefix of 6 to 12 digits, got "${company.slice(0, 20)}"`,
    )
  if (filter < 0 || filter > 7 || !Number.isInteger(filter))
    return cannotEncode('bad-field', `expected a filter of 0 to 7, got ${filter}`)
  const referenceField = referenceBitsOf(classic, reference, partition, referenceBits)
  if (referenceField === null)
    return cannotEncode(
      'bad-field',
      `expected a reference of ${referenceDigits(classic.reference, partition)} digits, got "${reference.slice(0, 20)}"`,
    )
  const pieces = classic.pieces ? piecesOf(fields) : ''
  const tail = tailOf(classic, fields.at(-1) ?? '')
  if (tail === null || pieces === null)
    return cannotEncode(
      'bad-field',
      `expected a serial that fits ${classic.scheme}, got "${(fields.at(-1) ?? '').slice(0, 30)}"`,
    )
  const bits =
    bitsOf(classic.header, 8) +
    bitsOf(filter, 3) +
    bitsOf(partition, 3) +
    bitsOf(BigInt(company), table.bits) +
    referenceField +
    pieces +
    tail
  return { ok: true, scheme: classic.scheme, hex: hexOfBits(bits) }
}

function referenceBitsOf(
  { reference: { plain }, reference: table }: Classic,
  reference: string,
  partition: number,
  bits: number,
): string | null {
  const digits = referenceDigits(table, partition)
  if (digits === 0) return reference === '' ? bitsOf(0, bits) : null
  const good = plain
    ? /^(0|[1-9]\d*)$/.test(reference) && reference.length <= digits
    : /^\d+$/.test(reference) && reference.length === digits
  const number = good ? BigInt(reference) : -1n
  return number >= 0n && number < 1n << BigInt(bits) ? bitsOf(number, bits) : null
}

function piecesOf(fields: readonly string[]): string | null {
  const [piece = '', total = ''] = fields.slice(2)
  return /^\d\d$/.test(piece) && /^\d\d$/.test(total)
    ? bitsOf(Number(piece), 7) + bitsOf(Number(total), 7)
    : null
}

function tailOf({ tail }: Classic, serial: string): string | null {
  switch (tail.kind) {
    case 'none':
      return ''
    case 'zeros':
      return '0'.repeat(tail.bits)
    case 'integer': {
      const number = /^(0|[1-9]\d{0,15})$/.test(serial) ? BigInt(serial) : -1n
      return number >= 0n && number < 1n << BigInt(tail.bits) ? bitsOf(number, tail.bits) : null
    }
    case 'digits': {
      const number = /^\d{1,17}$/.test(serial) ? BigInt(`1${serial}`) : -1n
      return number >= 0n && number < 1n << BigInt(tail.bits) ? bitsOf(number, tail.bits) : null
    }
    case 'text':
      return serial !== '' && serial.length <= tail.chars && isSet82(serial)
        ? bits7Of(serial, tail.chars)
        : null
  }
}

/** What encodes into an SGTIN-96: the serial is a number below 2^38 without leading zeros. */
export interface Sgtin96 {
  readonly gtin14: string
  readonly serial: string
  /** 6 to 12: how many of the GTIN's digits are the company's. */
  readonly companyPrefixDigits: number
  readonly filter: number
}

/** Upper-case hex of the 96 bits. Throws on what cannot be encoded: the caller made it up. */
export function encodeSgtin96({ gtin14, serial, companyPrefixDigits, filter }: Sgtin96): string {
  const company = gtin14.slice(1, 1 + companyPrefixDigits)
  const item = `${gtin14.charAt(0)}${gtin14.slice(1 + companyPrefixDigits, 13)}`
  const sgtin96 = CLASSIC.find(({ scheme }) => scheme === 'sgtin-96')
  const encoded = sgtin96 && encodeClassic(sgtin96, [company, item, serial], filter)
  if (!encoded?.ok || checkDigit(gtin14.slice(0, 13)) !== Number(gtin14.charAt(13)))
    throw new RangeError(`cannot encode ${gtin14}/${serial} as SGTIN-96`)
  return encoded.hex
}
