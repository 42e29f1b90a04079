import { decodeClassic } from './classic.ts'
import { CLASSIC } from './classic-schemes.ts'
import { decodeAdi, decodeCpiVar, decodeGiai202, decodeGid, decodeUsdod } from './other-schemes.ts'
import { decodePlus, PLUS } from './plus.ts'
import { type Epc, type EpcRefusal, refusedEpc } from './result.ts'

/**
 * EPC Tag Data Standard 2.3: what the bits of a tag say. Every assigned scheme is read in full,
 * and what breaks its own structure is refused: a look-alike must never become stock.
 */

/** Decodes the whole EPC field, hexadecimal in either case. Never throws. */
export function decodeEpc(hex: string): Epc {
  const text = hex.toUpperCase()
  if (text.length === 0) return refusedEpc('cut-short', 'expected an EPC, got nothing')
  if (!isHex(text))
    return refusedEpc('not-hex', `expected hexadecimal digits, got "${hex.slice(0, 40)}"`)
  if (text.length < 2 || text.length > DIGITS_MAX)
    return refusedEpc(
      'cut-short',
      `expected 2 to ${DIGITS_MAX} hexadecimal digits, got ${text.length}`,
    )
  const decoder = DECODERS[Number.parseInt(text.slice(0, 2), 16)]
  const decoded = decoder ? decoder(text) : strange(text)
  return decoded.ok || !isPrintable(text)
    ? decoded
    : refusedEpc('text-look-alike', `expected an EPC, got plain text; ${decoded.message}`)
}

/** Longest EPC field a tag can have: 31 words (Gen2, PC length), and one more of padding. */
const DIGITS_MAX = 128

const DECODERS: readonly (((hex: string) => Epc) | undefined)[] = byHeader()

function byHeader(): ((hex: string) => Epc)[] {
  const decoders: ((hex: string) => Epc)[] = []
  for (const classic of CLASSIC) decoders[classic.header] = (hex) => decodeClassic(hex, classic)
  for (const plus of PLUS) decoders[plus.header] = (hex) => decodePlus(hex, plus)
  decoders[0x2f] = decodeUsdod
  decoders[0x35] = decodeGid
  decoders[0x38] = decodeGiai202
  decoders[0x3b] = decodeAdi
  decoders[0x3d] = decodeCpiVar
  // Dense, so that looking one up stays an index.
  return Array.from({ length: 256 }, (_, header) => decoders[header] ?? strange)
}

function strange(text: string): EpcRefusal {
  const header = text.slice(0, 2)
  if (header === '00') return refusedEpc('unprogrammed', 'expected a written EPC, got header 00')
  if (header === 'E2')
    return refusedEpc('tid-look-alike', 'expected an EPC, got header E2: a TID or a blank chip')
  return refusedEpc('unknown-header', `expected an assigned header, got ${header}`)
}

function isHex(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const isDigit = code >= 48 && code <= 57
    if (!isDigit && !(code >= 65 && code <= 70)) return false
  }
  return true
}

/** Bytes that are all printable ASCII, at least four: somebody wrote words into the EPC bank. */
function isPrintable(text: string): boolean {
  if (text.length < 8 || text.length % 2 !== 0) return false
  for (let index = 0; index < text.length; index += 2) {
    const byte = Number.parseInt(text.slice(index, index + 2), 16)
    if (byte < 0x20 || byte > 0x7e) return false
  }
  return true
}
