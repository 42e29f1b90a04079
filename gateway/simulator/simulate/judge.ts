import { createHash } from 'node:crypto'
import { GOODS, goodOf } from '../catalogue.ts'
import type { Review } from '../demo/books.ts'
import { SCORED_LOCATIONS, truthOf } from '../demo/report.ts'
import type { Fault } from '../faults.ts'
import { type AlarmScore, scoreAlarms } from '../scoring/alarms.ts'
import { type Baseline, baselinesOf } from '../scoring/baselines.ts'
import {
  type Accuracy,
  accuracyGoals,
  accuracyOf,
  type Goal,
  goalsOf,
  sumOf,
} from '../scoring/goals.ts'
import { type MoneyScore, scoreMoney } from '../scoring/money.ts'
import { type MovementScore, scoreMovements } from '../scoring/movements.ts'
import type { Score } from '../scoring/score.ts'
import type { FaultsDone } from './gateway-faults.ts'
import type { Life, LifeOptions } from './live.ts'

/** What one seed has come to. Everything but `measured` is the same whenever it is run. */
export interface SeedReport {
  readonly seed: number
  readonly days: number
  readonly faults: readonly Fault[]
  readonly cameras: boolean
  /** Says this very run again. */
  readonly command: string
  readonly verdict: 'right' | 'wrong'
  readonly goals: readonly Goal[]
  readonly score: Score
  readonly accuracy: {
    readonly all: Accuracy
    readonly tagged: Accuracy
    readonly untagged: Accuracy
    readonly totals: Accuracy
  }
  readonly movements: MovementScore
  readonly alarms: AlarmScore
  readonly money: MoneyScore
  readonly baselines: readonly Baseline[]
  readonly questions: readonly (Pick<Review, 'kind' | 'question' | 'state'> & { right: boolean })[]
  /** Hash of the books without order and time. */
  readonly digest: string
  readonly digestWithoutFaults: string | null
  /** Lines of the books that only one of the two has: `+` with the faults, `-` without. */
  readonly digestDiffers: readonly string[]
  readonly unsound: string | null
  readonly measured: FaultsDone & { readonly wallMs: number }
}

/** Judges what was lived; `twin` is the same seed without the faults that must not matter. */
export function judge(options: LifeOptions, life: Life, twin: Life | null): SeedReport {
  const { world, report, booked, alarms } = life
  const { score } = report
  const isTagged = ({ sku }: { readonly sku: string }) => goodOf(sku).tagged
  const tagged = accuracyOf(score.rows, isTagged)
  const untagged = accuracyOf(score.rows, (row) => !isTagged(row))
  const movements = scoreMovements(
    world.moves,
    booked.map((row) => ({ ...row, quantity: Number(row.quantity) })),
  )
  const books = comparable(life.digest, options.faults)
  const booksWithout = twin === null ? null : comparable(twin.digest, options.faults)
  const isSameWithout = booksWithout === null ? null : booksWithout === books
  const goals = goalsOf({ score, movements, isSameWithout })
  const unsound = unsoundness(life)
  const isRight = unsound === null && goals.every(({ isMet }) => isMet)
  return {
    seed: options.seed,
    days: options.days,
    faults: [...options.faults],
    cameras: options.watched,
    command: commandOf(options, twin !== null),
    verdict: isRight ? 'right' : 'wrong',
    goals,
    score,
    accuracy: {
      all: accuracyOf(score.rows, () => true),
      tagged,
      untagged,
      totals: totalsOf(score),
    },
    movements,
    alarms: scoreAlarms(theftsOf(life), alarms),
    money: moneyOf(life),
    baselines: baselinesOf({
      days: life.days,
      goods: GOODS,
      locations: SCORED_LOCATIONS,
      opening: life.opening.map(({ good, epc, location }) => ({ sku: good.sku, epc, location })),
      truth: truthOf(world),
      moves: world.moves,
    }),
    questions: life.report.questions,
    digest: hashOf(books),
    digestWithoutFaults: booksWithout === null ? null : hashOf(booksWithout),
    digestDiffers: booksWithout === null ? [] : differingLines(books, booksWithout),
    unsound,
    measured: { ...life.done, wallMs: life.wallMs + (twin?.wallMs ?? 0) },
  }
}

/** What all seeds of a run have to come to together. */
export function pooledGoals(reports: readonly SeedReport[]): Goal[] {
  const watched = reports.filter(({ cameras }) => cameras)
  return accuracyGoals(
    sumOf(reports.map(({ accuracy }) => accuracy.tagged)),
    watched.length === 0 ? null : sumOf(watched.map(({ accuracy }) => accuracy.untagged)),
  )
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * A reader whose clock jumps dates its passes by when the jump is noticed, and a message that
 * comes late shifts that: on such a day the moment in a pass's key is no business of the books.
 */
function comparable(digest: string, faults: ReadonlySet<Fault>): string {
  if (!faults.has('clock-step')) return digest
  return digest
    .split('\n')
    .map((line) => line.replace(/(pass:[^/]+\/[0-9A-F]+)\/\d+$/, '$1'))
    .join('\n')
}

const DIFFERING_MOST = 50

/** The digest is a sorted list: what is left over on either side, each as often as it is. */
function differingLines(withFaults: string, without: string): string[] {
  const left = (lines: readonly string[], others: readonly string[]) => {
    const unmatched = [...others]
    return lines.filter((line) => {
      const at = unmatched.indexOf(line)
      if (at >= 0) unmatched.splice(at, 1)
      return at < 0
    })
  }
  const [one, other] = [withFaults.split('\n'), without.split('\n')]
  const more = left(one, other).map((line) => `+ ${line}`)
  const fewer = left(other, one).map((line) => `- ${line}`)
  return [...more, ...fewer].slice(0, DIFFERING_MOST)
}

export function commandOf({ seed, days, faults, watched }: LifeOptions, hasTwin: boolean): string {
  const named = faults.size === 0 ? 'none' : [...faults].join(',')
  const cameras = watched ? 'on' : 'off'
  const twin = hasTwin ? ' --twin' : ''
  return `tallygate simulate --seed ${seed} --days ${days} --cameras ${cameras} --faults ${named}${twin}`
}

function theftsOf({ world }: Life) {
  return world.moves.flatMap(({ to, epc, atMs, observable }) =>
    to === 'shrunk' && epc !== null ? [{ epc, atMs, observable }] : [],
  )
}

/** Books that do not agree with themselves are wrong whatever they say of the store. */
function unsoundness({ report }: Life): string | null {
  const { ok } = report.verification as { ok: boolean }
  if (!ok) return 'the books do not verify'
  if (!report.layers.agree) return 'the cost layers do not make the inventory account'
  const waiting = report.destinations.filter(({ sealed, acknowledged }) => sealed !== acknowledged)
  return waiting.length > 0 ? 'head office has not acknowledged every batch' : null
}

function totalsOf({ rows }: Score): Accuracy {
  const skus = [...new Set(rows.map(({ sku }) => sku))]
  const isEqual = (sku: string) =>
    rows
      .filter((row) => row.sku === sku)
      .reduce((difference, { truth, books }) => difference + truth - books, 0) === 0
  return { places: skus.length, equal: skus.filter(isEqual).length }
}

function moneyOf({ world, report, days }: Life): MoneyScore {
  const stockMinor = world.units
    .filter(({ location }) => SCORED_LOCATIONS.includes(location))
    .reduce((sum, { good }) => sum + good.costMinor, 0)
  const receipts = new Map<string, number>()
  for (const { instants } of days)
    for (const { messages } of instants)
      for (const { device, body } of messages) {
        if (body.kind !== 'text' || !device.startsWith('till-')) continue
        const paper = JSON.parse(body.text) as { type: string; receipt: string; total: string }
        if (paper.type !== 'receipt') continue
        receipts.set(`${device}/${paper.receipt}`, Math.round(Number(paper.total) * 100))
      }
  return scoreMoney({
    stockMinor,
    inventoryAccountMinor: report.layers.inventoryAccountMinor,
    takingsMinor: [...receipts.values()].reduce((sum, minor) => sum + minor, 0),
    accounts: report.trialBalance.rows,
  })
}
