import {
  type BeamState,
  beamDefaults,
  type PortalSettings,
  type PortalState,
  portalDefaults,
  portalDueAtMs,
  type RivalState,
  rivalDefaults,
  rivalsDueAtMs,
  stepBeams,
  stepPortal,
  stepRivals,
  type TagObservation,
} from '../../sensors/index.ts'
import type { Config } from '../config/schema.ts'
import type { TimedMachine } from './due-records.ts'
import type { StateCache } from './state-cache.ts'

type PortalEvent = Parameters<typeof stepPortal>[2]

export interface PortalMachines {
  pass(portal: string, epc: string, event: PortalEvent, nowMs: number): void
  /** Somebody broke one of a portal's light beams. */
  beam(portal: string, beam: 'outer' | 'inner', atMs: number): void
  readonly timed: readonly TimedMachine[]
}

/** Writes what a step made of a record. */
export type Keep = (
  kind: string,
  key: string,
  before: unknown,
  step: { readonly next: unknown; readonly refreshOnly?: boolean },
) => void

export interface PortalParts {
  readonly config: Config
  readonly states: StateCache
  readonly keep: Keep
  readonly conclude: (observations: readonly TagObservation[], nowMs: number) => void
}

/** Kinds in the state table; only the machine named writes records of its kind. */
const PORTAL = 'portal'
const RIVALS = 'rivals'
const BEAMS = 'beams'

/** A tag's passes through each portal, which of two near doors had it, and what light beams say. */
export function createPortalMachines(parts: PortalParts): PortalMachines {
  const { config, states, keep, conclude } = parts
  const settingsOf = portalSettings(config)
  const neighbours = neighboursOf(config)
  const rivalling = { ...rivalDefaults, neighbours }
  const known = new Set(config.portals.map(({ id }) => id))
  const beamsAt = (portal: string) => states.get(BEAMS, portal) as BeamState | undefined

  const rival = (epc: string, event: Parameters<typeof stepRivals>[1], nowMs: number) => {
    const state = states.get(RIVALS, epc) as RivalState | undefined
    const step = stepRivals(state, event, rivalling)
    keep(RIVALS, epc, state, step)
    conclude(step.observations, nowMs)
  }
  /** Portals whose doors are near each other compete for a pass; the others say what they saw. */
  const saw = (sight: TagObservation, nowMs: number) => {
    const isPass = sight.kind === 'tag-passed' || sight.kind === 'pass-unclear'
    if (isPass && neighbours[sight.portal])
      rival(sight.epc, { kind: 'sight', sight, atMs: nowMs }, nowMs)
    else conclude([sight], nowMs)
  }
  const pass: PortalMachines['pass'] = (portal, epc, event, nowMs) => {
    const key = `${portal}/${epc}`
    const state = states.get(PORTAL, key) as PortalState | undefined
    const step = stepPortal(state, { portal, epc }, event, settingsOf(portal))
    keep(PORTAL, key, state, step)
    for (const sight of step.observations) saw(sight, nowMs)
  }
  return {
    pass,
    beam(portal, beam, atMs) {
      const state = beamsAt(portal)
      const next = stepBeams(state, { beam, atMs }, beamDefaults)
      if (next !== state) states.put(BEAMS, portal, next)
    },
    timed: [
      {
        kind: PORTAL,
        dueAtMs: (state, key, nowMs) =>
          portalDueAtMs(state as PortalState, settingsOf(portalIn(key)), nowMs),
        tick(key, atMs) {
          const portal = portalIn(key)
          const event = { kind: 'tick', atMs, crossings: beamsAt(portal)?.crossings ?? [] } as const
          // A portal that is no longer configured is forgotten with its tags.
          if (known.has(portal)) pass(portal, key.slice(portal.length + 1), event, atMs)
          else states.remove(PORTAL, key)
        },
      },
      {
        kind: RIVALS,
        dueAtMs: (state) => rivalsDueAtMs(state as RivalState, rivalling),
        tick: (epc, atMs) => rival(epc, { kind: 'tick', atMs }, atMs),
      },
    ],
  }
}

/** Keys are `<portal>/<EPC>`; neither holds a slash. */
const portalIn = (key: string) => key.slice(0, key.lastIndexOf('/'))

/** A portal with light beams believes them; its passes end sooner. */
function portalSettings({ portals }: Config): (portal: string) => PortalSettings {
  const settings = new Map(
    portals.map(({ id, beams, sureMilli }) => [
      id,
      { ...portalDefaults, sureMilli, hasBeams: beams !== undefined },
    ]),
  )
  return (portal) => settings.get(portal) ?? portalDefaults
}

/** Being neighbours is mutual, whichever of the two says so. */
function neighboursOf({ portals }: Config): Readonly<Record<string, readonly string[]>> {
  const near = new Map<string, Set<string>>()
  const join = (a: string, b: string) => near.set(a, (near.get(a) ?? new Set()).add(b))
  for (const { id, neighbours } of portals)
    for (const other of neighbours) {
      join(id, other)
      join(other, id)
    }
  return Object.fromEntries([...near].map(([portal, others]) => [portal, [...others]]))
}
