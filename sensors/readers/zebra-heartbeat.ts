import { field, listField, numberField } from '../json-values.ts'
import type { Collected } from '../tag-read.ts'
import { deviceEvent } from './parts.ts'

/** A device clock further off than this is called bad (reference value of the shelf rules too). */
const CLOCK_OFF_MS = 2_000
const PORTS_MAX = 64

/**
 * The heartbeat tells of lost and retained messages, of the clock and of every antenna. `flash`
 * may be null and `systemtime` has two spellings; neither matters here.
 */
export function takeHeartbeat(
  device: string,
  atMs: number | null,
  data: unknown,
  { events }: Collected,
): void {
  events.push(deviceEvent(device, 'heartbeat', atMs, 'heartbeat'))
  const dropped = gatewayCounter(data, 'numDataMessagesDropped')
  if (dropped > 0)
    events.push(
      deviceEvent(device, 'reads-lost', atMs, `${dropped} messages dropped`, { amount: dropped }),
    )
  const retained = gatewayCounter(data, 'numDataMessagesRetained')
  if (retained > 0)
    events.push(
      deviceEvent(device, 'reads-retained', atMs, `${retained} messages retained`, {
        amount: retained,
      }),
    )
  const ntp = field(field(data, 'system'), 'ntp')
  const offset = numberField(ntp, 'offset')
  const reach = numberField(ntp, 'reach')
  if (reach === 0 || (offset !== null && Math.abs(offset) > CLOCK_OFF_MS)) {
    const detail = `ntp reach ${reach ?? 'unknown'}, offset ${offset ?? 'unknown'} ms`
    events.push(deviceEvent(device, 'clock', atMs, detail))
  }
  const antennas = field(field(data, 'radio_control'), 'antennas')
  if (typeof antennas !== 'object' || antennas === null) return
  for (const [port, state] of Object.entries(antennas).slice(0, PORTS_MAX)) {
    const antenna = Number(port)
    if (!Number.isInteger(antenna) || typeof state !== 'string') continue
    const connected = state === 'connected'
    events.push(
      deviceEvent(device, 'antenna', atMs, `antenna ${antenna} ${state}`, { antenna, connected }),
    )
  }
}

/** Messages of `data.reader_gateway`; the counters moved between firmwares. */
function gatewayCounter(data: unknown, name: string): number {
  const gateway = field(data, 'reader_gateway')
  const paths = listField(gateway, 'dataPathStatistics')
  const rows = paths.length > 0 ? paths.slice(0, 32) : [gateway]
  return rows.reduce<number>((sum, row) => sum + Math.max(0, numberField(row, name) ?? 0), 0)
}
