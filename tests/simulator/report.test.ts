import { expect, test } from 'vitest'
import { paintFor } from '../../gateway/cli/table.ts'
import { scoreAlarms } from '../../gateway/simulator/scoring/alarms.ts'
import { goalsOf } from '../../gateway/simulator/scoring/goals.ts'
import { scoreMovements } from '../../gateway/simulator/scoring/movements.ts'
import { scoreDay } from '../../gateway/simulator/scoring/score.ts'
import { pooledGoals, type SeedReport } from '../../gateway/simulator/simulate/judge.ts'
import { reportHtml } from '../../gateway/simulator/simulate/report-html.ts'
import { seedsText, seedText } from '../../gateway/simulator/simulate/report-text.ts'

function reportWith(books: number, more: Partial<SeedReport> = {}): SeedReport {
  const score = scoreDay({
    skus: ['JAM'],
    locations: ['floor'],
    truth: [{ sku: 'JAM', location: 'floor', quantity: 3 }],
    books: [{ sku: 'JAM', location: 'floor', quantity: books }],
    reviews: [],
    unseen: [],
    justified: [],
    movements: 100,
  })
  const movements = scoreMovements([], [])
  const goals = goalsOf({ score, movements, isSameWithout: null })
  const right = { places: 1, equal: books === 3 ? 1 : 0 }
  return {
    ...{
      seed: 4,
      days: 1,
      faults: ['kills'],
      cameras: true,
      command: 'tallygate simulate --seed 4',
    },
    verdict: books === 3 ? 'right' : 'wrong',
    ...{ goals, score, movements },
    accuracy: { all: right, tagged: right, untagged: right, totals: right },
    alarms: scoreAlarms([], []),
    money: {
      ...{ stockMinor: 900, stockBookedMinor: 1_200, stockDifferenceMinor: 300 },
      ...{ takingsMinor: 0, takingsBookedMinor: 0, takingsDifferenceMinor: 0 },
    },
    baselines: [
      { way: 'tills only', accuracy: right, totals: right, salesMissed: 0, salesInvented: 2 },
    ],
    questions: [
      { kind: 'shelf-differs', question: 'Is <b>it</b> so?', state: 'open', right: false },
    ],
    ...{ digest: 'a', digestWithoutFaults: null, digestDiffers: [], unsound: null },
    measured: { kills: 1, diskRefusals: null, headOfficeAway: false, wallMs: 1_000 },
    ...more,
  }
}

test('a seed whose books are right says so; one that is wrong says how to see it again', () => {
  const plain = paintFor(false)
  expect(seedText(reportWith(3), plain)).toContain('seed 4: every goal is met')
  const text = seedText(reportWith(4), plain)
  expect(text).toContain('a goal is missed; again: tallygate simulate --seed 4')
  expect(text).toMatch(/JAM +floor +3 +4 +wrong/)
  expect(text).toContain('NEEDLESS  shelf-differs')
  expect(text).toMatch(/booked 12\.00, difference 3\.00/)
})

test('accuracy is judged over all seeds of a run, with cameras only where there were some', () => {
  const goals = (...reports: SeedReport[]) => pooledGoals(reports).map(({ isMet }) => isMet)
  expect(goals(reportWith(3), reportWith(4))).toEqual([false, false])
  expect(goals(reportWith(3, { cameras: false }))).toEqual([true])
  expect(seedsText([reportWith(3), reportWith(4)], paintFor(false))).toContain(
    '1 of 2 seeds meet every goal',
  )
})

test('the page needs nothing from anywhere, and no text of the day becomes markup', () => {
  const page = reportHtml([reportWith(4)])
  expect(page).not.toMatch(/<script|https?:|src=|<link/)
  expect(page).toContain('Is &lt;b>it&lt;/b> so?')
  expect(page).toContain('MISSED')
})
