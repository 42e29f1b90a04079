import {
  type PortalState,
  type PresenceState,
  portalDefaults,
  portalDueAtMs,
  presenceDefaults,
  presenceDueAtMs,
  stepPortal,
  stepPresence,
  type TagObservation,
} from '../../sensors/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { interpretArrival, interpretPass, tagOf } from '../interpretation/index.ts'
import { createSchedule, type Due } from './schedule.ts'
import type { StepParts } from './step-parts.ts'

type PassEvent = Parameters<typeof stepPortal>[2]
type PresenceEvent = Parameters<typeof stepPresence>[2]

/** The tags' machines, one durable record each, and what follows from what they observe. */
export interface TagMachines {
  pass(portal: PortalConfig, epc: string, event: PassEvent, nowMs: number): void
  shelf(location: string, epc: string, event: PresenceEvent, nowMs: number): void
  /** Steps every record that is due; `blindUntilMs` says since when a location is watched. */
  tick(nowMs: number, blindUntilMs: (location: string, nowMs: number) => number): void
}

/** Kinds in the state table; only the machine named writes records of its kind. */
const PORTAL = 'portal'
const PRESENCE = 'presence'
/** A record that is due but waits on (a blind reader) is looked at again this much later. */
const LOOK_AGAIN_MS = 1_000

export function createTagMachines(parts: StepParts): TagMachines {
  const { config, states, store } = parts
  const portals = new Map(config.portals.map((portal) => [portal.id, portal]))
  const schedule = createSchedule()
  for (const { key, body } of store.states(PORTAL)) portalDue(key, JSON.parse(body))
  for (const { key, body } of store.states(PRESENCE)) presenceDue(key, JSON.parse(body))

  function portalDue(key: string, state: PortalState, soonestMs = 0): void {
    const dueMs = Math.max(portalDueAtMs(state, portalDefaults), soonestMs)
    schedule.add({ kind: PORTAL, key, dueMs })
  }
  function presenceDue(key: string, state: PresenceState, soonestMs = 0): void {
    const dueMs = Math.max(presenceDueAtMs(state, presenceDefaults), soonestMs)
    schedule.add({ kind: PRESENCE, key, dueMs })
  }
  const conclude = (observations: readonly TagObservation[], nowMs: number) => {
    for (const observation of observations) {
      const tag = tagOf(observation.epc)
      const facts = parts.factsAt(nowMs)
      if ('location' in observation) parts.carryOut(interpretArrival(facts, observation, tag))
      else {
        const portal = portals.get(observation.portal)
        if (portal) parts.carryOut(interpretPass(facts, portal, observation, tag))
      }
    }
  }
  const pass: TagMachines['pass'] = (portal, epc, event, nowMs) => {
    const key = `${portal.id}/${epc}`
    // Only stepPortal makes records of this kind.
    const state = states.get(PORTAL, key) as PortalState | undefined
    const step = stepPortal(state, { portal: portal.id, epc }, event, portalDefaults)
    if (step.next === undefined) states.remove(PORTAL, key)
    else if (step.next !== state) {
      if (step.refreshOnly) states.refresh(PORTAL, key, step.next)
      else states.put(PORTAL, key, step.next)
      portalDue(key, step.next)
    }
    conclude(step.observations, nowMs)
  }
  const shelf: TagMachines['shelf'] = (location, epc, event, nowMs) => {
    const key = `${location}/${epc}`
    // Only stepPresence makes records of this kind.
    const state = states.get(PRESENCE, key) as PresenceState | undefined
    const step = stepPresence(state, { location, epc }, event, presenceDefaults)
    if (step.next === undefined) states.remove(PRESENCE, key)
    else if (step.refreshOnly) states.refresh(PRESENCE, key, step.next)
    else {
      states.put(PRESENCE, key, step.next)
      presenceDue(key, step.next)
    }
    conclude(step.observations, nowMs)
  }
  /** Puts a record back on the schedule for as long as it exists. */
  const again = ({ kind, key }: Due, nowMs: number) => {
    const state = states.get(kind, key)
    if (state === undefined) return
    const soonestMs = nowMs + LOOK_AGAIN_MS
    if (kind === PORTAL) portalDue(key, state as PortalState, soonestMs)
    else presenceDue(key, state as PresenceState, soonestMs)
  }
  return {
    pass,
    shelf,
    tick(nowMs, blindUntilMs) {
      const taken: Due[] = []
      for (let next = schedule.take(nowMs); next; next = schedule.take(nowMs)) taken.push(next)
      for (const due of taken) {
        if (states.get(due.kind, due.key) === undefined) continue
        const slash = due.key.lastIndexOf('/')
        const [place, epc] = [due.key.slice(0, slash), due.key.slice(slash + 1)]
        const portal = portals.get(place)
        const event = { kind: 'tick', atMs: nowMs } as const
        if (due.kind === PRESENCE)
          shelf(place, epc, { ...event, blindUntilMs: blindUntilMs(place, nowMs) }, nowMs)
        else if (portal) pass(portal, epc, event, nowMs)
        again(due, nowMs)
      }
    },
  }
}
