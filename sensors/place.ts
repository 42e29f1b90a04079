import { advantageCdb, garmentProfile, type MobilityProfile } from './mobility.ts'
import type { TagObservation } from './observation.ts'
import {
  evidenceIn,
  levelIn,
  newestIn,
  readsIn,
  replaced,
  viewIn,
  viewOf,
  viewWith,
  type ZoneView,
} from './zone-view.ts'

/**
 * Where one tag is among all zones that shelf readers watch, as a pure machine. It has one place
 * at a time. Another zone wins it with enough reads above the old place's melting advantage, and
 * only when the old place has lost it: strong reads through a wall move nothing. Going unseen
 * ends the presence, never the stock; a forgotten record says nothing at all.
 */
export interface PlaceSettings {
  readonly profile: MobilityProfile
  /** Zones that differ from it. */
  readonly zones: Readonly<Record<string, MobilityProfile>>
  /** A read this much older than the newest is history and moves nothing. */
  readonly historyAfterMs: number
  /** A departed tag is forgotten after this (EdgeX, RSP: 336 h); its stock is not. */
  readonly forgetAfterMs: number
}

export const placeDefaults: PlaceSettings = {
  profile: garmentProfile,
  zones: {},
  historyAfterMs: 5_000,
  forgetAfterMs: 1_209_600_000,
}

/** Plain JSON; only `stepPlace` makes it. */
export interface PlaceState {
  /** Where it is; null when nowhere for sure. */
  readonly at: Held | null
  readonly zones: readonly ZoneView[]
}

interface Held {
  readonly location: string
  readonly sinceMs: number
  /** How strongly its place is used to read it, hundredths of dBm. */
  readonly levelCdbm: number | null
  /** The zone that is better at present, and since when. */
  readonly rival: { readonly location: string; readonly sinceMs: number } | null
}

export type PlaceEvent =
  | {
      readonly kind: 'read'
      readonly location: string
      readonly atMs: number
      readonly device: string
      readonly antenna: number
      readonly rssiCdbm: number | null
      readonly count: number
      /** Level at which this antenna sees tags that stand elsewhere, if learnt. */
      readonly strayLevelCdbm?: number | null
    }
  | {
      readonly kind: 'tick'
      readonly atMs: number
      /** Until then its zone's readers could not have seen it; null when they could all along. */
      readonly blindUntilMs: number | null
    }

export interface PlaceStep {
  readonly next: PlaceState | undefined
  readonly observations: readonly TagObservation[]
  /** True when a settled tag was only seen again: not worth a write. */
  readonly refreshOnly: boolean
}

/** More zones than this do not see one tag; the one unseen longest is dropped. */
const ZONES_MAX = 6
/** A stray level is exceeded by this much before a tag arrives, hundredths of dB. */
const ABOVE_STRAY_CDB = 600
/** Reads it takes to get used to another level. */
const USUAL_READS = 64
const NOWHERE: PlaceState = { at: null, zones: [] }

export function stepPlace(
  state: PlaceState | undefined,
  tag: { readonly epc: string },
  event: PlaceEvent,
  settings: PlaceSettings,
): PlaceStep {
  const before = state ?? NOWHERE
  if (event.kind === 'tick') return stepTick(before, tag, event, settings)
  if (event.atMs < newestIn(before.zones) - settings.historyAfterMs) return refreshed(state)
  const zones = seenIn(before, event, settings)
  if (zones === before.zones) return refreshed(state)
  const next = { at: before.at, zones }
  return before.at === null || before.at.location === event.location
    ? settle(next, tag, event, settings)
    : contest(next, before.at, tag, event, settings)
}

/** When this record has to be looked at again. */
export function placeDueAtMs(state: PlaceState, settings: PlaceSettings): number {
  const { at, zones } = state
  if (at === null) return newestIn(zones) + settings.forgetAfterMs + 1
  const lastAtMs = viewIn(zones, at.location)?.lastAtMs ?? at.sinceMs
  return lastAtMs + profileOf(at.location, settings).departAfterMs + 1
}

type Read = Extract<PlaceEvent, { kind: 'read' }>

function seenIn({ zones, at }: PlaceState, read: Read, settings: PlaceSettings) {
  const { location, atMs } = read
  const index = zones.findIndex((one) => one.location === location)
  const view = zones[index]
  if (!view) return newest([...zones, viewOf(read)], at?.location)
  const { arriveWithinMs, departAfterMs } = profileOf(location, settings)
  const keptMs = at?.location === location ? departAfterMs : arriveWithinMs
  const seen = atMs - view.lastAtMs > keptMs ? viewOf(read) : viewWith(view, read)
  return seen === view ? zones : replaced(zones, index, seen)
}

function newest(zones: readonly ZoneView[], own: string | undefined): readonly ZoneView[] {
  if (zones.length <= ZONES_MAX) return zones
  const oldest = zones
    .filter(({ location }) => location !== own)
    .reduce((a, b) => (b.lastAtMs < a.lastAtMs ? b : a))
  return zones.filter((view) => view !== oldest)
}

/** No place yet, or the place it has: a few good reads make it arrive, more keep it. */
function settle(
  next: PlaceState,
  tag: { epc: string },
  read: Read,
  settings: PlaceSettings,
): PlaceStep {
  const { location, strayLevelCdbm = null } = read
  const view = viewIn(next.zones, location)
  if (!view) return refreshed(next)
  const profile = profileOf(location, settings)
  if (next.at) {
    const nowCdbm = levelIn(view, profile.nowReads)
    return refreshed({ at: accustomed(next.at, nowCdbm), zones: next.zones })
  }
  const levelCdbm = levelIn(view)
  const strayCdbm = strayLevelCdbm === null ? -Infinity : strayLevelCdbm + ABOVE_STRAY_CDB
  const isStrong = levelCdbm === null || levelCdbm >= Math.max(profile.arriveLevelCdbm, strayCdbm)
  if (readsIn(view) < profile.arriveReads || !isStrong || !isBest(next, location, levelCdbm))
    // Enough reads and still no arrival: a neighbour's tag, of which each read says the same.
    return { next, observations: [], refreshOnly: readsIn(view) > profile.arriveReads }
  return arrive(next, tag, location, null)
}

/** Two shelves see a new tag at once: it arrives where it is strongest. */
function isBest({ zones }: PlaceState, location: string, levelCdbm: number | null): boolean {
  return zones.every(
    (view) => view.location === location || (levelIn(view) ?? -Infinity) <= (levelCdbm ?? 0),
  )
}

/** Follows slowly: a faded minute must not become the measure, a shifted tag must. */
function accustomed(at: Held, nowCdbm: number | null): Held {
  const { location, sinceMs, levelCdbm, rival } = at
  if (nowCdbm === null || nowCdbm === levelCdbm) return at
  if (levelCdbm === null) return { location, sinceMs, levelCdbm: nowCdbm, rival }
  const usualCdbm = Math.round(levelCdbm + (nowCdbm - levelCdbm) / USUAL_READS)
  return usualCdbm === levelCdbm ? at : { location, sinceMs, levelCdbm: usualCdbm, rival }
}

/** Read in another zone than its own: it moves when that one has led for long enough. */
function contest(
  next: PlaceState,
  at: Held,
  tag: { epc: string },
  read: Read,
  settings: PlaceSettings,
): PlaceStep {
  const { location, atMs } = read
  const profile = profileOf(at.location, settings)
  if (!leads(next, at, read, settings)) {
    const rival = at.rival?.location === location ? null : at.rival
    return refreshed({ at: rival === at.rival ? at : { ...at, rival }, zones: next.zones })
  }
  const rival = at.rival?.location === location ? at.rival : { location, sinceMs: atMs }
  if (atMs - rival.sinceMs >= profile.leadMs) return arrive(next, tag, location, at.location)
  return refreshed({ at: rival === at.rival ? at : { ...at, rival }, zones: next.zones })
}

/** Better than the place it has by more than that one's advantage, and that one has lost it. */
function leads(next: PlaceState, at: Held, read: Read, settings: PlaceSettings): boolean {
  const rival = viewIn(next.zones, read.location)
  const own = viewIn(next.zones, at.location)
  const profile = profileOf(at.location, settings)
  if (!rival || readsIn(rival) < profile.moveReads) return false
  const unseenMs = read.atMs - (own?.lastAtMs ?? at.sinceMs)
  const ownCdbm = own ? levelIn(own, profile.nowReads) : null
  const rivalCdbm = levelIn(rival, profile.nowReads)
  if (rivalCdbm !== null && rivalCdbm < profileOf(read.location, settings).arriveLevelCdbm)
    return false
  const isUnseen = unseenMs >= profile.lostAfterMs
  const hasFaded =
    ownCdbm !== null && at.levelCdbm !== null && ownCdbm <= at.levelCdbm - profile.lostCdb
  if (!isUnseen && !hasFaded) return false
  if (rivalCdbm === null || ownCdbm === null) return isUnseen
  return rivalCdbm > ownCdbm + advantageCdb(profile, unseenMs)
}

function arrive(
  next: PlaceState,
  { epc }: { epc: string },
  location: string,
  from: string | null,
): PlaceStep {
  const view = viewIn(next.zones, location)
  if (!view) return refreshed(next)
  const evidence = evidenceIn(view)
  const sinceMs = evidence.firstAtMs
  const arrived = { kind: 'tag-arrived', location, epc, atMs: sinceMs, evidence } as const
  return {
    next: { ...next, at: { location, sinceMs, levelCdbm: levelIn(view), rival: null } },
    observations: [from === null ? arrived : { ...arrived, from }],
    refreshOnly: false,
  }
}

function stepTick(
  before: PlaceState,
  { epc }: { epc: string },
  { atMs, blindUntilMs }: Extract<PlaceEvent, { kind: 'tick' }>,
  settings: PlaceSettings,
): PlaceStep {
  const { at, zones } = before
  if (at === null) {
    const isOld = atMs >= placeDueAtMs(before, settings)
    return isOld ? { next: undefined, observations: [], refreshOnly: false } : refreshed(before)
  }
  const view = viewIn(zones, at.location)
  const lastAtMs = view?.lastAtMs ?? at.sinceMs
  const watchedSinceMs = Math.max(lastAtMs, blindUntilMs ?? lastAtMs)
  if (!view || atMs <= watchedSinceMs + profileOf(at.location, settings).departAfterMs)
    return refreshed(before)
  const observation = {
    kind: 'tag-departed',
    location: at.location,
    epc,
    atMs: lastAtMs,
    evidence: evidenceIn(view),
  } as const
  return { next: { ...before, at: null }, observations: [observation], refreshOnly: false }
}

function profileOf(location: string, { profile, zones }: PlaceSettings): MobilityProfile {
  return zones[location] ?? profile
}

/** Shared by all: a step that concludes nothing makes no list. */
const NOTHING: readonly TagObservation[] = []

function refreshed(next: PlaceState | undefined): PlaceStep {
  return { next, observations: NOTHING, refreshOnly: true }
}
