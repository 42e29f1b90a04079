import type { Evidence } from '../../ledger-core/index.ts'
import type { Level } from '../config/authority.ts'

/** What sensors tell of: goods in, door to the floor, standing on a shelf, shelf pictures, way out. */
export const MOVEMENT_KINDS = ['receive', 'replenish', 'arrive', 'pick', 'put', 'exit'] as const
export type MovementKind = (typeof MOVEMENT_KINDS)[number]

/** One unit that a reader saw change its place; always one tag. */
export interface Claim {
  readonly device: string
  readonly movement: MovementKind
  readonly sku: string
  readonly from: string
  readonly to: string
  readonly epc: string
  readonly atMs: number
  readonly evidence: Evidence
  /** Set where a person has been asked. */
  readonly reviewKey: string | null
}

export type AgreementVerdict = 'confirmed' | 'contradicted' | 'undecided'
export type Agreement = { readonly [V in AgreementVerdict]: number } & { readonly sinceMs: number }

export interface AuthorityChange {
  readonly device: string
  readonly movement: MovementKind
  readonly from: Level
  readonly to: Level
  readonly by: string
  readonly note: string
  readonly atMs: number
  /** How its claims had fared until then. */
  readonly agreement: Agreement
}
