import type { JournalFilter } from '../../ledger-core/index.ts'
import type { Masters } from '../documents/business-event.ts'
import type { Answers } from './answers.ts'
import type { Period, RowPage } from './periods.ts'

/** What may be asked of the reader; plain data, it crosses to another thread. */
export type Question = { readonly report: Exclude<keyof Answers, Asked['report']> } | Asked

type Asked =
  | { readonly report: 'stock'; readonly sku?: Text; readonly location?: Text }
  | ({ readonly report: 'movements'; readonly sku?: Text } & Page)
  | { readonly report: 'entry'; readonly sequence: number }
  | { readonly report: 'reviews'; readonly state: 'open' | 'all'; readonly limit: number }
  | { readonly report: 'quarantine'; readonly limit: number }
  | {
      readonly report: 'refusals'
      readonly limit: number
      readonly actor?: Text
      /** Business date. */
      readonly day?: Text
    }
  /** Null: nobody in particular, so what anybody on this machine may do. */
  | { readonly report: 'rights'; readonly person: string | null }
  /** By default the month that closes next. */
  | { readonly report: 'closing'; readonly period?: Text; readonly nowMs: number }
  | { readonly report: 'count-differences'; readonly count: string }
  | { readonly report: 'alerts'; readonly limit: number }
  /** The newest entries only, for a quick start. */
  | { readonly report: 'verify'; readonly lastEntries?: number | undefined }
  | { readonly report: 'expiring'; readonly upTo: string }
  | { readonly report: 'layers' | 'available'; readonly sku?: Text }
  | ({ readonly report: 'journal' } & JournalFilter & Page)
  | ({ readonly report: 'what-if'; readonly sku?: Text } & RowPage)
  | ({
      readonly report: 'margin'
      readonly by: Period
      readonly of: 'sku' | 'category'
      readonly sku?: Text
    } & Days &
      RowPage)
  | ({ readonly report: 'demand'; readonly sku?: Text } & Days & RowPage)
  | ({
      readonly report: 'variance'
      readonly by: Period
      readonly sku?: Text
      readonly location?: Text
    } & Days &
      RowPage)
  | ({ readonly report: 'record'; readonly sku: string } & RowPage)
  | ({ readonly report: 'statement'; readonly account: string } & Days & RowPage)
  | { readonly report: 'check-masters'; readonly masters: Masters }
  | { readonly report: 'next-batch'; readonly destination: string }

interface Days {
  /** ISO dates, both inclusive. */
  readonly from?: Text
  readonly to?: Text
}

/** Absent and undefined are the same to a question. */
type Text = string | undefined

export interface Page {
  readonly limit: number
  /** The `nextBefore` of the page before, or an entry's sequence. */
  readonly before?: Text
}

export type AnswerTo<Q extends Question> = Answers[Q['report']]
export type AskedFor<R extends Question['report']> = Extract<Question, { report: R }>

export type ToReader = { readonly id: number; readonly question: Question }
export type FromReader =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
