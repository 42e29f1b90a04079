import type { Glance } from './glance.ts'

/** Where a picture's edges lie, summed by column and by row. */
export interface EdgeProfile {
  readonly columns: Float32Array
  readonly rows: Float32Array
}

/** How a picture lies against another along one axis. */
export interface AxisShift {
  /** Original pixels; to the right or down. */
  readonly pixels: number
  /** Correlation of the edges, -1..1, at the shift and without it. */
  readonly match: number
  readonly atRest: number
}

/** Of a side; farther apart nothing can be told. */
const SEARCH_SHARE = 0.25

/** Boards, rails and posts hold still whatever is taken, so their edges tell where a camera looks. Pure. */
export function edgeProfile({ width, height, grey }: Glance): EdgeProfile {
  const columns = new Float32Array(width)
  const rows = new Float32Array(height)
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const here = grey[y * width + x] ?? 0
      columns[x] = (columns[x] ?? 0) + (grey[y * width + x + 1] ?? 0) - here
      rows[y] = (rows[y] ?? 0) + (grey[(y + 1) * width + x] ?? 0) - here
    }
  return { columns, rows }
}

/** The shift from `reference` to `now`. Pure. */
export function shiftBetween(
  reference: EdgeProfile,
  now: EdgeProfile,
  glance: Glance,
): { readonly x: AxisShift; readonly y: AxisShift } {
  return {
    x: bestLag(reference.columns, now.columns, glance.pixelsX),
    y: bestLag(reference.rows, now.rows, glance.pixelsY),
  }
}

/** A reference that follows what changes slowly: a shelf empties, the light of a day passes. */
export function blended(reference: EdgeProfile, now: EdgeProfile, share: number): EdgeProfile {
  const mix = (old: Float32Array, fresh: Float32Array) =>
    old.map((value, index) => value + share * ((fresh[index] ?? 0) - value))
  return { columns: mix(reference.columns, now.columns), rows: mix(reference.rows, now.rows) }
}

function bestLag(reference: Float32Array, now: Float32Array, pixels: number): AxisShift {
  const most = Math.floor(reference.length * SEARCH_SHARE)
  const atRest = correlation(reference, now, 0)
  let best = { pixels: 0, match: atRest, atRest }
  for (let lag = -most; lag <= most; lag++) {
    const match = correlation(reference, now, lag)
    if (match > best.match) best = { pixels: lag * pixels, match, atRest }
  }
  return best
}

/** Of reference[i] with now[i + lag], over what both have. */
function correlation(reference: Float32Array, now: Float32Array, lag: number): number {
  const from = Math.max(0, -lag)
  const to = Math.min(reference.length, now.length - lag)
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0]
  for (let index = from; index < to; index++) {
    const [x, y] = [reference[index] ?? 0, now[index + lag] ?? 0]
    a += x
    b += y
    aa += x * x
    bb += y * y
    ab += x * y
  }
  const n = to - from
  const spread = Math.sqrt(Math.max(0, aa - (a * a) / n) * Math.max(0, bb - (b * b) / n))
  return spread > 0 ? (ab - (a * b) / n) / spread : 0
}
