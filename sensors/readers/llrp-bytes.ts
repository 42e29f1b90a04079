/** LLRP's outer form (GS1 LLRP 1.1, chapter 17): messages, and parameters in two encodings. */

export const LLRP_HEADER_BYTES = 10
/** A report batch of a fixed reader is some kilobytes; what claims more is no LLRP stream. */
export const LLRP_MESSAGE_MAX = 1_048_576

export interface LlrpMessage {
  readonly type: number
  readonly id: number
  /** Where its parameters begin and end. */
  readonly from: number
  readonly to: number
}

/** The message at `at`: null while more bytes must come, a sentence when none can begin here. */
export function messageAt(bytes: Uint8Array, at: number): LlrpMessage | string | null {
  if (bytes.length - at < LLRP_HEADER_BYTES) return null
  const head = u16(bytes, at)
  const version = (head >> 10) & 7
  const length = u32(bytes, at + 2)
  // Reserved bits are left unread: nothing says that they stay zero.
  if (version < 1 || version > 3) return `expected LLRP version 1 to 3, got ${version}`
  if (length < LLRP_HEADER_BYTES || length > LLRP_MESSAGE_MAX)
    return `expected a length of ${LLRP_HEADER_BYTES} to ${LLRP_MESSAGE_MAX}, got ${length}`
  if (bytes.length - at < length) return null
  return {
    type: head & 0x3ff,
    id: u32(bytes, at + 6),
    from: at + LLRP_HEADER_BYTES,
    to: at + length,
  }
}

export interface LlrpParameter {
  readonly type: number
  /** Where its value begins and ends, header left out. */
  readonly from: number
  readonly to: number
}

/** Value bytes of parameters in short form, by type (LLRP 1.1, 17.3). */
const SHORT_BYTES: Readonly<Record<number, number>> = {
  1: 2,
  2: 8,
  3: 8,
  4: 8,
  5: 8,
  6: 1,
  7: 2,
  8: 2,
  9: 4,
  10: 2,
  11: 2,
  12: 2,
  13: 12,
  14: 2,
  15: 2,
  16: 4,
  17: 2,
  18: 2,
  19: 2,
  20: 2,
}

/** The parameter at `at`, or null when it does not end inside its parent. */
export function parameterAt(bytes: Uint8Array, at: number, end: number): LlrpParameter | null {
  if (at >= end) return null
  const first = bytes[at] ?? 0
  if (first & 0x80) {
    const type = first & 0x7f
    const size = SHORT_BYTES[type]
    return size === undefined || at + 1 + size > end
      ? null
      : { type, from: at + 1, to: at + 1 + size }
  }
  if (at + 4 > end) return null
  const length = u16(bytes, at + 2)
  if (length < 4 || at + length > end) return null
  return { type: u16(bytes, at) & 0x3ff, from: at + 4, to: at + length }
}

export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 65_536 + u16(bytes, at + 2)
}

/** Microseconds of 64 bits: exact up to 2^53, which is the year 2255. */
export function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) * 4_294_967_296 + u32(bytes, at + 4)
}
