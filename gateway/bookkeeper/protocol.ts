import type { ShelfSample } from '../../vision/index.ts'
import type { BusinessCommand } from '../documents/business-command.ts'
import type { BusinessDocument, Masters } from '../documents/business-event.ts'
import type { GatewayEvent } from '../events.ts'
import type { AuthorityRequest } from '../interpretation/authority.ts'
import type { Decision } from '../interpretation/decision-rules.ts'
import type { SaidMovement } from '../interpretation/said-movements.ts'
import type { LoginRequest } from '../people/logins.ts'
import type { PackedResult } from './packing.ts'

/** What crosses between the sockets' thread and the bookkeeper: one array per turn each way. */

export type Work = { readonly id: number; readonly atMs: number } & WorkBody

export type WorkBody =
  | {
      readonly kind: 'message'
      readonly device: string
      readonly topic: string
      readonly payload: Uint8Array
    }
  | {
      /** Killed the bookkeeper twice, or comes from nobody we know: kept, never interpreted. */
      readonly kind: 'park'
      readonly device: string
      readonly topic: string
      readonly code: string
      readonly message: string
      readonly payload: Uint8Array
    }
  | { readonly kind: 'sample'; readonly sample: ShelfSample }
  | { readonly kind: 'tick' }
  | {
      /** A device that we dial ourselves reads, is lost, or had messages dropped on the way. */
      readonly kind: 'link'
      readonly device: string
      readonly state: 'reading' | 'lost' | 'missed'
      readonly detail: string
    }
  | { readonly kind: 'masters'; readonly masters: Masters; readonly actor: string }
  | { readonly kind: 'command'; readonly command: BusinessCommand }
  | { readonly kind: 'document'; readonly document: BusinessDocument; readonly actor: string }
  | {
      readonly kind: 'decide'
      readonly review: number
      readonly decision: Decision['decision']
      /** What happened instead: one movement corrects, several split. */
      readonly said?: readonly SaidMovement[]
      readonly user: string
      readonly note: string
      /** The request's Idempotency-Key. */
      readonly key: string
    }
  | {
      /** A picture that was approved for the gallery is taken out of it again. */
      readonly kind: 'undo-lesson'
      readonly lesson: number
      readonly user: string
      readonly note: string
      /** The request's Idempotency-Key. */
      readonly key: string
    }
  | ({ readonly kind: 'authority' } & AuthorityRequest)
  | ({ readonly kind: 'login' } & LoginRequest)
  | {
      /** The books were derived again; what does not verify, in words, or null. */
      readonly kind: 'verified'
      readonly unsound: string | null
    }
  | {
      readonly kind: 'batch-acknowledged'
      readonly destination: string
      readonly number: number
      readonly lastHash: string
    }

/** The verdict on one work, given only after the commit that holds its effects. */
export interface Verdict {
  readonly id: number
  /**
   * `committed`; `kept`: unreadable or refused content, stored for inspection, acknowledged all
   * the same; `refused`: an API request answered with its reason, nothing stored; `not-stored`:
   * the disk refuses, nothing may be acknowledged.
   */
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

/** What the bookkeeper's thread says. */
export type BookkeeperMessage =
  | { readonly kind: 'ready'; readonly sealedBatch: number; readonly lastTickMs: number }
  | { readonly kind: 'turn'; readonly result: PackedResult }
  | { readonly kind: 'store-failed'; readonly message: string }
