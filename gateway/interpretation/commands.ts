import {
  type Command,
  type CommandHeader,
  type Evidence,
  fingerprintOf,
  type MovementPart,
} from '../../ledger-core/index.ts'
import type { ReadEvidence } from '../../sensors/index.ts'
import type {
  AgreementVerdict,
  Conclusion,
  Facts,
  Memory,
  MemoryKind,
  MovementKind,
  NewReview,
} from './conclusion.ts'

/** What a command says of its origin; the rest of its header follows from the facts. */
export interface Origin {
  readonly sourceKey: string
  /** The input as received; its hash tells a repeat from a conflict. */
  readonly input: unknown
  readonly atMs: number
  readonly atSource: CommandHeader['occurredAtSource']
  readonly actor: string
  readonly evidence: readonly Evidence[]
  /** The till's own day; by default the site's day of `atMs`. */
  readonly businessDate?: string
}

export function headerOf(facts: Facts, origin: Origin): CommandHeader {
  return {
    sourceKey: origin.sourceKey,
    fingerprint: fingerprintOf(origin.input),
    occurredAtMs: origin.atMs,
    occurredAtSource: origin.atSource,
    businessDate: origin.businessDate ?? facts.businessDateOf(origin.atMs),
    postedAtMs: facts.nowMs,
    actor: origin.actor,
    evidence: origin.evidence,
  }
}

export type Move = Extract<Command, { readonly kind: 'move' }>

export function moveCommand(
  facts: Facts,
  origin: Origin,
  part: MovementPart,
  reason: string,
): Move {
  return { ...headerOf(facts, origin), kind: 'move', part, reason }
}

export function post(command: Command): Conclusion {
  return { kind: 'post', command }
}

/** Nothing of this step can be used; says expected and got. */
export function refuse(code: string, message: string): Conclusion {
  return { kind: 'refuse', code, message }
}

export function attach(sourceKey: string, evidence: Evidence): Conclusion {
  return { kind: 'attach', sourceKey, evidence }
}

export function remember<K extends MemoryKind>(
  memory: K,
  key: string,
  value: Memory[K],
): Conclusion {
  // The union of Conclusion pairs each kind with its value; K carries that pairing here.
  return { kind: 'remember', memory, key, value } as Conclusion
}

export function forget(memory: MemoryKind, key: string): Conclusion {
  return { kind: 'forget', memory, key }
}

type Asked = Pick<NewReview, 'key' | 'kind' | 'atMs' | 'question'> & Partial<NewReview>

export function ask(review: Asked): Conclusion {
  return {
    kind: 'review',
    review: { sku: null, location: null, epc: null, evidence: [], proposal: null, ...review },
  }
}

export function settle(key: string, reason: string, atMs: number): Conclusion {
  return { kind: 'settle-review', key, reason, atMs }
}

export function tally(
  device: string,
  movement: MovementKind,
  verdict: AgreementVerdict,
  atMs: number,
): Conclusion {
  return { kind: 'tally', device, movement, verdict, atMs }
}

/** Nobody has answered in time; what it means is said with it. */
export function expire(key: string, reason: string, atMs: number): Conclusion {
  return { kind: 'settle-review', key, reason, atMs, as: 'expired' }
}

/** A source key as a person says it; keys without words of their own stay as they are. */
export function inWords(sourceKey: string): string {
  const receipt = /^till:([^/]+)\/[^/]+\/(.+)$/.exec(sourceKey)
  if (receipt) return `${receipt[1]} receipt ${receipt[2]}`
  const transfer = /^transfer:(.+)\/\d+$/.exec(sourceKey)
  return transfer ? `transfer ${transfer[1]}` : sourceKey
}

/** One unit of a SKU in its scaled integers. */
export function oneUnit(quantityScale: number): bigint {
  return 10n ** BigInt(quantityScale)
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** Radio evidence as a person reads it. */
export function radioEvidence(
  kind: 'portal-pass' | 'tag-arrival',
  summary: string,
  atMs: number,
  epc: string,
  evidence: ReadEvidence,
): Evidence {
  return { kind, from: evidence.device, atMs, summary, body: { epc, ...evidence } }
}

/** The sales floor and the back room behind it, as the first internal portal divides them. */
export function salesFloor(facts: Facts): {
  readonly floor: string | null
  readonly backroom: string | null
} {
  const door = facts.portals.find(({ role }) => role === 'internal')
  return { floor: door?.inside ?? null, backroom: door?.outside ?? null }
}
