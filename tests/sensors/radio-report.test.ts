import { expect, test } from 'vitest'
import {
  errorShare,
  falsePerThousandTagHours,
  latencyAt,
} from '../../gateway/bench/radio/compare.ts'
import { doorReport } from '../../gateway/bench/radio/door-report.ts'
import { doorScene, SCENES } from '../../gateway/bench/radio/door-scenes.ts'
import { shelfReport } from '../../gateway/bench/radio/shelf-report.ts'

/** The bench's report in small: fixed seeds, every rule tuned on the same training scenes. */

test('a scene is the same for the same seed', () => {
  for (const name of SCENES) {
    expect(doorScene(name, 7)).toEqual(doorScene(name, 7))
    expect(doorScene(name, 7).readings).not.toEqual(doorScene(name, 8).readings)
  }
})

test('at doors no rule of the anchors is right more often and falsely moves less', () => {
  const { ours, oursWithBeams, theirs } = doorReport({ training: 15, test: 60 })
  for (const { score } of [ours, oursWithBeams]) {
    expect(score.wrong).toBe(0)
    expect(errorShare(score)).toBeLessThan(0.03)
  }
  for (const { name, score } of theirs) {
    expect(errorShare(ours.score), name).toBeLessThanOrEqual(errorShare(score))
    expect(falsePerThousandTagHours(ours.score), name).toBeLessThanOrEqual(
      falsePerThousandTagHours(score),
    )
  }
  expect(latencyAt(ours.score, 0.5)).toBeLessThanOrEqual(3_000)
  expect(latencyAt(oursWithBeams.score, 0.5)).toBeLessThanOrEqual(1_000)
}, 60_000)

test('between shelves ours moves fewest tags falsely', () => {
  const { ours, theirs } = shelfReport({ training: 15, test: 100 })
  for (const { name, score } of theirs)
    expect(falsePerThousandTagHours(ours.score), name).toBeLessThan(falsePerThousandTagHours(score))
  expect(errorShare(ours.score)).toBeLessThan(0.08)
}, 60_000)
