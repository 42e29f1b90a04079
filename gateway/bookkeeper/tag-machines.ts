import {
  dockProfile,
  garmentProfile,
  type PlaceSettings,
  type PlaceState,
  placeDefaults,
  placeDueAtMs,
  stepPlace,
  type TagObservation,
} from '../../sensors/index.ts'
import type { Config } from '../config/schema.ts'
import { interpretArrival, interpretPass, tagOf } from '../interpretation/index.ts'
import { createDueRecords } from './due-records.ts'
import { createPortalMachines, type Keep, type PortalMachines } from './portal-machines.ts'
import type { StepParts } from './step-parts.ts'

type PlaceEvent = Parameters<typeof stepPlace>[2]
type PlaceRead = Extract<PlaceEvent, { kind: 'read' }>

/** The tags' machines, one durable record each, and what follows from what they observe. */
export interface TagMachines extends Pick<PortalMachines, 'pass' | 'beam'> {
  shelf(epc: string, read: PlaceRead, nowMs: number): void
  tick(nowMs: number): void
}

/** Kind in the state table; only stepPlace makes records of it. */
const PLACE = 'place'
const MOBILITY = { garment: garmentProfile, moving: dockProfile } as const

/** `blindUntilMs`: until when the readers of a location could not have seen a tag; null: never. */
export function createTagMachines(
  parts: StepParts,
  blindUntilMs: (location: string, nowMs: number) => number | null,
): TagMachines {
  const { config, states } = parts
  const portals = new Map(config.portals.map((portal) => [portal.id, portal]))
  const settings = placeSettings(config)

  const keep: Keep = (kind, key, before, { next, refreshOnly = false }) => {
    if (next === undefined) states.remove(kind, key)
    else if (next !== before) {
      if (refreshOnly) states.refresh(kind, key, next)
      else states.put(kind, key, next)
      // A tag that was only seen again is due later than before, and is waited for already.
      if (!refreshOnly || before === undefined) due.written(kind, key, next)
    }
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
  const place = (epc: string, event: PlaceEvent, nowMs: number) => {
    const state = states.get(PLACE, epc) as PlaceState | undefined
    const step = stepPlace(state, { epc }, event, settings)
    keep(PLACE, epc, state, step)
    conclude(step.observations, nowMs)
  }
  const placing = {
    kind: PLACE,
    dueAtMs: (state: unknown) => placeDueAtMs(state as PlaceState, settings),
    tick(epc: string, atMs: number) {
      const { at } = states.get(PLACE, epc) as PlaceState
      const untilMs = at === null ? null : blindUntilMs(at.location, atMs)
      place(epc, { kind: 'tick', atMs, blindUntilMs: untilMs }, atMs)
    },
  }
  const { pass, beam, timed } = createPortalMachines({ config, states, keep, conclude })
  const due = createDueRecords(parts, [placing, ...timed])
  return {
    pass,
    beam,
    shelf: place,
    tick: due.tick,
  }
}

function placeSettings({ shelfZones }: Config): PlaceSettings {
  const zones = Object.fromEntries(
    shelfZones.map(({ location, mobility }) => [location, MOBILITY[mobility]]),
  )
  return { ...placeDefaults, zones }
}
