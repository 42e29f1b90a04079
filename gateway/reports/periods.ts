export const PERIODS = ['day', 'week', 'month'] as const
export type Period = (typeof PERIODS)[number]

const DAY_MS = 86_400_000

/** The period that an ISO date belongs to; weeks as ISO 8601 counts them, from Monday. */
export function periodOf(date: string, by: Period): string {
  switch (by) {
    case 'day':
      return date
    case 'week':
      return weekOf(date)
    case 'month':
      return date.slice(0, 7)
  }
}

/** A week belongs to the year of its Thursday (ISO 8601-1, 4.1.4). */
function weekOf(date: string): string {
  const atMs = Date.parse(`${date}T00:00:00Z`)
  const weekday = (new Date(atMs).getUTCDay() + 6) % 7
  const thursdayMs = atMs + (3 - weekday) * DAY_MS
  const year = new Date(thursdayMs).getUTCFullYear()
  const days = Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / DAY_MS)
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`
}

export interface RowPage {
  readonly limit: number
  /** The `nextAfter` of the page before. */
  readonly after?: string | undefined
}

/** A page of rows in the order of their keys; the key of its last row is where the next begins. */
export function pageOf<T>(
  rowsByKey: ReadonlyMap<string, T>,
  { limit, after = '' }: RowPage,
): { readonly rows: T[]; readonly nextAfter: string | null } {
  const keys = [...rowsByKey.keys()].filter((key) => key > after).sort()
  const shown = keys.slice(0, limit)
  const rows = shown.flatMap((key) => {
    const row = rowsByKey.get(key)
    return row === undefined ? [] : [row]
  })
  return { rows, nextAfter: keys.length > shown.length ? (shown.at(-1) ?? null) : null }
}
