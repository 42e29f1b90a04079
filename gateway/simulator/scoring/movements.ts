/** What really moved beside what the books say has moved. Pure. */

/** One unit that really moved. */
export interface TrueMove {
  readonly sku: string
  readonly from: string
  readonly to: string
  readonly atMs: number
  /** Whether any sensor or paper could tell of it. */
  readonly tells: boolean
}

export interface BookMove {
  readonly kind: string
  readonly sku: string
  readonly quantity: number
  readonly from: string
  readonly to: string
  readonly occurredAtMs: number
  readonly postedAtMs: number
}

export const MOVE_KINDS = [
  'receipt',
  'transfer',
  'pick',
  'put-back',
  'sale',
  'return',
  'loss',
] as const
export type MoveKind = (typeof MOVE_KINDS)[number]

export interface KindScore {
  readonly kind: MoveKind
  /** Units that moved and could be told of. */
  readonly happened: number
  readonly missed: number
  /** Units that the books have moved although nothing happened. */
  readonly invented: number
  /** From the event to its booking, in the store's time; null where nothing was booked. */
  readonly medianMs: number | null
  readonly p95Ms: number | null
}

export interface MovementScore {
  readonly kinds: readonly KindScore[]
  readonly happened: number
  readonly missed: number
  readonly invented: number
  readonly missedPerMille: number
  readonly inventedPerMille: number
}

/** Papers name their own moment: goods are signed for a while after they came in. */
const SAME_EVENT_MS = 45 * 60_000

export function scoreMovements(
  truth: readonly TrueMove[],
  books: readonly BookMove[],
): MovementScore {
  const kinds = MOVE_KINDS.map((kind) => scoreKind(kind, truth, books))
  const sum = (of: 'happened' | 'missed' | 'invented') =>
    kinds.reduce((total, row) => total + row[of], 0)
  const happened = sum('happened')
  const perMille = (count: number) =>
    happened === 0 ? 0 : Math.round((count * 10_000) / happened) / 10
  return {
    kinds,
    happened,
    missed: sum('missed'),
    invented: sum('invented'),
    missedPerMille: perMille(sum('missed')),
    inventedPerMille: perMille(sum('invented')),
  }
}

function scoreKind(
  kind: MoveKind,
  truth: readonly TrueMove[],
  books: readonly BookMove[],
): KindScore {
  const happened = groups(
    truth
      .filter((move) => trueKind(move) === kind)
      .map((move) => ({ ...move, key: keyOf(kind, move) })),
  )
  const booked = groups(
    books
      .filter((move) => bookKind(move) === kind)
      .flatMap(({ sku, to, quantity, occurredAtMs, postedAtMs }) =>
        Array.from({ length: quantity }, () => ({
          key: keyOf(kind, { sku, to }),
          atMs: occurredAtMs,
          postedAtMs,
        })),
      ),
  )
  const tally = { missed: 0, invented: 0, delays: [] as number[] }
  for (const key of new Set([...happened.keys(), ...booked.keys()]))
    match(happened.get(key) ?? [], booked.get(key) ?? [], tally)
  const delays = tally.delays.sort((a, b) => a - b)
  return {
    kind,
    happened: truth.filter((move) => trueKind(move) === kind && move.tells).length,
    missed: tally.missed,
    invented: tally.invented,
    medianMs: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
  }
}

interface Happened {
  readonly key: string
  readonly atMs: number
  readonly tells: boolean
}

interface Booked {
  readonly key: string
  readonly atMs: number
  readonly postedAtMs: number
}

/** One to one, in order of time. What nobody could tell of may be booked, and need not be. */
function match(
  happened: readonly Happened[],
  booked: readonly Booked[],
  tally: { missed: number; invented: number; delays: number[] },
): void {
  let next = 0
  const unclaimed = booked.filter(({ atMs, postedAtMs }) => {
    while (next < happened.length && (happened[next]?.atMs ?? 0) < atMs - SAME_EVENT_MS) {
      if (happened[next]?.tells) tally.missed += 1
      next += 1
    }
    const event = happened[next]
    if (!event || event.atMs > atMs + SAME_EVENT_MS) return true
    tally.delays.push(Math.max(0, postedAtMs - event.atMs))
    next += 1
    return false
  })
  tally.invented += unclaimed.length
  tally.missed += happened.slice(next).filter(({ tells }) => tells).length
}

function groups<T extends { readonly key: string; readonly atMs: number }>(
  rows: readonly T[],
): Map<string, T[]> {
  const byKey = new Map<string, T[]>()
  for (const row of [...rows].sort((a, b) => a.atMs - b.atMs))
    byKey.set(row.key, [...(byKey.get(row.key) ?? []), row])
  return byKey
}

/** The place matters where goods stay; where they came from shows in the stock. */
function keyOf(kind: MoveKind, { sku, to }: { readonly sku: string; readonly to: string }): string {
  return kind === 'transfer' || kind === 'put-back' || kind === 'return' ? `${sku} ${to}` : sku
}

function trueKind({ from, to }: TrueMove): MoveKind {
  if (to === 'shrunk') return 'loss'
  return kindBetween(from, to)
}

/** Null for what is no event of this day: opening stock, and what a count has corrected. */
function bookKind({ kind, from, to }: BookMove): MoveKind | null {
  if (kind === 'opening' || from === 'found') return null
  if (to === 'shrinkage') return 'loss'
  return kindBetween(from, to)
}

function kindBetween(from: string, to: string): MoveKind {
  if (from === 'supplier') return 'receipt'
  if (to === 'customer') return 'sale'
  if (from === 'customer') return 'return'
  if (to === 'basket') return 'pick'
  return from === 'basket' ? 'put-back' : 'transfer'
}

/** The nearest-rank value of a sorted list; null of an empty one. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
