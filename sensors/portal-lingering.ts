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

/** The level at which it came to rest, hundredths of dBm; null while it moves or may still. */
export function restLevel(pass: Pass, settings: PortalSettings): number | null {
  const { openedAtMs, lastAtMs, firstReceivedAtMs, lastReceivedAtMs } = pass
  // A buffer that comes in one burst is heard out: its order tells nothing.
  if (lastReceivedAtMs - firstReceivedAtMs < settings.restMs) return null
  const levels = pass.reads.flatMap(([since, , , , , rssiCdbm]) =>
    rssiCdbm !== null && openedAtMs + since > lastAtMs - settings.restMs ? [rssiCdbm] : [],
  )
  if (levels.length < settings.restReads) return null
  const peak = Math.max(...pass.reads.map(([, , , , , rssiCdbm]) => rssiCdbm ?? -Infinity))
  const highest = Math.max(...levels)
  const isFlat = highest - Math.min(...levels) < settings.restSpreadCdb
  if (!isFlat || highest > peak - settings.staticRiseCdb) return null
  return Math.round(levels.reduce((sum, level) => sum + level, 0) / levels.length)
}
