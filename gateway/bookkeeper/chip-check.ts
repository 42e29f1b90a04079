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

/** A tag unseen for two weeks has left the shop, and starts anew (EdgeX forgets after 336 hours). */
const KEPT_MS = 14 * 86_400_000
/** Copies and killed tags come back after months; forgotten, they would move stock again. */
const CONFLICT_KEPT_MS = 400 * 86_400_000
/** One round of looking for old records a day, a few with each tick: a million take an hour. */
const ROUND_MS = 86_400_000
const LOOKED_AT_PER_TICK = 200

export interface ChipCheck {
  /** False for a chip whose reads must not move stock. */
  mayMove(read: Pick<TagRead, 'epc' | 'tid'>, area: string, atMs: number, nowMs: number): boolean
  tick(nowMs: number): void
}

/** The chip under an EPC, where its reader tells it: a copied EPC moves no stock. */
export function createChipCheck(parts: StepParts): ChipCheck {
  const { states, store } = parts
  let round = { startedAtMs: 0, after: '', isOver: true }

  const mayMove: ChipCheck['mayMove'] = ({ epc, tid }, area, atMs, nowMs) => {
    if (tid === undefined) return true
    const event = { kind: 'read', atMs, tid, area } as const
    const record = { kind: IDENTITY, key: epc }
    const { state, next, notes, ...said } = overRecord(
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
    return said.mayMove
  }
  const forgetOld = (nowMs: number) => {
    const keys = store.statesAfter(IDENTITY, round.after, LOOKED_AT_PER_TICK)
    for (const key of keys) {
      const record = { kind: IDENTITY, key }
      if (overRecord(parts, record, nowMs, (state?: IdentityState) => isOld(state, nowMs)))
        states.remove(IDENTITY, key)
    }
    round = { ...round, after: keys.at(-1) ?? '', isOver: keys.length < LOOKED_AT_PER_TICK }
  }
  return {
    mayMove,
    tick(nowMs) {
      if (nowMs - round.startedAtMs >= ROUND_MS)
        round = { startedAtMs: nowMs, after: '', isOver: false }
      if (!round.isOver) forgetOld(nowMs)
    },
  }
}

function isOld(state: IdentityState | undefined, nowMs: number): boolean {
  if (state === undefined) return false
  const isPlain = state.conflict === null && state.status === 'live'
  return nowMs - state.atMs > (isPlain ? KEPT_MS : CONFLICT_KEPT_MS)
}
