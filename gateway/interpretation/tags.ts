import type { Sku } from '../../ledger-core/index.ts'
import { decodeEpc } from '../../sensors/index.ts'
import { remember } from './commands.ts'
import type { Conclusion, Facts, Tag } from './conclusion.ts'

/** One item for ever: GTIN-14 and serial, however its EPC is packed (GS1 TDS, SGTIN). */
export function tagKey({ gtin14, serial }: { gtin14: string; serial: string }): string {
  return `${gtin14}/${serial}`
}

/** GTIN and serial of a tag that is an item; null for everything else that answers a reader. */
export function tagOf(epc: string): Tag | null {
  const decoded = decodeEpc(epc)
  if (!decoded.ok || decoded.kind !== 'item') return null
  return { epc, gtin14: decoded.gtin14, serial: decoded.serial }
}

/** A pallet's or a parcel's own tag: no stock, but it says what came in. */
export function isContainerTag(epc: string): boolean {
  const decoded = decodeEpc(epc)
  return decoded.ok && decoded.keyName === 'sscc'
}

/** In the books, announced, packed in something, or a container that papers name. */
export function isHeardOf(facts: Facts, epc: string): boolean {
  if (facts.recall('announced', epc) !== undefined) return true
  const decoded = decodeEpc(epc)
  if (!decoded.ok) return false
  if (decoded.keyName === 'sscc')
    return facts.recall('container', `sscc/${decoded.key}`) !== undefined
  if (decoded.kind !== 'item') return false
  const key = tagKey(decoded)
  return (['tag', 'packed', 'container'] as const).some(
    (kind) => facts.recall(kind, key) !== undefined,
  )
}

/** Places a tag can be that are not ours: nothing is taken from there. */
const ELSEWHERE = new Set(['customer', 'shrinkage', 'supplier', 'found'])

export function isOurs(location: string): boolean {
  return !ELSEWHERE.has(location)
}

/** Remembers where our last movement put a tag. Evidence, never an addend. */
export function placed(
  tag: Tag,
  { sku }: Pick<Sku, 'sku'>,
  location: string,
  sinceMs: number,
): Conclusion {
  return remember('tag', tagKey(tag), { sku, location, sinceMs, epc: tag.epc })
}
