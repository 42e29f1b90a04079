import type { Command, Evidence } from '../../ledger-core/index.ts'
import { LEVELS, type Level } from '../config/authority.ts'
import type { GoodsReceipt } from '../documents/business-event.ts'
import { ask, attach, forget, headerOf, post, refuse, remember, settle } from './commands.ts'
import type { Conclusion, DeliveryLine, Facts, Memory } from './conclusion.ts'
import { quantityOf } from './quantities.ts'
import { allSeen, askWhetherComplete, fewerThanSeen, judged } from './receiving-questions.ts'
import { type SessionLook, sessionOf } from './session.ts'
import { placed, tagOf } from './tags.ts'

type Delivery = Memory['delivery']

/**
 * Receives the whole delivery when what was seen, with what sealed containers hold, is exactly what
 * was announced; otherwise only remembers what was seen. A receipt needs its order: until that is
 * known the session waits.
 */
export function receiveIfComplete(
  facts: Facts,
  id: string,
  delivery: Delivery,
  atMs: number,
): Conclusion[] {
  const isComplete =
    sessionOf(lookOf(facts), delivery).isComplete &&
    delivery.lines.every(({ orderLine }) => facts.hasOrderLine(delivery.order, orderLine))
  if (!isComplete) return [remember('delivery', id, delivery)]
  const level = leastTrust(facts, delivery)
  if (level === 'post') return receivedAsSeen(facts, id, delivery, { atMs, actor: 'dock' })
  return [
    remember('delivery', id, delivery),
    ...(level === 'propose' ? [askWhetherComplete(id, delivery, atMs)] : []),
  ]
}

/** Everything announced came in: what was announced is what is received. */
export function receivedAsSeen(
  facts: Facts,
  id: string,
  delivery: Delivery,
  by: Pick<Ground, 'atMs' | 'actor'>,
): Conclusion[] {
  const quantities = new Map(delivery.lines.map((line) => [line.orderLine, BigInt(line.expected)]))
  const evidence = allSeen(id, delivery, by.atMs)
  const sealed = new Map(
    sessionOf(lookOf(facts), delivery).lines.map(({ line, sealedEpcs }) => [
      line.orderLine,
      sealedEpcs,
    ]),
  )
  const withSealed = delivery.lines.map((line) => ({
    ...line,
    seen: [...line.seen, ...(sealed.get(line.orderLine) ?? [])].sort(),
  }))
  const whole = { ...delivery, lines: withSealed }
  return received(facts, id, whole, quantities, { ...by, part: 'complete', evidence })
}

/** Whoever fed the session with the least trust says how it may end. */
function leastTrust(facts: Facts, { seenBy, scannedBy }: Delivery): Level {
  const levels = [seenBy, scannedBy].flatMap((device) =>
    typeof device === 'string' ? [facts.authority(device, 'receive')] : [],
  )
  return LEVELS.find((level) => levels.includes(level)) ?? 'post'
}

export function lookOf(facts: Facts): SessionLook {
  return {
    container: (id) => facts.recall('container', id),
    quantityScale: (sku) => facts.sku(sku)?.quantityScale ?? 0,
  }
}

/** A person signs for what was counted: that is what is received. */
export function interpretSignature(
  facts: Facts,
  document: GoodsReceipt,
  from: string,
): Conclusion[] {
  const { delivery: id, signedBy, at } = document
  const delivery = facts.recall('delivery', id)
  const fault = signatureFault(facts, document)
  if (fault !== null) return [refuse('line-differs', fault)]
  const known = facts.recall('signed', id)
  const waiting = remember('signed', id, known ?? waitingSignature(facts, document, from))
  if (!delivery) return [waiting]
  const atMs = Date.parse(at)
  const evidence: Evidence = {
    kind: 'document',
    from,
    atMs,
    summary: `${signedBy} counted delivery ${id} and signed for it`,
    body: { delivery: id, signedBy, lines: document.lines },
  }
  const counted = countedByLine(facts, delivery, document)
  if (delivery.state === 'received')
    return [
      ...signedAfterwards(delivery, id, counted, evidence),
      ...judged(facts, delivery, counted, atMs),
      remember('delivery', id, { ...delivery, seenBy: null }),
    ]
  if (!document.lines.every(({ orderLine }) => facts.hasOrderLine(delivery.order, orderLine)))
    return [waiting]
  const doubts = delivery.lines.flatMap((line) => {
    const seen = BigInt(line.seen.length)
    const quantity = counted.get(line.orderLine) ?? 0n
    return quantity < seen ? [fewerThanSeen(facts, id, line, quantity, evidence)] : []
  })
  return [
    // Judged once: the same signature again says nothing new.
    ...received(facts, id, { ...delivery, seenBy: null }, counted, {
      atMs,
      actor: from,
      part: 'counted',
      evidence,
    }),
    ...doubts,
    ...judged(facts, delivery, counted, atMs),
    ...notAnnounced(delivery, document, evidence),
    forget('signed', id),
  ]
}

function waitingSignature(facts: Facts, document: GoodsReceipt, from: string): Memory['signed'] {
  return { document, from, sinceMs: facts.nowMs, isAsked: false }
}

/** Lines that nothing can be booked from: an unknown SKU, a quantity finer than it has. */
function signatureFault(facts: Facts, { delivery, lines }: GoodsReceipt): string | null {
  for (const { orderLine, sku, quantity } of lines) {
    const known = facts.sku(sku)
    if (known === null) return `expected a SKU of the masters in ${delivery}, got "${sku}"`
    const amount = quantityOf(quantity, known.quantityScale)
    if (amount === null || amount < 0n)
      return `expected a quantity that ${sku} can have on line ${orderLine} of ${delivery}, got ${quantity}`
  }
  return null
}

/** Signed for, but not what the delivery announced on that line: nobody has ordered it so. */
function notAnnounced(delivery: Delivery, document: GoodsReceipt, evidence: Evidence) {
  const { delivery: id, lines } = document
  return lines.flatMap(({ orderLine, sku, quantity }) => {
    const isAnnounced = delivery.lines.some(
      (line) => line.orderLine === orderLine && line.sku === sku,
    )
    if (isAnnounced || Number(quantity) === 0) return []
    return [
      ask({
        key: `delivery-differs/${id}/${orderLine}/${sku}`,
        kind: 'delivery-differs',
        atMs: evidence.atMs,
        question: `Delivery ${id}: ${quantity} of ${sku} were signed for on line ${orderLine}, which did not announce them; they are not booked. What are they?`,
        sku,
        evidence: [evidence],
      }),
    ]
  })
}

function countedByLine(
  facts: Facts,
  delivery: Delivery,
  document: GoodsReceipt,
): Map<number, bigint> {
  const counted = new Map<number, bigint>()
  for (const { orderLine, sku, quantity } of document.lines) {
    if (delivery.lines.every((line) => line.orderLine !== orderLine || line.sku !== sku)) continue
    const amount = quantityOf(quantity, facts.sku(sku)?.quantityScale ?? 0)
    counted.set(orderLine, (counted.get(orderLine) ?? 0n) + (amount ?? 0n))
  }
  return counted
}

interface Ground {
  readonly atMs: number
  readonly actor: string
  readonly part: 'counted' | 'complete'
  readonly evidence: Evidence
}

function received(
  facts: Facts,
  id: string,
  delivery: Delivery,
  quantities: ReadonlyMap<number, bigint>,
  ground: Ground,
): Conclusion[] {
  const dock = facts.portals.find(({ role }) => role === 'receiving')
  const inside = dock?.inside ?? 'backroom'
  const lines = delivery.lines.map((line) => ({
    ...line,
    received: (quantities.get(line.orderLine) ?? 0n).toString(),
  }))
  const posts = lines.flatMap((line) => {
    const quantity = BigInt(line.received)
    if (quantity === 0n) return []
    return [post(receiveCommand(facts, id, delivery.order, line, quantity, inside, ground))]
  })
  const tags = lines.flatMap(({ seen, sku }) =>
    seen.flatMap((epc) => {
      const tag = tagOf(epc)
      return tag ? [placed(tag, { sku }, inside, ground.atMs)] : []
    }),
  )
  return [
    ...posts,
    ...tags,
    remember('delivery', id, { ...delivery, state: 'received', lines }),
    ...['delivery-unconfirmed', 'delivery-complete'].map((asked) =>
      settle(`${asked}/${id}`, ground.evidence.summary, ground.atMs),
    ),
  ]
}

function receiveCommand(
  facts: Facts,
  id: string,
  order: string,
  line: DeliveryLine,
  quantity: bigint,
  inside: string,
  { atMs, actor, part, evidence }: Ground,
): Command {
  const sourceKey = `receive:${id}/${line.orderLine}/${part}`
  const input = { delivery: id, orderLine: line.orderLine, quantity }
  const header = headerOf(facts, {
    sourceKey,
    input,
    atMs,
    atSource: 'document',
    actor,
    evidence: [evidence],
  })
  const epcs = line.seen
  const movement = { sku: line.sku, quantity, from: 'supplier', to: inside, epcs }
  const receipt = { order, line: line.orderLine, delivery: id, part: movement }
  return { ...header, kind: 'receive', ...receipt, ...lotOf(line, quantity) }
}

/** The labels' lot and last day, where one of each was scanned on all of what is received. */
function lotOf({ lots = [] }: DeliveryLine, quantity: bigint): { lot?: string; expires?: string } {
  const [one, ...others] = lots
  if (one === undefined || others.length > 0 || BigInt(one.quantity) !== quantity) return {}
  const { lot, expires } = one
  return { ...(lot === null ? {} : { lot }), ...(expires === null ? {} : { expires }) }
}

/** The goods are booked already: equal counts are one more evidence, others a question. */
function signedAfterwards(
  delivery: Delivery,
  id: string,
  counted: ReadonlyMap<number, bigint>,
  evidence: Evidence,
): Conclusion[] {
  return delivery.lines.flatMap((line) => {
    const booked = BigInt(line.received ?? '0')
    const quantity = counted.get(line.orderLine) ?? 0n
    if (booked !== quantity)
      return [
        ask({
          key: `delivery-differs/${id}/${line.orderLine}`,
          kind: 'delivery-differs',
          atMs: evidence.atMs,
          question: `Delivery ${id}: ${booked} of ${line.sku} are booked, the signature says ${quantity}. Which is right?`,
          sku: line.sku,
          evidence: [evidence],
        }),
      ]
    return ['complete', 'counted'].map((part) =>
      attach(`receive:${id}/${line.orderLine}/${part}`, evidence),
    )
  })
}
