import { heading, money, type Paint, type Row, table } from '../../cli/table.ts'
import { type Accuracy, type Goal, shareText } from '../scoring/goals.ts'
import { pooledGoals, type SeedReport } from './judge.ts'

/** One seed, as a person reads it: goals first, then what they rest on. */
export function seedText(report: SeedReport, paint: Paint): string {
  return [
    heading(`Seed ${report.seed}: ${titleOf(report)}`, paint),
    goalsTable(report, paint),
    heading('Movements: truth beside books, in units', paint),
    movementsTable(report, paint),
    heading('The same day, kept in other ways', paint),
    waysTable(report, paint),
    heading('Alarms, money and questions', paint),
    ...facts(report),
    ...differences(report, paint),
    '',
    verdictLine(report, paint),
    '',
  ].join('\n')
}

function titleOf({ days, cameras, faults }: SeedReport): string {
  const long = days === 1 ? 'one day' : `${days} days`
  return `${long}, ${cameras ? 'with' : 'without'} cameras, faults: ${faults.join(', ') || 'none'}`
}

const left = (title: string) => ({ title, align: 'left' }) as const
const right = (title: string) => ({ title, align: 'right' }) as const

const goalRow =
  (paint: Paint) =>
  ({ goal, got, isMet }: Goal): Row => ({
    cells: [goal, got, isMet ? 'met' : 'MISSED'],
    ...(isMet ? {} : { paint: paint.bad }),
  })

function goalsTable({ goals, unsound }: SeedReport, paint: Paint): string {
  const rows = goals.map(goalRow(paint))
  const sound = unsound ?? 'verified, balanced, delivered'
  const books: Row = { cells: ['the books themselves', sound, unsound === null ? 'met' : 'MISSED'] }
  return table([left('goal'), left('got'), left('')], [...rows, books], paint)
}

function movementsTable({ movements }: SeedReport, paint: Paint): string {
  const columns = [
    left('kind'),
    ...['happened', 'missed', 'invented', 'to book: median', '95 %'].map(right),
  ]
  const rows: Row[] = movements.kinds.map(
    ({ kind, happened, missed, invented, medianMs, p95Ms }) => ({
      cells: [
        kind,
        ...[happened, missed, invented].map(String),
        durationText(medianMs),
        durationText(p95Ms),
      ],
    }),
  )
  const { happened, missed, invented, missedPerMille, inventedPerMille } = movements
  const total: Row = {
    cells: [
      'all',
      String(happened),
      `${missed} (${missedPerMille} ‰)`,
      `${invented} (${inventedPerMille} ‰)`,
      '',
      '',
    ],
    ruled: true,
  }
  return table(columns, [...rows, total], paint)
}

/** Ours first, then what others make of the very same messages. */
export interface Way {
  readonly way: string
  readonly accuracy: Accuracy
  readonly totals: Accuracy
  readonly salesMissed: number
  readonly salesInvented: number
}

export function waysOf({ accuracy, movements, baselines }: SeedReport): Way[] {
  const sale = movements.kinds.find(({ kind }) => kind === 'sale')
  const ours = {
    way: 'Tallygate',
    accuracy: accuracy.all,
    totals: accuracy.totals,
    salesMissed: sale?.missed ?? 0,
    salesInvented: sale?.invented ?? 0,
  }
  return [ours, ...baselines]
}

export const WAY_TITLES = [
  'way',
  'SKU-locations right',
  'SKU totals right',
  'sales missed',
  'sales invented',
] as const

export function wayCells({ way, accuracy, totals, salesMissed, salesInvented }: Way): string[] {
  return [way, shareText(accuracy), shareText(totals), String(salesMissed), String(salesInvented)]
}

export function waysTable(report: SeedReport, paint: Paint): string {
  const [first, ...others] = WAY_TITLES
  const rows = waysOf(report).map((way) => ({ cells: wayCells(way) }))
  return table([left(first), ...others.map(right)], rows, paint)
}

export function factLines({ alarms, money: sums, score, measured }: SeedReport): string[] {
  const { thefts, unobservable, raisedTrue, raisedFalse, missed, medianMs, worstMs } = alarms
  const away = sums.stockDifferenceMinor
  const disk = measured.diskRefusals
  return [
    `alarms: ${thefts} tagged units stolen (${unobservable} unseen by any reader); ${raisedTrue} true, ${raisedFalse} false, ${missed} missed; from exit to alarm ${durationText(medianMs)} in the median, ${durationText(worstMs)} at worst`,
    `stock at cost: really ${money(String(sums.stockMinor))}, booked ${money(String(sums.stockBookedMinor))}, difference ${money(String(away))}`,
    `takings: printed ${money(String(sums.takingsMinor))}, booked ${money(String(sums.takingsBookedMinor))}, difference ${money(String(sums.takingsDifferenceMinor))}`,
    `questions: ${score.reviews.asked} asked, ${score.reviews.rightToAsk} right to ask, at most ${score.reviews.most} allowed`,
    `gateway: killed ${measured.kills} times, disk full ${disk === null ? 'not tried (mounting a small disk takes root)' : `${disk} times`}, head office away ${measured.headOfficeAway ? 'for half of the day' : 'never'}; ${Math.round(measured.wallMs / 1_000)} s`,
  ]
}

const facts = (report: SeedReport) => factLines(report).map((line) => `  ${line}`)

function differences(report: SeedReport, paint: Paint): string[] {
  const { score, questions, digestDiffers } = report
  const rows = score.rows
    .filter(({ differs }) => differs !== null)
    .map(({ sku, location, truth, books, differs }) => ({
      cells: [sku, location, String(truth), String(books), differs ?? ''],
      ...(differs === 'wrong' ? { paint: paint.bad } : {}),
    }))
  const columns = [left('SKU'), left('location'), right('truth'), right('books'), left('')]
  const asked = questions.map(
    ({ kind, question, state, right: isRight }) =>
      `  ${isRight ? 'right' : 'NEEDLESS'}  ${kind} (${state})  ${question}`,
  )
  return [
    ...(rows.length > 0 ? [heading('Places that differ', paint), table(columns, rows, paint)] : []),
    ...(digestDiffers.length > 0
      ? [
          heading('Books with (+) and without (-) the harmless faults', paint),
          ...digestDiffers.map((line) => `  ${line}`),
        ]
      : []),
    ...(asked.length > 0 ? [heading('Questions asked', paint), ...asked] : []),
  ]
}

export function verdictLine({ seed, verdict, command }: SeedReport, paint: Paint): string {
  if (verdict === 'right') return `  ${paint.good(`✔ seed ${seed}: every goal is met`)}`
  return `  ${paint.bad(`✘ seed ${seed}: a goal is missed; again: ${command}`)}`
}

/** All seeds of a run together. */
export function seedsText(reports: readonly SeedReport[], paint: Paint): string {
  const rows: Row[] = reports.map((report) => ({
    cells: summaryCells(report),
    ...(report.verdict === 'right' ? {} : { paint: paint.bad }),
  }))
  const columns = SUMMARY_TITLES.map((title, index) => (index === 0 ? left(title) : right(title)))
  const goals = pooledGoals(reports)
  const wrong = reports.filter(({ verdict }) => verdict === 'wrong')
  return [
    heading(reports.length === 1 ? 'In short' : `${reports.length} seeds`, paint),
    table(columns, rows, paint),
    '',
    table([left('goal of all together'), left('got'), left('')], goals.map(goalRow(paint)), paint),
    '',
    `  ${reports.length - wrong.length} of ${reports.length} seeds meet every goal`,
    ...wrong.map(({ command }) => `  ${paint.bad(command)}`),
    '',
  ].join('\n')
}

export const SUMMARY_TITLES = [
  'seed',
  'tagged right',
  'cameras and tills right',
  'missed ‰',
  'invented ‰',
  'wrong',
  'asked (right)',
  'alarms true/false/missed',
  'books the same',
] as const

export function summaryCells(report: SeedReport): string[] {
  const { seed, accuracy, movements, score, alarms } = report
  const { digest, digestWithoutFaults } = report
  const same = digest === digestWithoutFaults ? 'yes' : 'NO'
  return [
    String(seed),
    shareText(accuracy.tagged),
    shareText(accuracy.untagged),
    String(movements.missedPerMille),
    String(movements.inventedPerMille),
    String(score.counts.wrong),
    `${score.reviews.asked} (${score.reviews.rightToAsk})`,
    `${alarms.raisedTrue}/${alarms.raisedFalse}/${alarms.missed}`,
    digestWithoutFaults === null ? 'not tried' : same,
  ]
}

/** `1.0 s`, `4 min`; a dash for nothing. */
export function durationText(ms: number | null): string {
  if (ms === null) return '-'
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.round(ms / 60_000)} min`
}
