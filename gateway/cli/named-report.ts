import type { Answers } from '../reports/answers.ts'
import type { Question } from '../reports/questions.ts'

export interface ReportWish {
  readonly sku: string | undefined
  readonly location: string | undefined
  readonly all: boolean
  readonly limit: number
  readonly upTo: string | undefined
}

export interface NamedReport {
  readonly about: string
  /** A sentence where something is missing. */
  readonly question: (wish: ReportWish) => Question | string
  readonly text: (answer: unknown) => string
}

/** Keeps question and text on the same report while they are written; the list holds any. */
export function named<R extends Question['report']>(definition: {
  readonly about: string
  readonly question: (wish: ReportWish) => Question | string
  readonly text: (answer: Answers[R]) => string
}): NamedReport {
  // `text` is only ever called with the answer to its own question.
  return definition as NamedReport
}
