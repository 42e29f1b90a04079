import { settle } from './commands.ts'
import type { Conclusion, Facts, OpenReview } from './conclusion.ts'
import { interpretDecision } from './decision-rules.ts'

const LOSSES: ReadonlySet<string> = new Set(['left-unpaid', 'basket-open'])

/**
 * Losses are written off by a person, unless the store has a policy: so many units a day, none
 * dearer than so much, and only what a person has left unanswered for long enough. Asked once a
 * day, at its end; the oldest first.
 */
export function lossesByPolicy(facts: Facts, date: string): Conclusion[][] {
  const { lossUnitsPerDay, lossPriceMax, lossAfterMs } = facts.policy
  if (lossUnitsPerDay === 0) return []
  const limits = `at most ${lossUnitsPerDay} units a day, none dearer than ${lossPriceMax}`
  return facts
    .reviewsOpenedBefore(facts.nowMs - lossAfterMs)
    .filter((review) => isSmallLoss(facts, review))
    .slice(0, lossUnitsPerDay)
    .map((review) => {
      const note = `unanswered at the close of ${date}; ${limits}`
      const said = {
        decision: 'accept',
        said: [],
        user: 'policy',
        note,
        atMs: facts.nowMs,
      } as const
      return [
        // Nobody has looked: a policy says nothing about the sensor.
        ...interpretDecision(facts, review, said).filter(({ kind }) => kind !== 'tally'),
        settle(review.key, `written off by policy: ${limits}`, facts.nowMs),
      ]
    })
}

/** One unit, worth no more than the policy lets go unseen. */
function isSmallLoss(facts: Facts, { kind, proposal }: OpenReview): boolean {
  if (!LOSSES.has(kind) || proposal?.kind !== 'shrink') return false
  const { sku: name, quantity } = proposal.part
  const sku = facts.sku(name)
  if (sku === null || quantity !== 10n ** BigInt(sku.quantityScale)) return false
  return sku.priceMinor <= BigInt(facts.policy.lossPriceMax)
}
