import type { Answers } from '../reports/answers.ts'
import type { Period } from '../reports/periods.ts'
import type { Question } from '../reports/questions.ts'

type Text = string | undefined

/** What the options of `tallygate report` ask for; each report takes what it knows. */
export interface ReportWish {
  readonly sku: Text
  readonly location: Text
  readonly all: boolean
  readonly limit: number
  readonly upTo: Text
  readonly from: Text
  readonly to: Text
  readonly by: Period
  readonly of: 'sku' | 'category'
  readonly account: Text
  readonly kind: Text
  readonly sourceKey: Text
  readonly actor: Text
  /** Where the page before ended. */
  readonly after: Text
}

export interface NamedReport {
  readonly about: string
  /** A sentence where something is missing. */
  readonly question: (wish: ReportWish) => Question | string
  readonly text: (answer: unknown) => string
  /** Header and rows, for reports that other programs take in. */
  readonly csv?: (answer: unknown) => readonly (readonly string[])[]
}

/** Keeps question and text on the same report while they are written; the list holds any. */
export function named<R extends Question['report']>(definition: {
  readonly about: string
  readonly question: (wish: ReportWish) => Question | string
  readonly text: (answer: Answers[R]) => string
  readonly csv?: (answer: Answers[R]) => readonly (readonly string[])[]
}): NamedReport {
  // `text` and `csv` are only ever called with the answer to their own question.
  return definition as NamedReport
}

/** Said under a table that goes on. */
export function more(next: string | null): string {
  return next === null ? '' : `\n\n  more: --after '${next}', or a higher --limit`
}
