import { checkDigit } from './gtin.ts'

/**
 * EPC Tag Data Standard 2.3: what the bits of a tag say. SGTIN is read in full, every other
 * scheme is classed by its header (table 14-1), and what breaks its own structure is refused:
 * a look-alike must never become stock.
 */
export type Epc =
  | {
      readonly ok: true
      readonly scheme: 'sgtin-96' | 'sgtin-198'
      readonly filter: number
      readonly gtin14: string
      readonly serial: string
      readonly companyPrefix: string
      /** Pure identity URI, TDS 6.3.1. */
      readonly uri: string
    }
  | { readonly ok: true; readonly scheme: 'other'; readonly header: number; readonly name: string }
  | {
      readonly ok: false
      readonly code:
        | 'not-hex'
        | 'cut-short'
        | 'bad-length'
        | 'unprogrammed'
        | 'tid-look-alike'
        | 'unknown-header'
        | 'bad-partition'
        | 'field-overflow'
        | 'bad-tail'
        | 'bad-serial'
      readonly message: string
    }

/** Company prefix digits and bits, item digits and bits, by partition value; TDS table 14-2. */
const PARTITIONS = [
  { companyDigits: 12, companyBits: 40, itemDigits: 1, itemBits: 4 },
  { companyDigits: 11, companyBits: 37, itemDigits: 2, itemBits: 7 },
  { companyDigits: 10, companyBits: 34, itemDigits: 3, itemBits: 10 },
  { companyDigits: 9, companyBits: 30, itemDigits: 4, itemBits: 14 },
  { companyDigits: 8, companyBits: 27, itemDigits: 5, itemBits: 17 },
  { companyDigits: 7, companyBits: 24, itemDigits: 6, itemBits: 20 },
  { companyDigits: 6, companyBits: 20, itemDigits: 7, itemBits: 24 },
] as const

const SGTIN_96 = 0x30
const SGTIN_198 = 0x36
const SERIAL_BITS_96 = 38n
/** Headers of the other schemes a store may meet; TDS table 14-1. */
const OTHERS: Readonly<Record<number, string>> = {
  44: 'gdti-96',
  45: 'gsrn-96',
  46: 'gsrnp-96',
  47: 'usdod-96',
  49: 'sscc-96',
  50: 'sgln-96',
  51: 'grai-96',
  52: 'giai-96',
  53: 'gid-96',
  55: 'grai-170',
  56: 'giai-202',
  57: 'sgln-195',
  59: 'adi-var',
  60: 'cpi-96',
  61: 'cpi-var',
  62: 'gdti-174',
  63: 'sgcn-96',
  64: 'itip-110',
  65: 'itip-212',
  247: 'sgtin+',
  249: 'sscc+',
  253: 'sgtin++',
}

/** Decodes the whole EPC field, hexadecimal in either case. Never throws. */
export function decodeEpc(hex: string): Epc {
  const text = hex.toUpperCase()
  if (text.length === 0) return refused('cut-short', 'expected an EPC, got nothing')
  if (!isHex(text)) return refused('not-hex', `expected hexadecimal digits, got "${show(hex)}"`)
  if (text.length % 2 !== 0)
    return refused('bad-length', `expected whole bytes, got ${text.length} hex digits`)
  const header = Number.parseInt(text.slice(0, 2), 16)
  switch (header) {
    case SGTIN_96:
      return decodeSgtin(text, 'sgtin-96')
    case SGTIN_198:
      return decodeSgtin(text, 'sgtin-198')
    case 0x00:
      return refused('unprogrammed', 'expected a written EPC, got header 00')
    case 0xe2:
      return refused('tid-look-alike', 'expected an EPC, got header E2: a TID or a blank chip')
    default: {
      const name = OTHERS[header]
      return name
        ? { ok: true, scheme: 'other', header, name }
        : refused('unknown-header', `expected an assigned header, got ${text.slice(0, 2)}`)
    }
  }
}

/** What encodes into an SGTIN-96: the serial is a number below 2^38 without leading zeros. */
export interface Sgtin96 {
  readonly gtin14: string
  readonly serial: string
  /** 6 to 12: how many of the GTIN's digits are the company's. */
  readonly companyPrefixDigits: number
  readonly filter: number
}

/** Upper-case hex of the 96 bits. Throws on what cannot be encoded: the caller made it up. */
export function encodeSgtin96({ gtin14, serial, companyPrefixDigits, filter }: Sgtin96): string {
  const partition = 12 - companyPrefixDigits
  const table = PARTITIONS[partition]
  const number = BigInt(serial)
  if (!table || number >= 1n << SERIAL_BITS_96 || filter < 0 || filter > 7)
    throw new RangeError(`cannot encode ${gtin14}/${serial} as SGTIN-96`)
  const company = BigInt(gtin14.slice(1, 1 + companyPrefixDigits))
  const item = BigInt(`${gtin14[0]}${gtin14.slice(1 + companyPrefixDigits, 13)}`)
  let bits = BigInt(SGTIN_96)
  bits = (bits << 3n) | BigInt(filter)
  bits = (bits << 3n) | BigInt(partition)
  bits = (bits << BigInt(table.companyBits)) | company
  bits = (bits << BigInt(table.itemBits)) | item
  bits = (bits << SERIAL_BITS_96) | number
  return bits.toString(16).toUpperCase().padStart(24, '0')
}

function decodeSgtin(text: string, scheme: 'sgtin-96' | 'sgtin-198'): Epc {
  const bitsNeeded = scheme === 'sgtin-96' ? 96 : 198
  const bitsGiven = text.length * 4
  if (bitsGiven < bitsNeeded)
    return refused('cut-short', `expected ${bitsNeeded} bits for ${scheme}, got ${bitsGiven}`)
  const all = BigInt(`0x${text}`)
  const spare = BigInt(bitsGiven - bitsNeeded)
  if (spare > 0n && (all & ((1n << spare) - 1n)) !== 0n)
    return refused('bad-tail', `expected zeros after the ${bitsNeeded} bits of ${scheme}`)
  const bits = all >> spare
  const tailBits = scheme === 'sgtin-96' ? SERIAL_BITS_96 : 140n
  // Header 8, filter 3, partition 3, company and item 44 in all, then the serial.
  const head = Number(bits >> (tailBits + 44n)) & 0x3f
  const filter = head >> 3
  const partition = head & 7
  const table = PARTITIONS[partition]
  if (!table) return refused('bad-partition', `expected partition 0 to 6, got ${partition}`)
  const middle = Number((bits >> tailBits) & 0xfffffffffffn)
  const itemSpan = 2 ** table.itemBits
  const companyNumber = Math.floor(middle / itemSpan)
  const itemNumber = middle % itemSpan
  if (companyNumber >= 10 ** table.companyDigits || itemNumber >= 10 ** table.itemDigits)
    return refused('field-overflow', `expected decimal fields of partition ${partition}`)
  const tail = bits & ((1n << tailBits) - 1n)
  const serial = scheme === 'sgtin-96' ? tail.toString() : textSerial(tail)
  if (serial === null)
    return refused('bad-serial', 'expected GS1 characters up to the first zero, then only zeros')
  const companyPrefix = String(companyNumber).padStart(table.companyDigits, '0')
  const item = String(itemNumber).padStart(table.itemDigits, '0')
  const digits = `${item[0]}${companyPrefix}${item.slice(1)}`
  const uri = `urn:epc:id:sgtin:${companyPrefix}.${item}.${escapeUri(serial)}`
  return {
    ok: true,
    scheme,
    filter,
    gtin14: digits + checkDigit(digits),
    serial,
    companyPrefix,
    uri,
  }
}

/** Twenty 7-bit characters of the GS1 set 82 (TDS annex A), ended by zeros; null when broken. */
function textSerial(tail: bigint): string | null {
  let serial = ''
  let ended = false
  for (let shift = 133n; shift >= 0n; shift -= 7n) {
    const code = Number((tail >> shift) & 0x7fn)
    if (code === 0) ended = true
    else if (ended || !/[!"%-?A-Z_a-z]/.test(String.fromCharCode(code))) return null
    else serial += String.fromCharCode(code)
  }
  return serial === '' ? null : serial
}

const escapeUri = (serial: string) =>
  serial.replace(/["%&/<>?]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

function isHex(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const isDigit = code >= 48 && code <= 57
    if (!isDigit && !(code >= 65 && code <= 70)) return false
  }
  return true
}

const show = (text: string) => text.slice(0, 40)

function refused(code: Extract<Epc, { ok: false }>['code'], message: string): Epc {
  return { ok: false, code, message }
}
