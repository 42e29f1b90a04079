import { Decimal } from 'decimal.js'

/**
 * Text to scaled integer and back, for the edges. Inside the books everything is an integer; this
 * is the only file that knows decimals. More digits than the scale allows are refused, not rounded.
 */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN })

/** A number as documents write it: no exponent, no grouping, a point as decimal mark. */
const PLAIN_DECIMAL = /^[+-]?\d{1,24}(\.\d{1,12})?$/

export interface NumberRefusal {
  readonly status: 'refused'
  readonly code: 'not-a-number' | 'too-many-decimals'
  readonly message: string
}

/** Parse a quantity with at most `scale` decimals into an integer of 10^-scale units. */
export function parseQuantity(text: string, scale: number): bigint | NumberRefusal {
  return parseScaled(text, scale, 'a quantity')
}

/** Parse an amount with at most `minorUnits` decimals into minor units. */
export function parseMoney(text: string, minorUnits: number): bigint | NumberRefusal {
  return parseScaled(text, minorUnits, 'an amount')
}

export function formatQuantity(quantity: bigint, scale: number): string {
  return new Exact(quantity.toString()).div(new Exact(10).pow(scale)).toFixed(scale)
}

export function formatMoney(amountMinor: bigint, minorUnits: number): string {
  return new Exact(amountMinor.toString()).div(new Exact(10).pow(minorUnits)).toFixed(minorUnits)
}

/** An amount with `fromUnits` decimals times a rate, in minor units of `toUnits` decimals. */
export function convertHalfEven(
  amountMinor: bigint,
  fromUnits: number,
  rate: string,
  toUnits: number,
): bigint {
  const scaled = new Exact(amountMinor.toString())
    .mul(rate)
    .mul(new Exact(10).pow(toUnits - fromUnits))
  return BigInt(scaled.toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN).toFixed(0))
}

function parseScaled(text: string, scale: number, noun: string): bigint | NumberRefusal {
  if (!PLAIN_DECIMAL.test(text)) {
    const message = `expected ${noun} such as 12.5, got ${JSON.stringify(text.slice(0, 40))}`
    return { status: 'refused', code: 'not-a-number', message }
  }
  const scaled = new Exact(text).mul(new Exact(10).pow(scale))
  if (!scaled.isInteger()) {
    const message = `expected ${noun} with at most ${scale} decimals, got ${text}`
    return { status: 'refused', code: 'too-many-decimals', message }
  }
  return BigInt(scaled.toFixed(0))
}
