import { MARKS, type Marks } from './portal-marks.ts'

/**
 * How much each mark of a pass tells, in log-odds per unit of the mark: logistic regressions on
 * the radio model's training scenes, made by `radio.entry.ts fit`, which prints these figures.
 */
export type Weights = Readonly<Record<keyof Marks | 'base', number>>

/** The tag has not been seen for a while. */
export const goneWeights: Weights = {
  base: 10.013,
  began: 5.889,
  ended: 6.945,
  shareBefore: 5.165,
  shareAfter: 4.739,
  massBefore: 0.518,
  massAfter: 0.645,
  reads: -2.326,
  peakFrom: 0.247,
  peakTo: 0.134,
  rise: 0.232,
  offPeak: -0.122,
}
/** It is in view still, a while after the change-over. */
export const inViewWeights: Weights = {
  base: 4.834,
  began: 6.469,
  ended: 2.284,
  shareBefore: 2.919,
  shareAfter: 7.036,
  massBefore: 0.449,
  massAfter: -1.326,
  reads: 0.398,
  peakFrom: 0.069,
  peakTo: 0.269,
  rise: 0.186,
  offPeak: -0.149,
}
/** Light beams say when somebody went through, and which way. */
export const crossedWeights: Weights = {
  base: -3.128,
  began: -1.025,
  ended: 1.825,
  shareBefore: 8.324,
  shareAfter: 3.2,
  massBefore: 0.325,
  massAfter: 0.553,
  reads: -1.829,
  peakFrom: -0.061,
  peakTo: 0.089,
  rise: 0.304,
  offPeak: -0.173,
}

export function oddsOf(marks: Marks, weights: Weights): number {
  return MARKS.reduce((sum, mark) => sum + weights[mark] * marks[mark], weights.base)
}

/** Thousandths. */
export const chanceOf = (odds: number) => Math.round(1_000 / (1 + Math.exp(-odds)))
export const oddsOfChance = (milli: number) => Math.log(milli / (1_000 - milli))
