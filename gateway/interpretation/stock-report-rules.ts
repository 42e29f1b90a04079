import { type Command, type Evidence, formatQuantity, type Sku } from '../../ledger-core/index.ts'
import type { DocumentOf } from '../documents/business-event.ts'
import { judgeByCount } from './claims.ts'
import { ask, forget, headerOf, refuse, remember, settle } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { quantityOf } from './quantities.ts'
import type { Sender } from './till-rules.ts'

type StockReport = DocumentOf<'stock-report'>

/**
 * Another system, or somebody who counted, says what stands in one place. Where the books differ
 * a person is asked, once per difference; the books are never overwritten. A count also judges
 * what sensors have claimed there.
 */
export function interpretStockReport(
  facts: Facts,
  document: StockReport,
  sender: Sender,
): Conclusion[] {
  const { report, location, lines } = document
  if (!facts.isLocation(location))
    return [refuse('unknown-location', `expected a known place in ${report}, got "${location}"`)]
  const conclusions: Conclusion[] = []
  for (const { line, sku, quantity } of lines) {
    const known = facts.sku(sku)
    if (known === null)
      return [refuse('unknown-sku', `expected a SKU of the masters in ${report}, got "${sku}"`)]
    const said = quantityOf(quantity, known.quantityScale)
    if (said === null || said < 0n) {
      const message = `expected a quantity that ${sku} can have on line ${line} of ${report}, got ${quantity}`
      return [refuse('amount-too-fine', message)]
    }
    conclusions.push(...compared(facts, document, sender, { sku: known, said }))
  }
  return conclusions
}

interface Said {
  readonly sku: Sku
  readonly said: bigint
}

function compared(
  facts: Facts,
  document: StockReport,
  { device }: Sender,
  { sku, said }: Said,
): Conclusion[] {
  const { location, basis, at } = document
  const atMs = Date.parse(at)
  const booked = facts.quantityAt(sku.sku, location)
  const judged =
    basis === 'count' ? judgeByCount(facts, { sku: sku.sku, location, atMs }, said) : []
  const key = `${device}/${location}/${sku.sku}`
  const before = facts.recall('disagreement', key)
  const closed = before ? [settle(before.reviewKey, `${device} has reported anew`, atMs)] : []
  if (said === booked)
    return [...judged, ...closed, ...(before ? [forget('disagreement', key)] : [])]
  // The same difference again, answered or not, asks nothing new.
  if (before?.said === said.toString() && before.booked === booked.toString()) return judged
  const reviewKey = `systems-disagree/${key}/${document.report}`
  const inWords = (quantity: bigint) => formatQuantity(quantity, sku.quantityScale)
  const evidence: Evidence = {
    kind: 'document',
    from: device,
    atMs,
    summary: `${device} ${basis === 'count' ? 'counted' : 'holds'} ${inWords(said)} of ${sku.name} in ${location} (${document.report})`,
    body: { report: document.report, basis },
  }
  return [
    ...judged,
    ...closed,
    ask({
      key: reviewKey,
      kind: 'systems-disagree',
      atMs,
      question: `${evidence.summary}; the books hold ${inWords(booked)}. Which is right?`,
      sku: sku.sku,
      location,
      evidence: [evidence],
      proposal: basis === 'count' && said < booked ? loss() : null,
    }),
    remember('disagreement', key, {
      reviewKey,
      said: said.toString(),
      booked: booked.toString(),
    }),
  ]

  /** Fewer were counted: what is missing may be written off, by a person. */
  function loss(): Command {
    const header = headerOf(facts, {
      sourceKey: `stock-report:${key}/${document.report}`,
      input: { report: document.report, sku: sku.sku, location, said },
      atMs,
      atSource: 'document',
      actor: device,
      evidence: [evidence],
    })
    const part = {
      sku: sku.sku,
      quantity: booked - said,
      from: location,
      to: 'shrinkage',
      epcs: [],
    }
    return { ...header, kind: 'shrink', part, reason: `counted in ${document.report}` }
  }
}
