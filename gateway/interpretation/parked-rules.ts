import { normaliseGtin } from '../../sensors/index.ts'
import { headerOf, oneUnit, post, salesFloor, settle } from './commands.ts'
import type { Conclusion, Facts, ParkedLine } from './conclusion.ts'
import { interpretPass } from './portal-rules.ts'
import { saleParts } from './receipt-lines.ts'
import { interpretScan } from './scan-rules.ts'
import { interpretArrival } from './shelf-reader-rules.ts'
import { codesKnownByNow } from './strange-codes.ts'
import { knownByNow } from './strangers.ts'
import { tagOf } from './tags.ts'

/**
 * Everything that waited for a master which has come: sold lines, then what readers saw. Each is a
 * step of its own, made when it is asked for, on the facts as the step before left them.
 */
export function* interpretKnown(facts: Facts): Generator<Conclusion[]> {
  yield* mapParkedLines(facts)
  yield* retold(facts)
  for (const { scanned, forgotten } of codesKnownByNow(facts))
    yield [forgotten, ...interpretScan(facts, scanned)]
}

function* retold(facts: Facts): Generator<Conclusion[]> {
  for (const { observation, forgotten } of knownByNow(facts)) {
    const tag = tagOf(observation.epc)
    if ('location' in observation) {
      yield [forgotten, ...interpretArrival(facts, observation, tag)]
      continue
    }
    const portal = facts.portals.find(({ id }) => id === observation.portal)
    yield portal ? [forgotten, ...interpretPass(facts, portal, observation, tag)] : [forgotten]
  }
}

/**
 * What was sold before the masters knew it waits in *unmapped sales*. When its GTIN arrives the
 * cost is posted under the receipt's own day, so that the books come out the same whichever of the
 * two came first.
 */
function* mapParkedLines(facts: Facts): Generator<Conclusion[]> {
  for (const parked of facts.parkedLines()) {
    const gtin14 = normaliseGtin(parked.gtin)
    const sku = typeof gtin14 === 'string' ? facts.skuByGtin(gtin14) : null
    // A weighed line was parked as one piece; how much it was, only a person can say.
    if (sku === null || sku.quantityScale > 0) continue
    const told = { sku: sku.sku, actor: 'system', atMs: parked.occurredAtMs }
    yield mappedLine(facts, parked, told, parked.quantity)
  }
}

export interface Mapped {
  readonly sku: string
  readonly actor: string
  readonly atMs: number
}

/** One line gets its SKU and cost; `quantity` is scaled, negative for a return. */
export function mappedLine(
  facts: Facts,
  { saleKey, line, businessDate }: ParkedLine,
  { sku: name, actor, atMs }: Mapped,
  quantity: bigint,
): Conclusion[] {
  const sku = facts.sku(name)
  const header = headerOf(facts, {
    sourceKey: `mapped:${saleKey}/${line}`,
    input: { saleKey, line, sku: name, quantity: quantity.toString() },
    atMs,
    atSource: 'document',
    actor,
    evidence: [],
    businessDate,
  })
  const parts = sku === null ? [] : partsOf(facts, sku, quantity, atMs)
  return [
    post({ ...header, kind: 'map-line', sale: saleKey, line, sku: name, parts }),
    settle(`unmapped-line/${saleKey}/${line}`, `it is ${sku?.name ?? name}`, facts.nowMs),
  ]
}

type Known = NonNullable<ReturnType<Facts['sku']>>

function partsOf(facts: Facts, sku: Known, quantity: bigint, soldAtMs: number) {
  if (quantity > 0n)
    return saleParts(facts, { sku, gtin14: '', serial: '' }, quantity, {
      drawn: new Map(),
      soldAtMs,
    }).parts
  const to = salesFloor(facts).floor ?? sku.home
  return [{ sku: sku.sku, quantity: -quantity, from: 'customer', to, epcs: [] }]
}

/** Pieces as they were parked, in the SKU's scaled integers. */
export function parkedUnits(facts: Facts, { quantity }: ParkedLine, sku: string): bigint {
  return quantity * oneUnit(facts.sku(sku)?.quantityScale ?? 0)
}
