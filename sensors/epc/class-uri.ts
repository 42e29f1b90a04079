import { readDigitalLink } from '../barcode/digital-link.ts'
import { checkDigit, normaliseGtin } from '../gtin.ts'

/**
 * GTIN-14 of a class of items as EPCIS quantity lists name it (TDS 6.3.2, CBV 8.3): a lot
 * (`urn:epc:class:lgtin:`), a pattern (`urn:epc:idpat:sgtin:`) or a Digital Link. Null for others.
 */
export function gtinOfClass(uri: string): string | null {
  const urn =
    /^urn:epc:(?:class:lgtin|idpat:sgtin|idpat:lgtin):(\d{6,12})\.(\d{1,7})\.[^.]+$/i.exec(
      uri.slice(0, URI_CHARS_MAX),
    )
  if (urn) {
    const [, prefix = '', reference = ''] = urn
    const digits = `${reference.slice(0, 1)}${prefix}${reference.slice(1)}`
    return digits.length === 13 ? `${digits}${checkDigit(digits)}` : null
  }
  const key = readDigitalLink(uri.slice(0, URI_CHARS_MAX))?.find(({ ai }) => ai === '01')
  const gtin = key === undefined ? null : normaliseGtin(key.value)
  return typeof gtin === 'string' ? gtin : null
}

/** No class of items needs more. */
const URI_CHARS_MAX = 300
