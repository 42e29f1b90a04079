/** One rule with the settings its training may choose from. */
export interface Contender<Scene, Settings, Decision> {
  readonly name: string
  readonly grid: readonly Settings[]
  decide(scene: Scene, settings: Settings): readonly Decision[]
}

/** How one rule did on a set of scenes. */
export interface Score {
  /** Movements that happened, and of these: told the wrong way round, and not told at all. */
  readonly movements: number
  readonly wrong: number
  readonly missed: number
  /** Told although nothing, or nothing more, moved. */
  readonly falsely: number
  readonly tagHours: number
  /** From the movement's end to the decision, rightly told ones only, sorted. */
  readonly latenciesMs: readonly number[]
}

export function addScores(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((total, one) => total + of(one), 0)
  return {
    movements: sum(({ movements }) => movements),
    wrong: sum(({ wrong }) => wrong),
    missed: sum(({ missed }) => missed),
    falsely: sum(({ falsely }) => falsely),
    tagHours: sum(({ tagHours }) => tagHours),
    latenciesMs: scores.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b),
  }
}

/** What training makes small: a movement not told rightly costs as much as one that was not. */
const cost = ({ wrong, missed, falsely }: Score) => 2 * wrong + missed + falsely

/** The settings that do best on the training scenes; the first of equals. */
export function trained<Scene, Settings, Decision>(
  contender: Contender<Scene, Settings, Decision>,
  scenes: readonly Scene[],
  scoreOf: (scene: Scene, decisions: readonly Decision[]) => Score,
): Settings {
  const costs = contender.grid.map((settings) => ({
    settings,
    cost: cost(addScores(scenes.map((scene) => scoreOf(scene, contender.decide(scene, settings))))),
  }))
  const [first, ...rest] = costs
  if (!first) throw new RangeError(`expected settings to try for ${contender.name}, got none`)
  return rest.reduce((best, one) => (one.cost < best.cost ? one : best), first).settings
}

/** Direction error: told the wrong way or not at all, of all movements. */
export const errorShare = ({ wrong, missed, movements }: Score) => (wrong + missed) / movements
export const falsePerThousandTagHours = ({ falsely, tagHours }: Score) =>
  (1_000 * falsely) / tagHours
export const latencyAt = ({ latenciesMs }: Score, share: number) =>
  latenciesMs[Math.round((latenciesMs.length - 1) * share)] ?? Number.NaN

/** Every combination of the values given per name. */
export function gridOf<Settings>(
  values: { readonly [Name in keyof Settings]: readonly Settings[Name][] },
): Settings[] {
  let grid: Partial<Settings>[] = [{}]
  for (const name of Object.keys(values) as (keyof Settings)[])
    grid = grid.flatMap((one) => values[name].map((value) => ({ ...one, [name]: value })))
  return grid as Settings[]
}

export function tableOf(title: string, rows: readonly { name: string; score: Score }[]): string {
  const head = ['rule', 'wrong', 'missed', 'error', 'false', 'per 1000 tag-h', 'p50', 'p95']
  const cells = rows.map(({ name, score }) => [
    name,
    String(score.wrong),
    String(score.missed),
    `${(100 * errorShare(score)).toFixed(2)} %`,
    String(score.falsely),
    falsePerThousandTagHours(score).toFixed(1),
    seconds(latencyAt(score, 0.5)),
    seconds(latencyAt(score, 0.95)),
  ])
  const widths = head.map((text, column) =>
    Math.max(text.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
  const [first] = rows
  const about = first
    ? `${first.score.movements} movements, ${first.score.tagHours.toFixed(0)} tag-hours`
    : ''
  return [`${title} (${about})`, line(head), ...cells.map(line)].join('\n')
}

const seconds = (ms: number) => (Number.isNaN(ms) ? '-' : `${(ms / 1_000).toFixed(1)} s`)
