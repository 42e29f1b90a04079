import { expect, test } from 'vitest'
import { scoreDetections } from '../../vision/average-precision.ts'

const box = (x: number, width = 100) => ({ x, y: 0, width, height: 100 })
const item = (x: number, label = 'product') => ({ label, box: box(x) })
const found = (x: number, score: number, width = 100) => ({
  label: 'product',
  score,
  box: box(x, width),
})

test('everything found and nothing else is one everywhere', () => {
  const pictures = [{ truth: [item(0), item(200)], found: [found(0, 0.9), found(200, 0.8)] }]
  expect(scoreDetections(pictures, 0.5)).toEqual({
    ap50: 1,
    ap75: 1,
    ap50to95: 1,
    recall: 1,
    precision: 1,
    countError: 0,
    meanCount: 2,
  })
})

test('a loose box counts at half and not at three quarters', () => {
  // 100 x 100 against 160 x 100 from the same corner: IoU 0.625.
  const { ap50, ap75, ap50to95 } = scoreDetections(
    [{ truth: [item(0)], found: [found(0, 0.9, 160)] }],
    0.5,
  )
  expect([ap50, ap75, ap50to95]).toEqual([1, 0, 0.3])
})

test('a wrong box costs precision by its rank, and a repeat is wrong', () => {
  const truth = [item(0), item(200)]
  const wrongLast = [found(0, 0.9), found(200, 0.8), found(0, 0.7)]
  const wrongFirst = [found(500, 0.95), found(0, 0.9), found(200, 0.8)]
  expect(scoreDetections([{ truth, found: wrongLast }], 0.5).ap50).toBe(1)
  // Precision 1/2 at recall 1/2 and 2/3 at recall 1: the better of what follows holds everywhere.
  expect(scoreDetections([{ truth, found: wrongFirst }], 0.5).ap50).toBeCloseTo(2 / 3, 9)
  expect(scoreDetections([{ truth, found: wrongLast }], 0.5).precision).toBeCloseTo(2 / 3, 9)
})

test('half of what stands there is 51 of 101 recall points', () => {
  const { ap50, recall } = scoreDetections(
    [{ truth: [item(0), item(200)], found: [found(0, 0.9)] }],
    0.5,
  )
  expect(ap50).toBeCloseTo(51 / 101, 9)
  expect(recall).toBe(0.5)
})

test('labels count alike however rare, and weak boxes do not count at the threshold', () => {
  const truth = [item(0), item(200), item(400, 'person')]
  const { ap50, recall, countError } = scoreDetections(
    [{ truth, found: [found(0, 0.9), found(200, 0.4)] }],
    0.5,
  )
  expect(ap50).toBe(0.5)
  expect(recall).toBeCloseTo(1 / 3, 9)
  expect(countError).toBe(2)
})
