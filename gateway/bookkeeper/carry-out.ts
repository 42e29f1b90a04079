import type { Command, Db, Evidence, Ledger, Outcome } from '../../ledger-core/index.ts'
import { inSavepoint } from '../../ledger-core/index.ts'
import type { GatewayEvent } from '../events.ts'
import type { Conclusion, NewReview } from '../interpretation/conclusion.ts'
import { memoryKind } from './facts.ts'
import { encodeProposal } from './proposal.ts'
import type { StateCache } from './state-cache.ts'
import type { GatewayStore } from './store.ts'

/** What became of one step's conclusions. */
export type CarriedOut =
  | { readonly status: 'done'; readonly sequence: number | null }
  | { readonly status: 'refused'; readonly code: string; readonly message: string }

/**
 * Carries one step's conclusions out, in order, all or none: when the ledger refuses a posting
 * everything of the step is undone and the refusal becomes a question for a person.
 */
export interface Carrier {
  carryOut(conclusions: readonly Conclusion[]): CarriedOut
  /** Events of the running turn; empty it after the commit. */
  takeEvents(): GatewayEvent[]
}

type Refused = Extract<CarriedOut, { status: 'refused' }>

export function createCarrier(
  db: Db,
  ledger: Ledger,
  states: StateCache,
  store: GatewayStore,
  quarantine: Parameters<GatewayStore['keep']>[1],
): Carrier {
  let events: GatewayEvent[] = []

  const post = (command: Command): Outcome => {
    const outcome = ledger.apply(command)
    if (outcome.status === 'posted')
      events.push(...movementEvents(ledger, outcome.sequence, command))
    return outcome
  }
  const open = (review: NewReview) => {
    const proposal = review.proposal === null ? null : encodeProposal(review.proposal)
    const id = store.openReview(review, proposal)
    if (id !== null)
      events.push({ type: 'review', id, kind: review.kind, question: review.question })
  }
  const settle = (key: string, reason: string, atMs: number) => {
    const review = store.reviewByKey(key)
    if (!review || review.decided) return
    store.decide(review.id, 'settled', 'system', atMs, reason, key)
    events.push({ type: 'review-closed', id: review.id })
  }
  const one = (conclusion: Conclusion): Outcome | Refused | null => {
    switch (conclusion.kind) {
      case 'refuse':
        return { status: 'refused', code: conclusion.code, message: conclusion.message }
      case 'post':
        return post(conclusion.command)
      case 'set-aside':
        events.push(setAside(store, conclusion, quarantine))
        return null
      case 'attach': {
        const sequence = ledger.sequenceOf(conclusion.sourceKey)
        if (sequence !== null) ledger.attachEvidence(sequence, conclusion.evidence)
        return null
      }
      case 'review':
        open(conclusion.review)
        return null
      case 'settle-review':
        settle(conclusion.key, conclusion.reason, conclusion.atMs)
        return null
      case 'alert':
        events.push(...raised(store, conclusion))
        return null
      case 'remember':
        states.put(memoryKind(conclusion.memory), conclusion.key, conclusion.value)
        return null
      case 'forget':
        states.remove(memoryKind(conclusion.memory), conclusion.key)
        return null
    }
  }

  return {
    carryOut(conclusions) {
      if (conclusions.length === 0) return { status: 'done', sequence: null }
      const eventsBefore = events.length
      states.beginStep()
      const step = inSavepoint(db, () => {
        let sequence: number | null = null
        for (const conclusion of conclusions) {
          const outcome = one(conclusion)
          if (outcome?.status === 'refused') return { ...outcome, conclusion }
          if (outcome && 'sequence' in outcome) sequence = outcome.sequence
        }
        return { status: 'done' as const, sequence }
      })
      if (step.status !== 'refused') {
        states.keepStep()
        return step
      }
      states.dropStep()
      events = events.slice(0, eventsBefore)
      if (step.conclusion.kind === 'post') open(refusedByLedger(step.conclusion.command, step))
      return { status: 'refused', code: step.code, message: step.message }
    },
    takeEvents() {
      const taken = events
      events = []
      return taken
    },
  }
}

type Of<K extends Conclusion['kind']> = Extract<Conclusion, { readonly kind: K }>

function setAside(
  store: GatewayStore,
  { kind: _, place, epc, ...row }: Of<'set-aside'>,
  limits: Parameters<GatewayStore['keep']>[1],
): GatewayEvent {
  store.keep({ ...row, topic: place, business: false, payload: Buffer.from(epc) }, limits)
  const { device, code, message } = row
  return { type: 'quarantined', device, code, message }
}

/** The same alarm is raised once. */
function raised(store: GatewayStore, { key, atMs, text }: Of<'alert'>): GatewayEvent[] {
  return store.raiseAlert(key, atMs, text) ? [{ type: 'alert', key, atMs, text }] : []
}

/** A refused posting is asked once per source key and, for conflicts, per content. */
function refusedByLedger(
  command: Command,
  refusal: { readonly code: string; readonly message: string },
): NewReview {
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

function movementEvents(ledger: Ledger, sequence: number, command: Command): GatewayEvent[] {
  const entry = ledger.entry(sequence)
  const because = summaryOf(command.evidence)
  return (entry?.movements ?? []).map((movement) => ({
    type: 'movement',
    sequence,
    kind: movement.kind,
    sku: movement.sku,
    quantity: movement.quantity.toString(),
    from: movement.from,
    to: movement.to,
    occurredAtMs: command.occurredAtMs,
    because,
  }))
}

function summaryOf(evidence: readonly Evidence[]): string {
  return evidence.map(({ summary }) => summary).join('; ')
}
