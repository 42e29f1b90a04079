import { createSchedule, type Due } from './schedule.ts'
import type { StepParts } from './step-parts.ts'
import { quarantineOf } from './store.ts'

/** A kind of durable record that time alone moves on; only its machine writes records of its kind. */
export interface TimedMachine {
  readonly kind: string
  /** When this record has to be looked at again, UTC ms; after `nowMs` where that is known. */
  dueAtMs(state: unknown, key: string, nowMs?: number): number
  /** Time has come for this record, which exists. */
  tick(key: string, nowMs: number): void
}

export interface DueRecords {
  /** The record was written: it is looked at when it says so. */
  written(kind: string, key: string, state: unknown): void
  tick(nowMs: number): void
}

/** A record that is due but waits on (a blind reader) is looked at again this much later. */
const LOOK_AGAIN_MS = 1_000

/**
 * Records of all machines by the time they are due. A record that its own machine cannot read any
 * more would kill every tick: it is set aside for a person, told of, and the others go on.
 */
export function createDueRecords(parts: StepParts, machines: readonly TimedMachine[]): DueRecords {
  const { states, store } = parts
  const byKind = new Map(machines.map((machine) => [machine.kind, machine]))
  const schedule = createSchedule()
  const add = ({ kind, dueAtMs }: TimedMachine, key: string, state: unknown) =>
    schedule.add({ kind, key, dueMs: dueAtMs(state, key) })
  const addAfter = (
    { kind, dueAtMs }: TimedMachine,
    key: string,
    state: unknown,
    nowMs: number,
  ) => {
    const dueMs = dueAtMs(state, key, nowMs)
    schedule.add({ kind, key, dueMs: dueMs > nowMs ? dueMs : nowMs + LOOK_AGAIN_MS })
  }
  for (const machine of machines)
    for (const { key, body } of store.states(machine.kind)) {
      try {
        add(machine, key, JSON.parse(body))
      } catch {
        // What cannot be read is due now: the first tick sets it aside.
        schedule.add({ kind: machine.kind, key, dueMs: 0 })
      }
    }

  const one = ({ kind, key }: Due, nowMs: number) => {
    const machine = byKind.get(kind)
    if (!machine || states.get(kind, key) === undefined) return
    machine.tick(key, nowMs)
    const after = states.get(kind, key)
    if (after !== undefined) addAfter(machine, key, after, nowMs)
  }
  return {
    written(kind, key, state) {
      const machine = byKind.get(kind)
      if (machine) add(machine, key, state)
    },
    tick(nowMs) {
      const taken: Due[] = []
      for (let next = schedule.take(nowMs); next; next = schedule.take(nowMs)) taken.push(next)
      for (const due of taken) {
        try {
          one(due, nowMs)
        } catch (cause) {
          setAside(parts, due, nowMs, cause)
        }
      }
    },
  }
}

/** Faults of the disk are no fault of the record. */
function setAside(parts: StepParts, { kind, key }: Due, nowMs: number, cause: unknown): void {
  if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE'))
    throw cause
  const { states, store, config } = parts
  const message = `expected a record that can be read, got ${String(cause)}`
  const row = {
    atMs: nowMs,
    device: kind,
    topic: key,
    code: 'bad-record',
    message,
    business: false,
  }
  const payload = Buffer.from(store.get(kind, key) ?? '')
  store.keep({ ...row, payload }, quarantineOf(config))
  states.remove(kind, key)
  const text = `what was remembered of ${key} (${kind}) could not be read and is set aside`
  parts.carryOut([{ kind: 'alert', key: `bad-record/${kind}/${key}`, atMs: nowMs, text }])
}
