/**
 * The business date of an instant: the local date of the site, where the day ends at
 * `dayEndsAt` (a sale at 01:30 belongs to the evening before when the day ends at 03:00).
 * Time zone rules, daylight saving included, come from the runtime's IANA data.
 */
export function createBusinessDate(timeZone: string, dayEndsAt: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const known = new Map<number, string>()
  return (atMs) => {
    const minute = Math.floor(atMs / 60_000)
    const cached = known.get(minute)
    if (cached !== undefined) return cached
    const local = partsOf(format, minute * 60_000)
    const date = local.time < dayEndsAt ? dayBefore(local.date) : local.date
    if (known.size > 10_000) known.clear()
    known.set(minute, date)
    return date
  }
}

function partsOf(format: Intl.DateTimeFormat, atMs: number): { date: string; time: string } {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  }
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
