import { checkDigit } from '../gtin.ts'
import type { Element, EpcScheme, ItemEpc, KeyEpc, KeyName, PieceEpc } from './result.ts'
import { escapeLink } from './text.ts'

/** From the parts of an identity to the common answer: key, link, kind. */
export interface Parts {
  readonly scheme: EpcScheme
  readonly keyName: KeyName
  readonly filter: number | null
  readonly companyPrefix: string | null
  /** The key with its check digit, without serial part. */
  readonly key: string
  readonly serial: string | null
  /** Null: the scheme has no pure identity, the link stands for it. */
  readonly urn: string | null
  readonly elements: readonly Element[]
  readonly host: string | null
}

const KIND = {
  sscc: 'logistic-unit',
  gln: 'location',
  grai: 'asset',
  giai: 'asset',
  gsrn: 'service',
  gsrnp: 'service',
  gdti: 'document',
  cpi: 'part',
  sgcn: 'coupon',
  gid: 'foreign',
  usdod: 'foreign',
  adi: 'foreign',
} as const

/** Where GS1 resolves its keys; only a '++' tag names another host. */
const GS1_HOST = 'id.gs1.org'
/** The key's application identifier, and the one of its serial if that is not part of the key. */
const PATHS: Readonly<Record<KeyName, readonly [string, string | null] | null>> = {
  gtin: ['01', '21'],
  itip: ['8006', '21'],
  sscc: ['00', null],
  gln: ['414', '254'],
  grai: ['8003', null],
  giai: ['8004', null],
  gsrn: ['8018', null],
  gsrnp: ['8017', null],
  gdti: ['253', null],
  cpi: ['8010', '8011'],
  sgcn: ['255', null],
  gid: null,
  usdod: null,
  adi: null,
}

/** Object literals in full: spreading a common part made a decode thirty times slower. */
export function identityOf(parts: Parts): ItemEpc | PieceEpc | KeyEpc {
  const { scheme, keyName, filter, companyPrefix, serial, elements, host } = parts
  const digitalLink = linkOf(parts)
  const separate = PATHS[keyName]?.[1] !== null
  const key = separate || serial === null ? parts.key : parts.key + serial
  const uri = parts.urn ?? digitalLink ?? ''
  if (keyName === 'gtin')
    return {
      ok: true,
      scheme: scheme as ItemEpc['scheme'],
      kind: 'item',
      filter,
      uri,
      digitalLink,
      companyPrefix,
      keyName,
      key,
      gtin14: key,
      serial: serial ?? '',
      elements,
      host,
    }
  if (keyName === 'itip')
    return {
      ok: true,
      scheme: scheme as PieceEpc['scheme'],
      kind: 'piece',
      filter,
      uri,
      digitalLink,
      companyPrefix,
      keyName,
      key,
      gtin14: key.slice(0, 14),
      serial: serial ?? '',
      elements,
      host,
    }
  return {
    ok: true,
    scheme: scheme as KeyEpc['scheme'],
    kind: KIND[keyName],
    filter,
    uri,
    digitalLink,
    companyPrefix,
    keyName,
    key,
    gtin14: null,
    serial,
    elements,
    host,
  }
}

/** Keys that may hold more than digits. */
const LETTERED = new Set<KeyName>(['giai', 'cpi'])
/** Qualifiers stand in the path in this order (GS1 Digital Link), everything else in the query. */
const QUALIFIERS = ['22', '10']

function linkOf(parts: Parts): string | null {
  const { keyName, key, serial, elements, host } = parts
  const path = PATHS[keyName]
  if (path === null) return null
  const [ai, serialAi] = path
  let link = `https://${host ?? GS1_HOST}/${ai}/${LETTERED.has(keyName) ? escapeLink(key) : key}`
  if (elements.length > 0 && keyName === 'gtin') link += qualifiersOf(elements)
  if (serial !== null) link += serialOf(keyName, serialAi, serial)
  return elements.length === 0 ? link : link + queryOf(keyName, elements)
}

function serialOf(keyName: KeyName, serialAi: string | null, serial: string): string {
  if (serialAi === null) return escapeLink(serial)
  // Extension 0 of a location means that there is none (TDS 14.6.3).
  return keyName === 'gln' && serial === '0' ? '' : `/${serialAi}/${escapeLink(serial)}`
}

function qualifiersOf(elements: readonly Element[]): string {
  return QUALIFIERS.flatMap((ai) => elements.find((one) => one.ai === ai) ?? [])
    .map(({ ai, value }) => `/${ai}/${escapeLink(value)}`)
    .join('')
}

function queryOf(keyName: KeyName, elements: readonly Element[]): string {
  const rest = elements.filter(({ ai }) => keyName !== 'gtin' || !QUALIFIERS.includes(ai))
  const query = rest.map(({ ai, value }) => `${ai}=${escapeLink(value)}`).join('&')
  return query === '' ? '' : `?${query}`
}

/** Key with check digit from company prefix and padded reference. */
export function keyOf(keyName: KeyName, company: string, reference: string): string {
  switch (keyName) {
    case 'gtin':
    case 'itip':
    case 'sscc':
      return withCheckDigit(reference.charAt(0) + company + reference.slice(1))
    case 'gln':
    case 'gsrn':
    case 'gsrnp':
    case 'gdti':
    case 'sgcn':
      return withCheckDigit(company + reference)
    // The element string of a returnable asset begins with a zero to fill (GenSpecs, AI 8003).
    case 'grai':
      return `0${withCheckDigit(company + reference)}`
    default:
      return company + reference
  }
}

const withCheckDigit = (digits: string) => digits + checkDigit(digits)
