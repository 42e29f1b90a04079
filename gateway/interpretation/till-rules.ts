import type { Evidence, MovementPart, SaleLine, Sku } from '../../ledger-core/index.ts'
import { normaliseGtin } from '../../sensors/index.ts'
import type { Receipt } from '../documents/business-event.ts'
import { ask, headerOf, inWords, least, oneUnit, post, refuse, salesFloor } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { settleDoubts } from './doubts.ts'
import { excuseExits } from './excuses.ts'
import { expectMore } from './expectations.ts'
import { moneyOf, quantityOf } from './quantities.ts'
import { isOurs, placed, tagKey } from './tags.ts'

export interface Sender {
  readonly device: string
  readonly atMs: number
}

/**
 * A till receipt posts at once and whole: revenue, tax, tenders and the cost of what was sold.
 * Unknown goods go to unmapped sales and are asked about; nothing here holds a receipt up.
 */
export function interpretReceipt(facts: Facts, receipt: Receipt, sender: Sender): Conclusion[] {
  const saleKey = receiptKey(receipt)
  const lines = linesOf(facts, receipt, saleKey)
  const tenders = receipt.tenders.map(({ kind, amount }) => ({
    kind,
    amountMinor: moneyOf(amount, facts.minorUnits),
  }))
  const roundingMinor = moneyOf(receipt.rounding, facts.minorUnits)
  if (lines.some((line) => line === null) || !tenders.every(isExact) || roundingMinor === null)
    return [refuse('amount-too-fine', tooFine(facts, saleKey))]
  const known = lines.flatMap((line) => (line === null ? [] : [line]))
  const atMs = Date.parse(receipt.at)
  const evidence: Evidence = {
    kind: 'till-line',
    from: receipt.till,
    atMs,
    summary: `${inWords(saleKey)}: ${counted(receipt.lines.length, 'line')}, ${receipt.total}`,
    body: { receipt: saleKey, lines: receipt.lines, tenders: receipt.tenders },
  }
  const origin = {
    sourceKey: saleKey,
    input: receipt,
    atMs,
    atSource: 'document',
    actor: sender.device,
    evidence: [evidence],
    businessDate: receipt.fiscalDay,
  } as const
  const command = post({
    ...headerOf(facts, origin),
    kind: 'till-receipt',
    till: receipt.till,
    receipt: receipt.receipt,
    lines: known.map(({ line }) => line),
    tenders: tenders.filter(isExact),
    roundingMinor,
  })
  // Said before: the books give the first answer again, or name the conflict.
  if (facts.sequenceOf(saleKey) !== null) return [command]
  const sold: Sold = { facts, saleKey, atMs, evidence }
  return [command, ...known.flatMap((line) => afterLine(sold, line))]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Till, its fiscal day and the number on the paper: numbers that wrap are normal. */
function receiptKey(of: {
  readonly till: string
  readonly fiscalDay: string
  readonly receipt: string
}) {
  return `till:${of.till}/${of.fiscalDay}/${of.receipt}`
}

function tooFine({ minorUnits }: Facts, saleKey: string): string {
  return `expected amounts of ${saleKey} with at most ${minorUnits} decimals, got finer ones`
}

function isExact<T extends { readonly amountMinor: bigint | null }>(
  tender: T,
): tender is T & { readonly amountMinor: bigint } {
  return tender.amountMinor !== null
}

interface Taken {
  readonly line: SaleLine
  /** What is known of the goods; null for unmapped and non-stock lines. */
  readonly goods: { readonly sku: Sku; readonly gtin14: string; readonly serial: string } | null
  /** Set when a person has to look at this line. */
  readonly doubt: 'unknown-goods' | 'no-original' | 'short' | null
}

type ReceiptLine = Receipt['lines'][number]

/** What earlier lines of this receipt have taken already: two lines must not share one unit. */
type Drawn = Map<string, bigint>

function linesOf(facts: Facts, receipt: Receipt, saleKey: string): (Taken | null)[] {
  const drawn: Drawn = new Map()
  const returned: Drawn = new Map()
  return receipt.lines.map((line) => {
    const money = moneyOn(facts, line)
    if (money === null) return null
    const goods = line.kind === 'item' ? goodsOf(facts, line) : null
    const quantity = goods && quantityOf(line.quantity, goods.sku.quantityScale)
    if (goods === null || quantity === null || quantity === 0n) return otherLine(line, money)
    const stock = { ...money, kind: 'stock', quantity } as const
    if (quantity < 0n) return returnLine(facts, line, stock, goods, returned, saleKey)
    const { parts, short } = saleParts(facts, goods, quantity, drawn)
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

function goodsOf(facts: Facts, { gtin, serial = '' }: ReceiptLine): Taken['goods'] {
  const gtin14 = normaliseGtin(gtin)
  if (typeof gtin14 !== 'string') return null
  const sku = facts.skuByGtin(gtin14)
  return sku && { sku, gtin14, serial }
}

/**
 * Where sold units are taken from: the place this very tag was last seen at, the baskets, the
 * planogram home, the sales floor. What none of them holds is taken from the home all the same,
 * and asked about.
 */
function saleParts(
  facts: Facts,
  { sku, gtin14, serial }: NonNullable<Taken['goods']>,
  quantity: bigint,
  drawn: Drawn,
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
    const held = facts.quantityAt(sku.sku, place) - (drawn.get(`${sku.sku}/${place}`) ?? 0n)
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

interface Sold {
  readonly facts: Facts
  readonly saleKey: string
  readonly atMs: number
  readonly evidence: Evidence
}

/** What a posted line changes in what we wait for: exits, pictures, open questions. */
function afterLine(sold: Sold, taken: Taken): Conclusion[] {
  const { facts, atMs } = sold
  const { line, goods } = taken
  const questions = questionOf(sold, taken)
  if (goods === null) return questions
  const { sku, gtin14, serial } = goods
  const tag = serial === '' ? undefined : facts.recall('tag', tagKey({ gtin14, serial }))
  if (line.quantity < 0n) {
    const to = line.parts[0]?.to ?? sku.home
    const back = tag ? [placed({ epc: tag.epc, gtin14, serial }, sku, to, atMs)] : []
    return [...questions, ...back]
  }
  const unit = oneUnit(sku.quantityScale)
  const exits = sku.tagged
    ? excuseExits(facts, { ...sold, gtin14, serial, line: line.line }, Number(line.quantity / unit))
    : []
  return [...questions, ...exits, ...pictures(sold, line, unit)]
}

/** Units taken straight from a camera shelf have still to vanish from its picture. */
function pictures({ facts, saleKey, atMs }: Sold, line: SaleLine, unit: bigint): Conclusion[] {
  return line.parts.flatMap(({ sku, from, quantity }) => {
    if (!facts.isCameraLocation(from)) return []
    const units = Number(quantity / unit)
    const settled = settleDoubts(facts, from, sku, -units, { sourceKey: saleKey, atMs })
    const open = units - settled.units
    const entry = { sourceKey: saleKey, quantity: -open, atMs }
    return [...settled.conclusions, ...(open > 0 ? [expectMore(facts, from, sku, entry)] : [])]
  })
}

function questionOf({ facts, saleKey, atMs, evidence }: Sold, taken: Taken): Conclusion[] {
  const { line, goods, doubt } = taken
  const common = { atMs, evidence: [evidence] }
  switch (doubt) {
    case null:
      return []
    case 'unknown-goods': {
      const question = `${inWords(saleKey)} sold "${line.description}" (${line.gtin || 'no GTIN'}), which the masters do not know. What is it?`
      return [
        ask({
          ...common,
          key: `unmapped-line/${saleKey}/${line.line}`,
          kind: 'unmapped-line',
          question,
        }),
      ]
    }
    case 'no-original': {
      const question = `${inWords(saleKey)} took back ${line.description} without a sale it could belong to; its cost is an estimate. Is that right?`
      const key = `return-without-original/${saleKey}/${line.line}`
      const sku = goods?.sku.sku ?? null
      return [ask({ ...common, key, kind: 'return-without-original', question, sku })]
    }
    case 'short':
      return goods ? [shortage(facts, goods.sku, common)] : []
  }
}

/** Once a day and place: the shelf was filled unseen, or it is empty and the till was wrong. */
function shortage(
  facts: Facts,
  sku: Sku,
  common: { readonly atMs: number; readonly evidence: readonly Evidence[] },
): Conclusion {
  const date = facts.businessDateOf(common.atMs)
  const { backroom } = salesFloor(facts)
  const behind = backroom === null ? 0n : facts.quantityAt(sku.sku, backroom)
  const hint = behind > 0n ? ` The books hold ${behind} in ${backroom}: were some brought out?` : ''
  const question = `More of ${sku.name} was sold on ${date} than the books hold where shoppers take it (${sku.home}).${hint}`
  const key = `location-short/${sku.sku}/${sku.home}/${date}`
  return ask({ ...common, key, kind: 'location-short', question, sku: sku.sku, location: sku.home })
}
