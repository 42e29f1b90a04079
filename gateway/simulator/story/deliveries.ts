import { GOODS, type Good } from '../catalogue.ts'
import type { Random } from '../random.ts'
import type { Unit } from '../world.ts'
import { centsText } from './money.ts'
import { carryThrough } from './portals.ts'
import { isoTime, type Story } from './story.ts'
import type { Process } from './timeline.ts'

interface OrderLine {
  readonly line: number
  readonly good: Good
  readonly quantity: number
}

interface Order {
  readonly number: string
  readonly delivery: string
  readonly supplier: string
  readonly lines: readonly OrderLine[]
  /** One unit of this line is not in the boxes. */
  readonly shortLine: number | null
}

const MIXES = [
  { tagged: 'weaver', untagged: 'larder' },
  { tagged: 'tinker', untagged: 'hearth' },
  { tagged: 'weaver', untagged: 'hearth' },
] as const

/** Ordered in the morning, announced, carried through the dock, counted and signed for. */
export function* deliverGoods(story: Story, nth: number, arrivesMs: number): Process {
  const random = story.chance(`delivery/${nth}`)
  const order = orderFor(story, random, nth)
  const { world, day } = story
  yield day.at(7, 45) + nth * 20_000
  story.document(story.timeline.nowMs(), purchaseOrder(order, story.timeline.nowMs()))
  yield arrivesMs - random.int(35, 60) * 60_000
  const packed = order.lines.map((line) => ({
    ...line,
    units: Array.from({ length: line.quantity }, () => world.create(line.good, 'supplier')),
  }))
  story.document(story.timeline.nowMs(), despatchAdvice(order, packed, story.timeline.nowMs()))
  yield arrivesMs
  const arrived = packed.map(({ units, ...line }) => ({
    ...line,
    units: line.line === order.shortLine ? units.slice(1) : units,
  }))
  if (order.shortLine !== null) {
    const sku = order.lines.find(({ line }) => line === order.shortLine)?.good.sku ?? null
    world.ask({ sku, epc: null, why: `delivery ${order.delivery} is one short` })
  }
  const boxes = arrived.flatMap(({ units }) => units)
  for (let start = 0; start < boxes.length; start += 8) {
    const units = boxes.slice(start, start + 8)
    const atMs = story.timeline.nowMs()
    carryThrough(story, { reader: 'dock-reader', direction: 'in', atMs, units })
    for (const unit of units) world.move(unit, 'backroom', atMs + 3_000)
    yield atMs + random.int(9, 20) * 1_000
  }
  yield story.timeline.nowMs() + random.int(5, 15) * 60_000
  story.document(story.timeline.nowMs(), goodsReceipt(order, arrived, story.timeline.nowMs()))
}

function orderFor(story: Story, random: Random, nth: number): Order {
  const mix = MIXES[nth % MIXES.length] ?? MIXES[0]
  const of = (supplier: string) => GOODS.filter((good) => good.supplier === supplier)
  const goods = [
    ...random.shuffled(of(mix.tagged)).slice(0, random.int(3, 4)),
    ...random.shuffled(of(mix.untagged)).slice(0, random.int(2, 4)),
  ]
  const lines = goods.map((good, index) => ({
    line: index + 1,
    good,
    quantity: good.tagged ? random.int(3, 5) : random.int(6, 12),
  }))
  const stamp = story.day.date.replaceAll('-', '')
  return {
    number: `PO-${stamp}-${nth + 1}`,
    delivery: `DA-${stamp}-${nth + 1}`,
    supplier: mix.tagged,
    lines,
    shortLine: random.chance(0.35) ? random.int(1, lines.length) : null,
  }
}

function purchaseOrder({ number, supplier, lines }: Order, atMs: number): unknown {
  return {
    type: 'purchase-order',
    order: number,
    supplier,
    at: isoTime(atMs),
    lines: lines.map(({ line, good, quantity }) => ({
      line,
      sku: good.sku,
      quantity: String(quantity),
      cost: centsText(good.costMinor * quantity),
    })),
  }
}

type Packed = OrderLine & { readonly units: readonly Unit[] }

function despatchAdvice(order: Order, lines: readonly Packed[], atMs: number): unknown {
  return {
    type: 'despatch-advice',
    delivery: order.delivery,
    order: order.number,
    at: isoTime(atMs),
    lines: lines.map(({ line, good, units }) => ({
      orderLine: line,
      sku: good.sku,
      quantity: String(units.length),
      epcs: units.flatMap(({ epc }) => (epc === null ? [] : [epc])),
    })),
  }
}

function goodsReceipt(order: Order, lines: readonly Packed[], atMs: number): unknown {
  return {
    type: 'goods-receipt',
    delivery: order.delivery,
    signedBy: 'dock clerk',
    at: isoTime(atMs),
    lines: lines.map(({ line, good, units }) => ({
      orderLine: line,
      sku: good.sku,
      quantity: String(units.length),
    })),
  }
}
