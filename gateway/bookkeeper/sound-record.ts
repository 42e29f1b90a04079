import { isDefect } from './guard.ts'
import type { StepParts } from './step-parts.ts'
import { quarantineOf } from './store.ts'

type Parts = Pick<StepParts, 'states' | 'store' | 'config' | 'carryOut'>
interface Named {
  readonly kind: string
  readonly key: string
}

/**
 * One step of a machine over its durable record. A record that the machine cannot read any more is
 * set aside for a person and the machine begins anew: what came in meanwhile is innocent. `step`
 * only reads; whoever calls writes what it returns.
 */
export function overRecord<State, Result>(
  parts: Parts,
  { kind, key }: Named,
  nowMs: number,
  step: (state: State | undefined) => Result,
): Result {
  try {
    // Only this kind's own machine writes its records.
    return step(parts.states.get(kind, key) as State | undefined)
  } catch (cause) {
    if (!isDefect(cause)) throw cause
    const afresh = step(undefined)
    // The fault was the record's: without it the same step can be made.
    setAsideRecord(parts, { kind, key }, nowMs, cause)
    return afresh
  }
}

/** Kept for inspection as it stands on disk, and told of. */
export function setAsideRecord(
  { states, store, config, carryOut }: Parts,
  { kind, key }: Named,
  nowMs: number,
  cause: unknown,
): void {
  const message = `expected a record that can be read, got ${String(cause)}`
  const row = { atMs: nowMs, device: kind, topic: key, code: 'bad-record', message }
  const payload = Buffer.from(store.get(kind, key) ?? '')
  store.keep({ ...row, business: false, payload }, quarantineOf(config))
  states.remove(kind, key)
  const text = `what was remembered of ${key} (${kind}) could not be read and is set aside`
  carryOut([{ kind: 'alert', key: `bad-record/${kind}/${key}`, atMs: nowMs, text }])
}
