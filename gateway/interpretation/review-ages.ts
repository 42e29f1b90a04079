import { expire } from './commands.ts'
import type { Conclusion, Facts, OpenReview, ReviewKind } from './conclusion.ts'
import { forgotten } from './decision-rules.ts'

const DAY_MS = 86_400_000

/** How long a question may wait, and what becomes of it then; never a booking. */
export interface ReviewAge {
  readonly days: number
  /** `close`: nobody can answer it any more; `alarm`: money or paper hangs on it, it stays open. */
  readonly outcome: 'close' | 'alarm'
  /** Said with it, as a sentence for the record. */
  readonly why: string
}

const UNSEEN = 'the next count or sighting tells'
const PAPER = 'money or a paper hangs on it: somebody has to look'

/** One line per reason; the README prints the same table. */
export const REVIEW_AGES: { readonly [K in ReviewKind]: ReviewAge } = {
  'direction-unclear': { days: 2, outcome: 'close', why: UNSEEN },
  'possible-pick': { days: 2, outcome: 'close', why: 'the question is asked anew every day' },
  'shelf-uncertain': { days: 3, outcome: 'close', why: UNSEEN },
  'shelf-put-without-source': { days: 3, outcome: 'close', why: UNSEEN },
  'shelf-differs': { days: 7, outcome: 'close', why: UNSEEN },
  'proposed-move': { days: 3, outcome: 'close', why: UNSEEN },
  'tag-without-stock': { days: 7, outcome: 'close', why: UNSEEN },
  'location-short': { days: 7, outcome: 'close', why: UNSEEN },
  'left-unpaid': { days: 30, outcome: 'close', why: 'the unit stays in the books until a count' },
  'basket-open': { days: 7, outcome: 'alarm', why: 'units in no basket still count as stock' },
  'delivery-complete': { days: 2, outcome: 'alarm', why: PAPER },
  'delivery-unconfirmed': { days: 2, outcome: 'alarm', why: PAPER },
  'delivery-differs': { days: 7, outcome: 'alarm', why: PAPER },
  'unexpected-delivery': { days: 7, outcome: 'alarm', why: PAPER },
  'unmapped-line': { days: 7, outcome: 'alarm', why: PAPER },
  'return-without-original': { days: 7, outcome: 'alarm', why: PAPER },
  'sold-after-write-off': { days: 7, outcome: 'alarm', why: PAPER },
  'ledger-refused': { days: 7, outcome: 'alarm', why: PAPER },
  'document-conflict': { days: 7, outcome: 'alarm', why: PAPER },
  'count-variance': { days: 7, outcome: 'close', why: 'the next count tells' },
  'tag-misplaced': { days: 7, outcome: 'close', why: UNSEEN },
  'sensors-disagree': { days: 7, outcome: 'close', why: UNSEEN },
  'shelf-stranger': { days: 2, outcome: 'close', why: 'the question is asked anew every day' },
  'tag-conflict': { days: 30, outcome: 'close', why: 'its tag moves nothing meanwhile' },
  'transfer-overdue': { days: 7, outcome: 'alarm', why: PAPER },
  'teach-picture': { days: 30, outcome: 'close', why: 'the picture is not used' },
  'unteach-picture': { days: 30, outcome: 'close', why: 'asked and answered in one' },
  'systems-disagree': { days: 7, outcome: 'alarm', why: PAPER },
}

const YOUNGEST_MS = Math.min(...Object.values(REVIEW_AGES).map(({ days }) => days)) * DAY_MS

/** Asked once a day, at its end: what has waited too long. */
export function interpretAges(facts: Facts): Conclusion[][] {
  return facts.reviewsOpenedBefore(facts.nowMs - YOUNGEST_MS).map((review) => aged(facts, review))
}

function aged(facts: Facts, review: OpenReview): Conclusion[] {
  const { key, kind, question, openedAtMs } = review
  const { days, outcome, why } = REVIEW_AGES[kind]
  const { nowMs } = facts
  if (nowMs - openedAtMs < days * DAY_MS) return []
  if (outcome === 'alarm') {
    const text = `Unanswered for ${days} days: ${question}`
    return [{ kind: 'alert', key: `unanswered/${key}`, atMs: nowMs, text }]
  }
  const reason = `nobody answered in ${days} days; nothing is booked: ${why}`
  return [...forgotten(facts, review, { decision: 'reject' }), expire(key, reason, nowMs)]
}
