import { checkDigit } from '../gtin.ts'

/** UPC-E, zero-suppressed (GenSpecs 5.2.2.4), to the twelve digits of UPC-A; null when it is none. */
export function expandUpcE(digits: string): string | null {
  const match = /^([01])(\d{6})(\d)$/.exec(digits)
  if (!match) return null
  const [, system = '', six = '', check = ''] = match
  const body = system + expand(six)
  return checkDigit(body) === Number(check) ? body + check : null
}

function expand(six: string): string {
  const [company, last] = [six.slice(0, 5), six.charAt(5)]
  switch (last) {
    case '0':
    case '1':
    case '2':
      return `${company.slice(0, 2)}${last}0000${company.slice(2)}`
    case '3':
      return `${company.slice(0, 3)}00000${company.slice(3)}`
    case '4':
      return `${company.slice(0, 4)}00000${company.slice(4)}`
    default:
      return `${company}0000${last}`
  }
}
