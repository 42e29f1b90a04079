import {
  distrust,
  interpretAuthority,
  interpretDecision,
  sensorOf,
} from '../interpretation/index.ts'
import type { Work } from './protocol.ts'
import { askedReviewOf, type ReviewRow } from './review-row.ts'
import { COMMITTED, type StepParts, type StepVerdict, verdictOf } from './step-parts.ts'

type Decide = Extract<Work, { kind: 'decide' }>

/** What a person says: answers to questions, and how far a sensor is trusted. */
export interface DecisionSteps {
  decide(work: Decide): StepVerdict
  undoLesson(work: Extract<Work, { kind: 'undo-lesson' }>): StepVerdict
  authorise(work: Extract<Work, { kind: 'authority' }>): StepVerdict
}

export function createDecisionSteps(parts: StepParts): DecisionSteps {
  const { store, emit, factsAt, carryOut } = parts

  const answer = (row: ReviewRow, work: Decide): StepVerdict => {
    const { decision, user, note, said = [], key, atMs } = work
    const given = { decision, user, note, said, atMs }
    const carried = carryOut(interpretDecision(factsAt(atMs), askedReviewOf(row), given))
    if (carried.status === 'done') {
      const words = said.length === 0 ? {} : { said: JSON.stringify(said) }
      store.decide({ review: row.id, decision, by: user, atMs, note, requestKey: key, ...words })
      emit({ type: 'review-closed', id: row.id })
    }
    return verdictOf(carried)
  }

  /** The sensor is only recorded from now on, and none of its open questions is worth asking. */
  const blameSensor = (row: ReviewRow, work: Decide): StepVerdict => {
    const { user, note, atMs } = work
    const device = sensorOf(factsAt(atMs), askedReviewOf(row))
    if (device === null)
      return refused('no-sensor', `expected a question that a sensor raised, got review ${row.id}`)
    // One answer may settle another question on the way.
    for (const open of store.reviewsFrom(device))
      if (store.decisionKey(open.id) === null) answer(open, work)
    return verdictOf(carryOut(distrust(factsAt(atMs), device, user, note)))
  }

  return {
    decide(work) {
      const { review: number, key, decision } = work
      const row = store.review(number)
      if (!row) return refused('no-such-review', `expected an open review, got ${number}`)
      const earlier = store.decisionKey(number)
      if (earlier)
        return earlier.requestKey === key
          ? COMMITTED
          : refused('already-decided', `review ${number} was decided before: ${earlier.decision}`)
      return decision === 'bad-sensor' ? blameSensor(row, work) : answer(row, work)
    },
    undoLesson: (work) => undoLesson(parts, work),
    authorise: (work) => verdictOf(carryOut(interpretAuthority(factsAt(work.atMs), work))),
  }
}

/** Asked and answered in one, so that who undid it is kept as who approved it is. */
function undoLesson(
  { store, emit }: Pick<StepParts, 'store' | 'emit'>,
  { lesson, user, note, key, atMs }: Extract<Work, { kind: 'undo-lesson' }>,
): StepVerdict {
  const taught = store.review(lesson)
  const isApproved = store.decisionKey(lesson)?.decision === 'accept'
  if (taught?.kind !== 'teach-picture' || !isApproved)
    return refused('no-such-lesson', `expected an approved lesson, got ${lesson}`)
  const undoKey = `undo/${taught.key}`
  const before = store.reviewByKey(undoKey)
  if (before) return COMMITTED
  const question = `${user} takes the picture of ${taught.sku ?? ''} out again (review ${lesson}).`
  const about = { sku: taught.sku, location: taught.location, epc: null, evidence: [] }
  const review = { key: undoKey, kind: 'unteach-picture', atMs, question, ...about } as const
  const id = store.openReview({ ...review, proposal: null }, null)
  if (id === null) return COMMITTED
  store.decide({ review: id, decision: 'accept', by: user, atMs, note, requestKey: key })
  emit({ type: 'review-closed', id })
  return COMMITTED
}

function refused(code: string, message: string): StepVerdict {
  return { status: 'refused', code, message }
}
