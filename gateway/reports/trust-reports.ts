import type { Db } from '../../ledger-core/index.ts'
import { createBusinessDate } from '../bookkeeper/business-date.ts'
import { memoryKind } from '../bookkeeper/facts.ts'
import type { Level } from '../config/authority.ts'
import type { Config } from '../config/schema.ts'
import {
  adviceOn,
  configuredLevel,
  grantKey,
  NO_AGREEMENT,
  trustedParts,
} from '../interpretation/authority.ts'
import type { Memory, MemoryKind } from '../interpretation/conclusion.ts'
import type { ReportTable } from './answer.ts'
import type { Answers } from './answers.ts'

const DAYS = 14
const DAY_MS = 86_400_000

interface ChangeRow {
  readonly from: Level
  readonly to: Level
  readonly by: string
  readonly note: string
  readonly atMs: bigint
}

/** How far sensors are trusted and how they earn it; how many questions people are asked. */
export function createTrustReports(
  db: Db,
  config: Config,
): Pick<ReportTable, 'authority' | 'review-budget'> {
  const sql = prepare(db)
  const businessDateOf = createBusinessDate(config.site.timeZone, config.site.dayEndsAt)
  const recall = <K extends MemoryKind>(kind: K, key: string): Memory[K] | null => {
    const body = sql.state.get(memoryKind(kind), key)
    return body === undefined ? null : (JSON.parse(body) as Memory[K])
  }
  const trusted = (device: Config['devices'][number]) =>
    trustedParts(device, config.portals).flatMap(({ part, movements }) =>
      movements.map((movement) => ({ part, movement })),
    )
  return {
    authority: () => ({
      rule: ruleInWords(config.authority),
      rows: config.devices.flatMap((device) =>
        trusted(device).map(({ part, movement }) => {
          const key = grantKey(part, movement)
          const grant = recall('grant', key) ?? recall('grant', grantKey(device.id, movement))
          const level = grant?.level ?? configuredLevel(device, config)
          const known = recall('agreement', key)
          const { sinceMs, ...counts } = known ?? NO_AGREEMENT
          const change = sql.lastChange.get(part, movement)
          return {
            device: part,
            movement,
            level,
            ...counts,
            sinceMs: known ? sinceMs : null,
            advice: adviceOn(level, { sinceMs, ...counts }, config.authority),
            lastChange: change ? { ...change, atMs: Number(change.atMs) } : null,
          }
        }),
      ),
    }),
    'review-budget': () => {
      const newest = sql.newest.get() ?? null
      if (newest === null) return { mostPerMille: config.policy.reviewsPerMille, rows: [] }
      const sinceMs = BigInt(Number(newest) - DAYS * DAY_MS)
      const days = new Map<string, Day>()
      const dayOf = (atMs: bigint) => {
        const date = businessDateOf(Number(atMs))
        const day = days.get(date) ?? { ...EMPTY_DAY }
        days.set(date, day)
        return day
      }
      for (const { atMs, decision } of sql.reviews.iterate(sinceMs)) {
        const day = dayOf(atMs)
        day.asked += 1
        day[OUTCOMES[decision ?? 'open'] ?? 'settled'] += 1
      }
      for (const { atMs, movements } of sql.movements.iterate(sinceMs))
        dayOf(atMs).movements += Number(movements)
      return { mostPerMille: config.policy.reviewsPerMille, rows: rowsOf(days) }
    },
  }
}

type Day = Omit<Answers['review-budget']['rows'][number], 'date' | 'perMille'>
const EMPTY_DAY: Day = {
  asked: 0,
  open: 0,
  rightToAsk: 0,
  needless: 0,
  settled: 0,
  movements: 0,
}

const OUTCOMES: Readonly<Record<string, 'open' | 'rightToAsk' | 'needless' | 'settled'>> = {
  open: 'open',
  accept: 'rightToAsk',
  correct: 'rightToAsk',
  split: 'rightToAsk',
  reject: 'needless',
  'bad-sensor': 'needless',
}

function rowsOf(days: ReadonlyMap<string, Day>): Answers['review-budget']['rows'] {
  return [...days]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([date, day]) => {
      const { asked, movements } = day
      const perMille = movements === 0 ? null : Math.round((asked * 1_000) / movements)
      return { date, ...day, perMille }
    })
}

function ruleInWords(rule: Config['authority']): string {
  const { promoteSamples, promoteWrongMax, demoteSamples, demoteWrongMin } = rule
  return `One step up from ${promoteSamples} decided claims with at most ${promoteWrongMax / 10} % wrong; one step down from ${demoteSamples} with ${demoteWrongMin / 10} % or more wrong. A person decides.`
}

function prepare(db: Db) {
  return {
    state: db
      .prepare<[string, string], string>('select body from state where kind = ? and key = ?')
      .pluck(),
    lastChange: db.prepare<[string, string], ChangeRow>(
      `select from_level as "from", to_level as "to", changed_by as "by", note,
         changed_at_ms as atMs
       from authority_change where device = ? and movement = ? order by id desc limit 1`,
    ),
    newest: db
      .prepare<[], bigint | null>(
        'select max(at) from (select max(opened_at_ms) as at from review union all select * from (select posted_at_ms from entry order by sequence desc limit 1))',
      )
      .pluck(),
    reviews: db.prepare<[bigint], { atMs: bigint; decision: string | null }>(
      `select r.opened_at_ms as atMs, d.decision from review r
       left join review_decision d on d.review = r.id where r.opened_at_ms >= ?`,
    ),
    // The journal's clock never runs backwards, so what is older lies before one entry.
    movements: db.prepare<[bigint], { atMs: bigint; movements: bigint }>(
      `select e.occurred_at_ms as atMs, count(*) as movements from entry e
       join movement m on m.sequence = e.sequence
       where e.sequence > coalesce((select sequence from entry where posted_at_ms < ?
         order by sequence desc limit 1), 0)
       group by e.sequence`,
    ),
  }
}
