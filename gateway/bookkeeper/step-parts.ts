import type { Config } from '../config/schema.ts'
import type { GatewayEvent } from '../events.ts'
import type { Conclusion, Facts } from '../interpretation/conclusion.ts'
import type { CarriedOut } from './carry-out.ts'
import type { Guard } from './guard.ts'
import type { Verdict } from './protocol.ts'
import type { StateCache } from './state-cache.ts'
import type { GatewayStore } from './store.ts'
import type { TillWatch } from './till-watch.ts'

/** What every kind of step is given; all of it belongs to the running turn. */
export interface StepParts {
  readonly config: Config
  readonly states: StateCache
  readonly store: GatewayStore
  readonly tills: TillWatch
  readonly factsAt: (nowMs: number) => Facts
  readonly carryOut: (conclusions: readonly Conclusion[]) => CarriedOut
  readonly carryOutSteps: (steps: readonly (readonly Conclusion[])[]) => CarriedOut
  readonly guard: Guard
  readonly emit: (event: GatewayEvent) => void
}

/** A verdict before it has its number. */
export type StepVerdict = Omit<Verdict, 'id'>

export const COMMITTED: StepVerdict = { status: 'committed' }

/** What became of one step, as its sender hears it. */
export function verdictOf(carried: CarriedOut): StepVerdict {
  if (carried.status === 'refused') {
    const { code, message } = carried
    return { status: 'refused', code, message }
  }
  const { sequence } = carried
  return sequence === null ? COMMITTED : { ...COMMITTED, sequence }
}
