/**
 * How strongly one antenna sees tags that stand elsewhere: behind its wall, on the next shelf.
 * Learnt from tags whose place is known otherwise; the ninth tenth of their levels, followed in
 * small steps, so that a store which is rearranged is learnt anew within a day.
 */
export interface StrayLevel {
  readonly cdbm: number
  readonly reads: number
}

const STEP_CDB = 10
/** Too few reads say nothing of a wall. */
const READS_MIN = 50

export function stepStrayLevel(state: StrayLevel | undefined, rssiCdbm: number): StrayLevel {
  if (!state) return { cdbm: rssiCdbm, reads: 1 }
  const step = rssiCdbm > state.cdbm ? 9 * STEP_CDB : -STEP_CDB
  return { cdbm: state.cdbm + step, reads: state.reads + 1 }
}

/** Null until enough was learnt. */
export function strayLevelOf(state: StrayLevel | undefined): number | null {
  return state && state.reads >= READS_MIN ? state.cdbm : null
}
