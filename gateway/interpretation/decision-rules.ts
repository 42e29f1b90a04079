import type { Command, Evidence } from '../../ledger-core/index.ts'
import { forget, post } from './commands.ts'
import type { Conclusion, Facts, ReviewKind } from './conclusion.ts'
import { withoutDoubt } from './doubts.ts'
import { placed, tagOf } from './tags.ts'

export interface AskedReview {
  readonly id: number
  readonly key: string
  readonly kind: ReviewKind
  readonly sku: string | null
  readonly location: string | null
  readonly epc: string | null
  readonly proposal: Command | null
}

export interface Decision {
  readonly decision: 'accept' | 'reject'
  readonly user: string
  readonly note: string
  readonly atMs: number
}

/** A person has answered: accepting posts what was proposed, in that person's name. */
export function interpretDecision(
  facts: Facts,
  review: AskedReview,
  decision: Decision,
): Conclusion[] {
  return [...posted(facts, review, decision), ...forgotten(facts, review)]
}

function posted(facts: Facts, review: AskedReview, decision: Decision): Conclusion[] {
  const { proposal } = review
  if (proposal === null || decision.decision === 'reject') return []
  const { user, note, atMs } = decision
  const evidence: Evidence = {
    kind: 'decision',
    from: user,
    atMs,
    summary: note === '' ? `${user} accepted it` : `${user} accepted it: ${note}`,
    body: { review: review.id },
  }
  const command = {
    ...proposal,
    actor: user,
    postedAtMs: facts.nowMs,
    evidence: [...proposal.evidence, evidence],
  }
  const tag = review.epc === null ? null : tagOf(review.epc)
  const isPlaced = tag !== null && 'part' in proposal
  return [
    post(command),
    ...(isPlaced ? [placed(tag, { sku: proposal.part.sku }, proposal.part.to, atMs)] : []),
  ]
}

/** What waited for this answer waits no more. */
function forgotten(facts: Facts, { kind, key, sku, location }: AskedReview): Conclusion[] {
  switch (kind) {
    case 'left-unpaid':
      return [forget('exit', key.slice('left-unpaid/'.length))]
    case 'basket-open':
      return sku === null ? [] : [forget('basket', sku)]
    case 'shelf-uncertain':
    case 'shelf-put-without-source':
      return sku === null || location === null ? [] : withoutDoubt(facts, location, sku, key)
    case 'unexpected-delivery':
    case 'delivery-differs':
    case 'delivery-unconfirmed':
    case 'direction-unclear':
    case 'tag-without-stock':
    case 'location-short':
    case 'shelf-differs':
    case 'unmapped-line':
    case 'return-without-original':
    case 'ledger-refused':
    case 'document-conflict':
      return []
  }
}
