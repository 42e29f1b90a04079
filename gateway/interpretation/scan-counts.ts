import { formatQuantity } from '../../ledger-core/index.ts'
import type { Told } from '../documents/business-command.ts'
import { forget, headerOf, post, remember } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import type { OpenCount } from './facts.ts'
import type { MeasuredGoods } from './scan-measure.ts'
import { kept, type Meaning, type Scanned, type ScanPlace } from './scan-parts.ts'
import type { Fed } from './session-memory.ts'

/**
 * Scans fill the lines of a blind count sheet. They stand beside the sheet until somebody approves
 * it: only then are they told to the books, as counted by the scanner, so that whoever scanned
 * cannot have approved with the same beep.
 */

/** Null where no sheet at the scanner's place is about these goods. */
export function feedCount(
  facts: Facts,
  { place, location }: ScanPlace,
  scanned: Scanned,
  { sku: { sku, name }, units, serial, gtin14 }: MeasuredGoods,
): Meaning | null {
  const sheets = facts.openCounts(location)
  const listing = sheets.filter((sheet) => takes(facts, sheet, location, sku))
  const [sheet, ...others] = listing
  if (sheet === undefined) return null
  if (others.length > 0) {
    const names = listing.map(({ count }) => count).join(', ')
    const message = `expected one count sheet at ${location} for ${name}, got ${names}`
    return kept(scanned, place, 'scan-ambiguous', message)
  }
  const { count } = sheet
  const key = `${count}/${sku}`
  const { device, atMs } = scanned
  const before = facts.recall('counted', key) ?? freshLine(facts, device, atMs)
  const unit = serial === null ? null : `${gtin14}/${serial}`
  if (unit !== null && before.serials.includes(unit)) {
    const message = `expected each serial once in ${count}, got ${serial} of ${name} again`
    return kept(scanned, place, 'scan-repeated', message)
  }
  const next = {
    ...before,
    device,
    units: (BigInt(before.units) + units).toString(),
    scans: before.scans + 1,
    serials: unit === null ? before.serials : [...before.serials, unit],
    lastAtMs: atMs,
  }
  return {
    conclusions: [remember('counted', key, next)],
    fed: { to: 'count', count, sku, units: units.toString(), serial: unit },
  }
}

function freshLine(facts: Facts, device: string, atMs: number): Memory['counted'] {
  const atSequence = facts.sequenceAt(facts.nowMs)
  return { units: '0', scans: 0, serials: [], device, firstAtMs: atMs, lastAtMs: atMs, atSequence }
}

/**
 * A line that nobody has counted by hand takes scans. Goods that the sheet does not list join it
 * only where the books hold none of them: else the sheet was made for other goods.
 */
function takes(facts: Facts, { count, lines }: OpenCount, location: string, sku: string): boolean {
  const line = lines.find((one) => one.sku === sku)
  if (line) return !line.isCounted
  const isScannedSheet = lines.some(({ isCounted }) => !isCounted)
  const isOnIt = facts.recall('counted', `${count}/${sku}`) !== undefined
  return isOnIt || (isScannedSheet && facts.quantityAt(sku, location) === 0n)
}

/** Null where the sheet is closed or the line is counted by hand since. */
export function takeBackCounted(
  facts: Facts,
  { count, sku, units, serial }: Extract<Fed, { to: 'count' }>,
): Conclusion[] | null {
  const key = `${count}/${sku}`
  const line = facts.recall('counted', key)
  if (line === undefined) return null
  if (line.scans <= 1) return [forget('counted', key)]
  const left = {
    ...line,
    units: (BigInt(line.units) - BigInt(units)).toString(),
    scans: line.scans - 1,
    serials: line.serials.filter((one) => one !== serial),
  }
  return [remember('counted', key, left)]
}

/** What was scanned for a sheet is told to the books with its approval, before it. */
export function withScannedLines(
  facts: Facts,
  told: Told,
  command: readonly Conclusion[],
): Conclusion[] {
  switch (told.kind) {
    case 'approve-count':
      return [...scannedLines(facts, told.count), ...command]
    case 'cancel-count':
      return [...command, ...forgotten(facts, told.count)]
    case 'record-count':
      // Counted by hand: that is what was counted.
      return [...command, forget('counted', `${told.count}/${told.sku}`)]
    default:
      return [...command]
  }
}

function scannedLines(facts: Facts, count: string): Conclusion[] {
  const location = facts.locationOfCount(count)
  if (location === null) return []
  const posts = linesOf(facts, count).map(([key, line]) => {
    const sku = key.slice(count.length + 1)
    const scale = facts.sku(sku)?.quantityScale ?? 0
    const { device, firstAtMs, atSequence, units, scans } = line
    const header = headerOf(facts, {
      sourceKey: `count:${count}/scanned/${sku}`,
      input: { count, sku, line },
      atMs: firstAtMs,
      atSource: 'gateway',
      actor: device,
      evidence: [
        {
          kind: 'document',
          from: device,
          atMs: line.lastAtMs,
          summary: `${device} scanned ${formatQuantity(BigInt(units), scale)} of ${sku} on ${location} in ${scans} scans`,
          body: { count, sku, scans },
        },
      ],
    })
    const counted = { count, sku, location, quantity: BigInt(units), countedAtMs: firstAtMs }
    return post({ ...header, kind: 'record-count', ...counted, atSequence })
  })
  return [...posts, ...forgotten(facts, count)]
}

function forgotten(facts: Facts, count: string): Conclusion[] {
  return linesOf(facts, count).map(([key]) => forget('counted', key))
}

const linesOf = (facts: Facts, count: string) => facts.recallAll('counted', `${count}/`)
