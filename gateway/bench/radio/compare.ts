import { createRandom, type Random } from '../../simulator/random.ts'

/** One rule, the settings it is published with, and what its search may try for each. */
export interface Contender<Scene, Settings extends object, Decision> {
  readonly name: string
  readonly published: Settings
  readonly choices: { readonly [Name in keyof Settings]?: readonly Settings[Name][] }
  decide(scene: Scene, settings: Settings): readonly Decision[]
}

/**
 * Seeds are a range of their own per purpose. Those from 1,000,000 were looked at while the rules
 * were made, those from 73,000,000 for the table before the present one. Test scenes are looked at
 * once, for the tables in `sensors/README.md`: whoever changes a rule after that takes another
 * range for the next table.
 */
export const SEEDS = { training: 0, validation: 2_000_000, test: 131_000_000 } as const
export type Purpose = keyof typeof SEEDS

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

/**
 * What every search makes small, written down before any was run: a movement told the wrong way
 * costs two, one that was not told and one that was told falsely cost one each.
 */
const costOf = ({ wrong, missed, falsely }: Score) => 2 * wrong + missed + falsely

/** The same for every rule, ours included. */
export interface Budget {
  readonly trials: number
  /** So many of the best in training are tried on the validation scenes; the best there is it. */
  readonly finalists: number
}

/**
 * The published settings first; then half of the trials draw every choice anew, the other half
 * draw one or two choices of the best so far anew.
 */
export function tuned<Scene, Settings extends object, Decision>(
  contender: Contender<Scene, Settings, Decision>,
  scenes: { readonly training: readonly Scene[]; readonly validation: readonly Scene[] },
  scoreOf: (scene: Scene, decisions: readonly Decision[]) => Score,
  { trials, finalists }: Budget,
): { readonly best: Settings; readonly frontier: readonly Settings[] } {
  const random = createRandom(1, `search/${contender.name}`)
  const scoreOn = (those: readonly Scene[], settings: Settings) =>
    addScores(those.map((scene) => scoreOf(scene, contender.decide(scene, settings))))
  const cheapest = (all: readonly Trial<Settings>[]) => all.toSorted((a, b) => a.cost - b.cost)
  let tried: readonly Trial<Settings>[] = []
  for (let trial = 0; trial < trials; trial++) {
    const settings = nextTrial(contender, random, trial < trials / 2 ? [] : tried)
    const score = scoreOn(scenes.training, settings)
    tried = cheapest([...tried, { settings, score, cost: costOf(score) }])
  }
  const last = tried.slice(0, finalists).map(({ settings }) => {
    const score = scoreOn(scenes.validation, settings)
    return { settings, score, cost: costOf(score) }
  })
  return {
    best: cheapest(last)[0]?.settings ?? contender.published,
    frontier: frontierOf(tried).map(({ settings }) => settings),
  }
}

/** Of no other trial can it be said that it tells fewer falsely and loses no more. */
function frontierOf<Settings>(tried: readonly Trial<Settings>[]): readonly Trial<Settings>[] {
  const lost = ({ score }: Trial<Settings>) => score.wrong + score.missed
  const inOrder = tried.toSorted((a, b) => lost(a) - lost(b) || a.score.falsely - b.score.falsely)
  let fewest = Number.POSITIVE_INFINITY
  return inOrder.filter(({ score }) => {
    if (score.falsely >= fewest) return false
    fewest = score.falsely
    return true
  })
}

interface Trial<Settings> {
  readonly settings: Settings
  readonly score: Score
  readonly cost: number
}

function nextTrial<Settings extends object>(
  { published, choices }: Pick<Contender<never, Settings, never>, 'published' | 'choices'>,
  random: Random,
  tried: readonly Trial<Settings>[],
): Settings {
  const names = Object.keys(choices) as (keyof Settings)[]
  const [best] = tried
  const redrawn = best ? random.shuffled(names).slice(0, random.int(1, 2)) : names
  const settings = { ...(best?.settings ?? published) }
  for (const name of redrawn) settings[name] = random.pick(choices[name] ?? [settings[name]])
  return settings
}

/** Direction error: told the wrong way or not at all, of all movements. */
export const errorShare = ({ wrong, missed, movements }: Score) => (wrong + missed) / movements
export const falsePerThousandTagHours = ({ falsely, tagHours }: Score) =>
  (1_000 * falsely) / tagHours
export const latencyAt = ({ latenciesMs }: Score, share: number) =>
  latenciesMs[Math.round((latenciesMs.length - 1) * share)] ?? Number.NaN

/** 95 of 100 draws lie within. */
interface Interval {
  readonly low: number
  readonly high: number
}

const DRAWS = 1_000

/** Bootstrap over scenes: as many drawn with repetition, a thousand times. */
function intervalOf(scores: readonly Score[], figureOf: (score: Score) => number): Interval {
  const random = createRandom(1, 'bootstrap')
  const figures = Array.from({ length: DRAWS }, () => {
    const sum = { movements: 0, wrong: 0, missed: 0, falsely: 0, tagHours: 0 }
    for (let drawn = 0; drawn < scores.length; drawn++) {
      const score = scores[Math.floor(random.next() * scores.length)]
      if (!score) continue
      sum.movements += score.movements
      sum.wrong += score.wrong
      sum.missed += score.missed
      sum.falsely += score.falsely
      sum.tagHours += score.tagHours
    }
    return figureOf({ ...sum, latenciesMs: [] })
  }).sort((a, b) => a - b)
  const at = (share: number) => figures[Math.round((DRAWS - 1) * share)] ?? Number.NaN
  return { low: at(0.025), high: at(0.975) }
}

/** One line of the report. */
export interface Row {
  readonly name: string
  readonly settings: object
  readonly score: Score
  /** By scene. */
  readonly scores: readonly Score[]
}

export function rowOf<Scene, Settings extends object, Decision>(
  { name, decide }: Pick<Contender<Scene, Settings, Decision>, 'name' | 'decide'>,
  settings: Settings,
  scenes: readonly Scene[],
  scoreOf: (scene: Scene, decisions: readonly Decision[]) => Score,
): Row {
  const scores = scenes.map((scene) => scoreOf(scene, decide(scene, settings)))
  return { name, settings, score: addScores(scores), scores }
}

export function tableOf(title: string, rows: readonly Row[]): string {
  const head = [
    'rule',
    'wrong',
    'missed',
    'error',
    '95 %',
    'false',
    'per 1000 tag-h',
    '95 %',
    'p50',
    'p95',
  ]
  const cells = rows.map(({ name, score, scores }) => [
    name,
    String(score.wrong),
    String(score.missed),
    `${(100 * errorShare(score)).toFixed(2)} %`,
    rangeOf(intervalOf(scores, errorShare), 100, 2),
    String(score.falsely),
    falsePerThousandTagHours(score).toFixed(1),
    rangeOf(intervalOf(scores, falsePerThousandTagHours), 1, 1),
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
const rangeOf = ({ low, high }: Interval, times: number, digits: number) =>
  `${(times * low).toFixed(digits)}..${(times * high).toFixed(digits)}`
