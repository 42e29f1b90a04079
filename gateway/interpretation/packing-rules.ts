import { type BusinessStep, encodeEpc, gtinOfClass } from '../../sensors/index.ts'
import type { DocumentOf } from '../documents/business-event.ts'
import { forget, oneUnit, refuse, remember } from './commands.ts'
import type { Conclusion, DeliveryLine, Facts, Memory } from './conclusion.ts'
import { containerIdOf, freshContainer, openedContainer, packedKey } from './containers.ts'
import { packedIn } from './packs.ts'
import { quantityOf } from './quantities.ts'
import { receiveIfComplete } from './receiving.ts'
import type { Container, LooseGoods } from './session-memory.ts'
import { tagOf } from './tags.ts'
import { withMemory } from './with-memory.ts'

/** Which pallet holds which cases, and which case which items: told by despatch advices and EPCIS. */

type Advice = DocumentOf<'despatch-advice'>
type Pack = NonNullable<Advice['packs']>[number]

export interface AdvisedPacks {
  readonly lines: readonly DeliveryLine[]
  readonly containers: readonly string[]
  readonly told: readonly Conclusion[]
}

/** The packs of a despatch advice, and those that an aggregation told of before it came. */
export function advisedPacks(
  facts: Facts,
  { delivery, packs = [], at }: Advice,
  lines: readonly DeliveryLine[],
): AdvisedPacks | Conclusion {
  const atMs = Date.parse(at)
  const held = new Map<string, Container>()
  let told = [...lines]
  for (const pack of packs) {
    const id = containerIdOf(pack.pack)
    if (id === null) return refuse('bad-pack', expectedPack(delivery, pack.pack))
    const within = pack.within === undefined ? null : containerIdOf(pack.within)
    if (pack.within !== undefined && within === null)
      return refuse('bad-pack', expectedPack(delivery, pack.within))
    const known = held.get(id) ?? facts.recall('container', id) ?? freshContainer(atMs)
    const packed = contentsOf(facts, delivery, pack, told)
    if ('kind' in packed) return packed
    told = packed.lines
    held.set(id, {
      ...known,
      within: within ?? known.within,
      items: [...new Set([...known.items, ...packed.items])],
      // A paper's own word of untagged contents takes the place of what was heard before.
      goods: packed.goods.length > 0 ? packed.goods : known.goods,
    })
  }
  const over = overfull(facts, delivery, told, held)
  if (over !== null) return over
  return attached(facts, delivery, told, held)
}

const expectedPack = (delivery: string, got: string) =>
  `expected an SSCC of 18 digits or the EPC of a case as pack of ${delivery}, got "${got}"`

interface Contents {
  readonly lines: DeliveryLine[]
  readonly items: readonly string[]
  readonly goods: readonly LooseGoods[]
}

function contentsOf(
  facts: Facts,
  delivery: string,
  { pack, contents }: Pack,
  lines: readonly DeliveryLine[],
): Contents | Conclusion {
  let told = [...lines]
  const items: string[] = []
  const goods: LooseGoods[] = []
  for (const { orderLine, quantity, epcs } of contents) {
    const line = told.find((one) => one.orderLine === orderLine)
    if (!line)
      return refuse(
        'line-differs',
        `expected pack ${pack} of ${delivery} to hold announced order lines, got line ${orderLine}`,
      )
    const tags = [...new Set(epcs.map((epc) => epc.toUpperCase()))]
    const scale = facts.sku(line.sku)?.quantityScale ?? 0
    const tagged = BigInt(tags.length) * oneUnit(scale)
    const held = quantity === undefined ? tagged : quantityOf(quantity, scale)
    if (held === null || held < tagged)
      return refuse(
        'line-differs',
        `expected pack ${pack} of ${delivery} to hold at least its ${tags.length} tags on line ${orderLine}, got ${quantity}`,
      )
    items.push(...tags)
    if (held > tagged)
      goods.push({ sku: line.sku, quantity: (held - tagged).toString(), orderLine })
    const all = [...new Set([...line.epcs, ...tags])]
    const seen = all.filter((epc) => facts.recall('early', epc) !== undefined).sort()
    told = told.map((one) => (one === line ? { ...line, epcs: all, seen } : one))
  }
  return { lines: told, items, goods }
}

/** Packs that hold more than their line announces would receive what nobody has ordered. */
function overfull(
  facts: Facts,
  delivery: string,
  lines: readonly DeliveryLine[],
  held: ReadonlyMap<string, Container>,
): Conclusion | null {
  for (const { orderLine, sku, expected, epcs } of lines) {
    const unit = oneUnit(facts.sku(sku)?.quantityScale ?? 0)
    const goods = [...held.values()].flatMap((one) => one.goods)
    const packed = goods
      .filter((one) => one.orderLine === orderLine)
      .reduce((sum, { quantity }) => sum + BigInt(quantity), BigInt(epcs.length) * unit)
    if (packed > BigInt(expected))
      return refuse(
        'line-differs',
        `expected packs and tags of ${delivery} to hold at most what line ${orderLine} announces, got more`,
      )
  }
  return null
}

/** The delivery's containers: those it names, those its items are packed in, and those around them. */
function attached(
  facts: Facts,
  delivery: string,
  lines: readonly DeliveryLine[],
  held: ReadonlyMap<string, Container>,
): AdvisedPacks {
  const containerOf = (id: string) => held.get(id) ?? facts.recall('container', id)
  const ids = new Set(held.keys())
  for (const { epcs } of lines)
    for (const epc of epcs)
      for (const packed of packedKey(epc, (key) => facts.recall('packed', key)))
        if (packed) ids.add(packed.container)
  // Grows while it is walked: what a container stands in belongs to the delivery too.
  for (const id of ids) {
    const within = containerOf(id)?.within
    if (within) ids.add(within)
  }
  const told = [...ids].flatMap((id) => {
    const one = containerOf(id)
    return one ? attachedOne(id, { ...one, delivery }, lines) : []
  })
  return { lines, containers: [...ids].sort(), told }
}

function attachedOne(id: string, one: Container, lines: readonly DeliveryLine[]): Conclusion[] {
  const goods = one.goods.map((row) =>
    row.orderLine === null
      ? { ...row, orderLine: lines.find(({ sku }) => sku === row.sku)?.orderLine ?? null }
      : row,
  )
  const items = asAnnounced(one.items, lines)
  return [
    remember('container', id, { ...one, goods, items }),
    ...items.flatMap((epc) => packedKey(epc, (key) => remember('packed', key, { container: id }))),
    forget('early-unit', id),
  ]
}

/** One item may be written as several EPCs (its filter value, a URI without one): the advice's holds. */
function asAnnounced(items: readonly string[], lines: readonly DeliveryLine[]): readonly string[] {
  const announced = new Set(lines.flatMap(({ epcs }) => epcs))
  if (items.every((epc) => announced.has(epc))) return items
  const byKey = new Map(
    [...announced].flatMap((epc) => packedKey(epc, (key): [string, string] => [key, epc])),
  )
  return items.map((epc) => packedKey(epc, (key) => byKey.get(key))[0] ?? epc)
}

/** EPCIS: things were put into a container, or taken out of it. */
export function interpretAggregation(facts: Facts, step: BusinessStep, atMs: number): Conclusion[] {
  if (step.type !== 'AggregationEvent') return []
  const id = containerIdOf(step.parent)
  if (id === null) return []
  if (step.action === 'DELETE') return openedContainer(facts, id)
  const known = facts.recall('container', id) ?? freshContainer(atMs)
  const children = childrenOf(facts, step)
  const told = [
    remember('container', id, {
      ...known,
      items: [...new Set([...known.items, ...children.items])],
      goods: known.goods.length > 0 ? known.goods : children.goods,
    }),
    ...children.items.flatMap((epc) =>
      packedKey(epc, (key) => remember('packed', key, { container: id })),
    ),
    ...children.containers.map((inner) =>
      remember('container', inner, {
        ...(facts.recall('container', inner) ?? freshContainer(atMs)),
        within: id,
      }),
    ),
  ]
  const after = withMemory(facts, told)
  const delivery = deliveryOf(after, id, children)
  return delivery === null ? told : [...told, ...joined(after, delivery, id, atMs)]
}

interface Children {
  readonly items: readonly string[]
  readonly containers: readonly string[]
  readonly goods: readonly LooseGoods[]
}

/** Items have tags of goods that masters count singly; everything else that has a number holds more. */
function childrenOf(facts: Facts, { epcs, quantities }: BusinessStep): Children {
  const items: string[] = []
  const containers: string[] = []
  for (const uri of epcs) {
    const id = containerIdOf(uri)
    if (id === null) continue
    const encoded = encodeEpc(uri)
    const epc = encoded.ok ? encoded.hex : uri.toUpperCase()
    const tag = tagOf(epc)
    if (tag !== null && facts.recall('pack', tag.gtin14) === undefined) items.push(epc)
    else containers.push(id)
  }
  const goods = quantities.flatMap(({ epcClass, quantity }): LooseGoods[] => {
    const gtin14 = gtinOfClass(epcClass)
    const packed = gtin14 === null ? null : packedIn(facts, gtin14)
    if (packed === null || !Number.isSafeInteger(quantity) || quantity <= 0) return []
    const units = packed.units * BigInt(quantity)
    return [{ sku: packed.sku.sku, quantity: units.toString(), orderLine: null }]
  })
  return { items, containers, goods }
}

/** The delivery of a container: its own, that of what it stands in, or that of one of its items. */
function deliveryOf(facts: Facts, id: string, children: Children): string | null {
  const around = facts.recall('container', id)
  const outer = around?.within ? facts.recall('container', around.within) : undefined
  const inner = children.containers.map((one) => facts.recall('container', one)?.delivery)
  const items = new Set(children.items.flatMap((epc) => packedKey(epc, (key) => key)))
  const announced = facts.recallAll('delivery', '').flatMap(([delivery, { lines, state }]) => {
    if (state === 'received') return []
    const holds = ({ epcs }: DeliveryLine) =>
      epcs.some((epc) => packedKey(epc, (key) => items.has(key))[0])
    return lines.some(holds) ? [delivery] : []
  })
  const named = [around?.delivery, outer?.delivery, ...inner, ...announced]
  return named.find((delivery) => typeof delivery === 'string') ?? null
}

function joined(facts: Facts, delivery: string, id: string, atMs: number): Conclusion[] {
  const session = facts.recall('delivery', delivery)
  if (session === undefined || session.state === 'received') return []
  const inner = facts
    .recallAll('container', '')
    .flatMap(([key, { within }]) => (within === id ? [key] : []))
  const ids = [...new Set([...(session.containers ?? []), id, ...inner])].sort()
  const next: Memory['delivery'] = { ...session, containers: ids }
  const told = [id, ...inner].flatMap((one) => {
    const container = facts.recall('container', one)
    return container ? attachedOne(one, { ...container, delivery }, session.lines) : []
  })
  const after = withMemory(facts, told)
  const isSeen = ids.some((one) => after.recall('container', one)?.seen)
  return [
    ...told,
    ...(isSeen
      ? receiveIfComplete(after, delivery, next, atMs)
      : [remember('delivery', delivery, next)]),
  ]
}
