import type { Worker } from 'node:worker_threads'
import type { Config } from '../config/schema.ts'
import { startWorker } from '../process/entry.ts'
import type { FromReader, Question, ToReader } from './questions.ts'

/** A question that got no answer: too slow, too many, or the reader died. Worth asking again. */
export class ReaderFailure extends Error {
  override readonly name = 'ReaderFailure'
}

export interface ReaderThreadOptions {
  readonly file: string
  readonly config: Config
  readonly answerMs: number
  readonly waitingMax: number
}

/** Loading the program and opening the books; a busy machine may take its time. */
const START_MS = 30_000

interface Pending {
  readonly question: Question
  readonly resolve: (answer: unknown) => void
  readonly reject: (failure: ReaderFailure) => void
}

/**
 * One thread that answers one question at a time. SQLite cannot be interrupted from outside, so
 * a question over its time ends the thread (it only reads: nothing is lost); the next question
 * starts a new one.
 */
export class ReaderThread {
  readonly #options: ReaderThreadOptions
  readonly #queue: Pending[] = []
  #worker: Worker | null = null
  #isReady = false
  #asked: Pending | null = null
  #nextId = 1
  #deadline: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: ReaderThreadOptions) {
    this.#options = options
  }

  /** Resolves with the answer; rejects with a `ReaderFailure`. */
  ask(question: Question): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) return reject(new ReaderFailure('the reader has stopped'))
      if (this.#queue.length >= this.#options.waitingMax)
        return reject(new ReaderFailure(`${this.#queue.length} questions are waiting already`))
      this.#queue.push({ question, resolve, reject })
      return this.#next()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const worker = this.#worker
    this.#lose(new ReaderFailure('the reader has stopped'))
    await worker?.terminate()
  }

  #next(): void {
    if (this.#asked) return
    if (!this.#worker) this.#start()
    if (!this.#isReady) return
    const pending = this.#queue.shift()
    if (!pending) return
    this.#asked = pending
    const message: ToReader = { id: this.#nextId++, question: pending.question }
    this.#worker?.postMessage(message)
    this.#expectWithin(this.#options.answerMs, `to answer ${pending.question.report}`)
  }

  #start(): void {
    const { file, config } = this.#options
    const worker = startWorker(import.meta.url, './reader.entry', { workerData: { file, config } })
    this.#worker = worker
    this.#expectWithin(START_MS, 'to start')
    let cause: unknown
    worker.on('message', (message: FromReader) => this.#hear(worker, message))
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return
      this.#lose(new ReaderFailure(`the reader died (exit code ${code})`, { cause }))
    })
  }

  #hear(worker: Worker, message: FromReader): void {
    if (this.#worker !== worker) return
    clearTimeout(this.#deadline)
    const asked = this.#asked
    this.#asked = null
    if (message.kind === 'ready') this.#isReady = true
    else if (message.kind === 'answer') asked?.resolve(message.answer)
    else asked?.reject(new ReaderFailure(message.message))
    this.#next()
  }

  #expectWithin(limitMs: number, what: string): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => {
      const worker = this.#worker
      this.#lose(new ReaderFailure(`expected the reader ${what} within ${limitMs} ms`))
      // The thread ends at its next instruction; what it still says is no longer heard.
      worker?.terminate().catch(() => undefined)
    }, limitMs)
  }

  /** The running question fails; waiting ones go to the next thread, unless none could start. */
  #lose(failure: ReaderFailure): void {
    clearTimeout(this.#deadline)
    const neverReady = !this.#isReady
    const lost = this.#asked ? [this.#asked] : []
    this.#worker = null
    this.#isReady = false
    this.#asked = null
    if (neverReady || this.#stopped) lost.push(...this.#queue.splice(0))
    for (const { reject } of lost) reject(failure)
    if (this.#queue.length > 0) this.#next()
  }
}
