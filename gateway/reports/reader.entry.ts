import assert from 'node:assert'
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase, openLedger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { createAnswers } from './answer.ts'
import type { FromReader, ToReader } from './questions.ts'

/** The reader's thread: a connection that cannot write, one question at a time. */
const { file, config }: { file: string; config: Config } = workerData
const port = parentPort
assert(port, 'the reader runs as a worker thread')
const say = (message: FromReader) => port.postMessage(message)

const { site } = config
const db = openDatabase(file, { readonly: true })
const ledger = openLedger(db, {
  site: site.id,
  currency: { code: site.currency, minorUnits: site.minorUnits },
})
const answerTo = createAnswers(db, ledger, config)
// One question sees one state of the books; its read transaction ends with the answer, so that
// the write-ahead log is never held back for longer.
const answerAtOnce = db.transaction(answerTo)

port.on('message', ({ id, question }: ToReader) => {
  try {
    say({ kind: 'answer', id, answer: answerAtOnce(question) })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    say({ kind: 'failed', id, message: `${question.report} could not be read: ${message}` })
  }
})
say({ kind: 'ready' })
