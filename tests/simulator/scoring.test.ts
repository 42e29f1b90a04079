import { describe, expect, test } from 'vitest'
import { scoreAlarms } from '../../gateway/simulator/scoring/alarms.ts'
import { accuracyGoals, accuracyOf, goalsOf, sumOf } from '../../gateway/simulator/scoring/goals.ts'
import { scoreMoney } from '../../gateway/simulator/scoring/money.ts'
import { type BookMove, scoreMovements } from '../../gateway/simulator/scoring/movements.ts'
import { scoreDay } from '../../gateway/simulator/scoring/score.ts'

const MINUTE = 60_000
const moved = (from: string, to: string, minute: number, more: object = {}) => ({
  sku: 'JAM',
  from,
  to,
  atMs: minute * MINUTE,
  tells: true,
  ...more,
})
const booked = (from: string, to: string, minute: number, more: object = {}): BookMove => ({
  kind: 'move',
  sku: 'JAM',
  quantity: 1,
  from,
  to,
  occurredAtMs: minute * MINUTE,
  postedAtMs: minute * MINUTE + 2_000,
  ...more,
})
const kindOf = (score: ReturnType<typeof scoreMovements>, kind: string) =>
  score.kinds.find((row) => row.kind === kind)

describe('movements: truth beside books', () => {
  test('a sale that is booked two seconds later is neither missed nor invented', () => {
    const score = scoreMovements([moved('basket', 'customer', 5)], [booked('floor', 'customer', 5)])
    expect(score).toMatchObject({ happened: 1, missed: 0, invented: 0 })
    expect(kindOf(score, 'sale')).toMatchObject({ medianMs: 2_000, p95Ms: 2_000 })
  })

  test('a sale nobody made is invented, even when another one was missed hours before', () => {
    const score = scoreMovements(
      [moved('basket', 'customer', 5)],
      [booked('floor', 'customer', 300)],
    )
    expect(kindOf(score, 'sale')).toMatchObject({ missed: 1, invented: 1, medianMs: null })
    expect(score).toMatchObject({ missedPerMille: 1_000, inventedPerMille: 1_000 })
  })

  test('a line of three units is three units', () => {
    const three = [1, 1, 2].map((minute) => moved('supplier', 'backroom', minute))
    const score = scoreMovements(three, [booked('supplier', 'backroom', 2, { quantity: 3 })])
    expect(kindOf(score, 'receipt')).toMatchObject({ happened: 3, missed: 0, invented: 0 })
  })

  test('what nobody could tell of may be booked and need not be', () => {
    const unseen = [moved('floor', 'basket', 1, { tells: false })]
    expect(scoreMovements(unseen, [])).toMatchObject({ happened: 0, missed: 0, invented: 0 })
    const score = scoreMovements(unseen, [booked('floor', 'basket', 1)])
    expect(score).toMatchObject({ missed: 0, invented: 0 })
  })

  test('goods moved to the wrong place are missed there and invented here', () => {
    const score = scoreMovements(
      [moved('backroom', 'floor', 1)],
      [booked('backroom', 'shelf-r1', 1)],
    )
    expect(kindOf(score, 'transfer')).toMatchObject({ missed: 1, invented: 1 })
  })

  test('opening stock is no receipt', () => {
    const score = scoreMovements([], [booked('supplier', 'floor', 1, { kind: 'opening' })])
    expect(score.invented).toBe(0)
  })
})

describe('alarms', () => {
  const theft = { epc: '30AA', atMs: 10 * MINUTE, observable: true }
  const alarm = (epc: string, seenAtMs: number | null) => ({
    key: `left-unpaid/0952/${epc}/1`,
    seenAtMs,
  })

  test('a true one is told with how long it took', () => {
    const score = scoreAlarms([theft], [alarm('30AA', 10 * MINUTE + 1_000)])
    expect(score).toMatchObject({ raisedTrue: 1, raisedFalse: 0, missed: 0, worstMs: 1_000 })
  })

  test('an alarm about an honest tag is false, a theft without one is missed', () => {
    const score = scoreAlarms([theft], [alarm('30BB', null)])
    expect(score).toMatchObject({ raisedTrue: 0, raisedFalse: 1, missed: 1, worstMs: null })
  })

  test('what no reader saw go is not missed', () => {
    const score = scoreAlarms([{ ...theft, observable: false }], [])
    expect(score).toMatchObject({ thefts: 1, unobservable: 1, missed: 0 })
  })

  test('an alarm about a reader accuses nobody', () => {
    const score = scoreAlarms([], [{ key: 'reads-lost/exit-reader/2026-03-02', seenAtMs: 1 }])
    expect(score.raisedFalse).toBe(0)
  })
})

describe('goals', () => {
  const rows = (differing: number) =>
    scoreDay({
      skus: Array.from({ length: 100 }, (_, index) => `S${index}`),
      locations: ['floor'],
      truth: Array.from({ length: 100 }, (_, index) => place(`S${index}`, 3)),
      books: Array.from({ length: 100 }, (_, index) =>
        place(`S${index}`, index < differing ? 2 : 3),
      ),
      reviews: [],
      unseen: [],
      justified: [],
      movements: 100,
    })
  const place = (sku: string, quantity: number) => ({ sku, location: 'floor', quantity })
  const goals = (differing: number, isSameWithout: boolean | null = null) => {
    const score = rows(differing)
    const accuracy = accuracyOf(score.rows, () => true)
    const movements = scoreMovements([], [])
    return [
      ...goalsOf({ score, movements, isSameWithout }),
      ...accuracyGoals(accuracy, sumOf([accuracy, accuracy])),
    ]
  }
  const missed = (list: ReturnType<typeof goals>) => list.filter(({ isMet }) => !isMet).length

  test('books that are right meet them all', () => {
    expect(missed(goals(0, true))).toBe(0)
  })

  test('two places of a hundred are too many for tags, not for cameras; each is wrong', () => {
    const names = goals(2).flatMap(({ goal, isMet }) => (isMet ? [] : [goal.split(':')[0]]))
    expect(names).toEqual(['no difference is wrong', 'tagged goods'])
  })

  test('other books without the harmless faults miss one', () => {
    expect(missed(goals(0, false))).toBe(1)
  })
})

test('money that is not in the till is told to the cent', () => {
  const accounts = [
    { account: 'cash', debitMinor: '1000', creditMinor: '20' },
    { account: 'card-clearing', debitMinor: '500', creditMinor: '0' },
    { account: 'cogs', debitMinor: '700', creditMinor: '0' },
  ]
  const given = { stockMinor: 9_000, inventoryAccountMinor: '9121', takingsMinor: 1_481, accounts }
  expect(scoreMoney(given)).toMatchObject({
    stockDifferenceMinor: 121,
    takingsDifferenceMinor: -1,
  })
})
