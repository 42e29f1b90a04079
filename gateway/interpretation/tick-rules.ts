import { expiredClaim } from './claims.ts'
import {
  ask,
  forget,
  headerOf,
  inWords,
  oneUnit,
  remember,
  salesFloor,
  settle,
  tally,
} from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { expectOnly, pictureWaitMs } from './expectations.ts'
import { unreadSightings } from './fusion.ts'
import { interpretAges } from './review-ages.ts'
import { askAboutDoubt, askAboutPut, isObserved } from './shelf-rules.ts'
import { oldStranger } from './strangers.ts'
import { isOurs, tagKey } from './tags.ts'

/** Passed exits and memories that nothing will answer any more are forgotten after a week. */
const KEPT_MS = 7 * 86_400_000
/** A paid unit may linger in the shop; after a day its sale excuses nothing any more. */
const EXCUSE_KEPT_MS = 86_400_000

/**
 * Time itself is an event. Each list is one step of its own: what one question needs is not
 * undone because another was refused.
 */
export function interpretTick(facts: Facts, lastTickMs: number, nowMs: number): Conclusion[][] {
  const steps = [
    ...facts.recallAll('exit', '').map(([key, exit]) => unpaid(facts, key, exit, nowMs)),
    ...facts.recallAll('delivery', '').map(([id, one]) => unconfirmed(facts, id, one, nowMs)),
    ...facts.recallAll('signed', '').map(([id, one]) => unsupported(facts, id, one, nowMs)),
    ...facts.recallAll('early', '').map(([epc, one]) => unannounced(facts, epc, one, nowMs)),
    ...facts.recallAll('doubt', '').map(([place, one]) => unexplained(facts, place, one, nowMs)),
    ...facts.recallAll('claim', '').map(([key, one]) => expiredClaim(facts, key, one)),
    ...facts.recallAll('expect', '').map(([place, one]) => unseen(facts, place, one, nowMs)),
    ...facts
      .recallAll('sighting', '')
      .map(([place, one]) => unreadSightings(facts, place, one, nowMs)),
  ]
  const ended = lastTickMs === 0 ? null : facts.businessDateOf(lastTickMs)
  const isDayOver = ended !== null && ended < facts.businessDateOf(nowMs)
  const dayEnd = isDayOver ? [...closeDay(facts, ended, nowMs), ...interpretAges(facts)] : []
  return [...steps, ...dayEnd].filter(({ length }) => length > 0)
}

/** Left without a sale, and no late till line has come: a person is asked, nobody is accused. */
function unpaid(facts: Facts, key: string, exit: Memory['exit'], nowMs: number): Conclusion[] {
  if (exit.reviewKey !== null) return nowMs - exit.atMs > KEPT_MS ? [forget('exit', key)] : []
  if (nowMs - exit.atMs < facts.policy.exitPendingMs) return []
  const { sku, epc, gtin14, serial, atMs, portal, evidence } = exit
  // A watched way out that is only being compared accuses nobody.
  if (facts.authority(evidence.from, 'exit') === 'observe')
    return [forget('exit', key), tally(evidence.from, 'exit', 'undecided', nowMs)]
  const name = facts.sku(sku)?.name ?? sku
  const reviewKey = `left-unpaid/${key}`
  const known = facts.recall('tag', tagKey({ gtin14, serial }))?.location
  const from = heldAt(facts, sku, known)
  const header = headerOf(facts, {
    sourceKey: `unpaid:${key}`,
    input: { portal, epc, atMs },
    atMs,
    atSource: 'device',
    actor: evidence.from,
    evidence: [evidence],
  })
  const quantity = oneUnit(facts.sku(sku)?.quantityScale ?? 0)
  const part = { sku, quantity, from: from ?? '', to: 'shrinkage', epcs: [epc] }
  const reason = `left through ${portal} without a sale`
  const text = `${name} (${serial}) left through ${portal} and no till has sold it`
  return [
    ask({
      key: reviewKey,
      kind: 'left-unpaid',
      atMs,
      question: `${text}. Write it off?`,
      sku,
      location: from,
      epc,
      evidence: [evidence],
      proposal: from === null ? null : { ...header, kind: 'shrink', part, reason },
    }),
    { kind: 'alert', key: reviewKey, atMs, text },
    remember('exit', key, { ...exit, reviewKey }),
  ]
}

/** Where the books can give one unit from: its tag's place, its home, the floor. */
function heldAt(facts: Facts, sku: string, known: string | undefined): string | null {
  const { floor } = salesFloor(facts)
  const places = [known, facts.sku(sku)?.home, floor, 'basket']
  return (
    places.find(
      (place): place is string =>
        typeof place === 'string' && isOurs(place) && facts.quantityAt(sku, place) > 0n,
    ) ?? null
  )
}

function unconfirmed(
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
function unsupported(
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

function unannounced(
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

type Doubt = Memory['doubt']['entries'][number]

/** The shelf showed something, and no till line and no paper has come that explains it. */
function unexplained(
  facts: Facts,
  place: string,
  { entries }: Memory['doubt'],
  nowMs: number,
): Conclusion[] {
  const { shelfPutPendingMs, shelfDoubtPendingMs } = facts.policy
  const isPut = ({ reviewKey }: Doubt) => reviewKey.startsWith('shelf-put/')
  const isDue = (doubt: Doubt) => {
    const pendingMs = isPut(doubt) ? shelfPutPendingMs : shelfDoubtPendingMs
    return !doubt.isAsked && nowMs - doubt.change.observedAtMs >= pendingMs
  }
  const due = entries.filter(isDue)
  if (due.length === 0) return []
  const observed = due.filter(isObserved)
  const asked = entries
    .filter((entry) => !observed.includes(entry))
    .map((entry) => (isDue(entry) ? { ...entry, isAsked: true } : entry))
  return [
    ...observed.map(({ change: { camera }, quantity }) =>
      tally(camera, quantity < 0 ? 'pick' : 'put', 'undecided', nowMs),
    ),
    ...due
      .filter((doubt) => !observed.includes(doubt))
      .flatMap((doubt) =>
        isPut(doubt)
          ? askAboutPut(facts, doubt.change, doubt.quantity)
          : askAboutDoubt(facts, doubt.change, doubt.quantity),
      ),
    asked.length === 0 ? forget('doubt', place) : remember('doubt', place, { entries: asked }),
  ]
}

/** Documents or tills moved units that the shelf's pictures never showed moving. */
function unseen(
  facts: Facts,
  place: string,
  { entries }: Memory['expect'],
  nowMs: number,
): Conclusion[] {
  const slash = place.lastIndexOf('/')
  const [location, sku] = [place.slice(0, slash), place.slice(slash + 1)]
  const patienceMs = pictureWaitMs(facts, location)
  const isLate = (atMs: number) => nowMs - atMs >= patienceMs
  const late = entries.filter(({ atMs }) => isLate(atMs))
  if (late.length === 0) return []
  const name = facts.sku(sku)?.name ?? sku
  const watching = facts.camerasAt(location)
  const wrong = late.flatMap(({ quantity }) =>
    watching.map((camera) => tally(camera, quantity < 0 ? 'pick' : 'put', 'contradicted', nowMs)),
  )
  const isAsking = (movement: 'pick' | 'put') =>
    watching.some((camera) => facts.authority(camera, movement) !== 'observe')
  const asked = late.filter(({ quantity }) => isAsking(quantity < 0 ? 'pick' : 'put'))
  const questions = asked.map(({ sourceKey, quantity, atMs, evidence }) => {
    const what = quantity > 0 ? `${quantity} should have appeared` : `${-quantity} should be gone`
    return ask({
      key: `shelf-differs/${place}/${sourceKey}`,
      kind: 'shelf-differs',
      atMs,
      question: `${name} on ${location}: by ${inWords(sourceKey)}, ${what}, but the pictures do not show it. What is right?`,
      sku,
      location,
      evidence: evidence ? [evidence] : [],
    })
  })
  return [
    ...questions,
    ...wrong,
    expectOnly(
      location,
      sku,
      entries.filter(({ atMs }) => !isLate(atMs)),
    ),
  ]
}

/** What the day leaves open: baskets that were never paid, and excuses that are too old. */
function closeDay(facts: Facts, date: string, nowMs: number): Conclusion[][] {
  const held = new Map(facts.stockAt('basket').map(({ sku, quantity }) => [sku, quantity]))
  const asked = new Map(facts.recallAll('basket', ''))
  const skus = [...new Set([...held.keys(), ...asked.keys()])].sort()
  const old = facts
    .recallAll('excuse', '')
    .filter(([, { soldAtMs }]) => nowMs - soldAtMs > EXCUSE_KEPT_MS)
  return [
    ...skus.map((sku) => basketAtClose(facts, sku, held.get(sku) ?? 0n, date, nowMs)),
    old.map(([key]) => forget('excuse', key)),
    facts.recallAll('stranger', '').flatMap(([key, one]) => oldStranger(key, one, nowMs)),
  ]
}

/** One question per SKU for as long as it is open, with today's count. */
function basketAtClose(
  facts: Facts,
  sku: string,
  quantity: bigint,
  date: string,
  nowMs: number,
): Conclusion[] {
  const asked = facts.recall('basket', sku)
  if (asked?.quantity === quantity.toString()) return []
  const answered = asked ? [settle(asked.reviewKey, 'the baskets were counted anew', nowMs)] : []
  if (quantity <= 0n) return asked ? [...answered, forget('basket', sku)] : []
  const reviewKey = `basket-open/${sku}/${date}/${quantity}`
  const header = headerOf(facts, {
    sourceKey: `basket:${sku}/${date}/${quantity}`,
    input: { sku, date, quantity },
    atMs: nowMs,
    atSource: 'gateway',
    actor: 'system',
    businessDate: date,
    evidence: [],
  })
  const part = { sku, quantity, from: 'basket', to: 'shrinkage', epcs: [] }
  return [
    ...answered,
    ask({
      key: reviewKey,
      kind: 'basket-open',
      atMs: nowMs,
      question: `${quantity} of ${facts.sku(sku)?.name ?? sku} were taken from a shelf by the end of ${date} and neither paid nor put back. Write them off?`,
      sku,
      location: 'basket',
      proposal: { ...header, kind: 'shrink', part, reason: `unpaid at the close of ${date}` },
    }),
    remember('basket', sku, { quantity: quantity.toString(), reviewKey }),
  ]
}
