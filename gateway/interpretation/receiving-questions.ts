import type { Evidence } from '../../ledger-core/index.ts'
import { ask, tally } from './commands.ts'
import type { Conclusion, DeliveryLine, Facts, Memory } from './conclusion.ts'

type Delivery = Memory['delivery']

export function allSeen(id: string, delivery: Delivery, atMs: number): Evidence {
  const { order, seenBy, scannedBy } = delivery
  const summary = isByTagsAlone(delivery)
    ? `every tag announced for delivery ${id} was seen coming in`
    : `everything announced for delivery ${id} was read, scanned or in a sealed container that was`
  return {
    kind: 'document',
    from: seenBy ?? scannedBy ?? 'dock',
    atMs,
    summary,
    body: { delivery: id, order },
  }
}

export function askWhetherComplete(id: string, delivery: Delivery, atMs: number): Conclusion {
  return ask({
    key: `delivery-complete/${id}`,
    kind: 'delivery-complete',
    atMs,
    question: `${whatCame(id, delivery)}; ${delivery.scannedBy ?? delivery.seenBy} may not book that alone. Is it received?`,
    sku: delivery.lines[0]?.sku ?? null,
    evidence: [allSeen(id, delivery, atMs)],
  })
}

function whatCame(id: string, delivery: Delivery): string {
  const of = `delivery ${id} (order ${delivery.order})`
  return isByTagsAlone(delivery)
    ? `Every tag announced for ${of} came in through the dock`
    : `Everything announced for ${of} was read, scanned or in a sealed container that was`
}

const isByTagsAlone = ({ lines, scannedBy }: Delivery) =>
  scannedBy === undefined && lines.every(({ epcs, seen }) => seen.length === epcs.length)

/** The signature judges what the dock's reader saw, line by line. */
export function judged(
  facts: Facts,
  { lines, seenBy }: Delivery,
  counted: ReadonlyMap<number, bigint>,
  atMs: number,
): Conclusion[] {
  if (seenBy === null) return []
  return lines.flatMap(({ orderLine, sku, seen }) => {
    if (seen.length === 0) return []
    const units = BigInt(seen.length) * 10n ** BigInt(facts.sku(sku)?.quantityScale ?? 0)
    const isSame = counted.get(orderLine) === units
    return [tally(seenBy, 'receive', isSame ? 'confirmed' : 'contradicted', atMs)]
  })
}

export function fewerThanSeen(
  facts: Facts,
  id: string,
  line: DeliveryLine,
  quantity: bigint,
  evidence: Evidence,
): Conclusion {
  const name = facts.sku(line.sku)?.name ?? line.sku
  return ask({
    key: `delivery-differs/${id}/${line.orderLine}`,
    kind: 'delivery-differs',
    atMs: evidence.atMs,
    question: `Delivery ${id}: ${line.seen.length} tags of ${name} came in, but ${quantity} were signed for. Where are the others?`,
    sku: line.sku,
    evidence: [evidence],
  })
}
