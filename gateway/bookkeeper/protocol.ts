import type { ShelfSample } from '../../vision/index.ts'
import type { BusinessDocument, Masters } from '../documents/business-event.ts'
import type { GatewayEvent } from '../events.ts'

/** What crosses between the sockets' thread and the bookkeeper: one array per turn each way. */

export type Work = { readonly id: number; readonly atMs: number } & (
  | {
      readonly kind: 'message'
      readonly device: string
      readonly topic: string
      readonly payload: Uint8Array
    }
  | { readonly kind: 'sample'; readonly sample: ShelfSample }
  | { readonly kind: 'tick' }
  | { readonly kind: 'masters'; readonly masters: Masters; readonly actor: string }
  | { readonly kind: 'document'; readonly document: BusinessDocument; readonly actor: string }
  | {
      readonly kind: 'decide'
      readonly review: number
      readonly decision: 'accept' | 'reject'
      readonly user: string
      readonly note: string
      readonly key: string
    }
  | {
      readonly kind: 'batch-acknowledged'
      readonly destination: string
      readonly number: number
      readonly lastHash: string
    }
  | { readonly kind: 'stop' }
)

/** The verdict on one work, given only after the commit that holds its effects. */
export interface Verdict {
  readonly id: number
  /** `kept` = unreadable or refused, stored for inspection, to be acknowledged all the same. */
  readonly status: 'committed' | 'kept' | 'refused' | 'not-stored'
  readonly code?: string
  readonly message?: string
  readonly sequence?: number
}

export interface TurnResult {
  readonly verdicts: readonly Verdict[]
  readonly events: readonly GatewayEvent[]
  /** Highest sealed batch number after this turn; the forwarder wakes on a change. */
  readonly sealedBatch: number
}
