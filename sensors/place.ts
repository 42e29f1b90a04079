import { advantageCdb, garmentProfile, type MobilityProfile } from './mobility.ts'
import type { ReadEvidence, TagObservation } from './observation.ts'
import { levelOf, type RssiWindow, windowWith } from './rssi-window.ts'

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
  readonly at: {
    readonly location: string
    readonly sinceMs: number
    readonly levelCdbm: number | null
  } | null
  readonly zones: Readonly<Record<string, ZoneView>>
}

interface ZoneView {
  readonly device: string
  /** By device and antenna. */
  readonly antennas: Readonly<Record<string, RssiWindow>>
  readonly lastAtMs: number
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
/** Reads that tell the level now. */
const NOW_READS = 5

export function stepPlace(
  state: PlaceState | undefined,
  tag: { readonly epc: string },
  event: PlaceEvent,
  settings: PlaceSettings,
): PlaceStep {
  const before = state ?? { at: null, zones: {} }
  if (event.kind === 'tick') return stepTick(before, tag, event, settings)
  const newestMs = Math.max(...Object.values(before.zones).map(({ lastAtMs }) => lastAtMs))
  const unchanged = { next: state, observations: [], refreshOnly: true }
  if (event.atMs < newestMs - settings.historyAfterMs) return unchanged
  const zones = seenIn(before, event, settings)
  if (zones === before.zones) return unchanged
  const next = { ...before, zones }
  return before.at === null || before.at.location === event.location
    ? settle(next, tag, event, settings)
    : contest(next, before.at, tag, event, settings)
}

/** When this record has to be looked at again. */
export function placeDueAtMs(state: PlaceState, settings: PlaceSettings): number {
  const { at, zones } = state
  const newestMs = Math.max(...Object.values(zones).map(({ lastAtMs }) => lastAtMs))
  if (at === null) return newestMs + settings.forgetAfterMs + 1
  const lastAtMs = zones[at.location]?.lastAtMs ?? at.sinceMs
  return lastAtMs + profileOf(at.location, settings).departAfterMs + 1
}

type Read = Extract<PlaceEvent, { kind: 'read' }>

function seenIn(
  { zones, at }: PlaceState,
  read: Read,
  settings: PlaceSettings,
): PlaceState['zones'] {
  const { location, device, antenna, atMs } = read
  const { arriveWithinMs, departAfterMs } = profileOf(location, settings)
  const view = zones[location]
  const name = `${device}/${antenna}`
  const keptMs = at?.location === location ? departAfterMs : arriveWithinMs
  const isFresh = view === undefined || atMs - view.lastAtMs > keptMs
  const old = isFresh ? undefined : view.antennas[name]
  const window = windowWith(old, read)
  if (window === old) return zones
  const antennas = isFresh ? { [name]: window } : { ...view.antennas, [name]: window }
  const lastAtMs = Math.max(view?.lastAtMs ?? atMs, atMs)
  return newest({ ...zones, [location]: { device, antennas, lastAtMs } }, at?.location)
}

function newest(zones: PlaceState['zones'], own: string | undefined): PlaceState['zones'] {
  const all = Object.entries(zones)
  if (all.length <= ZONES_MAX) return zones
  const oldest = all
    .filter(([location]) => location !== own)
    .reduce((a, b) => (b[1].lastAtMs < a[1].lastAtMs ? b : a))
  return Object.fromEntries(all.filter((entry) => entry !== oldest))
}

/** No place yet, or the place it has: a few good reads make it arrive, more keep it. */
function settle(
  next: PlaceState,
  tag: { epc: string },
  read: Read,
  settings: PlaceSettings,
): PlaceStep {
  const { location, strayLevelCdbm = null } = read
  const view = next.zones[location]
  if (!view) return { next, observations: [], refreshOnly: true }
  const levelCdbm = levelIn(view)
  if (next.at) {
    // The level it is used to; a faded moment must not become the measure.
    const usual = Math.max(next.at.levelCdbm ?? -Infinity, levelCdbm ?? -Infinity)
    const at = { ...next.at, levelCdbm: Number.isFinite(usual) ? usual : null }
    return { next: { ...next, at }, observations: [], refreshOnly: true }
  }
  const profile = profileOf(location, settings)
  const strayCdbm = strayLevelCdbm === null ? -Infinity : strayLevelCdbm + ABOVE_STRAY_CDB
  const isStrong = levelCdbm === null || levelCdbm >= Math.max(profile.arriveLevelCdbm, strayCdbm)
  if (readsIn(view) < profile.arriveReads || !isStrong)
    return { next, observations: [], refreshOnly: false }
  return arrive(next, tag, location, null)
}

/** Read in another zone than its own: moves only if the new one is better and the old one lost it. */
function contest(
  next: PlaceState,
  at: NonNullable<PlaceState['at']>,
  tag: { epc: string },
  read: Read,
  settings: PlaceSettings,
): PlaceStep {
  const stays = { next, observations: [], refreshOnly: true }
  const rival = next.zones[read.location]
  const own = next.zones[at.location]
  const profile = profileOf(at.location, settings)
  if (!rival || readsIn(rival) < profile.moveReads) return stays
  const unseenMs = read.atMs - (own?.lastAtMs ?? at.sinceMs)
  const ownCdbm = own ? levelIn(own, NOW_READS) : null
  const rivalCdbm = levelIn(rival, NOW_READS)
  if (rivalCdbm !== null && rivalCdbm < profileOf(read.location, settings).arriveLevelCdbm)
    return stays
  const isUnseen = unseenMs >= profile.lostAfterMs
  const hasFaded =
    ownCdbm !== null && at.levelCdbm !== null && ownCdbm <= at.levelCdbm - profile.lostCdb
  if (!isUnseen && !hasFaded) return stays
  const isBetter =
    rivalCdbm === null || ownCdbm === null
      ? isUnseen
      : rivalCdbm > ownCdbm + advantageCdb(profile, unseenMs)
  return isBetter ? arrive(next, tag, read.location, at.location) : stays
}

function arrive(
  next: PlaceState,
  { epc }: { epc: string },
  location: string,
  from: string | null,
): PlaceStep {
  const view = next.zones[location]
  if (!view) return { next, observations: [], refreshOnly: true }
  const evidence = evidenceIn(view)
  const sinceMs = evidence.firstAtMs
  const arrived = { kind: 'tag-arrived', location, epc, atMs: sinceMs, evidence } as const
  return {
    next: { ...next, at: { location, sinceMs, levelCdbm: levelIn(view) } },
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
  const unchanged = { next: before, observations: [], refreshOnly: true }
  const { at, zones } = before
  if (at === null) {
    const isOld = atMs >= placeDueAtMs(before, settings)
    return isOld ? { next: undefined, observations: [], refreshOnly: false } : unchanged
  }
  const view = zones[at.location]
  const lastAtMs = view?.lastAtMs ?? at.sinceMs
  const watchedSinceMs = Math.max(lastAtMs, blindUntilMs ?? lastAtMs)
  if (!view || atMs <= watchedSinceMs + profileOf(at.location, settings).departAfterMs)
    return unchanged
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

/** The best antenna speaks for its zone. */
function levelIn({ antennas }: ZoneView, most?: number): number | null {
  const levels = Object.values(antennas).flatMap((window) => levelOf(window, most) ?? [])
  return levels.length === 0 ? null : Math.max(...levels)
}

function readsIn({ antennas }: ZoneView): number {
  return Object.values(antennas).reduce((sum, { reads }) => sum + reads, 0)
}

function evidenceIn(view: ZoneView): ReadEvidence {
  const windows = Object.entries(view.antennas)
  const levels = windows.flatMap(([, window]) => window.levels)
  const sum = levels.reduce((total, level) => total + level, 0)
  return {
    device: view.device,
    reads: readsIn(view),
    antennas: windows.map(([name]) => Number(name.split('/').at(-1))).sort((a, b) => a - b),
    peakRssiCdbm: levels.length === 0 ? null : Math.max(...levels),
    meanRssiCdbm: levels.length === 0 ? null : Math.round(sum / levels.length),
    firstAtMs: Math.min(...windows.map(([, { firstAtMs }]) => firstAtMs)),
    lastAtMs: view.lastAtMs,
  }
}
