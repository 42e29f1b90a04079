/** One comparison: the same load through ours and through the floor, interleaved, many times. */
export interface Ratio {
  readonly name: string
  readonly floorName: string
  readonly hold: string
  readonly unit: string
  readonly ours: readonly number[]
  readonly floor: readonly number[]
  /** `more`: ours / floor is to be at least `limit`; `less`: at most. */
  readonly better: 'more' | 'less'
  readonly limit: number
}

/** Runs both sides in turns, at least seven times, so that a busy neighbour hits both. */
export async function interleave(
  rounds: number,
  ours: () => Promise<number> | number,
  floor: () => Promise<number> | number,
): Promise<{ ours: number[]; floor: number[] }> {
  const result = { ours: [] as number[], floor: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    const turns = round % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const)
    for (const turn of turns) result[turn].push(await (turn === 'ours' ? ours() : floor()))
  }
  return result
}

/** Median of the per-round ratios with its spread, and whether it holds. */
export function summarise(ratio: Ratio): string {
  const ratios = ratio.ours.map((value, round) => value / (ratio.floor[round] ?? Number.NaN))
  const [low, middle, high] = [quantile(ratios, 0), quantile(ratios, 0.5), quantile(ratios, 1)]
  const holds = ratio.better === 'more' ? middle >= ratio.limit : middle <= ratio.limit
  const figures = `${show(quantile(ratio.ours, 0.5))} against ${show(quantile(ratio.floor, 0.5))} ${ratio.unit}`
  return [
    `${holds ? 'holds ' : 'misses'}  ${ratio.name}`,
    `        ${middle.toFixed(2)} of the floor (${low.toFixed(2)}..${high.toFixed(2)}), hold ${ratio.hold}`,
    `        ${figures}; floor: ${ratio.floorName}`,
  ].join('\n')
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round((sorted.length - 1) * at)] ?? Number.NaN
}

const show = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2))
