import { hardwareChange } from '../../sensors/index.ts'
import { SENSE } from './door-sense.ts'
import type { ReaderWatch } from './reader-watch.ts'
import type { StepParts } from './step-parts.ts'

/** Kind in the state table; only this function writes records of it. */
export const HARDWARE = 'hardware'

/**
 * What a device says of its own hardware. Another one under an old name is learnt anew: its clock
 * and numbers, and at its doors which side is which; people look at its cables.
 */
export function createHardwareWatch(
  parts: StepParts,
  watch: ReaderWatch,
): (device: string, hardware: string, nowMs: number) => void {
  const { config, states } = parts
  const portalsOf = new Map(
    config.devices.map(({ id, readPoints }) => [
      id,
      readPoints.flatMap((point) => ('portal' in point ? [point.portal] : [])),
    ]),
  )
  return (device, hardware, nowMs) => {
    const known = states.get(HARDWARE, device)
    if (known === hardware) return
    states.put(HARDWARE, device, hardware)
    const change = hardwareChange(typeof known === 'string' ? known : undefined, hardware)
    if (change === null) return
    watch.learnAnew(device, nowMs)
    for (const portal of portalsOf.get(device) ?? []) states.remove(SENSE, portal)
    const { from, to } = change
    const text = `${device} is another device than before (${from} then, ${to} now): check that its antennas look where they did`
    const key = `hardware-changed/${device}/${to}/${nowMs}`
    parts.carryOut([{ kind: 'alert', key, atMs: nowMs, text }])
  }
}
