import type { Config } from '../config/schema.ts'
import type { AnswerTo, Question } from './questions.ts'
import { ReaderThread } from './reader-thread.ts'

export interface Reader {
  /** Rejects with a `ReaderFailure` when there is no answer in time. */
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>
  stop(): Promise<void>
}

export interface ReaderOptions {
  readonly file: string
  readonly config: Config
}

/** Questions that go through the whole journal; the others look up or page. */
const WHOLE_BOOKS: ReadonlySet<Question['report']> = new Set([
  'verify',
  'books-digest',
  'what-if',
  'margin',
  'demand',
  'variance',
  'journal',
  'record',
  'statement',
])

/**
 * Reports are read by threads of their own on read-only connections, so that no report holds up
 * the sockets or the bookkeeper. Those that go through the whole books have a second thread,
 * started when first asked, so that they hold up no other report.
 */
export async function startReader({ file, config }: ReaderOptions): Promise<Reader> {
  const { reportMs, wholeBooksReportMs, reportsWaiting } = config.limits
  const parts = { file, config, waitingMax: reportsWaiting }
  const quick = new ReaderThread({ ...parts, answerMs: reportMs })
  const thorough = new ReaderThread({ ...parts, answerMs: wholeBooksReportMs })
  // Books that cannot be read are known at the start.
  await quick.ask({ report: 'counts' })
  return {
    ask: async <Q extends Question>(question: Q) => {
      const thread = WHOLE_BOOKS.has(question.report) ? thorough : quick
      // The entry answers each question with the type that the tables of answers pair it with.
      return (await thread.ask(question)) as AnswerTo<Q>
    },
    stop: async () => {
      await Promise.all([quick.stop(), thorough.stop()])
    },
  }
}
