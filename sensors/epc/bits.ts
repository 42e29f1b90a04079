/**
 * Bits of an EPC, read straight from its hexadecimal text: numbers up to 48 bits need no BigInt,
 * and a decode stays about a microsecond. The text is upper case and checked before.
 */

/** At most 48 bits from bit `from` on; what lies beyond the end reads as zero. */
export function bitsAt(hex: string, from: number, count: number): number {
  let at = from >> 2
  const skip = from & 3
  const head = Math.min(count, 4 - skip)
  let value = (nibble(hex, at) >> (4 - skip - head)) & ((1 << head) - 1)
  let left = count - head
  at += 1
  for (; left >= 4; left -= 4, at += 1) value = value * 16 + nibble(hex, at)
  return left === 0 ? value : value * (1 << left) + (nibble(hex, at) >> (4 - left))
}

/** The same for longer fields, in decimal. */
export function decimalAt(hex: string, from: number, count: number): string {
  if (count <= 48) return String(bitsAt(hex, from, count))
  const digits = hex.slice(from >> 2, Math.ceil((from + count) / 4))
  const spare = digits.length * 4 - (from & 3) - count
  const all = BigInt(`0x${digits === '' ? '0' : digits}`) >> BigInt(Math.max(0, spare))
  return (all & ((1n << BigInt(count)) - 1n)).toString()
}

/** Nothing but zeros from bit `from` to the end. */
export function isZeroFrom(hex: string, from: number): boolean {
  let at = from >> 2
  if (from & 3) {
    if (nibble(hex, at) & ((1 << (4 - (from & 3))) - 1)) return false
    at += 1
  }
  for (; at < hex.length; at++) if (hex.charCodeAt(at) !== 48) return false
  return true
}

function nibble(hex: string, at: number): number {
  const code = hex.charCodeAt(at)
  return code >= 65 ? code - 55 : code >= 48 ? code - 48 : 0
}

/** Bits in the making, as text of zeros and ones: encoding is rare and may be plain. */
export function bitsOf(value: number | bigint, count: number): string {
  return value.toString(2).padStart(count, '0')
}

/** Upper-case hexadecimal of whole 16-bit words: the EPC bank is written in words. */
export function hexOfBits(bits: string): string {
  const padded = bits.padEnd(Math.ceil(bits.length / 16) * 16, '0')
  return padded.replace(/.{4}/g, (four) => Number.parseInt(four, 2).toString(16)).toUpperCase()
}
