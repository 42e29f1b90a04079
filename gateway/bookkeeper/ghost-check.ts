import { type CandidateState, candidateDefaults, stepCandidate } from '../../sensors/index.ts'
import type { TimedMachine } from './due-records.ts'
import { overRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

/** One read as its machine will be told of it. */
export interface HeardRead {
  readonly device: string
  readonly antenna: number
  readonly epc: string
  readonly atMs: number
  readonly receivedAtMs: number
  readonly rssiCdbm: number | null
  readonly count: number
  readonly tid?: string
  readonly crcHolds?: boolean
}

/** Kinds in the state table; only these functions write records of them. */
export const GHOSTS = 'ghosts'
const CANDIDATE = 'candidate'

/** Of one reader: reads that were noise. */
export interface GhostCount {
  readonly count: number
  readonly sinceMs: number
  readonly lastAtMs: number
}

export interface GhostCheck {
  /** The reads that may be believed now, oldest first: a tag nobody knows waits for its second. */
  believed(read: HeardRead, isKnown: () => boolean): readonly HeardRead[]
  /** Forgets, and counts as noise, what was never read again. */
  readonly timed: TimedMachine
}

/**
 * Noise gives a well-formed EPC now and then, and never the same one twice. What nobody has heard
 * of becomes no stranger, no arrival and no pass before it was read a second time.
 */
export function createGhostCheck(
  parts: StepParts,
  keep: (key: string, before: unknown, next: unknown) => void,
): GhostCheck {
  const { states } = parts
  const step = (
    epc: string,
    nowMs: number,
    event: Parameters<typeof stepCandidate<HeardRead>>[1],
  ): readonly HeardRead[] => {
    const record = { kind: CANDIDATE, key: epc }
    const { state, next, believed, ghosts } = overRecord(
      parts,
      record,
      nowMs,
      (state?: CandidateState<HeardRead>) => ({
        state,
        ...stepCandidate(state, event, candidateDefaults),
      }),
    )
    // Once it is believed its own machine remembers it.
    keep(epc, state, next?.waiting === null ? undefined : next)
    for (const { device } of ghosts) counted(device, nowMs)
    return believed
  }
  const counted = (device: string, nowMs: number) => {
    const record = { kind: GHOSTS, key: device }
    const before = overRecord(parts, record, nowMs, (state?: GhostCount) => ({
      count: Number(state?.count ?? 0),
      sinceMs: Number(state?.sinceMs ?? nowMs),
    }))
    const { count, sinceMs } = before
    states.refresh(GHOSTS, device, { count: count + 1, sinceMs, lastAtMs: nowMs })
  }
  return {
    believed(read, isKnown) {
      const { epc, crcHolds, receivedAtMs } = read
      // The tag's own checksum does not fit what came: bits were lost on the way.
      if (crcHolds === false) {
        counted(read.device, receivedAtMs)
        return []
      }
      if (isKnown()) return [read]
      const crc = crcHolds === true ? 'good' : null
      return step(epc, receivedAtMs, { kind: 'read', read, isKnown: false, crc })
    },
    timed: {
      kind: CANDIDATE,
      dueAtMs: (state) => {
        const { waiting } = state as CandidateState<HeardRead>
        return (waiting?.receivedAtMs ?? 0) + candidateDefaults.confirmWithinMs + 1
      },
      tick: (epc, atMs) => void step(epc, atMs, { kind: 'tick', atMs }),
    },
  }
}
