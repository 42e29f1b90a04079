import type { MovementPart, SaleLine, Sku } from '../../ledger-core/index.ts'
import { normaliseGtin } from '../../sensors/index.ts'
import type { Receipt } from '../documents/business-event.ts'
import { agedUnits } from './basket-close.ts'
import { least, oneUnit, salesFloor } from './commands.ts'
import type { Facts } from './conclusion.ts'
import { packedIn, unitsOf } from './packs.ts'
import { moneyOf, quantityOf } from './quantities.ts'
import { isOurs, tagKey } from './tags.ts'

/** One till line, with what is known of it. */
export interface Taken {
  readonly line: SaleLine
  /** What is known of the goods; null for unmapped and non-stock lines. */
  readonly goods: Goods | null
  /** Set when a person has to look at this line. */
  readonly doubt: 'unknown-goods' | 'no-original' | 'short' | null
}

interface Goods {
  readonly sku: Sku
  /** Of one base unit, also where a pack was scanned: that is what tags say. */
  readonly gtin14: string
  readonly serial: string
}

type ReceiptLine = Receipt['lines'][number]

/** What earlier lines of this receipt have taken already: two lines must not share one unit. */
type Drawn = Map<string, bigint>

/** The lines of a receipt as the books take them; null for one whose amounts are too fine. */
export function linesOf(facts: Facts, receipt: Receipt, saleKey: string): (Taken | null)[] {
  const drawn: Drawn = new Map()
  const returned: Drawn = new Map()
  const soldAtMs = Date.parse(receipt.at)
  return receipt.lines.map((line) => {
    const money = moneyOn(facts, line)
    if (money === null) return null
    const counted = line.kind === 'item' ? countedOn(facts, line) : null
    if (counted === null) return otherLine(line, money)
    const { goods, quantity } = counted
    const stock = { ...money, kind: 'stock', quantity } as const
    if (quantity < 0n) return returnLine(facts, line, stock, goods, returned, saleKey)
    const { parts, short } = saleParts(facts, goods, quantity, { drawn, soldAtMs })
    return { line: { ...stock, parts }, goods, doubt: short ? 'short' : null }
  })
}

type Money = Omit<SaleLine, 'kind' | 'quantity' | 'parts' | 'original'>

function moneyOn(facts: Facts, { line, gtin, description, taxCode, net, tax }: ReceiptLine) {
  const netMinor = moneyOf(net, facts.minorUnits)
  const taxMinor = moneyOf(tax, facts.minorUnits)
  if (netMinor === null || taxMinor === null) return null
  return { line, gtin, description, netMinor, taxMinor, taxCode }
}

/** A bag, a deposit, or goods that the masters do not know. */
function otherLine(line: ReceiptLine, money: Money): Taken {
  const isGoods = line.kind === 'item'
  const kind = isGoods ? 'unmapped' : 'non-stock'
  const doubt = isGoods ? 'unknown-goods' : null
  return { line: { ...money, kind, ...parked(line), parts: [] }, goods: null, doubt }
}

/** Unmapped and non-stock lines count whole pieces; a weighed one is one piece, told in words. */
function parked(line: ReceiptLine): Pick<SaleLine, 'quantity' | 'description'> {
  const { description } = line
  const whole = quantityOf(line.quantity, 0)
  if (whole !== null && whole !== 0n) return { quantity: whole, description }
  const sign = line.quantity.startsWith('-') ? -1n : 1n
  return { quantity: sign, description: `${description} (quantity ${line.quantity})` }
}

/** What of the masters a line sold, in base units; null: unknown goods, or a broken quantity. */
function countedOn(
  facts: Facts,
  { gtin, serial = '', quantity: text }: ReceiptLine,
): { readonly goods: Goods; readonly quantity: bigint } | null {
  const gtin14 = normaliseGtin(gtin)
  const packed = typeof gtin14 === 'string' ? packedIn(facts, gtin14) : null
  const quantity = packed && unitsOf(packed, text)
  if (packed === null || quantity === null || quantity === 0n) return null
  const { sku, isPack } = packed
  // The serial of a pack is none of its units'.
  const goods = isPack
    ? { sku, gtin14: sku.gtins[0] ?? '', serial: '' }
    : { sku, gtin14: String(gtin14), serial }
  return { goods, quantity }
}

/**
 * Where sold units are taken from: the place this very tag was last seen at, the baskets, the
 * planogram home, the sales floor. What none of them holds is taken from the home all the same,
 * and asked about.
 */
export function saleParts(
  facts: Facts,
  { sku, gtin14, serial }: NonNullable<Taken['goods']>,
  quantity: bigint,
  { drawn, soldAtMs }: { readonly drawn: Drawn; readonly soldAtMs: number },
): { readonly parts: MovementPart[]; readonly short: boolean } {
  const tag = serial === '' ? undefined : facts.recall('tag', tagKey({ gtin14, serial }))
  const { floor } = salesFloor(facts)
  const wanted = [tag?.location, 'basket', sku.home, floor]
  const places = [...new Set(wanted)].filter(
    (place): place is string =>
      typeof place === 'string' && isOurs(place) && facts.isLocation(place),
  )
  const taken = new Map<string, bigint>()
  let open = quantity
  for (const place of places) {
    const gone = place === 'basket' ? agedUnits(facts, sku.sku, soldAtMs) : 0n
    const held = facts.quantityAt(sku.sku, place) - gone - (drawn.get(`${sku.sku}/${place}`) ?? 0n)
    const units = held > 0n ? least(open, held) : 0n
    if (units === 0n) continue
    taken.set(place, units)
    open -= units
  }
  if (open > 0n) taken.set(sku.home, (taken.get(sku.home) ?? 0n) + open)
  for (const [place, units] of taken) {
    const key = `${sku.sku}/${place}`
    drawn.set(key, (drawn.get(key) ?? 0n) + units)
  }
  const epcs = tag && quantity === oneUnit(sku.quantityScale) ? [tag.epc] : []
  const parts = [...taken].map(([from, units]) => ({
    sku: sku.sku,
    quantity: units,
    from,
    to: 'customer',
    epcs,
  }))
  return { parts, short: open > 0n }
}

/** Back to the sales floor, to the cost it left with where the paper says which sale it was. */
function returnLine(
  facts: Facts,
  { original }: ReceiptLine,
  line: Omit<SaleLine, 'parts'>,
  goods: NonNullable<Taken['goods']>,
  returned: Drawn,
  saleKey: string,
): Taken {
  const { sku, gtin14, serial } = goods
  const tag = serial === '' ? undefined : facts.recall('tag', tagKey({ gtin14, serial }))
  const quantity = -line.quantity
  const to = salesFloor(facts).floor ?? sku.home
  const part = { sku: sku.sku, quantity, from: 'customer', to, epcs: tag ? [tag.epc] : [] }
  const sourceKey = original === undefined ? saleKey : receiptKey(original)
  const soldLine = original === undefined ? null : facts.soldOn(sourceKey, original.line)
  const place = `${sourceKey}/${original?.line}`
  const before = returned.get(place) ?? 0n
  const isCovered =
    soldLine !== null && soldLine.sku === sku.sku && before + quantity <= soldLine.returnable
  if (!isCovered || original === undefined)
    return { line: { ...line, parts: [part] }, goods, doubt: 'no-original' }
  returned.set(place, before + quantity)
  const referenced = { ...line, parts: [part], original: { sourceKey, line: original.line } }
  return { line: referenced, goods, doubt: null }
}

/** Till, its fiscal day and the number on the paper: numbers that wrap are normal. */
export function receiptKey(of: {
  readonly till: string
  readonly fiscalDay: string
  readonly receipt: string
}) {
  return `till:${of.till}/${of.fiscalDay}/${of.receipt}`
}
