import type { DeviceEvent, DeviceEventKind, Reason, TagRead } from '../tag-read.ts'

/** What several decoders need: identities, small conversions, the shape of an event. */

/** A read under construction; decoders add only what the sender has said. */
export type ReadDraft = { -readonly [Key in keyof TagRead]: TagRead[Key] }

/** EPC and TID fields hold whole bytes; a Gen2 EPC field has at most 62 of them (PC length 31). */
const HEX_MAX = 128

/** Upper-case hexadecimal of whole bytes, or null. */
export function hexOf(text: string | null): string | null {
  if (text === null || text.length === 0 || text.length % 2 !== 0 || text.length > HEX_MAX)
    return null
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (!(code >= 48 && code <= 57) && !(code >= 65 && code <= 70) && !(code >= 97 && code <= 102))
      return null
  }
  return text.toUpperCase()
}

/** Hexadecimal of bytes in either base64 alphabet, padded or not; null for anything else. */
export function hexOfBase64(text: string | null): string | null {
  if (text === null || text.length === 0 || text.length > HEX_MAX) return null
  let hex = ''
  let held = 0
  let bits = 0
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 61) end -= 1
  if (text.length - end > 2 || end % 4 === 1) return null
  for (let index = 0; index < end; index++) {
    const six = BASE64[text.charCodeAt(index)] ?? -1
    if (six < 0) return null
    held = (held << 6) | six
    bits += 6
    if (bits >= 8) {
      bits -= 8
      hex += BYTE_HEX[(held >> bits) & 0xff]
    }
    held &= 0xffff
  }
  return hex
}

/** Upper-case hexadecimal of `bytes[from..to)`. */
export function hexOfBytes(bytes: Uint8Array, from: number, to: number): string {
  let hex = ''
  for (let at = from; at < to; at++) hex += BYTE_HEX[bytes[at] ?? 0]
  return hex
}

/** Bytes of hexadecimal text; white space between them is allowed. Null for anything else. */
export function bytesOfHex(text: string): Uint8Array | null {
  const digits = text.replace(/\s+/g, '')
  if (digits.length % 2 !== 0 || /[^0-9A-Fa-f]/.test(digits)) return null
  const bytes = new Uint8Array(digits.length / 2)
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

const BYTE_HEX = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
)
const BASE64 = base64Values()

function base64Values(): Int8Array {
  const values = new Int8Array(256).fill(-1)
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  for (let six = 0; six < letters.length; six++) values[letters.charCodeAt(six)] = six
  for (const [mark, six] of [
    ['+', 62],
    ['-', 62],
    ['/', 63],
    ['_', 63],
  ] as const)
    values[mark.charCodeAt(0)] = six
  return values
}

/** Words a person reads are cut here: a device may not fill our log. */
const DETAIL_MAX = 200

export function deviceEvent(
  device: string,
  kind: DeviceEventKind,
  atMs: number | null,
  detail: string,
  more: Partial<DeviceEvent> = {},
): DeviceEvent {
  return { device, kind, atMs, detail: detail.slice(0, DETAIL_MAX), ...more }
}

export function reason(code: string, message: string): Reason {
  return { code, message }
}

/** Takes every row, also after a bad one; the first reason stands for all of the value. */
export function takeEach(
  rows: readonly unknown[],
  take: (row: unknown) => Reason | null,
): Reason | null {
  let first: Reason | null = null
  for (const row of rows) {
    const refused = take(row)
    first ??= refused
  }
  return first
}

export const show = (value: unknown): string =>
  (typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)).slice(0, 60)

/** Antenna ports are small whole numbers; anything else is "not said". */
export function antennaOf(value: number | null): number {
  return value !== null && Number.isInteger(value) && value >= 1 && value <= 255 ? value : 0
}

export function countOf(value: number | null): number {
  return value !== null && Number.isSafeInteger(value) && value >= 1 ? value : 1
}

/** dBm to hundredths; what no radio can measure is no measurement. */
export function centiDbm(dbm: number | null): number | null {
  return dbm !== null && dbm >= -150 && dbm <= 50 ? Math.round(dbm * 100) : null
}
