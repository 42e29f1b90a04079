/** Checksums of the serial reader families; each one verified on frames its maker published. */

/** UHFReader18/288 and Chafon CF: reflected polynomial 8408, preset FFFF. */
export function crc8408(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff
  for (let at = from; at < to; at++)
    crc = (crc >> 8) ^ (TABLE_8408[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return crc
}

/** ThingMagic Mercury: polynomial 1021, preset FFFF, data shifted in at the low end, by nibbles. */
export function crcMercury(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    crc = (((crc << 4) | (byte >> 4)) & 0xffff) ^ (TABLE_1021[crc >> 12] ?? 0)
    crc = (((crc << 4) | (byte & 15)) & 0xffff) ^ (TABLE_1021[crc >> 12] ?? 0)
  }
  return crc
}

/** R2000 boards: all bytes of a frame sum to zero. */
export function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at++) sum = (sum + (bytes[at] ?? 0)) & 0xff
  return sum
}

const TABLE_8408 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  return crc
})
/** Polynomial 1021, four bits at a time; the products stay within 16 bits by themselves. */
export const TABLE_1021 = Uint16Array.from({ length: 16 }, (_, nibble) => nibble * 0x1021)
