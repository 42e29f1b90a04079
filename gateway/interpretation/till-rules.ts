import type { Evidence, SaleLine, Sku } from '../../ledger-core/index.ts'
import type { Receipt } from '../documents/business-event.ts'
import { judgeBySale } from './claims.ts'
import { ask, headerOf, inWords, oneUnit, post, refuse, salesFloor } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { excuseExits } from './excuses.ts'
import { awaitPicture } from './pictured.ts'
import { moneyOf } from './quantities.ts'
import { linesOf, receiptKey, type Taken } from './receipt-lines.ts'
import { placed, tagKey } from './tags.ts'
import { withMemory } from './with-memory.ts'

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
  let told = facts
  const follows = known.flatMap((line) => {
    const conclusions = afterLine({ ...sold, facts: told }, line)
    told = withMemory(told, conclusions)
    return conclusions
  })
  return [command, ...follows]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function tooFine({ minorUnits }: Facts, saleKey: string): string {
  return `expected amounts of ${saleKey} with at most ${minorUnits} decimals, got finer ones`
}

function isExact<T extends { readonly amountMinor: bigint | null }>(
  tender: T,
): tender is T & { readonly amountMinor: bigint } {
  return tender.amountMinor !== null
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
  const reason = `sold on ${inWords(sold.saleKey)}`
  const judged = judgeBySale(facts, sku.sku, serial, { reason, atMs })
  return [...questions, ...exits, ...judged, ...pictures(sold, line, unit)]
}

/** Units taken straight from a camera shelf have still to vanish from its picture. */
function pictures({ facts, saleKey, atMs }: Sold, line: SaleLine, unit: bigint): Conclusion[] {
  // A till that was offline speaks of what the picture showed long ago: nothing is still to come.
  if (facts.nowMs - atMs > facts.policy.shelfExpectMs) return []
  return line.parts.flatMap(({ sku, from, quantity }) =>
    awaitPicture(facts, from, sku, -Number(quantity / unit), { sourceKey: saleKey, atMs }),
  )
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
