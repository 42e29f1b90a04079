/** The simulated store's calendar. Day 0 is a Monday before any change of summer time. */
export const TIME_ZONE = 'Europe/Amsterdam'
const FIRST_DAY = '2026-03-02'
const DAY_MS = 86_400_000
const OFFSET = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  timeZoneName: 'longOffset',
})
const WALL = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
})

export interface StoreDay {
  readonly index: number
  /** ISO date, the tills' fiscal day. */
  readonly date: string
  /** Local wall clock of this day; hours past 24 are the night after. */
  at(hours: number, minutes: number): number
}

export function storeDay(index: number): StoreDay {
  const date = new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + index * DAY_MS)
    .toISOString()
    .slice(0, 10)
  return {
    index,
    date,
    at(hours, minutes) {
      const wall = Date.parse(`${date}T00:00:00Z`) + hours * 3_600_000 + minutes * 60_000
      return wall - offsetMs(wall - offsetMs(wall))
    },
  }
}

/** How far local time is ahead of UTC at this instant. */
function offsetMs(atMs: number): number {
  const zone = OFFSET.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT([+-])(\d+):(\d+)/.exec(zone?.value ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000)
}

/** `14:05` as the store's clocks show it. */
export function wallClock(atMs: number): string {
  return WALL.format(atMs)
}
