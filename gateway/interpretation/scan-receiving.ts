import { oneUnit } from './commands.ts'
import type { Conclusion, DeliveryLine, Facts, Memory } from './conclusion.ts'
import { containerSeen, seenApart } from './containers.ts'
import { withSeen } from './dock-rules.ts'
import { receiveIfComplete } from './receiving.ts'
import type { MeasuredGoods } from './scan-measure.ts'
import { type FedTo, kept, type Meaning, type Scanned, type ScanPlace } from './scan-parts.ts'
import type { Fed, Lot } from './session-memory.ts'
import { tagKey, tagOf } from './tags.ts'
import { withMemory } from './with-memory.ts'

type Delivery = Memory['delivery']
type Session = readonly [id: string, delivery: Delivery]

/**
 * Goods scanned singly, or by a case whose number nobody announced, at a receiving place. Which
 * delivery they belong to is never guessed: the one whose note or container was scanned before, or
 * the only open one that announced such goods.
 */
export function scannedGoods(
  facts: Facts,
  { place }: ScanPlace,
  scanned: Scanned,
  goods: MeasuredGoods,
  focus: string | null,
): Meaning {
  const open = facts.recallAll('delivery', '').filter(([, { state }]) => state !== 'received')
  const { sku } = goods.sku
  const holding = open.filter(([, { lines }]) => lines.some((line) => line.sku === sku))
  const tagged = goods.serial === null ? null : announcedTag(holding, goods, goods.serial)
  if (tagged !== null) return scannedTag(facts, scanned, tagged)
  const focused = holding.filter(([id]) => id === focus)
  const [chosen, ...others] = focused.length > 0 ? focused : holding
  if (others.length > 0) {
    const names = holding.map(([id]) => id).join(', ')
    const message = `expected one open delivery with ${goods.sku.name}, got ${names}: scan the delivery note first`
    return kept(scanned, place, 'scan-ambiguous', message)
  }
  if (chosen !== undefined) return scannedUnits(facts, place, scanned, goods, chosen)
  const session = open.find(([id]) => id === focus)
  if (session !== undefined) return unexpectedUnits(facts, scanned, goods, session)
  const message = `expected an open delivery that announced ${goods.sku.name}, got none`
  return kept(scanned, place, 'scan-unexpected', message)
}

interface AnnouncedTag {
  readonly session: Session
  readonly orderLine: number
  readonly epc: string
}

/** The tag with this very serial, however its EPC is packed. */
function announcedTag(
  holding: readonly Session[],
  { sku, gtin14 }: MeasuredGoods,
  serial: string,
): AnnouncedTag | null {
  const key = tagKey({ gtin14, serial })
  for (const session of holding)
    for (const { orderLine, epcs, sku: named } of session[1].lines) {
      if (named !== sku.sku) continue
      const epc = epcs.find((one) => {
        const tag = tagOf(one)
        return tag !== null && tagKey(tag) === key
      })
      if (epc !== undefined) return { session, orderLine, epc }
    }
  return null
}

/** In somebody's hand: it is there, and no longer sealed in anything. */
function scannedTag(
  facts: Facts,
  { device, atMs }: Scanned,
  { session: [id, delivery], orderLine, epc }: AnnouncedTag,
): Meaning {
  const tag = tagOf(epc)
  const apart = tag === null ? [] : seenApart(facts, tag)
  const next = { ...withSeen(delivery, orderLine, epc, true), scannedBy: device }
  return {
    conclusions: [...apart, ...receiveIfComplete(withMemory(facts, apart), id, next, atMs)],
    fed: { to: 'tag', delivery: id, orderLine, epc },
    delivery: id,
  }
}

function scannedUnits(
  facts: Facts,
  place: string,
  scanned: Scanned,
  { sku, gtin14, units, serial, lot }: MeasuredGoods,
  [id, delivery]: Session,
): Meaning {
  const unit = oneUnit(sku.quantityScale)
  const loose = ({ expected, epcs, scanned: before = '0' }: DeliveryLine) =>
    BigInt(expected) - BigInt(epcs.length) * unit - BigInt(before)
  const lines = delivery.lines.filter((line) => line.sku === sku.sku)
  const line = lines.find((one) => loose(one) >= units) ?? lines.at(-1)
  if (line === undefined || BigInt(line.expected) <= BigInt(line.epcs.length) * unit) {
    const message = `expected ${sku.name} of ${id} by its tags, got a scan without its serial: it adds nothing`
    return kept(scanned, place, 'scan-adds-nothing', message)
  }
  const named = serial === null ? null : `${gtin14}/${serial}`
  if (named !== null && line.serials?.includes(named)) {
    const message = `expected each serial once in ${id}, got ${serial} of ${sku.name} again`
    return kept(scanned, place, 'scan-repeated', message)
  }
  const { device, atMs } = scanned
  const fed: FedTo = {
    to: 'line',
    delivery: id,
    orderLine: line.orderLine,
    units: units.toString(),
    serial: named,
    lot,
  }
  const next = withUnits(delivery, { ...fed, units })
  return {
    conclusions: receiveIfComplete(facts, id, { ...next, scannedBy: device }, atMs),
    fed,
    delivery: id,
  }
}

interface Change {
  readonly orderLine: number
  /** Scaled; below zero takes them back. */
  readonly units: bigint
  readonly serial: string | null
  readonly lot: Lot | null
}

function withUnits(delivery: Delivery, { orderLine, units, serial, lot }: Change): Delivery {
  const lines = delivery.lines.map((line) => {
    if (line.orderLine !== orderLine) return line
    const others = (line.serials ?? []).filter((one) => one !== serial)
    const serials = serial === null || units < 0n ? others : [...others, serial]
    return {
      ...line,
      scanned: (BigInt(line.scanned ?? '0') + units).toString(),
      serials,
      lots: lot === null ? (line.lots ?? []) : withLot(line.lots ?? [], lot, units),
    }
  })
  return { ...delivery, lines }
}

type Lots = NonNullable<DeliveryLine['lots']>

function withLot(lots: Lots, lot: Lot, units: bigint): Lots {
  const isSame = (one: Lot) => one.lot === lot.lot && one.expires === lot.expires
  const before = BigInt(lots.find(isSame)?.quantity ?? '0')
  const quantity = before + units
  const others = lots.filter((one) => !isSame(one))
  return quantity > 0n ? [...others, { ...lot, quantity: quantity.toString() }] : others
}

/** Scanned amid a session, and on none of its lines: the person who signs is told. */
function unexpectedUnits(
  facts: Facts,
  { device, atMs }: Scanned,
  { sku, units }: MeasuredGoods,
  [id, delivery]: Session,
): Meaning {
  const next = withUnexpected({ ...delivery, scannedBy: device }, sku.sku, units)
  return {
    conclusions: receiveIfComplete(facts, id, next, atMs),
    fed: { to: 'unexpected', delivery: id, sku: sku.sku, units: units.toString() },
    delivery: id,
  }
}

function withUnexpected(delivery: Delivery, sku: string, units: bigint): Delivery {
  const rows = delivery.unexpected ?? []
  const before = BigInt(rows.find((row) => row.sku === sku)?.quantity ?? '0')
  const quantity = before + units
  const others = rows.filter((row) => row.sku !== sku)
  const unexpected = quantity > 0n ? [...others, { sku, quantity: quantity.toString() }] : others
  return { ...delivery, unexpected }
}

/** Null where the delivery is received or gone. */
export function takeBackReceived(
  facts: Facts,
  fed: Exclude<Fed, { to: 'count' }>,
  { atMs }: { readonly device: string; readonly atMs: number },
): Conclusion[] | null {
  if (fed.to === 'container') {
    const container = facts.recall('container', fed.container)
    const session = container?.delivery ? facts.recall('delivery', container.delivery) : undefined
    if (container?.seen == null || session?.state === 'received') return null
    return containerSeen(facts, fed.container, null, { place: '', atMs })
  }
  const delivery = facts.recall('delivery', fed.delivery)
  if (delivery === undefined || delivery.state === 'received') return null
  return receiveIfComplete(facts, fed.delivery, without(delivery, fed), atMs)
}

function without(
  delivery: Delivery,
  fed: Exclude<Fed, { to: 'count' } | { to: 'container' }>,
): Delivery {
  switch (fed.to) {
    case 'tag':
      return withSeen(delivery, fed.orderLine, fed.epc, false)
    case 'line':
      return withUnits(delivery, { ...fed, units: -BigInt(fed.units) })
    case 'unexpected':
      return withUnexpected(delivery, fed.sku, -BigInt(fed.units))
  }
}
