/** GTIN-14: the one identity of a trade item. GS1 General Specifications, 7.9 (check digit). */

export interface GtinRefusal {
  readonly code: 'bad-gtin'
  readonly message: string
}

/** GTIN-14 from 8, 12, 13 or 14 digits as scanned; the check digit must hold. */
export function normaliseGtin(text: string): string | GtinRefusal {
  if (!/^(\d{8}|\d{12}|\d{13}|\d{14})$/.test(text))
    return refusal(`expected 8, 12, 13 or 14 digits, got "${text.slice(0, 32)}"`)
  const gtin14 = text.padStart(14, '0')
  const expected = checkDigit(gtin14.slice(0, 13))
  const got = Number(gtin14[13])
  if (expected !== got) return refusal(`expected check digit ${expected} of ${text}, got ${got}`)
  return gtin14
}

/** Mod-10 check digit of the digits before it: weights 3, 1, 3, 1 from the right. */
export function checkDigit(digits: string): number {
  let sum = 0
  for (let index = digits.length - 1, weight = 3; index >= 0; index--, weight = 4 - weight)
    sum += (digits.charCodeAt(index) - 48) * weight
  return (10 - (sum % 10)) % 10
}

function refusal(message: string): GtinRefusal {
  return { code: 'bad-gtin', message }
}
