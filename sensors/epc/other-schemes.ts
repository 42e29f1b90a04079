import { bitsAt, decimalAt, isZeroFrom } from './bits.ts'
import { COMPANY } from './classic-schemes.ts'
import { identityOf } from './key.ts'
import { type Epc, type EpcRefusal, refusedEpc } from './result.ts'
import { escapeUrn, text6At, text7At } from './text.ts'

/** Classic schemes that fit no partition line: GIAI-202, CPI-var, GID, USDoD, ADI; TDS 14.6. */

type Head = {
  readonly filter: number
  readonly company: string
  readonly partition: number
  readonly at: number
}

/** GIAI-202: reference bits by partition; its characters are 18 at partition 0 and one more each. */
const GIAI_202_BITS = [148, 151, 154, 158, 161, 164, 168]
const CPI_CHARS_AT_0 = 18

export function decodeGiai202(hex: string): Epc {
  const head = headOf(hex, 202, 'giai-202')
  if ('ok' in head) return head
  const bits = GIAI_202_BITS[head.partition] ?? 0
  const room = Math.floor(bits / 7)
  const reference = text7At(hex, head.at, room)
  if (reference === null || reference.length > 18 + head.partition)
    return refusedEpc('bad-serial', 'expected GS1 characters up to the first zero, then only zeros')
  if (!isZeroFrom(hex, head.at + 7 * room))
    return refusedEpc('bad-tail', 'expected zeros after the reference of giai-202')
  const { filter, company: companyPrefix } = head
  return identityOf({
    ...PLAIN,
    scheme: 'giai-202',
    keyName: 'giai',
    filter,
    companyPrefix,
    key: companyPrefix + reference,
    serial: null,
    urn: `urn:epc:id:giai:${companyPrefix}.${escapeUrn(reference)}`,
  })
}

export function decodeCpiVar(hex: string): Epc {
  const head = headOf(hex, 80, 'cpi-var')
  if ('ok' in head) return head
  const part = text6At(hex, head.at, CPI_CHARS_AT_0 + head.partition)
  if (part === null || part.text === '')
    return refusedEpc('bad-serial', 'expected a part reference of GS1 characters ended by a zero')
  const end = part.end + 40
  if (hex.length * 4 < end) return refusedEpc('cut-short', `expected ${end} bits for cpi-var`)
  if (!isZeroFrom(hex, end))
    return refusedEpc('bad-tail', 'expected zeros after the serial of cpi-var')
  const serial = String(bitsAt(hex, part.end, 40))
  const { filter, company: companyPrefix } = head
  return identityOf({
    ...PLAIN,
    scheme: 'cpi-var',
    keyName: 'cpi',
    filter,
    companyPrefix,
    key: companyPrefix + part.text,
    serial,
    urn: `urn:epc:id:cpi:${companyPrefix}.${escapeUrn(part.text)}.${serial}`,
  })
}

export function decodeGid(hex: string): Epc {
  const short = tooShort(hex, 96, 'gid-96')
  if (short) return short
  if (!isZeroFrom(hex, 96))
    return refusedEpc('bad-tail', 'expected zeros after the 96 bits of gid-96')
  const [manager, object, serial] = [
    bitsAt(hex, 8, 28),
    bitsAt(hex, 36, 24),
    decimalAt(hex, 60, 36),
  ]
  return identityOf({
    ...PLAIN,
    scheme: 'gid-96',
    keyName: 'gid',
    filter: null,
    companyPrefix: null,
    key: `${manager}.${object}`,
    serial,
    urn: `urn:epc:id:gid:${manager}.${object}.${serial}`,
  })
}

export function decodeUsdod(hex: string): Epc {
  const short = tooShort(hex, 96, 'usdod-96')
  if (short) return short
  if (!isZeroFrom(hex, 96))
    return refusedEpc('bad-tail', 'expected zeros after the 96 bits of usdod-96')
  const marks = [0, 1, 2, 3, 4, 5].map((index) =>
    String.fromCharCode(bitsAt(hex, 12 + 8 * index, 8)),
  )
  const code = marks.join('').replace(/^ /, '')
  if (!CAGE.test(code)) return refusedEpc('bad-serial', 'expected a CAGE code or DoDAAC')
  const serial = decimalAt(hex, 60, 36)
  return identityOf({
    ...PLAIN,
    scheme: 'usdod-96',
    keyName: 'usdod',
    filter: bitsAt(hex, 8, 4),
    companyPrefix: null,
    key: code,
    serial,
    urn: `urn:epc:id:usdod:${code}.${serial}`,
  })
}

/** Five or six capitals and digits without I and O. */
export const CAGE = /^[0-9A-HJ-NP-Z]{5,6}$/
export const ADI_PART_CHARS = 32
export const ADI_SERIAL_CHARS = 30

export function decodeAdi(hex: string): Epc {
  const short = tooShort(hex, 62, 'adi-var')
  if (short) return short
  const marks = [0, 1, 2, 3, 4, 5].map((index) => bitsAt(hex, 14 + 6 * index, 6))
  const code = marks
    .map((six) => String.fromCharCode(six < 32 ? six + 64 : six))
    .join('')
    .replace(/^ /, '')
  if (!CAGE.test(code)) return refusedEpc('bad-serial', 'expected a CAGE code or DoDAAC')
  const part = text6At(hex, 50, ADI_PART_CHARS)
  const serial = part && text6At(hex, part.end, ADI_SERIAL_CHARS)
  if (
    !part ||
    !serial ||
    serial.text === '' ||
    part.text.includes('#') ||
    serial.text.lastIndexOf('#') > 0
  )
    return refusedEpc('bad-serial', 'expected part number and serial, each ended by a zero')
  if (!isZeroFrom(hex, serial.end))
    return refusedEpc('bad-tail', 'expected zeros after the serial of adi-var')
  return identityOf({
    ...PLAIN,
    scheme: 'adi-var',
    keyName: 'adi',
    filter: bitsAt(hex, 8, 6),
    companyPrefix: null,
    key: `${code}.${part.text}`,
    serial: serial.text,
    urn: `urn:epc:id:adi:${code}.${escapeUrn(part.text)}.${escapeUrn(serial.text)}`,
  })
}

const PLAIN = { elements: [], host: null } as const

function tooShort(hex: string, bits: number, scheme: string): EpcRefusal | null {
  const given = hex.length * 4
  return given < bits
    ? refusedEpc('cut-short', `expected ${bits} bits for ${scheme}, got ${given}`)
    : null
}

function headOf(hex: string, bits: number, scheme: string): Head | EpcRefusal {
  const short = tooShort(hex, bits, scheme)
  if (short) return short
  const partition = bitsAt(hex, 11, 3)
  const company = COMPANY[partition]
  if (!company) return refusedEpc('bad-partition', `expected partition 0 to 6, got ${partition}`)
  const number = bitsAt(hex, 14, company.bits)
  if (number >= 10 ** company.digits)
    return refusedEpc('field-overflow', `expected decimal fields of partition ${partition}`)
  return {
    filter: bitsAt(hex, 8, 3),
    company: String(number).padStart(company.digits, '0'),
    partition,
    at: 14 + company.bits,
  }
}
