import type { Pass } from './portal-pass.ts'
import type { PortalSettings } from './portal-settings.ts'
import type { PortalRead } from './portal-side.ts'

/** In view and muted: at rest beside the door, or known to hang there. */
export interface Lingering {
  readonly openedAtMs: number
  readonly sinceMs: number
  readonly lastAtMs: number
  readonly meanCdbm: number | null
  readonly isStatic: boolean
  /** Its newest reads: where it hung before it was taken through. */
  readonly recent?: readonly PortalRead[]
}

const RECENT_MAX = 6

/** It was read again where it lingers. */
export function lingeringWith(
  lingering: Lingering,
  read: PortalRead,
  { passGapMs }: PortalSettings,
): Lingering {
  const near = (lingering.recent ?? []).filter(({ atMs }) => read.atMs - atMs <= passGapMs)
  const lastAtMs = Math.max(lingering.lastAtMs, read.atMs)
  return { ...lingering, lastAtMs, recent: [...near, read].slice(-RECENT_MAX) }
}

/** A muted tag's read that does not stand out from its own level. */
export function lingers(
  lingering: Lingering,
  { atMs, rssiCdbm }: PortalRead,
  settings: PortalSettings,
): boolean {
  if (atMs > lingering.lastAtMs + forgottenAfterMs(lingering, settings)) return false
  if (rssiCdbm === null || lingering.meanCdbm === null) return true
  return rssiCdbm < lingering.meanCdbm + settings.staticRiseCdb
}

export function forgottenAfterMs({ isStatic }: Lingering, settings: PortalSettings): number {
  return isStatic ? settings.staticForgottenMs : settings.passGapMs
}

/** In view too long to be passing. */
export function isStatic(pass: Pass, settings: PortalSettings): boolean {
  const inViewMs = pass.lastAtMs - pass.firstAtMs
  if (inViewMs <= settings.staticAfterMs) return false
  if (inViewMs > settings.passMostMs) return true
  const isOneSided = pass.reads.every(([, , , , side]) => side === pass.reads[0]?.[4])
  return isOneSided || spreadOf(pass) < settings.staticSpreadCdb
}

/** Without the weakest and the strongest fifth; nothing when the reader tells no RSSI. */
export function spreadOf({ reads }: Pass): number {
  const levels = reads.flatMap(([, , , , , rssiCdbm]) => (rssiCdbm === null ? [] : [rssiCdbm]))
  const sorted = levels.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return at(0.8) - at(0.2)
}

/** The middle of what is read of it, hundredths of dBm; null when the reader tells no RSSI. */
export function usualLevel({ reads, openedAtMs }: Pass, sinceMs = -Infinity): number | null {
  const levels = reads.flatMap(([since, , , , , rssiCdbm]) =>
    rssiCdbm !== null && openedAtMs + since >= sinceMs ? [rssiCdbm] : [],
  )
  return levels.sort((a, b) => a - b)[Math.floor((levels.length - 1) / 2)] ?? null
}
