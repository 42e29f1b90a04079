import type { Evidence, MovementPart, Sku } from '../../ledger-core/index.ts'
import type { SessionEnd } from '../documents/business-event.ts'
import { agedUnits } from './basket-close.ts'
import { forget, headerOf, oneUnit, post, remember } from './commands.ts'
import type { Conclusion, Facts, Tag } from './conclusion.ts'
import { heldAt } from './exit-waits.ts'
import { placed } from './tags.ts'

/** Pictures of the last things taken settle within this after the door has closed. */
const SETTLES_MS = 30_000

interface Sale {
  readonly sourceKey: string
  /** Who sold, where no till did: the door, or what opens it. */
  readonly till: string
  readonly receipt: string
  readonly atMs: number
  readonly actor: string
  readonly evidence: Evidence
  readonly parts: readonly { readonly sku: Sku; readonly part: MovementPart }[]
}

/**
 * An unattended store has no till that says what was sold: leaving is the sale, at the price of
 * the masters, owed by the customer until whoever collects it has paid.
 */
export function soldByLeaving(
  facts: Facts,
  left: {
    readonly tag: Tag
    readonly sku: Sku
    readonly atMs: number
    readonly evidence: Evidence
  },
  pass: {
    readonly portal: string
    readonly openedAtMs: number
    readonly known: string | undefined
  },
): Conclusion[] | null {
  const { tag, sku, atMs, evidence } = left
  const { portal, openedAtMs, known } = pass
  const mayBook = facts.authority(evidence.from, 'exit') === 'post'
  if (facts.policy.sellsWithoutTill !== 'exit' || !mayBook) return null
  const from = heldAt(facts, sku.sku, known) ?? sku.home
  const quantity = oneUnit(sku.quantityScale)
  const part = { sku: sku.sku, quantity, from, to: 'customer', epcs: [tag.epc] }
  const receipt = `${tag.epc}/${openedAtMs}`
  const sourceKey = `exit-sale:${portal}/${receipt}`
  const sale = { sourceKey, till: portal, receipt, atMs, actor: evidence.from, evidence }
  return [
    ...soldAtPrice(facts, { ...sale, parts: [{ sku, part }] }),
    placed(tag, sku, 'customer', atMs),
  ]
}

/** The door has closed behind a shopper: what the last pictures show is waited for. */
export function interpretSessionEnd(
  facts: Facts,
  { till, session, at }: SessionEnd,
  device: string,
): Conclusion[] {
  if (facts.sequenceOf(sessionKey(till, session)) !== null) return []
  return [remember('session', `${till}/${session}`, { till, device, atMs: Date.parse(at) })]
}

const sessionKey = (till: string, session: string) => `session:${till}/${session}`

/** Baskets of sessions that are over go to their customers; in the order in which they ended. */
export function sessionsOver(facts: Facts): Conclusion[][] {
  const [first] = facts
    .recallAll('session', '')
    .filter(([, { atMs }]) => facts.nowMs - atMs >= SETTLES_MS)
    .sort(([, a], [, b]) => a.atMs - b.atMs)
  if (!first) return []
  const [key, { till, device, atMs }] = first
  const session = key.slice(till.length + 1)
  if (facts.policy.sellsWithoutTill !== 'session-end') return [[forget('session', key)]]
  const parts = facts.stockAt('basket').flatMap(({ sku: name, quantity }) => {
    const sku = facts.sku(name)
    const units = quantity - agedUnits(facts, name, atMs)
    if (sku === null || units <= 0n) return []
    const part = { sku: name, quantity: units, from: 'basket', to: 'customer', epcs: [] }
    return [{ sku, part }]
  })
  const summary = `session ${session} at ${till} ended with ${parts.length} kinds of goods taken`
  const evidence: Evidence = { kind: 'document', from: device, atMs, summary, body: { session } }
  const sourceKey = sessionKey(till, session)
  const sale = { sourceKey, till, receipt: session, atMs, actor: device, evidence, parts }
  return [[...(parts.length === 0 ? [] : soldAtPrice(facts, sale)), forget('session', key)]]
}

function soldAtPrice(facts: Facts, sale: Sale): Conclusion[] {
  const { sourceKey, till, receipt, atMs, actor, evidence } = sale
  const { untilledTaxCode: taxCode, untilledTaxPerMille } = facts.policy
  const lines = sale.parts.map(({ sku, part }, index) => {
    const grossMinor = roundedDiv(sku.priceMinor * part.quantity, oneUnit(sku.quantityScale))
    const netMinor = roundedDiv(grossMinor * 1_000n, 1_000n + BigInt(untilledTaxPerMille))
    return {
      line: index + 1,
      kind: 'stock' as const,
      gtin: sku.gtins[0] ?? '',
      description: sku.name,
      quantity: part.quantity,
      netMinor,
      taxMinor: grossMinor - netMinor,
      taxCode,
      parts: [part],
    }
  })
  const owedMinor = lines.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0n)
  const input = {
    till,
    receipt,
    parts: sale.parts.map(({ part }) => ({ ...part, quantity: part.quantity.toString() })),
  }
  const origin = {
    sourceKey,
    input,
    atMs,
    atSource: 'device',
    actor,
    evidence: [evidence],
  } as const
  return [
    post({
      ...headerOf(facts, origin),
      kind: 'till-receipt',
      till,
      receipt,
      lines,
      tenders: owedMinor === 0n ? [] : [{ kind: 'account', amountMinor: owedMinor }],
      roundingMinor: 0n,
    }),
  ]
}

/** To the nearest, a half upwards; neither is negative. */
const roundedDiv = (value: bigint, by: bigint) => (2n * value + by) / (2n * by)
