import type { Command, Evidence, MovementPart } from '../../ledger-core/index.ts'
import { partOf } from './authority.ts'
import { withoutTask } from './basket-close.ts'
import { forget, headerOf, oneUnit, post, refuse, remember, tally } from './commands.ts'
import type { AskedReview, Conclusion, Facts, MovementKind } from './conclusion.ts'
import { doubtsAt, withoutDoubt } from './doubts.ts'
import { lookOf, receivedAsSeen } from './receiving.ts'
import { type SaidMovement, saidMovements } from './said-movements.ts'
import { sessionOf } from './session.ts'
import { placed, tagKey, tagOf } from './tags.ts'
import { taught } from './teaching.ts'

export interface Decision {
  /**
   * `correct`: one movement, but another; `split`: several; `bad-sensor`: rejected, and whatever
   * saw it is not trusted any more.
   */
  readonly decision: 'accept' | 'correct' | 'split' | 'reject' | 'bad-sensor'
  readonly said: readonly SaidMovement[]
  readonly user: string
  readonly note: string
  readonly atMs: number
}

/** A person has answered: what that person says is booked in that person's name. */
export function interpretDecision(
  facts: Facts,
  review: AskedReview,
  decision: Decision,
): Conclusion[] {
  const fault = faultOf(decision)
  if (fault !== null) return [refuse('bad-correction', fault)]
  const conclusions = [
    ...booked(facts, review, decision),
    ...forgotten(facts, review, decision),
    ...judged(facts, review, decision),
    ...taught(facts, review, decision),
  ]
  // The person's answer closes this question; it is not answered twice.
  return conclusions.filter((one) => one.kind !== 'settle-review' || one.key !== review.key)
}

function faultOf({ decision, said }: Decision): string | null {
  const count = said.length
  if (decision === 'correct')
    return count === 1 ? null : `expected one movement as the correction, got ${count}`
  if (decision === 'split')
    return count > 1 ? null : `expected two or more movements to split into, got ${count}`
  return count === 0 ? null : `expected no movements beside ${decision}, got ${count}`
}

function booked(facts: Facts, review: AskedReview, decision: Decision): Conclusion[] {
  switch (decision.decision) {
    case 'accept':
      return review.kind === 'delivery-complete'
        ? receivedAfterAll(facts, review, decision)
        : posted(facts, review, decision)
    case 'correct':
    case 'split':
      return saidMovements(facts, review, decision)
    case 'reject':
    case 'bad-sensor':
      return []
  }
}

function receivedAfterAll(facts: Facts, { key }: AskedReview, { atMs, user }: Decision) {
  const id = key.slice('delivery-complete/'.length)
  const delivery = facts.recall('delivery', id)
  if (!delivery || delivery.state === 'received')
    return [refuse('no-longer-true', `expected delivery ${id} to be open, got it received`)]
  // A scan may have been taken back, or the goods carried out again, since it was asked.
  if (!sessionOf(lookOf(facts), delivery).isComplete)
    return [
      refuse('no-longer-true', `expected delivery ${id} complete as when it was asked, got less`),
    ]
  return receivedAsSeen(facts, id, delivery, { atMs, actor: user })
}

/** The sensor that a question rests on; null where a till, a paper or the gateway asks. */
export function sensorOf(facts: Facts, { evidence }: AskedReview): string | null {
  return evidence.find(({ from }) => facts.movementsOf(from).length > 0)?.from ?? null
}

/** A sensor was right where its word stood; a correction says that it was not. */
function judged(facts: Facts, review: AskedReview, { decision, atMs }: Decision): Conclusion[] {
  const device = sensorOf(facts, review)
  const movement = movementOf(review)
  if (device === null || movement === null) return []
  if (!facts.movementsOf(device).includes(movement)) return []
  const part = movement === 'arrive' ? partOf(facts, device, antennasIn(review)) : device
  return [tally(part, movement, decision === 'accept' ? 'confirmed' : 'contradicted', atMs)]
}

/** The first evidence is what the sensor saw; a reader's says which antennas. */
function antennasIn({ evidence }: AskedReview): number[] {
  const antennas = evidence[0]?.body['antennas']
  return Array.isArray(antennas) ? antennas.map(Number) : []
}

function movementOf({ kind, evidence, proposal }: AskedReview): MovementKind | null {
  if (kind === 'left-unpaid' || kind === 'sold-after-write-off') return 'exit'
  if (kind === 'delivery-complete') return 'receive'
  // Nothing that the sensor concluded was wrong: the question is about the books.
  if (proposal === null || !('part' in proposal)) return null
  switch (evidence[0]?.kind) {
    case 'portal-pass':
      return 'replenish'
    case 'tag-arrival':
      return 'arrive'
    case 'shelf-change':
      return proposal.part.to === 'basket' ? 'pick' : 'put'
    default:
      return null
  }
}

function posted(facts: Facts, review: AskedReview, decision: Decision): Conclusion[] {
  const proposal = proposalNow(facts, review)
  if (proposal === null) return []
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
export function forgotten(
  facts: Facts,
  { kind, key, sku, location }: AskedReview,
  decided: Pick<Decision, 'decision'> & Partial<Decision>,
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
      return sku === null ? [] : withoutTask(facts, sku, key)
    case 'shelf-uncertain':
    case 'shelf-put-without-source':
      return sku === null || location === null ? [] : withoutDoubt(facts, location, sku, key)
    case 'proposed-move':
      return sku === null ? [] : [forget('claim', `${sku}/${key.slice('proposed/'.length)}`)]
    case 'teach-picture':
    case 'transfer-overdue':
    case 'unteach-picture':
    case 'delivery-complete':
    case 'systems-disagree':
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
function cancelled(
  facts: Facts,
  count: string,
  { user = 'system', note = '', atMs = facts.nowMs }: Partial<Decision>,
): Conclusion {
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
  const isLoss = decision === 'accept' || decision === 'correct' || decision === 'split'
  return exit && isLoss
    ? [remember('exit', key, { ...exit, isWrittenOff: true })]
    : [forget('exit', key)]
}
