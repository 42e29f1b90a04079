import type { Command, Evidence, Ledger, Outcome } from '../../ledger-core/index.ts'
import type { GatewayEvent } from '../events.ts'
import { grantKey, NO_AGREEMENT } from '../interpretation/authority.ts'
import type { Agreement, Conclusion, NewReview } from '../interpretation/conclusion.ts'
import { memoryKind } from './facts.ts'
import { encodeProposal } from './proposal.ts'
import type { StateCache } from './state-cache.ts'
import type { GatewayStore } from './store.ts'

export interface Refused {
  readonly status: 'refused'
  readonly code: string
  readonly message: string
}

export interface ConcludeParts {
  readonly ledger: Ledger
  readonly states: StateCache
  readonly store: GatewayStore
  readonly quarantine: Parameters<GatewayStore['keep']>[1]
  readonly emit: (event: GatewayEvent) => void
}

/** Does what one conclusion says; tells what the books answered, where they were asked. */
export function conclude(parts: ConcludeParts, conclusion: Conclusion): Outcome | Refused | null {
  const { ledger, states } = parts
  switch (conclusion.kind) {
    case 'refuse':
      return { status: 'refused', code: conclusion.code, message: conclusion.message }
    case 'post':
      return post(parts, conclusion.command)
    case 'set-aside':
      return setAside(parts, conclusion)
    case 'attach': {
      const sequence = ledger.sequenceOf(conclusion.sourceKey)
      if (sequence !== null) ledger.attachEvidence(sequence, conclusion.evidence)
      return null
    }
    case 'review':
      return openReview(parts, conclusion.review)
    case 'settle-review':
      return settle(parts, conclusion)
    case 'alert':
      return alert(parts, conclusion)
    case 'tally':
      return tally(parts, conclusion)
    case 'authority-changed': {
      const { device, movement, to } = conclusion.change
      parts.store.recordAuthority(conclusion.change)
      parts.emit({ type: 'authority', device, movement, level: to })
      return null
    }
    case 'remember':
      states.put(memoryKind(conclusion.memory), conclusion.key, conclusion.value)
      if (conclusion.memory === 'delivery')
        parts.emit({ type: 'receiving', delivery: conclusion.key })
      return null
    case 'forget':
      states.remove(memoryKind(conclusion.memory), conclusion.key)
      return null
  }
}

type Of<K extends Conclusion['kind']> = Extract<Conclusion, { readonly kind: K }>

function post({ ledger, emit }: ConcludeParts, command: Command): Outcome {
  const outcome = ledger.apply(command)
  if (outcome.status === 'posted')
    for (const event of movementEvents(ledger, outcome.sequence, command)) emit(event)
  return outcome
}

/** The same question is asked once. */
export function openReview({ store, emit }: ConcludeParts, review: NewReview): null {
  const { key, kind, question, proposal } = review
  const id = store.openReview(review, proposal === null ? null : encodeProposal(proposal))
  if (id !== null) emit({ type: 'review', id, key, kind, question })
  return null
}

function settle(
  { store, emit }: ConcludeParts,
  { key, reason, atMs, as }: Of<'settle-review'>,
): null {
  const review = store.reviewByKey(key)
  if (!review || review.decided) return null
  const answer = { by: 'system', atMs, note: reason, requestKey: key } as const
  store.decide({ review: review.id, decision: as ?? 'settled', ...answer })
  emit({ type: 'review-closed', id: review.id })
  return null
}

function setAside(
  { store, quarantine, emit }: ConcludeParts,
  { kind: _, place, what, ...row }: Of<'set-aside'>,
): null {
  store.keep({ ...row, topic: place, business: false, payload: Buffer.from(what) }, quarantine)
  const { device, code, message } = row
  emit({ type: 'quarantined', device, code, message })
  return null
}

/** Counted here, so that every conclusion of one step counts. */
function tally({ states }: ConcludeParts, { device, movement, verdict, atMs }: Of<'tally'>): null {
  const key = grantKey(device, movement)
  // Only this function makes records of this kind.
  const known = states.get(memoryKind('agreement'), key) as Agreement | undefined
  const before = known ?? { ...NO_AGREEMENT, sinceMs: atMs }
  states.put(memoryKind('agreement'), key, { ...before, [verdict]: before[verdict] + 1 })
  return null
}

/** The same alarm is raised once. */
function alert({ store, emit }: ConcludeParts, { kind: _, ...told }: Of<'alert'>): null {
  const { key, atMs, text } = told
  if (store.raiseAlert(key, atMs, text)) emit({ type: 'alert', ...told })
  return null
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
