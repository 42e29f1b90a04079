import type { Evidence } from '../../ledger-core/index.ts'
import { deviceOf } from './authority.ts'
import {
  ask,
  attach,
  forget,
  inWords,
  type Move,
  oneUnit,
  post,
  remember,
  settle,
  tally,
} from './commands.ts'
import type { AgreementVerdict, Claim, Conclusion, Facts, MovementKind, Tag } from './conclusion.ts'
import { doubtsAt, doubtsOnly } from './doubts.ts'
import { placed, tagOf } from './tags.ts'

type Kept = readonly [key: string, claim: Claim]

interface Concluded {
  readonly device: string
  readonly movement: MovementKind
  readonly tag: Tag
  readonly command: Move
  readonly evidence: Evidence
}

/**
 * A reader has concluded that one unit changed its place. At `post` it is booked; at `propose` a
 * person is asked; at `observe` nobody is. What is not booked is kept as a claim until something
 * answers it.
 */
export function byAuthority(facts: Facts, concluded: Concluded): Conclusion[] {
  const { device, movement, tag, command, evidence } = concluded
  const { sku, from, to } = command.part
  const level = facts.authority(device, movement)
  if (level === 'post') return [post(command), placed(tag, { sku }, to, command.occurredAtMs)]
  const reviewKey = level === 'propose' ? `proposed/${command.sourceKey}` : null
  const atMs = command.occurredAtMs
  const claim: Claim = { device, movement, sku, from, to, epc: tag.epc, atMs, evidence, reviewKey }
  const kept = remember('claim', `${sku}/${command.sourceKey}`, claim)
  if (reviewKey === null) return [kept]
  const name = facts.sku(sku)?.name ?? sku
  const question = `${device} says ${name} (${tag.serial}) went from ${from} to ${to}; it may not book that alone. Is it so?`
  const about = { sku, location: from, epc: tag.epc, evidence: [evidence], proposal: command }
  return [kept, ask({ key: reviewKey, kind: 'proposed-move', atMs, question, ...about })]
}

export function claimsOf(facts: Facts, sku: string): Kept[] {
  return facts
    .recallAll('claim', `${sku}/`)
    .filter(([, claim]) => claim.sku === sku)
    .sort(([, a], [, b]) => a.atMs - b.atMs)
}

/** Decided by something else than the person who was asked. */
function decided(
  [key, { device, movement, reviewKey }]: Kept,
  verdict: AgreementVerdict,
  reason: string,
  atMs: number,
): Conclusion[] {
  return [
    forget('claim', key),
    tally(device, movement, verdict, atMs),
    ...(reviewKey === null ? [] : [settle(reviewKey, reason, atMs)]),
  ]
}

export interface Paper {
  readonly sourceKey: string
  readonly atMs: number
  readonly sku: string
  readonly from: string
  readonly to: string
}

/** A paper books what readers have claimed: the oldest claims first, as evidence of it. */
export function confirmByPaper(facts: Facts, paper: Paper, units: number): Conclusion[] {
  const { sourceKey, atMs, sku, from, to } = paper
  return claimsOf(facts, sku)
    .filter(([, claim]) => claim.from === from && claim.to === to)
    .filter(([, claim]) => Math.abs(claim.atMs - atMs) <= facts.claimWaitMs)
    .slice(0, units)
    .flatMap((kept) => {
      const [, claim] = kept
      const tag = tagOf(claim.epc)
      return [
        ...decided(kept, 'confirmed', `answered by ${inWords(sourceKey)}`, atMs),
        attach(sourceKey, claim.evidence),
        ...(tag ? [placed(tag, { sku }, to, claim.atMs)] : []),
      ]
    })
}

/**
 * A unit that was sold stood where shoppers take it from: the newest claim about it was right
 * unless it said the back room. Older ones about the same unit nobody can judge any more.
 */
export function judgeBySale(
  facts: Facts,
  sku: string,
  serial: string,
  answer: { readonly reason: string; readonly atMs: number },
): Conclusion[] {
  if (serial === '') return []
  const { reason, atMs } = answer
  const backrooms = facts.portals.filter(({ role }) => role === 'internal')
  const own = claimsOf(facts, sku).filter(
    ([, { epc, atMs: claimedAtMs }]) => tagOf(epc)?.serial === serial && claimedAtMs <= atMs,
  )
  return own.flatMap((kept, index) => {
    const isNewest = index === own.length - 1
    const isBehind = backrooms.some(({ outside }) => outside === kept[1].to)
    const verdict = !isNewest ? 'undecided' : isBehind ? 'contradicted' : 'confirmed'
    return decided(kept, verdict, reason, atMs)
  })
}

export interface Counted {
  readonly sku: string
  readonly location: string
  readonly atMs: number
  /** What the books held there then; by default what they hold now. */
  readonly booked?: bigint
  /** Who counted, where a sensor did: it is no judge of itself. */
  readonly by?: string
}

/**
 * Somebody counted. When the books are right without the claims, the claims are wrong; when they
 * are right only with all of them, the claims are right. Anything between judges nothing.
 */
export function judgeByCount(facts: Facts, at: Counted, counted: bigint): Conclusion[] {
  const { sku, location, atMs, by, booked = facts.quantityAt(sku, location) } = at
  const unit = oneUnit(facts.sku(sku)?.quantityScale ?? 0)
  const claims = claimsOf(facts, sku).filter(
    ([, { from, to, device, atMs: claimedAtMs }]) =>
      (from === location || to === location) && deviceOf(device) !== by && claimedAtMs <= atMs,
  )
  const all = doubtsAt(facts, location, sku)
  const doubts = all.filter(
    ({ change: { camera, observedAtMs } }) => camera !== by && observedAtMs <= atMs,
  )
  const units =
    claims.reduce((sum, [, { to }]) => sum + (to === location ? 1 : -1), 0) +
    doubts.reduce((sum, { quantity }) => sum + quantity, 0)
  if (units === 0) return []
  const verdict =
    counted === booked
      ? 'contradicted'
      : counted === booked + BigInt(units) * unit
        ? 'confirmed'
        : null
  if (verdict === null) return []
  const left = all.filter((doubt) => !doubts.includes(doubt))
  return [
    ...claims.flatMap((kept) => decided(kept, verdict, COUNTED, atMs)),
    ...doubts.flatMap(({ change: { camera }, quantity, reviewKey }) => [
      tally(camera, quantity < 0 ? 'pick' : 'put', verdict, atMs),
      settle(reviewKey, COUNTED, atMs),
    ]),
    ...(doubts.length === 0 ? [] : [doubtsOnly(location, sku, left)]),
  ]
}

const COUNTED = 'the shelf was counted'

/**
 * A tag was read in somebody's hand: the newest claim about it is right when it said this place
 * and wrong when it said another. Tags that were not read say nothing: a sweep misses some.
 */
export function judgeBySweep(
  facts: Facts,
  at: { readonly location: string; readonly atMs: number },
  { sku, epc }: { readonly sku: string; readonly epc: string },
): Conclusion[] {
  const { location, atMs } = at
  const own = claimsOf(facts, sku).filter(([, claim]) => claim.epc === epc && claim.atMs <= atMs)
  return own.flatMap((kept, index) => {
    const isNewest = index === own.length - 1
    const verdict = !isNewest ? 'undecided' : kept[1].to === location ? 'confirmed' : 'contradicted'
    return decided(kept, verdict, `its tag was read on ${location}`, atMs)
  })
}

/** Nothing has answered in time. */
export function expiredClaim(facts: Facts, key: string, claim: Claim): Conclusion[] {
  if (facts.nowMs - claim.atMs < facts.claimWaitMs) return []
  // A person may still answer the question; the comparison is over.
  return [forget('claim', key), tally(claim.device, claim.movement, 'undecided', facts.nowMs)]
}
