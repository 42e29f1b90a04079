import { describe, expect, test } from 'vitest'
import { type ScoreInput, scoreDay } from '../../gateway/simulator/scoring/score.ts'

const place = (location: string, quantity: number) => ({ sku: 'JAM', location, quantity })
const review = (extra: object = {}) => ({
  kind: 'left-unpaid',
  sku: 'JAM',
  location: null,
  epc: null,
  open: true,
  ...extra,
})
const day: ScoreInput = {
  skus: ['JAM'],
  locations: ['backroom', 'floor'],
  truth: [place('backroom', 4), place('floor', 3)],
  books: [place('backroom', 4), place('floor', 3)],
  reviews: [],
  unseen: [],
  justified: [{ sku: 'JAM', epc: null }],
  movements: 100,
}
const shifted = { ...day, books: [place('backroom', 5), place('floor', 2)] }
const classes = (input: ScoreInput) => scoreDay(input).rows.map(({ differs }) => differs)

describe('truth beside books', () => {
  test('equal books are right', () => {
    expect(scoreDay(day).verdict).toBe('right')
    expect(classes(day)).toEqual([null, null])
  })

  test('a difference nobody asked about is wrong', () => {
    expect(classes(shifted)).toEqual(['wrong', 'wrong'])
    expect(scoreDay(shifted).verdict).toBe('wrong')
  })

  test('a difference with an open question is in review; an answered one is not', () => {
    expect(classes({ ...shifted, reviews: [review()] })).toEqual(['in-review', 'in-review'])
    expect(classes({ ...shifted, reviews: [review({ open: false })] })).toEqual(['wrong', 'wrong'])
    const floorOnly = [review({ location: 'floor' })]
    expect(classes({ ...shifted, reviews: floorOnly })).toEqual(['wrong', 'in-review'])
  })

  test('a move without a sample is unobservable, in its own direction and amount only', () => {
    const unseen = [{ sku: 'JAM', from: 'backroom', to: 'floor' }]
    expect(classes({ ...shifted, unseen })).toEqual(['unobservable', 'unobservable'])
    const twice = { ...day, unseen, books: [place('backroom', 6), place('floor', 1)] }
    expect(classes(twice)).toEqual(['wrong', 'wrong'])
    const inverse = { ...day, unseen, books: [place('backroom', 3), place('floor', 4)] }
    expect(classes(inverse)).toEqual(['wrong', 'wrong'])
  })

  test('more than five questions in a hundred movements are wrong', () => {
    const reviews = (count: number) => Array.from({ length: count }, () => review({ open: false }))
    expect(scoreDay({ ...day, reviews: reviews(5) }).verdict).toBe('right')
    expect(scoreDay({ ...day, reviews: reviews(6) }).verdict).toBe('wrong')
  })

  test('an open question about stock that truly differs is right to ask', () => {
    const asked = { ...shifted, justified: [], reviews: [review({ location: 'floor' })] }
    expect(scoreDay(asked).reviews).toMatchObject({ asked: 1, rightToAsk: 1 })
    const elsewhere = { ...day, justified: [], reviews: [review({ location: 'floor' })] }
    expect(scoreDay(elsewhere).reviews).toMatchObject({ asked: 1, rightToAsk: 0 })
  })

  test('half of the questions must be right to ask', () => {
    const needless = { ...day, justified: [] }
    expect(scoreDay({ ...needless, reviews: [review()] }).reviews.withinCaps).toBe(false)
    const half = [review(), review({ sku: 'TEA' })]
    expect(scoreDay({ ...day, reviews: half }).reviews.withinCaps).toBe(true)
  })
})
