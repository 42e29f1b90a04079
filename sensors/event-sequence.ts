/**
 * A reader's own event numbers: what is next, what is a repeat, what is missing, and when it
 * started anew. A number that falls means a reboot only if the device's time went on; with an
 * older time it is a late message, which fills its hole.
 */
export interface EventSequence {
  /** Raised by each reboot: event numbers are unique within one. */
  readonly epoch: number
  readonly highest: number
  readonly highestAtMs: number
  /** Holes, first and last number of each, oldest first. */
  readonly missing: readonly (readonly [from: number, to: number])[]
}

export type SequenceKind = 'first' | 'next' | 'gap' | 'repeat' | 'late' | 'reboot'

export interface SequenceStep {
  readonly next: EventSequence
  readonly kind: SequenceKind
  /** Events that this message shows to be missing; 0 for everything but a gap. */
  readonly lost: number
}

const HOLES_MAX = 64

export function stepSequence(
  state: EventSequence | undefined,
  { number, deviceAtMs }: { readonly number: number; readonly deviceAtMs: number },
): SequenceStep {
  const begun = { highest: number, highestAtMs: deviceAtMs, missing: [] }
  if (!state) return { next: { epoch: 0, ...begun }, kind: 'first', lost: 0 }
  const { highest, highestAtMs, missing, epoch } = state
  // Nearly every read: written out, because a spread costs more than the rest of the step.
  if (number === highest + 1) {
    const next = { epoch, highest: number, highestAtMs: deviceAtMs, missing }
    return { next, kind: 'next', lost: 0 }
  }
  if (number > highest) {
    const hole = [highest + 1, number - 1] as const
    const next = {
      ...state,
      highest: number,
      highestAtMs: deviceAtMs,
      missing: [...missing, hole].slice(-HOLES_MAX),
    }
    return { next, kind: 'gap', lost: number - highest - 1 }
  }
  if (number < highest && deviceAtMs > highestAtMs)
    return { next: { epoch: epoch + 1, ...begun }, kind: 'reboot', lost: 0 }
  const hole = missing.find(([from, to]) => number >= from && number <= to)
  if (!hole) return { next: state, kind: 'repeat', lost: 0 }
  const filled = missing.flatMap((one) => (one === hole ? without(one, number) : [one]))
  return { next: { ...state, missing: filled }, kind: 'late', lost: 0 }
}

function without([from, to]: readonly [number, number], number: number) {
  const parts: (readonly [number, number])[] = []
  if (from < number) parts.push([from, number - 1])
  if (number < to) parts.push([number + 1, to])
  return parts
}
