import { type Command, type Db, inSavepoint, type Outcome } from '../../ledger-core/index.ts'
import type { GatewayEvent } from '../events.ts'
import type { Conclusion, NewReview } from '../interpretation/conclusion.ts'
import { type ConcludeParts, conclude, openReview, type Refused } from './conclude.ts'

/** What became of one step's conclusions. */
export type CarriedOut =
  | {
      readonly status: 'done'
      readonly sequence: number | null
      /** True when the books had every posting of it before. */
      readonly isRepeat: boolean
    }
  | Refused

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
  /** Events of the running turn; empty it after the commit. */
  takeEvents(): GatewayEvent[]
}

const NOTHING_TO_DO: CarriedOut = { status: 'done', sequence: null, isRepeat: false }

export function createCarrier(db: Db, given: Omit<ConcludeParts, 'emit'>): Carrier {
  let events: GatewayEvent[] = []
  const parts: ConcludeParts = { ...given, emit: (event) => void events.push(event) }
  const { states } = given
  const attempt = (conclusions: readonly Conclusion[]): CarriedOut | RefusedStep => {
    if (conclusions.length === 0) return NOTHING_TO_DO
    const eventsBefore = events.length
    states.beginStep()
    const step = inSavepoint(db, () => runStep(parts, conclusions))
    if (step.status !== 'refused') {
      states.keepStep()
      return step
    }
    states.dropStep()
    events = events.slice(0, eventsBefore)
    return step
  }
  const carryOutFor = (conclusions: readonly Conclusion[]): CarriedOut => {
    const step = attempt(conclusions)
    if (!('conclusion' in step)) return step
    const { conclusion: _, ...refused } = step
    return refused
  }
  const carryOut = (conclusions: readonly Conclusion[]): CarriedOut => {
    const step = attempt(conclusions)
    if (!('conclusion' in step)) return step
    const { conclusion, ...refused } = step
    if (conclusion.kind === 'post') openReview(parts, refusedByLedger(conclusion.command, refused))
    return refused
  }
  return {
    carryOut,
    carryOutFor,
    carryOutSteps([paper = [], ...waiting]) {
      const carried = carryOut(paper)
      if (carried.status === 'done') for (const step of waiting) carryOut(step)
      return carried
    },
    takeEvents() {
      const taken = events
      events = []
      return taken
    },
  }
}

type RefusedStep = Refused & { readonly conclusion: Conclusion }
type Step = Exclude<CarriedOut, Refused> | RefusedStep

function runStep(parts: ConcludeParts, conclusions: readonly Conclusion[]): Step {
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
