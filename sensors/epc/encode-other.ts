import { bitsOf, hexOfBits } from './bits.ts'
import { COMPANY } from './classic-schemes.ts'
import { cannotEncode, type EncodedEpc } from './encode.ts'
import { ADI_PART_CHARS, ADI_SERIAL_CHARS, CAGE } from './other-schemes.ts'
import { bits6Of, bits7Of, isSet39, isSet82 } from './text.ts'

/** GIAI-202, CPI-var, GID, USDoD and ADI from the fields of their URN. */
export function encodeOther(name: string, fields: readonly string[], filter: number): EncodedEpc {
  const bits = bitsFor(name, fields, filter)
  if (bits === undefined)
    return cannotEncode(
      'unknown-scheme',
      `expected a scheme of TDS 2.3, got "${name.slice(0, 20)}"`,
    )
  if (bits === null)
    return cannotEncode(
      'bad-field',
      `expected fields that fit ${name}, got "${fields.join('.').slice(0, 60)}"`,
    )
  return { ok: true, ...bits }
}

type Bits = {
  readonly scheme: 'giai-202' | 'cpi-var' | 'gid-96' | 'usdod-96' | 'adi-var'
  readonly hex: string
}

function bitsFor(name: string, fields: readonly string[], filter: number): Bits | null | undefined {
  switch (name) {
    case 'giai':
    case 'giai-202':
      return made('giai-202', giai202(fields, filter))
    case 'cpi':
    case 'cpi-var':
      return made('cpi-var', cpiVar(fields, filter))
    case 'gid':
    case 'gid-96':
      return made('gid-96', gid(fields))
    case 'usdod':
    case 'usdod-96':
      return made('usdod-96', usdod(fields, filter))
    case 'adi':
    case 'adi-var':
      return made('adi-var', adi(fields, filter))
    default:
      return undefined
  }
}

const made = (scheme: Bits['scheme'], bits: string | null): Bits | null =>
  bits === null ? null : { scheme, hex: hexOfBits(bits) }

function head(header: number, company: string, filter: number): string | null {
  const partition = 12 - company.length
  const table = COMPANY[partition]
  if (!table || !/^\d+$/.test(company) || filter > 7) return null
  return (
    bitsOf(header, 8) +
    bitsOf(filter, 3) +
    bitsOf(partition, 3) +
    bitsOf(BigInt(company), table.bits)
  )
}

function giai202(
  [company = '', reference = '', ...rest]: readonly string[],
  filter: number,
): string | null {
  const start = head(0x38, company, filter)
  const chars = 30 - company.length
  const good =
    reference !== '' && reference.length <= chars && isSet82(reference) && rest.length === 0
  return start === null || !good ? null : (start + bits7Of(reference, 0)).padEnd(202, '0')
}

function cpiVar(
  [company = '', part = '', serial = '', ...rest]: readonly string[],
  filter: number,
): string | null {
  const start = head(0x3d, company, filter)
  const good =
    part !== '' && part.length <= 30 - company.length && isSet39(part) && rest.length === 0
  const number = numberBits(serial, 40)
  return start === null || !good || number === null
    ? null
    : `${start + bits6Of(part)}000000${number}`
}

function gid([manager = '', object = '', serial = '', ...rest]: readonly string[]): string | null {
  const parts = [numberBits(manager, 28), numberBits(object, 24), numberBits(serial, 36)]
  return rest.length > 0 || parts.includes(null) ? null : bitsOf(0x35, 8) + parts.join('')
}

function usdod(
  [code = '', serial = '', ...rest]: readonly string[],
  filter: number,
): string | null {
  const number = numberBits(serial, 36)
  if (!CAGE.test(code) || number === null || rest.length > 0 || filter > 15) return null
  const marks = Array.from(code.padStart(6, ' '), (mark) => bitsOf(mark.charCodeAt(0), 8)).join('')
  return bitsOf(0x2f, 8) + bitsOf(filter, 4) + marks + number
}

function adi(
  [code = '', part = '', serial = '', ...rest]: readonly string[],
  filter: number,
): string | null {
  const goodPart = part.length <= ADI_PART_CHARS && isSet39(part) && !part.includes('#')
  const goodSerial =
    serial !== '' &&
    serial.length <= ADI_SERIAL_CHARS &&
    isSet39(serial) &&
    serial.lastIndexOf('#') <= 0
  if (!CAGE.test(code) || !goodPart || !goodSerial || rest.length > 0 || filter > 63) return null
  const marks = bits6Of(code.padStart(6, ' '))
  return `${bitsOf(0x3b, 8)}${bitsOf(filter, 6)}${marks}${bits6Of(part)}000000${bits6Of(serial)}000000`
}

function numberBits(text: string, bits: number): string | null {
  const number = /^(0|[1-9]\d{0,12})$/.test(text) ? BigInt(text) : -1n
  return number >= 0n && number < 1n << BigInt(bits) ? bitsOf(number, bits) : null
}
