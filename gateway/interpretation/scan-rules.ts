import { remember } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { scannedContainer } from './scan-containers.ts'
import { feedCount, takeBackCounted } from './scan-counts.ts'
import { unitsOfScan } from './scan-measure.ts'
import { type GoodScan, kept, type Meaning, type Scanned, type ScanPlace } from './scan-parts.ts'
import { scannedGoods, takeBackReceived } from './scan-receiving.ts'
import type { Fed } from './session-memory.ts'
import { strangeCode } from './strange-codes.ts'

/** Readers send a message again within seconds; more names than these are not kept. */
const RECENT_MAX = 64
/** A person sees at once that a scan was wrong; further back a count is made anew. */
const FED_MAX = 20
/** Scanners that have been quiet this long are forgotten with what could be taken back. */
const KEPT_MS = 7 * 86_400_000
/** A code that staff print and stick beside the scanner: takes the last scan back. */
const UNDO = 'TALLYGATE:UNDO'

const NEW_SCANNER: Memory['scanner'] = {
  number: 0,
  recent: [],
  delivery: null,
  deliveryAtMs: 0,
  fed: [],
}

/**
 * What a scan means follows from where its scanner stands. At a receiving door it feeds the
 * receiving session; at a place that is being counted it feeds the blind count sheet. It never
 * books: a person confirms the session and approves the count. A scan that feeds nothing is kept
 * with its reason.
 */
export function interpretScan(facts: Facts, scanned: Scanned): Conclusion[] {
  const { device, id, atMs, scan } = scanned
  const before = facts.recall('scanner', device) ?? NEW_SCANNER
  if (id !== null && before.recent.includes(id)) return []
  const recent = id === null ? before.recent : [...before.recent, id].slice(-RECENT_MAX)
  const scanner = { ...before, number: before.number + 1, recent }
  if (scan.text.trim().toUpperCase() === UNDO) return undoLast(facts, device, scanner, atMs)
  const at = placeOf(facts, device)
  const { conclusions, fed, delivery } =
    at === null
      ? kept(scanned, '', 'scan-unplaced', unplaced(scanned))
      : meaningOf(facts, at, scanned, focusOf(scanner, atMs))
  const noted = fed && { ...fed, number: scanner.number, text: scan.text, atMs }
  const focus = delivery === undefined ? {} : { delivery, deliveryAtMs: atMs }
  const list = noted ? [...scanner.fed, noted].slice(-FED_MAX) : scanner.fed
  return [...conclusions, remember('scanner', device, { ...scanner, ...focus, fed: list })]
}

/** A person says that the scanner's last scan was a mistake, on paper or by the undo code. */
export function interpretUndo(facts: Facts, device: string, atMs: number): Conclusion[] {
  return undoLast(facts, device, facts.recall('scanner', device) ?? NEW_SCANNER, atMs)
}

function unplaced({ device, scan }: Scanned): string {
  const what = 'gtin14' in scan && scan.gtin14 ? `GTIN ${scan.gtin14}` : JSON.stringify(scan.text)
  return `expected scansAt in the configuration of ${device}, got a scan of ${what.slice(0, 100)} at no place`
}

/** Two hours: a delivery is unloaded by then, and the next one begins with its own note. */
const FOCUS_MS = 2 * 3_600_000

function focusOf({ delivery, deliveryAtMs }: Memory['scanner'], atMs: number): string | null {
  return Math.abs(atMs - deliveryAtMs) <= FOCUS_MS ? delivery : null
}

function placeOf(facts: Facts, device: string): ScanPlace | null {
  const place = facts.scanPlace(device)
  if (place === null) return null
  const door = facts.portals.find(({ id }) => id === place)
  const location = door?.inside ?? place
  const isDock = (one: Facts['portals'][number]) =>
    one.role === 'receiving' && (door ? one === door : one.inside === location)
  return { place, location, isReceiving: facts.portals.some(isDock), isDoor: door !== undefined }
}

function meaningOf(facts: Facts, at: ScanPlace, scanned: Scanned, focus: string | null): Meaning {
  const { scan } = scanned
  switch (scan.kind) {
    case 'logistic-unit':
      return scannedContainer(facts, at, scanned, `sscc/${scan.sscc ?? ''}`)
    case 'item':
      return item(facts, at, scanned, scan, focus)
    case 'restricted':
      return goods(facts, at, scanned, focus)
    case 'elements':
      return kept(
        scanned,
        at.place,
        'scan-adds-nothing',
        'expected a GTIN or an SSCC among its elements',
      )
    case 'text': {
      const delivery = facts.recall('delivery', scan.text.trim())
      if (at.isReceiving && delivery && delivery.state !== 'received')
        return { conclusions: [], delivery: scan.text.trim() }
      return strangeCode(facts, scanned, at.place, null)
    }
  }
}

type ItemScan = Extract<GoodScan, { kind: 'item' | 'logistic-unit' | 'elements' }>

/** A case with a number of its own may be one that a paper told of. */
function item(
  facts: Facts,
  at: ScanPlace,
  scanned: Scanned,
  { gtin14 = '', serial }: ItemScan,
  focus: string | null,
): Meaning {
  const id = `${gtin14}/${serial ?? ''}`
  const isContainer = serial !== undefined && facts.recall('container', id) !== undefined
  return at.isReceiving && isContainer
    ? scannedContainer(facts, at, scanned, id)
    : goods(facts, at, scanned, focus)
}

function goods(facts: Facts, at: ScanPlace, scanned: Scanned, focus: string | null): Meaning {
  const measured = unitsOfScan(facts, scanned.scan, scanned.times)
  if (measured.kind === 'unknown') return strangeCode(facts, scanned, at.place, measured.gtin14)
  if (measured.kind === 'unmeasured')
    return kept(scanned, at.place, 'scan-unmeasured', measured.message)
  const counted = at.isDoor ? null : feedCount(facts, at, scanned, measured)
  if (counted !== null) return counted
  if (at.isReceiving) return scannedGoods(facts, at, scanned, measured, focus)
  const message = `expected a count sheet open at ${at.location} that lists ${measured.sku.name}, got none`
  return kept(scanned, at.place, 'scan-no-session', message)
}

function undoLast(
  facts: Facts,
  device: string,
  scanner: Memory['scanner'],
  atMs: number,
): Conclusion[] {
  const last = scanner.fed.at(-1)
  const back = last === undefined ? null : takenBack(facts, last, device, atMs)
  if (back === null) {
    const message = 'expected a scan of this device that can be taken back, got none'
    const what = last?.text ?? ''
    const row = { device, place: '', code: 'scan-nothing-to-undo', message, what, atMs } as const
    return [{ kind: 'set-aside', ...row }, remember('scanner', device, scanner)]
  }
  return [...back, remember('scanner', device, { ...scanner, fed: scanner.fed.slice(0, -1) })]
}

/** Null where it has been booked or signed for since. */
function takenBack(facts: Facts, fed: Fed, device: string, atMs: number): Conclusion[] | null {
  return fed.to === 'count'
    ? takeBackCounted(facts, fed)
    : takeBackReceived(facts, fed, { device, atMs })
}

/** What a quiet scanner could have taken back. */
export function oldScans(facts: Facts): Conclusion[] {
  return facts
    .recallAll('scanner', '')
    .filter(([, { fed, deliveryAtMs }]) => {
      const lastAtMs = Math.max(deliveryAtMs, fed.at(-1)?.atMs ?? 0)
      return lastAtMs > 0 && facts.nowMs - lastAtMs > KEPT_MS
    })
    .map(([device, { number, recent }]) =>
      remember('scanner', device, { ...NEW_SCANNER, number, recent }),
    )
}
