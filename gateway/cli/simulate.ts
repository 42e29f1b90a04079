import { writeFileSync } from 'node:fs'
import { ALL_FAULTS, FAULTS, faultsOf } from '../simulator/faults.ts'
import { pooledGoals, type SeedReport } from '../simulator/simulate/judge.ts'
import { reportHtml } from '../simulator/simulate/report-html.ts'
import { seedsText, seedText } from '../simulator/simulate/report-text.ts'
import { runSeeds, type SeedsOptions } from '../simulator/simulate/seeds.ts'
import { complain, defineCommand, EXIT } from './command.ts'
import { paintFor } from './table.ts'

const faultLines = ALL_FAULTS.map((fault) => `  ${fault.padEnd(18)}${FAULTS[fault]}`).join('\n')

/** Most seeds of one call: a night on a small machine. */
const SEEDS_MAX = 10_000
const JOBS_MAX = 64

export const simulate = defineCommand(
  {
    about: 'run whole simulated days and score the books against the truth',
    usage: `
tallygate simulate [--seed N | --seeds A..B] [--days N] [--faults LIST] [--report FILE] [--json]

Lets a simulated store live whole days against the real gateway, with everything that goes wrong in
a store, and scores its books against the truth: accuracy, movements missed and invented, alarms,
questions, money, time from event to book, and the same day kept in three other ways. Exit 1 when a
goal is missed. The same seed gives the same days and the same report, but for what is measured.

  --seed N         any whole number (default 1)
  --seeds A..B     every seed from A to B
  --days N         how many days each (default 1)
  --faults LIST    all (default), none, or names with commas between, see below
  --cameras WHICH  on (default), off, or some: on for every fourth seed, which is quicker
  --twin           live each seed again without crashes, duplicates and reordering: the books must be equal
  --jobs N         seeds at once (default 1)
  --report FILE    write a page that needs nothing else (HTML)
  --json           the report as data
  --folder DIR     keep books, configuration and head office there (one seed only)

Faults:
${faultLines}`,
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      days: { type: 'string', default: '1' },
      faults: { type: 'string', default: 'all' },
      cameras: { type: 'string', default: 'on' },
      twin: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '1' },
      report: { type: 'string' },
      json: { type: 'boolean', default: false },
      folder: { type: 'string' },
    },
  },
  async ({ values }) => {
    const asked = askedFor(values)
    if (typeof asked === 'string') {
      complain(asked)
      return EXIT.usage
    }
    const paint = paintFor(process.stdout.isTTY === true)
    const say = (text: string) => void (values.json ? process.stderr : process.stdout).write(text)
    // Leaves at once, and lets the small disks go.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => process.exit(EXIT.refused))
    let failed = 0
    const reports = await runSeeds({
      ...asked,
      onReport: (report) => say(values.json ? progressLine(report) : seedText(report, paint)),
      onFailure: (seed, error) => {
        failed += 1
        complain(`seed ${seed} could not be lived: ${error instanceof Error ? error.stack : error}`)
      },
    })
    if (values.report !== undefined) writeFileSync(values.report, reportHtml(reports))
    const goals = pooledGoals(reports)
    if (values.json) process.stdout.write(`${JSON.stringify({ goals, seeds: reports }, null, 2)}\n`)
    else say(seedsText(reports, paint))
    const isRight =
      failed === 0 &&
      goals.every(({ isMet }) => isMet) &&
      reports.every(({ verdict }) => verdict === 'right')
    return isRight ? EXIT.done : EXIT.refused
  },
)

/** Where the report itself is data, progress goes to standard error. */
function progressLine({ seed, verdict, goals, unsound, command }: SeedReport): string {
  const missed = goals.filter(({ isMet }) => !isMet).map(({ goal, got }) => `${goal}: ${got}`)
  const why = [...missed, ...(unsound === null ? [] : [unsound])].join('; ')
  return `seed ${seed}: ${verdict}${why === '' ? '' : ` (${why}); again: ${command}`}\n`
}

interface Given {
  readonly seed?: string | undefined
  readonly seeds?: string | undefined
  readonly days: string
  readonly faults: string
  readonly cameras: string
  readonly twin: boolean
  readonly jobs: string
  readonly folder?: string | undefined
}

type Asked = Omit<SeedsOptions, 'onReport' | 'onFailure'>

/** What is to be run, or the sentence that says why it cannot be. */
function askedFor(given: Given): Asked | string {
  const { seed, seeds, cameras, twin, folder } = given
  if (seed !== undefined && seeds !== undefined) return 'expected --seed or --seeds, got both'
  const range = seedsOf(seeds ?? seed ?? '1')
  if (typeof range === 'string') return range
  if (folder !== undefined && range.length > 1)
    return `expected one seed with --folder, got ${range.length}`
  const days = whole('--days', given.days, 3_650)
  const jobs = whole('--jobs', given.jobs, JOBS_MAX)
  const faults = faultsOf(given.faults)
  const fault = [days, jobs, faults].find((value) => typeof value === 'string')
  if (typeof fault === 'string') return fault
  if (cameras !== 'on' && cameras !== 'off' && cameras !== 'some')
    return `expected --cameras as on, off or some, got "${cameras}"`
  return {
    seeds: range,
    days: Number(days),
    jobs: Number(jobs),
    faults: typeof faults === 'string' ? new Set() : faults,
    cameras,
    twin,
    ...(folder === undefined ? {} : { folder }),
  }
}

function seedsOf(text: string): number[] | string {
  const [, first = '', last = first] = /^(-?\d+)(?:\.\.(-?\d+))?$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  const isGood = first !== '' && Number.isSafeInteger(from) && Number.isSafeInteger(to)
  if (!isGood || to < from || to - from >= SEEDS_MAX)
    return `expected a seed N or a range A..B of at most ${SEEDS_MAX}, got "${text}"`
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function whole(name: string, text: string, most: number): number | string {
  const number = Number(text)
  const isGood = Number.isSafeInteger(number) && number >= 1 && number <= most
  return isGood ? number : `expected ${name} as a whole number 1 to ${most}, got "${text}"`
}
