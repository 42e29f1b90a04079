/** What one bench has measured, as printed and as data. */
export interface Figure {
  readonly name: string
  /** How it was measured: load, floor, rounds. */
  readonly method: readonly string[]
  /** The figure itself: a ratio to its floor, or the measured value. */
  readonly value: number
  readonly unit: string
  /** Lowest and highest of the rounds; null for a single measurement. */
  readonly spread: readonly [number, number] | null
  /** What it is to be; null where nothing is to be held. */
  readonly hold: Hold | null
  /** Both sides in their own unit, for figures that have a floor. */
  readonly sides?: {
    readonly ours: readonly number[]
    readonly floor: readonly number[]
    readonly unit: string
  }
}

export interface Hold {
  readonly better: 'more' | 'less'
  readonly limit: number
}

export interface Sides {
  readonly ours: readonly number[]
  readonly floor: readonly number[]
}

export type Progress = (text: string) => void

/** Runs both sides in turns, at least seven times, so that a busy neighbour hits both. */
export async function interleave(
  rounds: number,
  ours: (round: number) => Promise<number> | number,
  floor: (round: number) => Promise<number> | number,
  progress: Progress = () => {},
): Promise<Sides> {
  const result = { ours: [] as number[], floor: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`)
    const turns = round % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const)
    for (const turn of turns)
      result[turn].push(await (turn === 'ours' ? ours(round) : floor(round)))
  }
  return result
}

/** Median of the per-round ratios with its spread. */
export function ratioOf(
  sides: Sides,
  about: {
    readonly name: string
    readonly method: readonly string[]
    readonly unit: string
    readonly hold: Hold | null
  },
): Figure {
  const ratios = sides.ours.map((value, round) => value / (sides.floor[round] ?? Number.NaN))
  return {
    name: about.name,
    method: about.method,
    value: median(ratios),
    unit: 'of the floor',
    spread: [Math.min(...ratios), Math.max(...ratios)],
    hold: about.hold,
    sides: { ...sides, unit: about.unit },
  }
}

export function holds({ value, hold }: Figure): boolean | null {
  if (!hold) return null
  return hold.better === 'more' ? value >= hold.limit : value <= hold.limit
}

export function print(figure: Figure): string {
  const { name, method, value, unit, spread, hold, sides } = figure
  const verdict = { true: 'holds ', false: 'misses', null: '      ' }[`${holds(figure)}`]
  const range = spread ? ` (${show(spread[0])}..${show(spread[1])})` : ''
  const wanted = hold ? `, hold ${hold.better === 'more' ? '>=' : '<='} ${hold.limit}` : ''
  const figures = sides
    ? [`${show(median(sides.ours))} against ${show(median(sides.floor))} ${sides.unit}`]
    : []
  return [
    `${verdict}  ${name}: ${show(value)} ${unit}${range}${wanted}`,
    ...[...figures, ...method].map((line) => `        ${line}`),
  ].join('\n')
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round((sorted.length - 1) * at)] ?? Number.NaN
}

const show = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
