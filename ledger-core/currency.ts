import { convertHalfEven } from './decimal.ts'
import { type Refusal, refuse } from './refusal.ts'

/**
 * Minor units by ISO 4217. A table of our own: the digits that Intl reports are for display (ICU
 * says 0 for HUF, IDR, COP or PKR, which have 2 in the standard).
 */
const WITHOUT = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
const WITH_TWO = `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN
  BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP
  GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP
  LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD
  PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
  SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`
const WITH_THREE = 'BHD IQD JOD KWD LYD OMR TND'
const WITH_FOUR = 'CLF UYW'

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  [WITHOUT, WITH_TWO, WITH_THREE, WITH_FOUR].flatMap((codes, index) =>
    codes.split(/\s+/).map((code) => [code, index === 0 ? 0 : index + 1] as const),
  ),
)

/** Decimal places of a currency, or null when ISO 4217 has no such money. */
export function minorUnitsOf(currency: string): number | null {
  return MINOR_UNITS.get(currency) ?? null
}

/** A rate as documents write it: functional currency per unit of the foreign one. */
const RATE = /^(?=.*[1-9])\d{1,9}(\.\d{1,10})?$/

export function checkForeign(foreign: {
  readonly currency: string
  readonly rate: string
}): Refusal | null {
  if (minorUnitsOf(foreign.currency) === null) {
    const message = `expected a currency of ISO 4217, got ${JSON.stringify(foreign.currency)}`
    return refuse('unknown-currency', message)
  }
  if (RATE.test(foreign.rate)) return null
  const message = `expected a rate above 0 such as 1.0837, got ${JSON.stringify(foreign.rate)}`
  return refuse('unknown-currency', message)
}

/**
 * Foreign amounts in minor units of the books: the whole is converted and rounded once, the parts
 * follow in proportion, and the last one that is not zero takes what rounding left.
 */
export function convertParts(
  partsMinor: readonly bigint[],
  foreign: { readonly currency: string; readonly rate: string },
  minorUnits: number,
): readonly bigint[] {
  const decimals = minorUnitsOf(foreign.currency) ?? 0
  const convert = (amountMinor: bigint) =>
    convertHalfEven(amountMinor, decimals, foreign.rate, minorUnits)
  const totalMinor = convert(partsMinor.reduce((sum, part) => sum + part, 0n))
  const last = partsMinor.findLastIndex((part) => part !== 0n)
  const others = partsMinor.map((part, index) => (index === last ? 0n : convert(part)))
  const restMinor = totalMinor - others.reduce((sum, part) => sum + part, 0n)
  return others.map((part, index) => (index === last ? restMinor : part))
}
