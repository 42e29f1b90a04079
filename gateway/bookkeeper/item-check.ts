import { tagOf } from '../interpretation/index.ts'

/** Two generations of these: more than a site's readers hear in a while, some ten megabytes. */
const EPCS_KEPT = 50_000

/**
 * Whether an EPC names an item. A reader tells of the same tags all day, and taking an EPC apart
 * costs more than what its read changes. An EPC that was heard of late is in one of two
 * generations; the older one is dropped whole when the younger is full.
 */
export function createItemCheck(kept = EPCS_KEPT): (epc: string) => boolean {
  let young = new Map<string, boolean>()
  let old = new Map<string, boolean>()
  return (epc) => {
    const known = young.get(epc)
    if (known !== undefined) return known
    const isItem = old.get(epc) ?? tagOf(epc) !== null
    if (young.size >= kept) {
      old = young
      young = new Map()
    }
    young.set(epc, isItem)
    return isItem
  }
}
