import { type ReadPointMap, readPointAt, withReadPoint } from '../../sensors/index.ts'
import type { DeviceConfig, PortalConfig } from '../config/schema.ts'

type ReadPoint = DeviceConfig['readPoints'][number]

/** Which antenna looks where, and since when; a later entry of the same antenna replaces it. */
export function readPointMap(devices: readonly DeviceConfig[]): ReadPointMap<ReadPoint> {
  const entries = devices.flatMap(({ id: device, readPoints }) =>
    readPoints.map((point) => {
      const fromMs = point.since === undefined ? Number.MIN_SAFE_INTEGER : Date.parse(point.since)
      return { device, antenna: point.antenna, fromMs, point }
    }),
  )
  return entries
    .sort((a, b) => a.fromMs - b.fromMs)
    .reduce<ReadPointMap<ReadPoint>>((map, entry) => withReadPoint(map, entry), [])
}

/** Asked for every read: where an antenna looked at that time; null when it has no place. */
export function readPointFinder(
  points: ReadPointMap<ReadPoint>,
): (device: string, antenna: number, atMs: number) => ReadPoint | null {
  const byDevice = new Map<string, Map<number, ReadPointMap<ReadPoint>>>()
  for (const entry of points) {
    const { device, antenna } = entry
    const antennas = byDevice.get(device) ?? new Map<number, ReadPointMap<ReadPoint>>()
    byDevice.set(device, antennas.set(antenna, [...(antennas.get(antenna) ?? []), entry]))
  }
  return (device, antenna, atMs) => {
    const entries = byDevice.get(device)?.get(antenna)
    return entries === undefined ? null : readPointAt(entries, { device, antenna, atMs })
  }
}

/** The portal that a device's antennas look at, for what the device says of a tag itself. */
export function portalOf(device: string, points: ReadPointMap<ReadPoint>): string | null {
  for (const entry of points)
    if (entry.device === device && 'portal' in entry.point) return entry.point.portal
  return null
}

export interface Beam {
  readonly portal: string
  readonly beam: 'outer' | 'inner'
  readonly brokenAt: 'high' | 'low'
}

/** Light beams by `<device>/<input pin>`. */
export function beamsOf(portals: readonly PortalConfig[]): Map<string, Beam> {
  return new Map(
    portals.flatMap(({ id: portal, beams }): [string, Beam][] => {
      if (!beams) return []
      const { device, outer, inner, brokenAt } = beams
      return [
        [`${device}/${outer}`, { portal, beam: 'outer', brokenAt }],
        [`${device}/${inner}`, { portal, beam: 'inner', brokenAt }],
      ]
    }),
  )
}
