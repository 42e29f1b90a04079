import type { ReadEvidence } from './observation.ts'
import { levelOf, type RssiWindow, type WindowRead, windowOf, windowWith } from './rssi-window.ts'

/**
 * What the antennas of one zone saw of one tag. Short lists and no records by name: a million
 * tags have one each, and every read makes a new one.
 */
export interface ZoneView {
  readonly location: string
  readonly device: string
  readonly antennas: readonly AntennaView[]
  readonly lastAtMs: number
}

interface AntennaView {
  readonly device: string
  readonly antenna: number
  readonly window: RssiWindow
}

interface ZoneRead extends WindowRead {
  readonly location: string
  readonly device: string
  readonly antenna: number
}

export function viewIn(zones: readonly ZoneView[], location: string): ZoneView | undefined {
  for (const view of zones) if (view.location === location) return view
  return undefined
}

/** When any of them saw it last; minus infinity when none did. */
export function newestIn(zones: readonly ZoneView[]): number {
  let newestMs = -Infinity
  for (const { lastAtMs } of zones) if (lastAtMs > newestMs) newestMs = lastAtMs
  return newestMs
}

export function viewOf(read: ZoneRead): ZoneView {
  const { location, device, antenna, atMs } = read
  const antennas = [{ device, antenna, window: windowOf(read) }]
  return { location, device, antennas, lastAtMs: atMs }
}

/** The same view when the read is a repeat. */
export function viewWith(view: ZoneView, read: ZoneRead): ZoneView {
  const { location, antennas } = view
  const { device, antenna, atMs } = read
  const lastAtMs = Math.max(view.lastAtMs, atMs)
  const at = antennas.findIndex((one) => one.antenna === antenna && one.device === device)
  const known = antennas[at]
  if (!known) {
    const added = [...antennas, { device, antenna, window: windowOf(read) }]
    return { location, device, antennas: added, lastAtMs }
  }
  const window = windowWith(known.window, read)
  if (window === known.window) return view
  return {
    location,
    device,
    antennas: replaced(antennas, at, { device, antenna, window }),
    lastAtMs,
  }
}

/** A list of one is most common and needs no copy. */
export function replaced<T>(list: readonly T[], at: number, value: T): readonly T[] {
  return list.length === 1 ? [value] : list.with(at, value)
}

/** The best antenna speaks for its zone. */
export function levelIn({ antennas }: ZoneView, most?: number): number | null {
  let best: number | null = null
  for (const { window } of antennas) {
    const level = levelOf(window, most)
    if (level !== null && (best === null || level > best)) best = level
  }
  return best
}

export function readsIn({ antennas }: ZoneView): number {
  let reads = 0
  for (const { window } of antennas) reads += window.reads
  return reads
}

export function evidenceIn(view: ZoneView): ReadEvidence {
  const levels = view.antennas.flatMap(({ window }) => window.levels)
  const sum = levels.reduce((total, level) => total + level, 0)
  return {
    device: view.device,
    reads: readsIn(view),
    antennas: view.antennas.map(({ antenna }) => antenna).sort((a, b) => a - b),
    peakRssiCdbm: levels.length === 0 ? null : Math.max(...levels),
    meanRssiCdbm: levels.length === 0 ? null : Math.round(sum / levels.length),
    firstAtMs: Math.min(...view.antennas.map(({ window }) => window.firstAtMs)),
    lastAtMs: view.lastAtMs,
  }
}
