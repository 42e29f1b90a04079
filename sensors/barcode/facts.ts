import { checkDigit, normaliseGtin } from '../gtin.ts'

export interface Element {
  readonly ai: string
  readonly value: string
}

/** What a store does with elements; absent means that the symbol does not say. */
export interface ScanFacts {
  readonly gtin14?: string
  readonly serial?: string
  readonly lot?: string
  readonly variant?: string
  /** Days as YYYY-MM-DD; a month without day is its last. */
  readonly expiry?: string
  readonly bestBefore?: string
  readonly sellBy?: string
  readonly produced?: string
  readonly packed?: string
  readonly sscc?: string
  readonly contentGtin14?: string
  readonly gln?: string
  readonly count?: number
  readonly netWeightMg?: number
  readonly price?: Price
}

/** Amount in its own smallest unit; the currency only where the symbol names one. */
export interface Price {
  readonly amount: string
  readonly decimals: number
  readonly currency: string | null
}

type FactsDraft = { -readonly [Key in keyof ScanFacts]: ScanFacts[Key] }

/** Facts of elements, or what is wrong with a key. */
export function factsOf(
  elements: readonly Element[],
): ScanFacts | { readonly code: 'bad-check-digit'; readonly message: string } {
  const facts: FactsDraft = {}
  for (const { ai, value } of elements) {
    const wrong = takeKey(facts, ai, value)
    if (wrong !== null) return { code: 'bad-check-digit', message: wrong }
    takeText(facts, ai, value)
    takeDate(facts, ai, value)
    takeMeasure(facts, ai, value)
  }
  return facts
}

function takeKey(facts: FactsDraft, ai: string, value: string): string | null {
  if (ai === '01' || ai === '02') {
    const gtin = normaliseGtin(value)
    if (typeof gtin !== 'string') return gtin.message
    if (ai === '01') facts.gtin14 = gtin
    else facts.contentGtin14 = gtin
  } else if (ai === '00') {
    if (!isChecked(value, 18)) return `expected an SSCC whose check digit holds, got ${value}`
    facts.sscc = value
  } else if (ai === '414' || ai === '410') {
    if (!isChecked(value, 13)) return `expected a GLN whose check digit holds, got ${value}`
    facts.gln = value
  }
  return null
}

const isChecked = (value: string, digits: number) =>
  value.length === digits &&
  /^\d+$/.test(value) &&
  checkDigit(value.slice(0, -1)) === Number(value.at(-1))

function takeText(facts: FactsDraft, ai: string, value: string): void {
  if (ai === '10') facts.lot = value
  else if (ai === '21') facts.serial = value
  else if (ai === '22') facts.variant = value
  else if (ai === '30' || ai === '37') facts.count = Number(value)
}

const DATES = {
  '17': 'expiry',
  '15': 'bestBefore',
  '16': 'sellBy',
  '11': 'produced',
  '13': 'packed',
} as const

function takeDate(facts: FactsDraft, ai: string, value: string): void {
  const name = DATES[ai as keyof typeof DATES]
  const day = name === undefined ? null : dayOf(value)
  if (name !== undefined && day !== null) facts[name] = day
}

/** YYMMDD of this century: nothing on a shelf is from before 2000. Day 00 is the month's last. */
export function dayOf(text: string): string | null {
  if (!/^\d{6}$/.test(text)) return null
  const [year, month, day] = [
    2000 + Number(text.slice(0, 2)),
    Number(text.slice(2, 4)),
    Number(text.slice(4)),
  ]
  if (month < 1 || month > 12) return null
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (day > last) return null
  const two = (value: number) => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day === 0 ? last : day)}`
}

const MG_PER_KG = 1_000_000
const MG_PER_POUND = 453_592.37

function takeMeasure(facts: FactsDraft, ai: string, value: string): void {
  const decimals = Number(ai.charAt(3))
  if (ai.length !== 4 || Number.isNaN(decimals)) return
  switch (ai.slice(0, 3)) {
    case '310':
      facts.netWeightMg = Math.round((Number(value) * MG_PER_KG) / 10 ** decimals)
      return
    case '320':
      facts.netWeightMg = Math.round((Number(value) * MG_PER_POUND) / 10 ** decimals)
      return
    case '392':
      facts.price = { amount: plain(value), decimals, currency: null }
      return
    case '393':
      facts.price = {
        amount: plain(value.slice(3)),
        decimals,
        currency: CURRENCIES[value.slice(0, 3)] ?? value.slice(0, 3),
      }
      return
    default:
  }
}

const plain = (digits: string) => digits.replace(/^0+(?=\d)/, '')
/** ISO 4217 numbers of the currencies a till of ours is likely to take. */
const CURRENCIES: Readonly<Record<string, string>> = {
  '036': 'AUD',
  '124': 'CAD',
  '156': 'CNY',
  '203': 'CZK',
  '208': 'DKK',
  '348': 'HUF',
  '356': 'INR',
  '392': 'JPY',
  '484': 'MXN',
  '554': 'NZD',
  '578': 'NOK',
  '710': 'ZAR',
  '752': 'SEK',
  '756': 'CHF',
  '826': 'GBP',
  '840': 'USD',
  '946': 'RON',
  '978': 'EUR',
  '985': 'PLN',
  '986': 'BRL',
}
