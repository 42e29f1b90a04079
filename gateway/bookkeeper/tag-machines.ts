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
import {
  interpretArrival,
  interpretLeaving,
  interpretPass,
  isHeardOf,
  tagOf,
} from '../interpretation/index.ts'
import { createDoorSense } from './door-sense.ts'
import { createDueRecords } from './due-records.ts'
import { createGhostCheck, type HeardRead } from './ghost-check.ts'
import {
  createPortalMachines,
  type Keep,
  PORTAL,
  type PortalMachines,
  type PortalParts,
} from './portal-machines.ts'
import { overRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

type PlaceEvent = Parameters<typeof stepPlace>[2]
type PlaceRead = Extract<PlaceEvent, { kind: 'read' }>

/** The tags' machines, one durable record each, and what follows from what they observe. */
export interface TagMachines extends Pick<PortalMachines, 'pass' | 'beam'> {
  shelf(epc: string, read: PlaceRead, nowMs: number): void
  /** The reads that may be told to the machines now; `portal` null: of a shelf. */
  believed(read: HeardRead, portal: string | null): readonly HeardRead[]
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
  const sense = createDoorSense(parts)

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
        sense(observation, nowMs)
        if (portal) parts.carryOut(interpretPass(facts, portal, observation, tag))
      }
    }
  }
  const place = (epc: string, event: PlaceEvent, nowMs: number) => {
    const record = { kind: PLACE, key: epc }
    const { state, step } = overRecord(parts, record, nowMs, (state?: PlaceState) => ({
      state,
      step: stepPlace(state, { epc }, event, settings),
    }))
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
  const leaving: PortalParts['leaving'] = (observation, nowMs) => {
    const portal = portals.get(observation.portal)
    const tag = tagOf(observation.epc)
    if (portal && tag)
      parts.carryOut(interpretLeaving(parts.factsAt(nowMs), portal, observation, tag))
  }
  const { pass, beam, timed } = createPortalMachines({ parts, keep, conclude, leaving })
  const ghosts = createGhostCheck(parts, (epc, before, next) =>
    keep(ghosts.timed.kind, epc, before, { next }),
  )
  const due = createDueRecords(parts, [placing, ...timed, ghosts.timed])
  /** Its machine has it already, the books have, or somebody has announced it. */
  const isKnown = (epc: string, portal: string | null) => {
    const kind = portal === null ? PLACE : PORTAL
    const key = portal === null ? epc : `${portal}/${epc}`
    if (states.get(kind, key) !== undefined) return true
    return isHeardOf(parts.factsAt(0), epc)
  }
  return {
    believed: (read, portal) => ghosts.believed(read, () => isKnown(read.epc, portal)),
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
