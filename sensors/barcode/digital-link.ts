import type { Element } from './facts.ts'

/**
 * GS1 Digital Link URI (uncompressed) to elements: a key and its qualifiers in the path, other
 * identifiers in the query. Nobody follows the link; its host says nothing about the goods.
 */
export function readDigitalLink(uri: string): readonly Element[] | null {
  const match = /^https?:\/\/[^/?#]+(\/[^?#]*)(?:\?([^#]*))?/i.exec(uri)
  if (!match) return null
  const path = (match[1] ?? '').split('/').slice(1)
  const start = path.findIndex((name, index) => KEYS.test(aiOf(name)) && index + 1 < path.length)
  if (start < 0) return null
  const elements: Element[] = []
  for (let at = start; at + 1 < path.length; at += 2) {
    const element = elementOf(path[at] ?? '', path[at + 1] ?? '')
    if (element === null) return null
    elements.push(element)
  }
  for (const pair of (match[2] ?? '').split(/[&;]/).slice(0, QUERY_MAX)) {
    const [name = '', value = ''] = pair.split('=', 2)
    const element = /^\d{2,4}$/.test(aiOf(name)) ? elementOf(name, value) : null
    if (element !== null) elements.push(element)
  }
  return elements
}

const KEYS = /^(00|01|253|255|414|417|8003|8004|8006|8010|8013|8017|8018)$/
const QUERY_MAX = 50
/** Names that early links used instead of numbers. */
const NAMES: Readonly<Record<string, string>> = {
  gtin: '01',
  cpv: '22',
  lot: '10',
  ser: '21',
  sscc: '00',
  exp: '17',
}
const aiOf = (name: string) => NAMES[name.toLowerCase()] ?? name

function elementOf(name: string, raw: string): Element | null {
  const ai = aiOf(name)
  if (!/^\d{2,4}$/.test(ai) || raw === '') return null
  try {
    const value = decodeURIComponent(raw)
    // A GTIN in a link may be as short as its barcode.
    return { ai, value: ai === '01' && /^\d{8,14}$/.test(value) ? value.padStart(14, '0') : value }
  } catch {
    return null
  }
}
