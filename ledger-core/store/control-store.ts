import { canonicalJson } from '../canonical.ts'
import { reviveIntegers } from '../command-text.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import type { Role } from '../role.ts'
import type { Db } from './database.ts'
import { createMemo } from './memo.ts'

/** Up to which day (inclusive) posting is closed; empty strings: nothing is. */
export interface Calendar {
  readonly closedThrough: string
  readonly softClosedThrough: string
}

export interface PeriodEvent {
  readonly period: string
  readonly event: 'soft-closed' | 'closed' | 'reopened'
  readonly atMs: number
  readonly actor: string
  readonly reason: string
  /** The chain as it stood: printed on the close report, to be kept outside. */
  readonly headSequence: number
  readonly headHash: string
  readonly checklist: readonly { readonly item: string; readonly done: boolean }[]
}

export interface ControlStore {
  readonly policy: () => Policy
  readonly savePolicy: (policy: Policy) => void
  /** Null for who has no role: a device, or the gateway itself. */
  readonly rolesOf: (person: string) => readonly Role[] | null
  readonly anyAssigned: () => boolean
  readonly people: () => { readonly person: string; readonly roles: readonly Role[] }[]
  readonly saveRoles: (person: string, roles: readonly Role[]) => void
  readonly calendar: () => Calendar
  readonly saveCalendar: (calendar: Calendar) => void
  readonly addPeriodEvent: (event: PeriodEvent) => void
  readonly periodEvents: () => PeriodEvent[]
}

const OPEN: Calendar = { closedThrough: '', softClosedThrough: '' }

export function createControlStore(db: Db): ControlStore {
  return { ...createPolicy(db), ...createPeople(db), ...createCalendar(db), ...createEvents(db) }
}

function createPolicy(db: Db): Pick<ControlStore, 'policy' | 'savePolicy'> {
  const select = db.prepare<[], string>('SELECT body FROM policy WHERE id = 1').pluck()
  const save = db.prepare(
    'INSERT INTO policy (id, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  )
  const memo = createMemo(db, (): Policy => {
    const body = select.get()
    // Only savePolicy writes this text.
    return body === undefined
      ? DEFAULT_POLICY
      : { ...DEFAULT_POLICY, ...reviveIntegers(JSON.parse(body)) }
  })
  return {
    policy: memo.get,
    savePolicy: (policy) => {
      memo.forget()
      save.run(canonicalJson(policy))
    },
  }
}

type People = 'rolesOf' | 'anyAssigned' | 'people' | 'saveRoles'

function createPeople(db: Db): Pick<ControlStore, People> {
  const select = db.prepare<[], { person: string; roles: string }>(
    'SELECT person, roles FROM person ORDER BY person',
  )
  const save = db.prepare(
    `INSERT INTO person (person, roles) VALUES (?, ?)
     ON CONFLICT (person) DO UPDATE SET roles = excluded.roles`,
  )
  // Only saveRoles writes this text.
  const parse = (text: string): readonly Role[] => JSON.parse(text)
  const memo = createMemo(
    db,
    () => new Map(select.all().map(({ person, roles }) => [person, parse(roles)])),
  )
  return {
    rolesOf: (person) => memo.get().get(person) ?? null,
    anyAssigned: () => memo.get().size > 0,
    people: () => [...memo.get()].map(([person, roles]) => ({ person, roles })),
    saveRoles: (person, roles) => {
      memo.forget()
      save.run(person, JSON.stringify(roles))
    },
  }
}

function createCalendar(db: Db): Pick<ControlStore, 'calendar' | 'saveCalendar'> {
  const select = db.prepare<[], Calendar>(
    `SELECT closed_through AS closedThrough, soft_closed_through AS softClosedThrough
     FROM calendar WHERE id = 1`,
  )
  const save = db.prepare(
    `INSERT INTO calendar (id, closed_through, soft_closed_through) VALUES (1, ?, ?)
     ON CONFLICT DO UPDATE SET closed_through = excluded.closed_through,
       soft_closed_through = excluded.soft_closed_through`,
  )
  const memo = createMemo(db, () => select.get() ?? OPEN)
  return {
    calendar: memo.get,
    saveCalendar: ({ closedThrough, softClosedThrough }) => {
      memo.forget()
      save.run(closedThrough, softClosedThrough)
    },
  }
}

type EventRow = Omit<PeriodEvent, 'atMs' | 'headSequence' | 'checklist'> & {
  readonly atMs: bigint
  readonly headSequence: bigint
  readonly checklist: string
}

function createEvents(db: Db): Pick<ControlStore, 'addPeriodEvent' | 'periodEvents'> {
  const insert = db.prepare(
    `INSERT INTO period_event (number, period, event, at_ms, actor, reason, head_sequence,
       head_hash, checklist)
     VALUES ((SELECT COALESCE(max(number), 0) + 1 FROM period_event), ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const select = db.prepare<[], EventRow>(
    `SELECT period, event, at_ms AS atMs, actor, reason, head_sequence AS headSequence,
       head_hash AS headHash, checklist FROM period_event ORDER BY number`,
  )
  return {
    addPeriodEvent: (event) => {
      const { period, atMs, actor, reason, headSequence, headHash, checklist } = event
      insert.run(
        period,
        event.event,
        atMs,
        actor,
        reason,
        headSequence,
        headHash,
        JSON.stringify(checklist),
      )
    },
    periodEvents: () =>
      select.all().map((row) => ({
        ...row,
        atMs: Number(row.atMs),
        headSequence: Number(row.headSequence),
        checklist: JSON.parse(row.checklist),
      })),
  }
}
