import {
  type PlaceEvent,
  type PlaceSettings,
  type PlaceState,
  placeDefaults,
  stepPlace,
  type TagObservation,
} from '../../../sensors/index.ts'
import { EPC } from './door.ts'

/** Shelf readers and what the one machine per tag says about them. */

type PlaceRead = Extract<PlaceEvent, { kind: 'read' }>

export function shelfRead(
  atMs: number,
  location: string,
  rssiCdbm: number | null = -5_500,
  extra: Partial<PlaceRead> = {},
): PlaceRead {
  const device = `${location}-reader`
  return { kind: 'read', location, atMs, device, antenna: 1, rssiCdbm, count: 1, ...extra }
}

/** Read once a second. */
export function shelfReads(
  fromMs: number,
  toMs: number,
  location: string,
  rssiCdbm: number,
  extra: Partial<PlaceRead> = {},
): PlaceRead[] {
  const reads: PlaceRead[] = []
  for (let atMs = fromMs; atMs < toMs; atMs += 1_000)
    reads.push(shelfRead(atMs, location, rssiCdbm, extra))
  return reads
}

export const shelfTick = (atMs: number, blindUntilMs: number | null = null): PlaceEvent => ({
  kind: 'tick',
  atMs,
  blindUntilMs,
})

export interface WatchedShelf {
  readonly state: PlaceState | undefined
  readonly observations: readonly TagObservation[]
}

export function watchShelves(
  events: readonly PlaceEvent[],
  from?: PlaceState,
  settings: PlaceSettings = placeDefaults,
): WatchedShelf {
  let state = from
  const observations: TagObservation[] = []
  for (const event of events) {
    const step = stepPlace(state, { epc: EPC }, event, settings)
    state = step.next
    observations.push(...step.observations)
  }
  return { state, observations }
}

/** Reads of several readers as they come in. */
export const together = (...reads: readonly (readonly PlaceEvent[])[]): PlaceEvent[] =>
  reads.flat().toSorted((a, b) => a.atMs - b.atMs)
