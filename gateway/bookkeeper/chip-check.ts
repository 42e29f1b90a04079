import {
  type IdentityState,
  identityDefaults,
  stepIdentity,
  type TagRead,
} from '../../sensors/index.ts'
import { interpretIdentity } from '../interpretation/index.ts'
import { overRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

/** Kind in the state table; only stepIdentity makes records of it. */
const IDENTITY = 'identity'

/** The chip under an EPC, where its reader tells it: a copied EPC moves no stock. */
export function createChipCheck(
  parts: StepParts,
): (read: TagRead, area: string, atMs: number, nowMs: number) => boolean {
  const { states } = parts
  return ({ epc, tid }, area, atMs, nowMs) => {
    if (tid === undefined) return true
    const event = { kind: 'read', atMs, tid, area } as const
    const record = { kind: IDENTITY, key: epc }
    const { state, next, notes, mayMove } = overRecord(
      parts,
      record,
      nowMs,
      (state?: IdentityState) => ({
        state,
        ...stepIdentity(state, epc, event, identityDefaults),
      }),
    )
    const isNews =
      state === undefined ||
      next.chips.length !== state.chips.length ||
      next.conflict !== state.conflict
    if (isNews) states.put(IDENTITY, epc, next)
    else states.refresh(IDENTITY, epc, next)
    for (const note of notes) parts.carryOut(interpretIdentity(parts.factsAt(nowMs), note))
    return mayMove
  }
}
