import type { Command, Evidence, MovementPart } from '../../ledger-core/index.ts'
import { forget, headerOf, oneUnit, post, refuse, remember } from './commands.ts'
import type { Conclusion, Facts, ReviewKind } from './conclusion.ts'
import { doubtsAt, withoutDoubt } from './doubts.ts'
import { placed, tagKey, tagOf } from './tags.ts'

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
  return [...posted(facts, review, decision), ...forgotten(facts, review, decision)]
}

function posted(facts: Facts, review: AskedReview, decision: Decision): Conclusion[] {
  const proposal = proposalNow(facts, review)
  if (proposal === null || decision.decision === 'reject') return []
  const { user, note, atMs } = decision
  const stale = 'part' in proposal ? noLongerTrue(facts, review, proposal.part) : null
  if (stale !== null) return [refuse('no-longer-true', stale)]
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
    ...(isPlaced
      ? [placed(tag, { sku: proposal.part.sku }, proposal.part.to, proposal.occurredAtMs)]
      : []),
  ]
}

/** What is still open of a doubtful picture; documents may have answered a part of it. */
function proposalNow(facts: Facts, { proposal, key, sku, location }: AskedReview): Command | null {
  if (proposal?.kind !== 'move' || sku === null || location === null) return proposal
  const doubt = doubtsAt(facts, location, sku).find(({ reviewKey }) => reviewKey === key)
  if (!doubt) return proposal
  const unit = oneUnit(facts.sku(sku)?.quantityScale ?? 0)
  const quantity = BigInt(Math.abs(doubt.quantity)) * unit
  return { ...proposal, part: { ...proposal.part, quantity } }
}

/** The books have moved on since the question was asked: answering it now would count twice. */
function noLongerTrue(
  facts: Facts,
  { epc }: AskedReview,
  { sku, quantity, from }: MovementPart,
): string | null {
  const tag = epc === null ? null : tagOf(epc)
  const place = tag && facts.recall('tag', tagKey(tag))?.location
  if (place && place !== from) return `expected its tag in ${from}, got it booked in ${place} since`
  const held = facts.quantityAt(sku, from)
  return held < quantity ? `expected ${quantity} of ${sku} in ${from}, got ${held} left` : null
}

/** What waited for this answer waits no more. */
function forgotten(
  facts: Facts,
  { kind, key, sku, location }: AskedReview,
  decided: Decision,
): Conclusion[] {
  const { decision } = decided
  switch (kind) {
    case 'left-unpaid':
      return answeredExit(facts, key.slice('left-unpaid/'.length), decision)
    case 'count-variance':
      return decision === 'reject'
        ? [cancelled(facts, key.slice('count-variance/'.length), decided)]
        : []
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
    case 'sensors-disagree':
    case 'tag-conflict':
    case 'tag-misplaced':
    case 'possible-pick':
    case 'shelf-stranger':
    case 'sold-after-write-off':
    case 'unmapped-line':
    case 'return-without-original':
    case 'ledger-refused':
    case 'document-conflict':
      return []
  }
}

/** A sheet that a person does not believe leaves no count open. */
function cancelled(facts: Facts, count: string, { user, note, atMs }: Decision): Conclusion {
  const header = headerOf(facts, {
    sourceKey: `count:${count}/cancel`,
    input: { count },
    atMs,
    atSource: 'gateway',
    actor: user,
    evidence: [],
  })
  return post({ ...header, kind: 'cancel-count', count, reason: note || 'not believed' })
}

/** What was written off may turn out to have been paid; what was not is nobody's question now. */
function answeredExit(facts: Facts, key: string, decision: Decision['decision']): Conclusion[] {
  const exit = facts.recall('exit', key)
  return exit && decision === 'accept'
    ? [remember('exit', key, { ...exit, isWrittenOff: true })]
    : [forget('exit', key)]
}
