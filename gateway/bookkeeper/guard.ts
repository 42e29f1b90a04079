import { type Db, inSavepoint } from '../../ledger-core/index.ts'
import type { GatewayEvent } from '../events.ts'
import type { StateCache } from './state-cache.ts'

/**
 * One piece of a turn, wholly or not at all: a defect in it undoes what it did to the tables, to
 * the records and to the events, and the rest of the turn stands. A fault of the disk is never
 * taken for a defect: it passes on, and the turn fails as a whole.
 */
export type Guard = <T>(piece: () => T) => Attempted<T>
export type Attempted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly cause: unknown }

export interface GuardParts {
  readonly db: Db
  readonly states: StateCache
  readonly events: Events
}

/** Events of the running turn; told after its commit. */
export class Events {
  #told: GatewayEvent[] = []

  readonly emit = (event: GatewayEvent): void => {
    this.#told.push(event)
  }

  count(): number {
    return this.#told.length
  }

  /** What was said after `count` was not so. */
  cutTo(count: number): void {
    this.#told.length = count
  }

  take(): GatewayEvent[] {
    return this.#told.splice(0)
  }
}

export function createGuard({ db, states, events }: GuardParts): Guard {
  return <T>(piece: () => T): Attempted<T> => {
    const said = events.count()
    states.beginStep()
    try {
      // Wrapped: a value that looks like a refusal must not undo what was noted about it.
      const { value } = inSavepoint(db, () => ({ value: piece() }))
      states.keepStep()
      return { ok: true, value }
    } catch (cause) {
      // A full disk may have rolled the whole transaction back already.
      if (!db.inTransaction || !isDefect(cause)) throw cause
      states.dropStep()
      events.cutTo(said)
      return { ok: false, cause }
    }
  }
}

/**
 * SQLite's words for content that a table does not take; every other code speaks of the file, the
 * disk or the connection. https://www.sqlite.org/rescode.html
 */
const CONTENT_FAULT = /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|TOOBIG)/

/** Ours, and not the disk's, whoever has wrapped it on the way. */
export function isDefect(cause: unknown): boolean {
  if (!(cause instanceof Error)) return true
  const code = 'code' in cause ? String(cause.code) : ''
  if (code.startsWith('SQLITE') && !CONTENT_FAULT.test(code)) return false
  // What the operating system refuses says nothing of the content.
  if ('syscall' in cause) return false
  return cause.cause === undefined || isDefect(cause.cause)
}
