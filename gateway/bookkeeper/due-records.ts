import assert from 'node:assert'
import { createSchedule, type Due } from './schedule.ts'
import { setAsideRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

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
 * more would kill every tick: it is set aside for a person, told of, and the others go on. What one record
 * brings about happens wholly or not at all.
 */
export function createDueRecords(parts: StepParts, machines: readonly TimedMachine[]): DueRecords {
  const { states, store, guard } = parts
  const byKind = new Map(machines.map((machine) => [machine.kind, machine]))
  const schedule = createSchedule()
  const put = (kind: string, key: string, dueMs: number) => {
    // What has no place in the order of time would stand before everything that has.
    assert(!Number.isNaN(dueMs), `${kind} ${key} says no time at which it is due`)
    schedule.add({ kind, key, dueMs })
  }
  const add = ({ kind, dueAtMs }: TimedMachine, key: string, state: unknown) =>
    put(kind, key, dueAtMs(state, key))
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
    if (after === undefined) return
    const dueMs = machine.dueAtMs(after, key, nowMs)
    put(kind, key, dueMs <= nowMs ? nowMs + LOOK_AGAIN_MS : dueMs)
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
        const done = guard(() => one(due, nowMs))
        if (!done.ok) setAsideRecord(parts, due, nowMs, done.cause)
      }
    },
  }
}
