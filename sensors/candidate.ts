/**
 * A tag nobody has heard of. Noise passes a reader's CRC-16 once in 65,536 and gives a
 * well-formed EPC that no printer ever wrote; it does not do so twice. So an unknown EPC waits
 * for a second read before anything is concluded, and its first read is handed on with it.
 */
export interface CandidateSettings {
  /** The second read comes within this, or the first was a ghost. */
  readonly confirmWithinMs: number
}

export const candidateDefaults: CandidateSettings = { confirmWithinMs: 10_000 }

/** The reads that wait; plain JSON. Undefined: nothing is known of this EPC yet. */
export interface CandidateState<Read> {
  readonly waiting: Read | null
}

export interface CandidateRead {
  readonly device: string
  readonly antenna: number
  readonly atMs: number
  readonly receivedAtMs: number
}

export type CandidateEvent<Read> =
  | {
      readonly kind: 'read'
      readonly read: Read
      /** Commissioned by us, announced by a despatch advice, or in the books. */
      readonly isKnown: boolean
      /** Gen2 CRC-16 over PC and EPC as the reader reports it, rechecked; null when it does not. */
      readonly crc: 'good' | 'bad' | null
    }
  | { readonly kind: 'tick'; readonly atMs: number }

export type CandidateStep<Read> = {
  readonly next: CandidateState<Read> | undefined
  /** Reads that may now be believed, oldest first. */
  readonly believed: readonly Read[]
  /** Reads that were noise: a figure of the reader's quality. */
  readonly ghosts: readonly Read[]
}

export function stepCandidate<Read extends CandidateRead>(
  state: CandidateState<Read> | undefined,
  event: CandidateEvent<Read>,
  settings: CandidateSettings,
): CandidateStep<Read> {
  const waiting = state?.waiting ?? null
  if (event.kind === 'tick') {
    const isOver = waiting && event.atMs > waiting.receivedAtMs + settings.confirmWithinMs
    return isOver
      ? { next: undefined, believed: [], ghosts: [waiting] }
      : { next: state, believed: [], ghosts: [] }
  }
  const { read, isKnown, crc } = event
  if (crc === 'bad') return { next: state, believed: [], ghosts: [read] }
  const isBelieved = state !== undefined && waiting === null
  if (isBelieved) return { next: state, believed: [read], ghosts: [] }
  const first = waiting ? [waiting] : []
  if (isKnown || crc === 'good')
    return { next: { waiting: null }, believed: [...first, read], ghosts: [] }
  if (!waiting) return { next: { waiting: read }, believed: [], ghosts: [] }
  // The same report delivered twice is not a second read.
  if (isSame(waiting, read)) return { next: state, believed: [], ghosts: [] }
  const isInTime = Math.abs(read.atMs - waiting.atMs) <= settings.confirmWithinMs
  if (!isInTime) return { next: { waiting: read }, believed: [], ghosts: [waiting] }
  const believed = [waiting, read].sort((a, b) => a.atMs - b.atMs)
  return { next: { waiting: null }, believed, ghosts: [] }
}

function isSame(a: CandidateRead, b: CandidateRead): boolean {
  return a.device === b.device && a.antenna === b.antenna && a.atMs === b.atMs
}
