import assert from 'node:assert'
import {
  type BeamState,
  beamDefaults,
  glanceDueAtMs,
  glancePortal,
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
import { overRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

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
  readonly parts: StepParts
  readonly keep: Keep
  readonly conclude: (observations: readonly TagObservation[], nowMs: number) => void
  /** A tag is on its way out and its pass has not ended yet. */
  readonly leaving: (observation: Passed, nowMs: number) => void
}

type Passed = Extract<TagObservation, { kind: 'tag-passed' }>

/** Kinds in the state table; only the machine named writes records of its kind. */
export const PORTAL = 'portal'
const RIVALS = 'rivals'
const BEAMS = 'beams'

/**
 * With the tick that follows, an alarm comes within a second of the last read. A tag on a shopper
 * is read several times in it by any reader at a door.
 */
const GLANCE_QUIET_MS = 300

/** A tag's passes through each portal, which of two near doors had it, and what light beams say. */
export function createPortalMachines({
  parts,
  keep,
  conclude,
  leaving,
}: PortalParts): PortalMachines {
  const { config, states } = parts
  const settingsOf = portalSettings(config)
  const neighbours = neighboursOf(config)
  const rivalling = { ...rivalDefaults, neighbours }
  const known = new Set(config.portals.map(({ id }) => id))
  const glanced = glancedAt(config, neighbours)
  const crossingsAt = (portal: string, nowMs: number) =>
    overRecord(parts, { kind: BEAMS, key: portal }, nowMs, (state?: BeamState) => {
      const crossings = state?.crossings ?? []
      // A tag's machine must not stumble over what the beams' left behind.
      assert(crossings.every(({ atMs }) => Number.isFinite(atMs)))
      return crossings
    })

  const rival = (epc: string, event: Parameters<typeof stepRivals>[1], nowMs: number) => {
    const record = { kind: RIVALS, key: epc }
    const { state, step } = overRecord(parts, record, nowMs, (state?: RivalState) => ({
      state,
      step: stepRivals(state, event, rivalling),
    }))
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
    const record = { kind: PORTAL, key }
    const { state, step } = overRecord(parts, record, nowMs, (state?: PortalState) => ({
      state,
      step: stepPortal(state, { portal, epc }, event, settingsOf(portal)),
    }))
    keep(PORTAL, key, state, step)
    for (const sight of step.observations) saw(sight, nowMs)
  }
  const glance = (key: string, atMs: number) => {
    const portal = portalIn(key)
    const state = states.get(PORTAL, key) as PortalState | undefined
    if (!state || !glanced.has(portal)) return
    const tag = { portal, epc: key.slice(portal.length + 1) }
    const at = { atMs, quietMs: GLANCE_QUIET_MS }
    const crossings = crossingsAt(portal, atMs)
    const seen = glancePortal(state, tag, at, settingsOf(portal), crossings)
    if (seen) leaving(seen, atMs)
  }
  const dueAtMs = (state: PortalState, key: string, nowMs?: number) => {
    const portal = portalIn(key)
    const endsAtMs = portalDueAtMs(state, settingsOf(portal), nowMs)
    if (!glanced.has(portal)) return endsAtMs
    return Math.min(endsAtMs, glanceDueAtMs(state, GLANCE_QUIET_MS))
  }
  return {
    pass,
    beam(portal, beam, atMs) {
      const record = { kind: BEAMS, key: portal }
      const { state, next } = overRecord(parts, record, atMs, (state?: BeamState) => ({
        state,
        next: stepBeams(state, { beam, atMs }, beamDefaults),
      }))
      if (next !== state) states.put(BEAMS, portal, next)
    },
    timed: [
      {
        kind: PORTAL,
        dueAtMs: (state, key, nowMs) => dueAtMs(state as PortalState, key, nowMs),
        tick(key, atMs) {
          const portal = portalIn(key)
          const event = { kind: 'tick', atMs, crossings: crossingsAt(portal, atMs) } as const
          // A portal that is no longer configured is forgotten with its tags.
          if (!known.has(portal)) return states.remove(PORTAL, key)
          pass(portal, key.slice(portal.length + 1), event, atMs)
          return glance(key, atMs)
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

/** Ways out. Of two near doors only the end of a pass tells which of them it was. */
function glancedAt(
  { portals }: Config,
  neighbours: Readonly<Record<string, readonly string[]>>,
): Set<string> {
  const exits = portals.filter(({ id, role }) => role === 'exit' && !neighbours[id])
  return new Set(exits.map(({ id }) => id))
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
