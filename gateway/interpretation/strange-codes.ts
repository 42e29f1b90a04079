import { forget, remember } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { kept, type Meaning, type Scanned } from './scan-parts.ts'

/**
 * Barcodes that no master knows: shown once, counted from then on, and told again when their
 * master arrives.
 */

/** A box of somebody else's goods must not fill the store. */
const CODES_MAX = 5_000
const KEPT_MS = 30 * 86_400_000

export function strangeCode(
  facts: Facts,
  scanned: Scanned,
  place: string,
  gtin14: string | null,
): Meaning {
  const { device, atMs, scan, times } = scanned
  const key = `${gtin14 ?? scan.text.slice(0, KEY_CHARS_MAX)}/${place}`
  const known = facts.recall('strange-code', key)
  if (known) {
    const next = { ...known, scan, device, scans: known.scans + times, lastAtMs: atMs }
    return { conclusions: [remember('strange-code', key, next)] }
  }
  const what = gtin14 === null ? JSON.stringify(scan.text.slice(0, 60)) : `GTIN ${gtin14}`
  const shown = kept(
    scanned,
    place,
    'unknown-barcode',
    `expected goods of the masters at ${place}, got ${what}`,
  )
  const isFull = facts.recallAll('strange-code', '').length >= CODES_MAX
  const first = { scan, gtin14, device, scans: times, firstAtMs: atMs, lastAtMs: atMs }
  return {
    conclusions: isFull
      ? shown.conclusions
      : [...shown.conclusions, remember('strange-code', key, first)],
  }
}

/** Beginnings tell codes apart well enough; whole web pages do not become keys. */
const KEY_CHARS_MAX = 100

/** Scans of goods whose master has come, in the order they were made last. */
export function codesKnownByNow(
  facts: Facts,
): { readonly scanned: Scanned; readonly forgotten: Conclusion }[] {
  return facts
    .recallAll('strange-code', '')
    .filter(([, { gtin14 }]) => gtin14 !== null && isKnown(facts, gtin14))
    .sort(([, a], [, b]) => a.lastAtMs - b.lastAtMs)
    .map(([key, { scan, device, scans, lastAtMs }]) => ({
      scanned: { device, atMs: lastAtMs, scan, id: null, times: scans },
      forgotten: forget('strange-code', key),
    }))
}

function isKnown(facts: Facts, gtin14: string): boolean {
  return facts.skuByGtin(gtin14) !== null || facts.recall('pack', gtin14) !== undefined
}

/** Nobody has made them known in a month: they belong to somebody else. */
export function oldCodes(facts: Facts): Conclusion[] {
  return facts
    .recallAll('strange-code', '')
    .filter(([, { lastAtMs }]) => facts.nowMs - lastAtMs > KEPT_MS)
    .map(([key]) => forget('strange-code', key))
}
