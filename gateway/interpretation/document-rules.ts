import { type Evidence, fingerprintOf } from '../../ledger-core/index.ts'
import type { BusinessDocument, DocumentOf } from '../documents/business-event.ts'
import { confirmByPaper } from './claims.ts'
import { ask, forget, headerOf, moveCommand, oneUnit, post, refuse, remember } from './commands.ts'
import type { Conclusion, DeliveryLine, Facts, Memory } from './conclusion.ts'
import { interpretPictureCount, interpretSweep } from './count-rules.ts'
import { advisedPacks } from './packing-rules.ts'
import { inBaseUnits } from './packs.ts'
import { awaitPicture } from './pictured.ts'
import { moneyOf, quantityOf } from './quantities.ts'
import { interpretSignature, receiveIfComplete } from './receiving.ts'
import { interpretUndo } from './scan-rules.ts'
import { interpretStockReport } from './stock-report-rules.ts'
import type { Sender } from './till-rules.ts'
import { withMemory } from './with-memory.ts'

/**
 * What an office document, a WMS or a handheld says: the paper itself first, then, each a step of
 * its own, what was waiting for it. What waited may be refused without undoing the paper.
 */
export function interpretDocument(
  facts: Facts,
  given: BusinessDocument,
  sender: Sender,
): Conclusion[][] {
  const document = inBaseUnits(facts, given)
  if ('kind' in document) return [[document]]
  switch (document.type) {
    case 'purchase-order':
      return interpretOrder(facts, document, sender)
    case 'despatch-advice':
      return interpretAdvice(facts, document, sender)
    case 'goods-receipt':
      return [interpretSignature(facts, document, sender.device)]
    case 'transfer':
      return [interpretTransfer(facts, document, sender)]
    case 'tag-sweep':
      return interpretSweep(facts, document, sender)
    case 'scan-undo':
      return [interpretUndo(facts, document.scanner, Date.parse(document.at))]
    case 'picture-count':
      return interpretPictureCount(facts, document, sender)
    case 'stock-report':
      return [interpretStockReport(facts, document, sender)]
  }
}

function interpretOrder(
  facts: Facts,
  document: DocumentOf<'purchase-order'>,
  { device }: Sender,
): Conclusion[][] {
  const { order, supplier, at } = document
  const lines = document.lines.map(({ line, sku, quantity, cost }) => ({
    line,
    sku,
    quantity: quantityOf(quantity, facts.sku(sku)?.quantityScale ?? 0),
    valueMinor: moneyOf(cost, facts.minorUnits),
  }))
  const exact = lines.flatMap(({ quantity, valueMinor, ...line }) =>
    quantity === null || valueMinor === null ? [] : [{ ...line, quantity, valueMinor }],
  )
  if (exact.length < lines.length) return [[tooFine(`order ${order}`)]]
  const atMs = Date.parse(at)
  const evidence = said(device, atMs, `order ${order} to ${supplier}`, { order, supplier })
  const header = headerOf(facts, {
    sourceKey: `order:${order}`,
    input: document,
    atMs,
    atSource: 'document',
    actor: device,
    evidence: [evidence],
  })
  const command = post({ ...header, kind: 'open-purchase-order', order, supplier, lines: exact })
  return [[command], ...waitingFor(withOrder(facts, order, exact), order, atMs)]
}

/** The order of this very step is known to what follows in it. */
function withOrder(facts: Facts, order: string, lines: readonly { line: number }[]): Facts {
  const isOurs = (of: string, line: number) =>
    of === order && lines.some((ordered) => ordered.line === line)
  return {
    ...facts,
    hasOrderLine: (of, line) => isOurs(of, line) || facts.hasOrderLine(of, line),
  }
}

/** Deliveries and signatures that came before their order. */
function waitingFor(facts: Facts, order: string, atMs: number): Conclusion[][] {
  return facts
    .recallAll('delivery', '')
    .filter(([, delivery]) => delivery.order === order && delivery.state !== 'received')
    .map(([id, delivery]) => {
      const signed = facts.recall('signed', id)
      if (signed) return interpretSignature(facts, signed.document, signed.from)
      const isSeen = delivery.lines.some(({ seen }) => seen.length > 0)
      return isSeen ? receiveIfComplete(facts, id, delivery, atMs) : []
    })
}

function interpretAdvice(
  facts: Facts,
  document: DocumentOf<'despatch-advice'>,
  { device }: Sender,
): Conclusion[][] {
  const { delivery: id, order, at } = document
  const atMs = Date.parse(at)
  const fingerprint = fingerprintOf(document)
  const signed = facts.recall('signed', id)
  const known = facts.recall('delivery', id)
  if (known) return known.fingerprint === fingerprint ? [] : [[differingAdvice(id, atMs, device)]]
  const advised = advisedLines(facts, document)
  if ('kind' in advised) return [[advised]]
  const packed = advisedPacks(facts, document, advised)
  if ('kind' in packed) return [[packed]]
  const { lines, containers, told: packs } = packed
  const announced = lines.flatMap(({ orderLine, epcs }) =>
    epcs.map((epc) => remember('announced', epc, { delivery: id, orderLine })),
  )
  const early = lines.flatMap(({ seen }) => seen.map((epc) => forget('early', epc)))
  const delivery: Memory['delivery'] = {
    order,
    fingerprint,
    state: 'expected',
    announcedAtMs: atMs,
    ...fedEarlyBy(facts, lines, containers),
    lines,
    ...(containers.length > 0 ? { containers } : {}),
  }
  const arrived = remember('delivery', id, delivery)
  const told = withMemory(facts, [...packs, arrived])
  const follows = signed
    ? interpretSignature(told, signed.document, signed.from)
    : receiveIfComplete(told, id, delivery, atMs)
  return [[...announced, ...early, ...packs, arrived], follows]
}

/** Who saw tags and containers of it before its paper came. */
function fedEarlyBy(
  facts: Facts,
  lines: readonly DeliveryLine[],
  containers: readonly string[],
): Pick<Memory['delivery'], 'seenBy' | 'scannedBy'> {
  const sights = containers.flatMap((id) => facts.recall('container', id)?.seen ?? [])
  const scanned = sights.find(({ how }) => how === 'scanned')?.by
  const read = sights.find(({ how }) => how === 'read')?.by
  const [epc] = lines.flatMap(({ seen }) => seen)
  const seenBy = (epc && facts.recall('early', epc)?.device) || read || null
  return { seenBy, ...(scanned === undefined ? {} : { scannedBy: scanned }) }
}

/** Lines of one order line are one; tags that came in before their paper count as seen. */
function advisedLines(
  facts: Facts,
  { delivery, lines }: DocumentOf<'despatch-advice'>,
): DeliveryLine[] | Conclusion {
  const merged = new Map<number, DeliveryLine>()
  for (const { orderLine, sku, quantity, epcs } of lines) {
    const known = facts.sku(sku)
    if (known === null)
      return refuse('unknown-sku', `expected a SKU of the masters in ${delivery}, got "${sku}"`)
    const scaled = quantityOf(quantity, known.quantityScale)
    if (scaled === null || scaled <= 0n) return tooFine(`delivery ${delivery} line ${orderLine}`)
    const before = merged.get(orderLine)
    if (before && before.sku !== sku)
      return refuse(
        'line-differs',
        `expected one SKU on order line ${orderLine} of ${delivery}, got ${before.sku} and ${sku}`,
      )
    const tags = [...new Set([...(before?.epcs ?? []), ...epcs.map((epc) => epc.toUpperCase())])]
    merged.set(orderLine, {
      orderLine,
      sku,
      expected: (BigInt(before?.expected ?? '0') + scaled).toString(),
      epcs: tags,
      seen: tags.filter((epc) => facts.recall('early', epc) !== undefined).sort(),
      received: null,
    })
  }
  return [...merged.values()]
}

function differingAdvice(id: string, atMs: number, from: string): Conclusion {
  return ask({
    key: `document-conflict/despatch-advice/${id}`,
    kind: 'document-conflict',
    atMs,
    question: `${from} announced delivery ${id} twice with different content; the first one holds. Which is right?`,
  })
}

/** Units that somebody has moved and says so: every line is a movement of its own. */
function interpretTransfer(
  facts: Facts,
  document: DocumentOf<'transfer'>,
  { device }: Sender,
): Conclusion[] {
  const { transfer, from, to, at } = document
  const atMs = Date.parse(at)
  let told = facts
  return document.lines.flatMap(({ line, sku, quantity }) => {
    const known = facts.sku(sku)
    const scale = known?.quantityScale ?? 0
    const moved = quantityOf(quantity, scale)
    if (moved === null) return [tooFine(`transfer ${transfer} line ${line}`)]
    const sourceKey = `transfer:${transfer}/${line}`
    const summary = `${device} says ${quantity} of ${known?.name ?? sku} went from ${from} to ${to} (${transfer})`
    const command = post(
      moveCommand(
        facts,
        {
          sourceKey,
          input: { transfer, from, to, at, line, sku, quantity },
          atMs,
          atSource: 'document',
          actor: device,
          evidence: [said(device, atMs, summary, { transfer, line })],
        },
        { sku, quantity: moved, from, to, epcs: [] },
        `transfer ${transfer}`,
      ),
    )
    if (facts.sequenceOf(sourceKey) !== null) return [command]
    const units = Number(moved / oneUnit(scale))
    const taken = awaitPicture(told, from, sku, -units, { sourceKey, atMs })
    told = withMemory(told, taken)
    const put = awaitPicture(told, to, sku, units, { sourceKey, atMs })
    told = withMemory(told, put)
    const claimed = confirmByPaper(told, { sourceKey, atMs, sku, from, to }, units)
    told = withMemory(told, claimed)
    return [command, ...taken, ...put, ...claimed]
  })
}

function said(
  from: string,
  atMs: number,
  summary: string,
  body: Readonly<Record<string, unknown>>,
): Evidence {
  return { kind: 'document', from, atMs, summary, body }
}

function tooFine(what: string): Conclusion {
  return refuse(
    'amount-too-fine',
    `expected quantities above 0 and amounts as fine as the SKU and the currency allow in ${what}`,
  )
}
