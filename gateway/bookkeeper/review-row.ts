import type { AskedReview, NewReview, OpenReview } from '../interpretation/conclusion.ts'
import { decodeProposal } from './proposal.ts'

export interface ReviewRow {
  readonly id: number
  readonly key: string
  readonly kind: NewReview['kind']
  readonly sku: string | null
  readonly location: string | null
  readonly epc: string | null
  readonly question: string
  /** JSON of what it rests on. */
  readonly evidence: string
  readonly openedAtMs: number
  /** JSON of the proposed command with bigints as `{"$bigint":"12"}`, or null. */
  readonly proposal: string | null
  readonly decided: boolean
}

export function askedReviewOf({ evidence, proposal, ...row }: ReviewRow): OpenReview {
  const { id, key, kind, question, sku, location, epc, openedAtMs } = row
  const asked = { id, key, kind, question, sku, location, epc, openedAtMs }
  return {
    ...asked,
    // Our own table: only openReview writes it.
    evidence: JSON.parse(evidence) as AskedReview['evidence'],
    proposal: proposal === null ? null : decodeProposal(proposal),
  }
}

/** What became of a question: a person's answer, its own, or none in time. */
export type ReviewOutcome =
  | 'accept'
  | 'correct'
  | 'split'
  | 'reject'
  | 'bad-sensor'
  | 'settled'
  | 'expired'

export interface DecisionRow {
  readonly review: number
  readonly decision: ReviewOutcome
  readonly by: string
  readonly atMs: number
  readonly note: string
  readonly requestKey: string
  /** JSON of what was said instead: a correction's or a split's movements. */
  readonly said?: string
}
