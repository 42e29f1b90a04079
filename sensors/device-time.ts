/**
 * Device time text to UTC milliseconds. Takes `+0000` without a colon (Zebra) and nanoseconds
 * (Impinj); null for what is no instant.
 */
export function instantOf(text: string | null): number | null {
  if (text === null || text.length > 40) return null
  const match = INSTANT.exec(text)
  if (!match) return null
  const [, date, clock, fraction = '', zone = ''] = match
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const ms = fraction.slice(1, 4).padEnd(3, '0')
  const at = Date.parse(`${date}T${clock}.${ms}${offset === '' ? 'Z' : offset}`)
  return Number.isNaN(at) ? null : at
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/
