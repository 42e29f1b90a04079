import { normaliseGtin } from '../gtin.ts'
import { symbologyOf } from './aim.ts'
import { readDigitalLink } from './digital-link.ts'
import { readElementString, unbracket } from './element-string.ts'
import { type Element, factsOf, type ScanFacts } from './facts.ts'
import { expandUpcE } from './upc.ts'
import { type MeasureRule, type Restricted, readRestricted } from './variable-measure.ts'

/** One barcode as somebody scanned it: what it identifies, or just its text. */
export type Scan =
  | ({
      readonly ok: true
      readonly kind: 'item' | 'logistic-unit' | 'elements'
      readonly symbology: string
      readonly text: string
      readonly elements: readonly Element[]
      /** What stands behind the last element that could be read; empty when all was. */
      readonly unread: string
    } & ScanFacts)
  | ({
      readonly ok: true
      readonly kind: 'restricted'
      readonly symbology: string
      readonly text: string
    } & Restricted)
  /** No GS1 data: a shelf label, a member card, somebody's web page. */
  | { readonly ok: true; readonly kind: 'text'; readonly symbology: string; readonly text: string }
  | ScanRefusal

export interface ScanRefusal {
  readonly ok: false
  readonly code: 'bad-check-digit' | 'bad-elements' | 'bad-link' | 'empty' | 'too-long'
  readonly message: string
}

/** Longest symbol content taken: a QR code of level 40 holds 7,089 digits, GS1 allows far less. */
export const SCAN_CHARS_MAX = 2_048

/**
 * A scanned line with or without its AIM identifier. A bare number counts as a GTIN only when its
 * check digit holds: anything else may be a shelf label that happens to be digits.
 */
export function readScan(line: string, symbology = '', rules: readonly MeasureRule[] = []): Scan {
  if (line.length > SCAN_CHARS_MAX)
    return refused('too-long', `expected at most ${SCAN_CHARS_MAX} characters, got ${line.length}`)
  const aim = symbologyOf(line)
  const text = aim ? line.slice(3) : line
  if (text.trim() === '') return refused('empty', 'expected a barcode, got nothing')
  const named = { symbology: aim?.name ?? symbology, text }
  if (LINK.test(text)) return fromLink(text, named, aim?.gs1 ?? false)
  if (aim?.gs1 || text.charCodeAt(0) === GS) return fromElements(text, named)
  if (/^\(\d{2,4}\)/.test(text)) return fromElements(unbracket(text), named)
  if (aim === null && /^(01\d{14}|00\d{18})/.test(text) && looksLikeElements(text))
    return fromElements(text, named)
  return fromNumber(text, named, { retail: aim?.retail ?? false, rules })
}

type Named = { readonly symbology: string; readonly text: string }

const GS = 0x1d
const LINK = /^https?:\/\//i

function fromLink(text: string, named: Named, mustBe: boolean): Scan {
  const link = readDigitalLink(text)
  if (link === null)
    return mustBe
      ? refused('bad-link', 'expected a GS1 Digital Link in a GS1 symbol')
      : { ok: true, kind: 'text', ...named }
  return identified(link, '', named)
}

function fromElements(text: string, named: Named): Scan {
  const { elements, unread } = readElementString(text)
  if (elements.length === 0)
    return refused(
      'bad-elements',
      `expected GS1 element strings, got ${JSON.stringify(text.slice(0, 30))}`,
    )
  return identified(elements, unread, named)
}

function identified(elements: readonly Element[], unread: string, named: Named): Scan {
  const facts = factsOf(elements)
  if ('code' in facts) return refused('bad-check-digit', facts.message)
  const kind =
    facts.gtin14 !== undefined ? 'item' : facts.sscc !== undefined ? 'logistic-unit' : 'elements'
  return { ok: true, kind, ...named, elements, unread, ...facts }
}

/** Without AIM identifier an element string must prove itself by a key that checks. */
function looksLikeElements(text: string): boolean {
  const { elements, unread } = readElementString(text)
  return (
    unread === '' && elements.length > 0 && !('code' in factsOf(elements)) && text.length !== 14
  )
}

interface NumberRules {
  /** The symbol itself says that it is a retail number: then a wrong check digit is a misread. */
  readonly retail: boolean
  readonly rules: readonly MeasureRule[]
}

function fromNumber(text: string, named: Named, { retail, rules }: NumberRules): Scan {
  const digits = /^\d{13} ?\d{0,5}$/.test(text) && retail ? text.slice(0, 13) : text
  const restricted = readRestricted(digits, rules)
  if (restricted !== null) return { ok: true, kind: 'restricted', ...named, ...restricted }
  const gtin = gtinOf(digits)
  if (gtin !== null) return identified([{ ai: '01', value: gtin }], '', named)
  if (retail)
    return refused(
      'bad-check-digit',
      `expected a retail number whose check digit holds, got "${text.slice(0, 20)}"`,
    )
  return { ok: true, kind: 'text', ...named }
}

function gtinOf(digits: string): string | null {
  if (!/^\d{8}$|^\d{12,14}$/.test(digits)) return null
  const plain = normaliseGtin(digits)
  if (typeof plain === 'string') return plain
  const upcA = digits.length === 8 ? expandUpcE(digits) : null
  const expanded = upcA === null ? null : normaliseGtin(upcA)
  return typeof expanded === 'string' ? expanded : null
}

function refused(code: ScanRefusal['code'], message: string): ScanRefusal {
  return { ok: false, code, message }
}
