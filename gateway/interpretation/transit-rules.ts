import { formatQuantity } from '../../ledger-core/index.ts'
import { ask, forget, remember, settle } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'

const IN_TRANSIT = 'in-transit:'

/**
 * What was dispatched to another store and has not been confirmed, at the end of each day. What
 * stays open for too long is asked about, once for each transfer; a partial arrival leaves the
 * rest of it open, and the last arrival answers the question.
 */
export function transitsAtClose(facts: Facts): Conclusion[][] {
  const open = new Map<string, string[]>()
  for (const { sku, location, quantity } of facts.stockIn(IN_TRANSIT)) {
    if (quantity <= 0n) continue
    const known = facts.sku(sku)
    const units = formatQuantity(quantity, known?.quantityScale ?? 0)
    const transfer = location.slice(IN_TRANSIT.length)
    open.set(transfer, [...(open.get(transfer) ?? []), `${units} of ${known?.name ?? sku}`])
  }
  const known = new Map(facts.recallAll('transit', ''))
  const arrived = [...known.keys()].filter((transfer) => !open.has(transfer))
  return [
    ...[...open].map(([transfer, left]) => overdue(facts, transfer, left)),
    ...arrived.map((transfer) => [
      forget('transit', transfer),
      settle(keyOf(transfer), 'everything has arrived', facts.nowMs),
    ]),
  ]
}

const keyOf = (transfer: string) => `transfer-overdue/${transfer}`

function overdue(facts: Facts, transfer: string, left: readonly string[]): Conclusion[] {
  const { nowMs, policy } = facts
  const known = facts.recall('transit', transfer)
  if (!known) return [remember('transit', transfer, { sinceMs: nowMs, isAsked: false })]
  if (known.isAsked || nowMs - known.sinceMs < policy.transitAgedMs) return []
  const days = Math.round((nowMs - known.sinceMs) / 86_400_000)
  return [
    ask({
      key: keyOf(transfer),
      kind: 'transfer-overdue',
      atMs: nowMs,
      question: `Transfer ${transfer} left ${days} days ago and the other store has not confirmed ${left.join(', ')}. What has become of it?`,
      location: `${IN_TRANSIT}${transfer}`,
    }),
    remember('transit', transfer, { ...known, isAsked: true }),
  ]
}
