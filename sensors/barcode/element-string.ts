import type { Element } from './facts.ts'

/**
 * GS1 element strings (GenSpecs chapter 3 and 7.8): application identifier and value, one after
 * the other; values of predefined length need no separator, all others end at FNC1, which
 * scanners send as GS (1D).
 */
export interface ElementString {
  readonly elements: readonly Element[]
  readonly unread: string
}

/** Identifier and value together, by the first two digits (GenSpecs figure 7.8.5-2). */
const FIXED: Readonly<Record<string, number>> = {
  '00': 20,
  '01': 16,
  '02': 16,
  '03': 16,
  '04': 18,
  '11': 8,
  '12': 8,
  '13': 8,
  '14': 8,
  '15': 8,
  '16': 8,
  '17': 8,
  '18': 8,
  '19': 8,
  '20': 4,
  '31': 10,
  '32': 10,
  '33': 10,
  '34': 10,
  '35': 10,
  '36': 10,
  '41': 16,
}
/** Digits of the identifier by its first two; two for what is not listed. */
const THREE = new Set(['23', '24', '25', '40', '41', '42', '71'])
const FOUR = new Set(['31', '32', '33', '34', '35', '36', '39', '43', '70', '72', '80', '81', '82'])
const TWO = new Set([
  '00',
  '01',
  '02',
  '03',
  '10',
  '11',
  '12',
  '13',
  '15',
  '16',
  '17',
  '20',
  '21',
  '22',
  '30',
  '37',
  '90',
  '91',
  '92',
  '93',
  '94',
  '95',
  '96',
  '97',
  '98',
  '99',
])

/** Longest value of the identifiers that a store meets; 90 for company-internal ones. */
const VALUE_MAX: Readonly<Record<string, number>> = {
  '10': 20,
  '21': 20,
  '22': 20,
  '30': 8,
  '37': 8,
  '235': 28,
  '240': 30,
  '241': 30,
  '242': 6,
  '243': 20,
  '250': 30,
  '251': 30,
  '253': 30,
  '254': 20,
  '255': 25,
  '400': 30,
  '8003': 30,
  '8004': 30,
  '8006': 18,
  '8010': 30,
  '8011': 12,
  '8200': 70,
}
const VALUE_LONGEST = 90
const ELEMENTS_MAX = 50
const NUMERIC = /^(0[0-4]|1[1-9]|20|30|37|3\d|41\d?)/

export function readElementString(text: string): ElementString {
  const elements: Element[] = []
  let at = 0
  while (at < text.length && elements.length < ELEMENTS_MAX) {
    if (text.charAt(at) === '\x1d') {
      at += 1
      continue
    }
    const element = elementAt(text, at)
    if (element === null) break
    elements.push({ ai: element.ai, value: element.value })
    at = element.end
  }
  return { elements, unread: text.slice(at) }
}

function elementAt(text: string, at: number): (Element & { end: number }) | null {
  const two = text.slice(at, at + 2)
  const digits = identifierDigits(two)
  const ai = text.slice(at, at + digits)
  if (digits === 0 || ai.length !== digits || !/^\d+$/.test(ai)) return null
  const separator = text.indexOf('\x1d', at)
  const fixed = FIXED[two]
  const end = fixed === undefined ? separator : at + fixed
  const value = end < 0 ? text.slice(at + digits) : text.slice(at + digits, end)
  const expected = fixed === undefined ? value.length : fixed - digits
  return value.length === expected && isValue(ai, value)
    ? { ai, value, end: at + digits + value.length }
    : null
}

const identifierDigits = (two: string) =>
  THREE.has(two) ? 3 : FOUR.has(two) ? 4 : TWO.has(two) ? 2 : 0

function isValue(ai: string, value: string): boolean {
  if (value === '' || value.includes('\x1d')) return false
  if (value.length > (VALUE_MAX[ai] ?? VALUE_LONGEST)) return false
  return !NUMERIC.test(ai) || /^\d+$/.test(value)
}

/** `(01)0952...(10)LOT` as people and some wedges write it, with separators put in. */
export function unbracket(text: string): string {
  return text.replace(/\((\d{2,4})\)/g, '\x1d$1').slice(1)
}
