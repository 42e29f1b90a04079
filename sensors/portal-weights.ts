import { MARKS, type Marks } from './portal-marks.ts'

/**
 * How much each mark of a pass tells, in log-odds per unit of the mark: logistic regressions on
 * the radio model's training scenes, made by `radio.entry.ts fit`, which prints these figures.
 */
export type Weights = Readonly<Record<keyof Marks | 'base', number>>

/** The tag has not been seen for a while. */
export const goneWeights: Weights = {
  base: 5.738,
  began: 4.93,
  ended: 6.862,
  shareBefore: 4.372,
  shareAfter: 3.766,
  massBefore: 0.792,
  massAfter: 0.638,
  reads: -1.474,
  peakFrom: 0.204,
  peakTo: 0.072,
  rise: 0.201,
  offPeak: -1.541,
}
/** It is in view still, a while after the change-over. */
export const inViewWeights: Weights = {
  base: -2.108,
  began: 5.364,
  ended: 1.625,
  shareBefore: 6.808,
  shareAfter: 7.11,
  massBefore: 0.929,
  massAfter: -1.053,
  reads: -0.276,
  peakFrom: -0.011,
  peakTo: 0.273,
  rise: 0.268,
  offPeak: 0.099,
}
/** Light beams say when somebody went through, and which way. */
export const crossedWeights: Weights = {
  base: -9.408,
  began: 0.687,
  ended: 3.566,
  shareBefore: 6.137,
  shareAfter: 2.453,
  massBefore: 2.266,
  massAfter: 2.029,
  reads: -3.062,
  peakFrom: -0.068,
  peakTo: 0.007,
  rise: 0.359,
  offPeak: -1.469,
}

export function oddsOf(marks: Marks, weights: Weights): number {
  return MARKS.reduce((sum, mark) => sum + weights[mark] * marks[mark], weights.base)
}

/** Thousandths. */
export const chanceOf = (odds: number) => Math.round(1_000 / (1 + Math.exp(-odds)))
export const oddsOfChance = (milli: number) => Math.log(milli / (1_000 - milli))
