import type { Lingering } from './portal-lingering.ts'
import type { Pass, Span } from './portal-pass.ts'

/** What is remembered of one tag at one portal; plain JSON, only `stepPortal` makes it. */
export interface PortalState {
  readonly open: readonly Pass[]
  /** Passes that ended, newest last; late reads join them. */
  readonly closed: readonly Span[]
  readonly lingering: Lingering | null
  /** The last movement told, and when the tag was seen last since. */
  readonly passed: { readonly direction: 'in' | 'out'; readonly lastAtMs: number } | null
  /** How strongly it was read while it was here and did not pass: a neighbour of the door. */
  readonly usual?: { readonly levelCdbm: number; readonly lastAtMs: number } | null
}

export const NOTHING_SEEN: PortalState = { open: [], closed: [], lingering: null, passed: null }
