/**
 * When a reader could not have seen anything: we or it were away, it declared a loss, or its
 * event numbers have a hole. It sees again when it has spoken for as long as one inventory
 * takes. Inside such an interval no absence is concluded.
 */
export interface BlindSettings {
  /** One inventory of a full shelf, with room for a second round. */
  readonly inventoryMs: number
  readonly keptMs: number
}

export const blindDefaults: BlindSettings = { inventoryMs: 60_000, keptMs: 86_400_000 }

export type BlindCause =
  | 'gateway-started'
  | 'silent'
  | 'reads-lost'
  | 'clock-stepped'
  | 'hardware-changed'

/** Of one reader, oldest first, never overlapping; plain JSON. */
export interface BlindState {
  readonly intervals: readonly BlindInterval[]
}

export interface BlindInterval {
  readonly fromMs: number
  /** Null while nothing has been heard since. */
  readonly toMs: number | null
  readonly cause: BlindCause
}

export type BlindEvent =
  /** It may have missed things from then on. */
  | { readonly kind: 'blinded'; readonly atMs: number; readonly cause: BlindCause }
  /** Any sign of life: a read or a heartbeat. */
  | { readonly kind: 'heard'; readonly atMs: number }

/** A reader that loses reads every minute is one long interval, not many. */
const INTERVALS_MAX = 64

export function stepBlindness(
  state: BlindState | undefined,
  event: BlindEvent,
  settings: BlindSettings,
): BlindState {
  const all = state?.intervals ?? []
  const last = all.at(-1)
  const isBlind = last !== undefined && (last.toMs === null || event.atMs <= last.toMs)
  if (event.kind === 'heard') {
    if (last?.toMs !== null) return state ?? { intervals: all }
    const seen = { ...last, toMs: event.atMs + settings.inventoryMs }
    return { intervals: [...all.slice(0, -1), seen] }
  }
  if (isBlind) return { intervals: [...all.slice(0, -1), { ...last, toMs: null }] }
  const recent = all.filter(({ toMs }) => toMs === null || event.atMs - toMs <= settings.keptMs)
  const next = { fromMs: event.atMs, toMs: null, cause: event.cause }
  return { intervals: [...recent, next].slice(-INTERVALS_MAX) }
}

/** Until when it was blind last; now if it still is; null if it never was. For presence ticks. */
export function blindUntilMs(state: BlindState | undefined, nowMs: number): number | null {
  const last = state?.intervals.at(-1)
  if (!last) return null
  return last.toMs === null ? nowMs : Math.min(last.toMs, nowMs)
}

/** How much of a time it was blind for: what a receiving session tells the person who signs. */
export function blindWithinMs(state: BlindState | undefined, fromMs: number, toMs: number): number {
  return (state?.intervals ?? []).reduce((sum, interval) => {
    const overlap = Math.min(interval.toMs ?? toMs, toMs) - Math.max(interval.fromMs, fromMs)
    return sum + Math.max(0, overlap)
  }, 0)
}
