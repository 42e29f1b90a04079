import { ask, forget, remember } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { forgetContainer, nameOf } from './containers.ts'

/** What waits at the dock for a paper or a signature, and for how long. */

/** Memories that nothing will answer any more are forgotten after a week. */
const KEPT_MS = 7 * 86_400_000

/** Announced, and nobody has signed in time; received ones are forgotten after a week. */
export function unconfirmed(
  facts: Facts,
  id: string,
  delivery: Memory['delivery'],
  nowMs: number,
): Conclusion[] {
  const { state, announcedAtMs, lines, order } = delivery
  const isOver = state === 'received' && nowMs - announcedAtMs > KEPT_MS
  if (isOver)
    return [
      forget('delivery', id),
      ...lines.flatMap(({ epcs }) => epcs.map((epc) => forget('announced', epc))),
      ...(delivery.containers ?? []).flatMap((one) => forgetContainer(facts, one)),
    ]
  if (state !== 'expected' || nowMs - announcedAtMs < facts.policy.goodsReceiptWaitMs) return []
  const seen = lines.reduce((sum, line) => sum + line.seen.length, 0)
  const question = `Delivery ${id} (order ${order}) was announced and ${seen} of its tags came in, but nobody has signed for it. What has arrived?`
  return [
    ask({
      key: `delivery-unconfirmed/${id}`,
      kind: 'delivery-unconfirmed',
      atMs: nowMs,
      question,
      sku: lines[0]?.sku ?? null,
    }),
    remember('delivery', id, { ...delivery, state: 'overdue' }),
  ]
}

/** Somebody signed for a delivery of which nobody has sent an announcement or an order. */
export function unsupported(
  facts: Facts,
  id: string,
  signed: Memory['signed'],
  nowMs: number,
): Conclusion[] {
  const { document, sinceMs, isAsked } = signed
  if (isAsked) return nowMs - sinceMs > KEPT_MS ? [forget('signed', id)] : []
  if (nowMs - sinceMs < facts.policy.goodsReceiptWaitMs) return []
  const [line] = document.lines
  return [
    ask({
      key: `delivery-unannounced/${id}`,
      kind: 'unexpected-delivery',
      atMs: sinceMs,
      question: `${document.signedBy} signed for delivery ${id}, but its announcement or its order has not come. What is it?`,
      sku: line?.sku ?? null,
    }),
    remember('signed', id, { ...signed, isAsked: true }),
  ]
}

/** Tags that came in, and no paper has. */
export function unannounced(
  facts: Facts,
  epc: string,
  { portal, sku, atMs }: Memory['early'],
  nowMs: number,
): Conclusion[] {
  if (nowMs - atMs < facts.policy.goodsReceiptWaitMs) return []
  const question = `${facts.sku(sku)?.name ?? sku} came in through ${portal}, but nobody has announced or signed for it. Which order is it from?`
  const key = `unexpected-delivery/${portal}/${epc}/${atMs}`
  return [ask({ key, kind: 'unexpected-delivery', atMs, question, sku, epc }), forget('early', epc)]
}

/** A pallet came in, and nobody has announced it. */
export function strayContainer(
  facts: Facts,
  id: string,
  { place, atMs }: Memory['early-unit'],
  nowMs: number,
): Conclusion[] {
  if (nowMs - atMs < facts.policy.goodsReceiptWaitMs) return []
  const question = `The container ${nameOf(id)} came in at ${place}, but nobody has announced it. Which order is it from?`
  const key = `unexpected-delivery/${place}/${id}/${atMs}`
  return [ask({ key, kind: 'unexpected-delivery', atMs, question }), forget('early-unit', id)]
}
