import { bitsAt, decimalAt, isZeroFrom } from './bits.ts'
import { type Classic, COMPANY, referenceDigits } from './classic-schemes.ts'
import { identityOf, keyOf } from './key.ts'
import { type Epc, type EpcRefusal, refusedEpc } from './result.ts'
import { escapeUrn, text7At } from './text.ts'

/** One of the schemes with a company prefix partition, strictly. `hex` is checked upper case. */
export function decodeClassic(hex: string, classic: Classic): Epc {
  const given = hex.length * 4
  if (given < classic.bits)
    return refusedEpc(
      'cut-short',
      `expected ${classic.bits} bits for ${classic.scheme}, got ${given}`,
    )
  const filter = bitsAt(hex, 8, 3)
  const partition = bitsAt(hex, 11, 3)
  const company = COMPANY[partition]
  const referenceBits = classic.reference.bits[partition]
  if (!company || referenceBits === undefined)
    return refusedEpc('bad-partition', `expected partition 0 to 6, got ${partition}`)
  const companyNumber = bitsAt(hex, 14, company.bits)
  const digits = referenceDigits(classic.reference, partition)
  const referenceText = decimalAt(hex, 14 + company.bits, referenceBits)
  if (companyNumber >= 10 ** company.digits || !fits(referenceText, digits))
    return refusedEpc('field-overflow', `expected decimal fields of partition ${partition}`)
  let at = 14 + company.bits + referenceBits
  let pieces = ''
  if (classic.pieces) {
    const [piece, total] = [bitsAt(hex, at, 7), bitsAt(hex, at + 7, 7)]
    if (piece > 99 || total > 99)
      return refusedEpc(
        'field-overflow',
        `expected piece and total below 100, got ${piece} of ${total}`,
      )
    pieces = String(piece).padStart(2, '0') + String(total).padStart(2, '0')
    at += 14
  }
  const serial = tailAt(hex, at, classic)
  if (typeof serial === 'object' && serial !== null) return serial
  if (!isZeroFrom(hex, classic.bits))
    return refusedEpc(
      'bad-tail',
      `expected zeros after the ${classic.bits} bits of ${classic.scheme}`,
    )
  const companyPrefix = String(companyNumber).padStart(company.digits, '0')
  const reference = classic.reference.plain
    ? referenceText
    : digits === 0
      ? ''
      : referenceText.padStart(digits, '0')
  return identityOf({
    scheme: classic.scheme,
    keyName: classic.keyName,
    filter,
    companyPrefix,
    key: keyOf(classic.keyName, companyPrefix, reference) + pieces,
    serial,
    urn: urnOf(classic, companyPrefix, reference, pieces, serial),
    elements: NO_ELEMENTS,
    host: null,
  })
}

const NO_ELEMENTS: readonly never[] = []

/** Below ten to the power of `digits`; no digits leave room for zero only. */
const fits = (text: string, digits: number) => (digits === 0 ? text === '0' : text.length <= digits)

/** The serial, null where there is none, or why the tail is refused. */
function tailAt(hex: string, at: number, { scheme, tail }: Classic): string | null | EpcRefusal {
  switch (tail.kind) {
    case 'none':
      return null
    case 'zeros':
      return bitsAt(hex, at, tail.bits) === 0
        ? null
        : refusedEpc('bad-tail', `expected ${tail.bits} zeros at the end of ${scheme}`)
    case 'integer':
      return String(bitsAt(hex, at, tail.bits))
    case 'digits': {
      const marked = decimalAt(hex, at, tail.bits)
      return marked.startsWith('1') && marked.length > 1
        ? marked.slice(1)
        : refusedEpc('bad-serial', 'expected digits behind a leading 1')
    }
    case 'text':
      return (
        text7At(hex, at, tail.chars) ??
        refusedEpc('bad-serial', 'expected GS1 characters up to the first zero, then only zeros')
      )
  }
}

function urnOf(
  classic: Classic,
  company: string,
  reference: string,
  pieces: string,
  serial: string | null,
): string {
  const name = URN_NAMES[classic.keyName] ?? classic.keyName
  let urn = `urn:epc:id:${name}:${company}.${reference}`
  if (classic.pieces) urn += `.${pieces.slice(0, 2)}.${pieces.slice(2)}`
  return serial === null ? urn : `${urn}.${escapeUrn(serial)}`
}

const URN_NAMES: Readonly<Record<string, string>> = { gtin: 'sgtin', gln: 'sgln' }
