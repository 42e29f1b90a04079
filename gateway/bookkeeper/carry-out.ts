import { type Command, type Db, inSavepoint, type Outcome } from '../../ledger-core/index.ts'
import type { Conclusion, NewReview } from '../interpretation/conclusion.ts'
import { type ConcludeParts, conclude, openReview, type Refused } from './conclude.ts'
import type { Events } from './guard.ts'

/** What became of one step's conclusions. */
export type CarriedOut =
  | {
      readonly status: 'done'
      readonly sequence: number | null
      /** True when the books had every posting of it before. */
      readonly isRepeat: boolean
    }
  | (Refused & {
      /** The one that could not be done. */
      readonly conclusion: Conclusion
    })

/**
 * Carries one step's conclusions out, in order, all or none: when the ledger refuses a posting
 * everything of the step is undone and the refusal becomes a question for a person.
 */
export interface Carrier {
  carryOut(conclusions: readonly Conclusion[]): CarriedOut
  /** The same for somebody who waits for the answer: a refusal is told, not asked about. */
  carryOutFor(conclusions: readonly Conclusion[]): CarriedOut
  /** The paper itself, then what was waiting for it; the first step's answer is the paper's. */
  carryOutSteps(steps: readonly (readonly Conclusion[])[]): CarriedOut
}

const NOTHING_TO_DO: CarriedOut = { status: 'done', sequence: null, isRepeat: false }

export function createCarrier(db: Db, events: Events, given: Omit<ConcludeParts, 'emit'>): Carrier {
  const parts: ConcludeParts = { ...given, emit: events.emit }
  const { states } = given
  const undo = (said: number) => {
    states.dropStep()
    events.cutTo(said)
  }
  const attempt = (conclusions: readonly Conclusion[]): CarriedOut => {
    if (conclusions.length === 0) return NOTHING_TO_DO
    const said = events.count()
    states.beginStep()
    try {
      const step = inSavepoint(db, () => runStep(parts, conclusions))
      if (step.status === 'refused') undo(said)
      else states.keepStep()
      return step
    } catch (cause) {
      undo(said)
      throw cause
    }
  }
  const carryOut = (conclusions: readonly Conclusion[]): CarriedOut => {
    const step = attempt(conclusions)
    if (step.status === 'refused' && step.conclusion.kind === 'post')
      openReview(parts, refusedByLedger(step.conclusion.command, step))
    return step
  }
  return {
    carryOut,
    carryOutFor: attempt,
    carryOutSteps([paper = [], ...waiting]) {
      const carried = carryOut(paper)
      if (carried.status === 'done') for (const step of waiting) carryOut(step)
      return carried
    },
  }
}

function runStep(parts: ConcludeParts, conclusions: readonly Conclusion[]): CarriedOut {
  const outcomes: Outcome[] = []
  for (const conclusion of conclusions) {
    const outcome = conclude(parts, conclusion)
    if (outcome === null) continue
    if (outcome.status === 'refused') return { ...outcome, conclusion }
    outcomes.push(outcome)
  }
  const last = outcomes.findLast((outcome) => 'sequence' in outcome)
  const isRepeat = outcomes.length > 0 && outcomes.every(({ status }) => status === 'already')
  return { status: 'done', sequence: last && 'sequence' in last ? last.sequence : null, isRepeat }
}

/** A refused posting is asked once per source key and, for conflicts, per content. */
function refusedByLedger(command: Command, refusal: Refused): NewReview {
  const isConflict = refusal.code === 'source-conflict'
  const part = 'part' in command ? command.part : null
  return {
    key: `${refusal.code}/${command.sourceKey}${isConflict ? `/${command.fingerprint}` : ''}`,
    kind: isConflict ? 'document-conflict' : 'ledger-refused',
    atMs: command.occurredAtMs,
    question: `${command.sourceKey} was not booked: ${refusal.message}. What happened?`,
    sku: part?.sku ?? null,
    location: part?.from ?? null,
    epc: part?.epcs[0] ?? null,
    evidence: command.evidence,
    proposal: null,
  }
}
