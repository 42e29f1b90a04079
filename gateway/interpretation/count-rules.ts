import type { Evidence, Sku } from '../../ledger-core/index.ts'
import type { DocumentOf } from '../documents/business-event.ts'
import { judgeByCount, judgeBySweep } from './claims.ts'
import { ask, headerOf, moveCommand, oneUnit, post, refuse } from './commands.ts'
import type { Conclusion, Facts, ShelfCount } from './conclusion.ts'
import { isOurs, tagKey, tagOf } from './tags.ts'
import type { Sender } from './till-rules.ts'

/**
 * A sweep with a reader, or the picture of a shelf, is a count sheet filled in by a machine. What
 * equals the books needs nobody; what differs is noted as a count of that SKU and asked about, and
 * the books change when a person approves it, who is never the machine that counted.
 */

interface Sheet {
  readonly facts: Facts
  readonly id: string
  readonly location: string
  readonly atMs: number
  /** Last journal entry when it was counted. */
  readonly atSequence: number
  readonly device: string
  readonly input: unknown
}

/** One SKU as the sheet found it, in whole units. */
interface Found {
  readonly sku: Sku
  readonly seen: bigint
  /** What the books held then, scaled. */
  readonly held: bigint
  /** Thousandths: how much of everything else on the sheet was found where it should be. */
  readonly confidence: number
  /** What the machine has to say about it. */
  readonly detail: string
}

/** Every tag that a person read while walking through a place, on paper like any document. */
export function interpretSweep(
  facts: Facts,
  document: DocumentOf<'tag-sweep'>,
  { device }: Sender,
): Conclusion[][] {
  const { sweep: id, location, at, by = device } = document
  if (!facts.isLocation(location))
    return [[refuse('unknown-location', `expected a place of the store in ${id}, got ${location}`)]]
  const atMs = Date.parse(at)
  const atSequence = facts.sequenceAt(atMs)
  const sheet = { facts, id, location, atMs, atSequence, device: by, input: document }
  const heard = hear(sheet, document.epcs)
  const tagged = new Map<string, Sku>()
  for (const row of facts.stockAt(location)) {
    const sku = facts.sku(row.sku)
    if (sku?.tagged) tagged.set(sku.sku, sku)
  }
  for (const { sku } of heard.here.values()) tagged.set(sku.sku, sku)
  const rows = [...tagged.values()].sort(bySku).map((sku) => {
    const seen = [...heard.here.values()].filter((one) => one.sku.sku === sku.sku).length
    const unit = oneUnit(sku.quantityScale)
    const held = facts.quantityAtSequence(sku.sku, location, atSequence)
    return { sku, held, book: held / unit, seen: BigInt(seen) }
  })
  return [
    ...rows.flatMap(({ sku, seen, held, book }) => {
      if (seen === book) return []
      const confidence = shareFound(rows.filter((row) => row.sku !== sku))
      const detail = `${seen} of its tags were read; of everything else here ${percent(confidence)} were`
      return [differing(sheet, { sku, seen, held, confidence, detail })]
    }),
    ...heard.elsewhere.map((one) => [misplaced(sheet, one)]),
    ...heard.sold.map((one) => [soldHere(sheet, one)]),
    [...heard.here.values(), ...heard.elsewhere].flatMap(({ sku, epc }) =>
      judgeBySweep(facts, { location, atMs }, { sku: sku.sku, epc }),
    ),
  ]
}

interface Heard {
  readonly sku: Sku
  readonly epc: string
  readonly gtin14: string
  readonly serial: string
  /** Where its last movement put it. */
  readonly known: string | undefined
}

/** Tags by what the books last said of them: here (or nothing), at another place, or sold. */
function hear({ facts, location }: Sheet, epcs: readonly string[]) {
  const here = new Map<string, Heard>()
  const elsewhere: Heard[] = []
  const sold: Heard[] = []
  const heard = new Map(epcs.map((epc) => [epc.toUpperCase(), tagOf(epc.toUpperCase())]))
  for (const tag of heard.values()) {
    const sku = tag && facts.skuByGtin(tag.gtin14)
    if (!tag || !sku) continue
    const known = facts.recall('tag', tagKey(tag))?.location
    const one = { ...tag, sku, known }
    if (known === 'customer') sold.push(one)
    else if (known === undefined || known === location || !isOurs(known)) here.set(tagKey(tag), one)
    else elsewhere.push(one)
  }
  return { here, elsewhere, sold }
}

/** The facings that a camera has settled on, zone by zone, against what the books hold there. */
export function interpretPictureCount(
  facts: Facts,
  document: DocumentOf<'picture-count'>,
  { device }: Sender,
): Conclusion[][] {
  const { count: id, camera, at } = document
  const zones = facts.shelfCounts(camera)
  if (zones.length === 0)
    return [
      [refuse('no-camera', `expected a camera that has seen its zones in ${id}, got ${camera}`)],
    ]
  const atMs = Date.parse(at)
  const shelves = new Map<string, ShelfCount[]>()
  for (const zone of zones) {
    const key = JSON.stringify([zone.location, zone.sku])
    shelves.set(key, [...(shelves.get(key) ?? []), zone])
  }
  return [...shelves.values()].flatMap((shelf) => {
    const [first] = shelf
    const sku = first && facts.sku(first.sku)
    // Twins stand behind one another, or somebody stands before it: no number can be had here.
    if (!sku || !shelf.every(({ depth, isVisible }) => depth === 1 && isVisible)) return []
    const { location } = first
    const atSequence = facts.sequenceAt(atMs)
    const seen = BigInt(shelf.reduce((sum, { count }) => sum + count, 0))
    const held = facts.quantityAtSequence(sku.sku, location, atSequence)
    const counted = { sku: sku.sku, location, atMs, booked: held, by: camera }
    const judged = judgeByCount(facts, counted, seen * oneUnit(sku.quantityScale))
    if (seen * oneUnit(sku.quantityScale) === held) return [judged]
    const by = device === camera ? device : camera
    const sheet = { facts, id, location, atMs, atSequence, device: by, input: document }
    const detail = `${camera} sees ${seen} at its front, and nothing stands behind`
    return [differing(sheet, { sku, seen, held, confidence: 1000, detail }), judged]
  })
}

/** Noted as a count of its own, so that each can be approved by itself. */
function differing(sheet: Sheet, found: Found): Conclusion[] {
  const { facts, location, atMs, atSequence, device, input } = sheet
  const { sku, seen, held, confidence, detail } = found
  const count = `${sheet.id}/${location}/${sku.sku}`
  const unit = oneUnit(sku.quantityScale)
  const quantity = seen * unit
  const evidence: Evidence = {
    kind: 'document',
    from: device,
    atMs,
    summary: `${sheet.id} on ${location}: ${detail}`,
    body: { sheet: sheet.id, location, seen: seen.toString(), confidence },
  }
  const header = (step: string) =>
    headerOf(facts, {
      sourceKey: `count:${count}/${step}`,
      input,
      atMs,
      atSource: 'document',
      actor: device,
      evidence: [evidence],
    })
  const line = { count, sku: sku.sku, location, quantity, countedAtMs: atMs, atSequence }
  const told = `${sku.name} on ${location}: ${sheet.id} found ${seen}, the books held ${held / unit} then`
  const side = quantity < held ? `Are ${(held - quantity) / unit} gone?` : 'Are there more?'
  return [
    post({ ...header('start'), kind: 'start-count', count, location, skus: [sku.sku] }),
    post({ ...header('line'), kind: 'record-count', ...line }),
    ask({
      key: `count-variance/${count}`,
      kind: 'count-variance',
      atMs,
      question: `${told} (${detail}). ${side}`,
      sku: sku.sku,
      location,
      evidence: [evidence],
      proposal: { ...header('approve'), kind: 'approve-count', count, reason: `sheet ${sheet.id}` },
    }),
  ]
}

function misplaced(sheet: Sheet, { sku, epc, serial, gtin14, known = '' }: Heard): Conclusion {
  const { facts, location, atMs, device } = sheet
  const evidence: Evidence = {
    kind: 'document',
    from: device,
    atMs,
    summary: `${sheet.id} read ${sku.name} (${serial}) on ${location}`,
    body: { sheet: sheet.id, location, epc },
  }
  const unit = oneUnit(sku.quantityScale)
  const origin = {
    sourceKey: `count:${sheet.id}/${location}/${epc}`,
    input: { sheet: sheet.id, location, epc },
    atMs,
    atSource: 'document',
    actor: device,
    evidence: [evidence],
  } as const
  const part = { sku: sku.sku, quantity: unit, from: known, to: location, epcs: [epc] }
  const isHeld = facts.quantityAt(sku.sku, known) >= unit
  return ask({
    key: `tag-misplaced/${sheet.id}/${location}/${gtin14}/${serial}`,
    kind: 'tag-misplaced',
    atMs,
    question: `${sku.name} (${serial}) was read on ${location}, but the books put it in ${known}. Does it stand on ${location}?`,
    sku: sku.sku,
    location,
    epc,
    evidence: [evidence],
    proposal: isHeld ? moveCommand(facts, origin, part, `found by ${sheet.id}`) : null,
  })
}

function soldHere({ id, location, atMs }: Sheet, { sku, epc, serial }: Heard): Conclusion {
  const text = `${sku.name} (${serial}) was sold and ${id} read it on ${location}; only a return record restocks it`
  return { kind: 'alert', key: `sold-tag-back/${location}/${epc}`, atMs, text }
}

/** Of what the books held, how much was found: a sheet that missed little elsewhere is believed. */
function shareFound(rows: readonly { readonly seen: bigint; readonly book: bigint }[]): number {
  const held = rows.reduce((sum, { book }) => sum + (book > 0n ? book : 0n), 0n)
  if (held === 0n) return 0
  const found = rows.reduce((sum, { seen, book }) => {
    const most = book > 0n ? book : 0n
    return sum + (seen < most ? seen : most)
  }, 0n)
  return Number((found * 1000n) / held)
}

const percent = (thousandths: number) => `${Math.floor(thousandths / 10)} %`
const bySku = (a: Sku, b: Sku) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0)
