/**
 * Which antenna looks where, and since when. Cables are swapped and readers are moved; a read
 * that comes late keeps the meaning its antenna had when it was made.
 */
export interface ReadPointEntry<Point> {
  readonly device: string
  readonly antenna: number
  readonly fromMs: number
  /** Null while it is so. */
  readonly toMs: number | null
  readonly point: Point
}

export type ReadPointMap<Point> = readonly ReadPointEntry<Point>[]

/** What this antenna saw at that time; null when it was mapped to nothing. */
export function readPointAt<Point>(
  map: ReadPointMap<Point>,
  { device, antenna, atMs }: { device: string; antenna: number; atMs: number },
): Point | null {
  const entry = map.find(
    (one) =>
      one.device === device &&
      one.antenna === antenna &&
      one.fromMs <= atMs &&
      (one.toMs === null || atMs < one.toMs),
  )
  return entry?.point ?? null
}

/** The map with this antenna looking elsewhere from `fromMs` on. */
export function withReadPoint<Point>(
  map: ReadPointMap<Point>,
  entry: Omit<ReadPointEntry<Point>, 'toMs'>,
): ReadPointMap<Point> {
  const isSame = (one: ReadPointEntry<Point>) =>
    one.device === entry.device && one.antenna === entry.antenna
  const before = map.flatMap((one) => {
    if (!isSame(one) || (one.toMs !== null && one.toMs <= entry.fromMs)) return [one]
    return one.fromMs < entry.fromMs ? [{ ...one, toMs: entry.fromMs }] : []
  })
  return [...before, { ...entry, toMs: null }]
}

/**
 * A portal whose passes all go the wrong way has its cables swapped. Told from passes of which
 * something else knows the direction: a delivery comes in, a sold item goes out.
 */
export interface PortalSense {
  /** True for a pass that went as it had to; the newest last. Plain JSON. */
  readonly asExpected: readonly boolean[]
}

const SENSE_PASSES = 20
/** At most one in ten may be chance when antennas are mounted right. */
const SENSE_RIGHT_MOST = 2

export function stepPortalSense(
  state: PortalSense | undefined,
  { seen, expected }: { readonly seen: 'in' | 'out'; readonly expected: 'in' | 'out' },
): { readonly next: PortalSense; readonly isInverse: boolean } {
  const asExpected = [...(state?.asExpected ?? []), seen === expected].slice(-SENSE_PASSES)
  const right = asExpected.filter((is) => is).length
  return {
    next: { asExpected },
    isInverse: asExpected.length === SENSE_PASSES && right <= SENSE_RIGHT_MOST,
  }
}

/** The same device id with other hardware behind it: somebody exchanged the reader. */
export function hardwareChange(
  known: string | undefined,
  seen: string,
): { readonly from: string; readonly to: string } | null {
  return known !== undefined && known !== seen ? { from: known, to: seen } : null
}
