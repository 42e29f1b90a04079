import type { Worker } from 'node:worker_threads'
import type { Config } from '../config/schema.ts'
import type { GatewayEvent } from '../events.ts'
import type { Log } from '../log.ts'
import { startWorker } from '../process/entry.ts'
import { type PackedResult, packTurn, unpackResult } from './packing.ts'
import type { BookkeeperMessage, Verdict, Work, WorkBody } from './protocol.ts'
import { setAsideAs } from './work-sender.ts'

export interface LaneOptions {
  readonly config: Config
  readonly log: Log
  readonly nowMs: () => number
  readonly onEvents: (events: readonly GatewayEvent[]) => void
  readonly onSealed: (batchNumber: number) => void
  /** The held works are given up after `writeFailureHoldMs`: end the connections. */
  readonly onStoreRefusing: () => void
}

interface Pending {
  readonly work: Work
  readonly settle: (verdict: Verdict) => void
  deaths: number
}

const DEATHS_UNTIL_PARKED = 2
const STORE_RETRY_MS = 500
const DRAIN_MS = 5_000

/**
 * The road to the bookkeeper's thread. Group commit per turn: what arrives while the last commit
 * runs goes into the next. Nothing is settled before its commit. A disk that refuses holds the
 * works; a bookkeeper that dies is started again and the works are tried one by one, so that a
 * message which kills it twice is parked and cannot loop the store.
 */
export class Lane {
  readonly #options: LaneOptions
  readonly #queue: Pending[] = []
  #sending: Pending[] = []
  #worker: Worker | null = null
  #starting: Worker | null = null
  #nextId = 1
  #scheduled = false
  #failingSinceMs: number | null = null
  #store: 'writable' | 'refusing' = 'writable'
  #sealedBatch = 0
  #restarts = 0
  #stopping = false
  #retry: NodeJS.Timeout | undefined
  #restart: NodeJS.Timeout | undefined
  #onIdle: (() => void) | null = null

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Resolves with the gateway time of the last step on disk; 0 for a new store. */
  start(): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      if (this.#stopping) return reject(new Error('the lane has stopped'))
      const worker = startWorker(import.meta.url, './bookkeeper.entry', {
        workerData: { config: this.#options.config },
      })
      this.#starting = worker
      let cause: unknown
      worker.on('message', (message: BookkeeperMessage) => {
        if (message.kind === 'turn') return this.#settleTurn(message.result)
        if (message.kind === 'store-failed') return this.#storeFailed(message.message)
        this.#starting = null
        this.#worker = worker
        this.#sealedBatch = message.sealedBatch
        // A store that refused before the restart is asked first whether it writes again.
        if (this.#failingSinceMs === null) this.#schedule()
        else this.#post()
        return resolve(message.lastTickMs)
      })
      worker.on('error', (error) => {
        cause = error
      })
      worker.on('exit', (code) => {
        if (this.#worker === worker) return this.#died(cause ?? `exit code ${code}`)
        this.#starting = null
        return reject(
          cause instanceof Error ? cause : new Error(`the bookkeeper ended with ${code}`),
        )
      })
    })
  }

  submit(body: WorkBody, settle: (verdict: Verdict) => void): void {
    const id = this.#nextId++
    if (this.#store === 'refusing' || this.#stopping) return settle({ id, status: 'not-stored' })
    this.#queue.push({ work: workOf(body, id, this.#options.nowMs()), settle, deaths: 0 })
    return this.#schedule()
  }

  isWritable(): boolean {
    return this.#store === 'writable'
  }

  waiting(): number {
    return this.#queue.length + this.#sending.length
  }

  restarts(): number {
    return this.#restarts
  }

  async stop(): Promise<void> {
    if (this.#worker && this.isWritable() && this.waiting() > 0) await this.#drained()
    this.#stopping = true
    clearTimeout(this.#retry)
    clearTimeout(this.#restart)
    await this.#starting?.terminate()
    const worker = this.#worker
    if (!worker) return
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('stop')
    await exited
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, DRAIN_MS)
      this.#onIdle = () => {
        clearTimeout(patience)
        resolve()
      }
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#pump()
    })
  }

  #pump(): void {
    if (!this.#worker || this.#sending.length > 0 || this.#failingSinceMs !== null) return
    if (this.#queue.length === 0) return this.#onIdle?.()
    // After a death every work goes alone, so that the guilty one is found.
    const alone = this.#queue.some(({ deaths }) => deaths > 0)
    this.#sending = this.#queue.splice(0, alone ? 1 : this.#options.config.limits.worksPerCommit)
    return this.#post()
  }

  #post(): void {
    const turn = packTurn(this.#sending.map(parkedIfDeadly))
    this.#worker?.postMessage(turn, [turn.bytes])
  }

  /**
   * Verdicts come in the order of the works; the acknowledgements leave in that order, while the
   * bookkeeper is already at the next turn.
   */
  #settleTurn(packed: PackedResult): void {
    const settled = this.#sending
    this.#sending = []
    if (this.#failingSinceMs !== null) this.#storeWritesAgain()
    this.#pump()
    const { verdicts, events, sealedBatch } = unpackResult(
      packed,
      settled.map(({ work }) => work),
    )
    verdicts.forEach((verdict, index) => {
      settled[index]?.settle(verdict)
    })
    if (events.length > 0) this.#options.onEvents(events)
    if (sealedBatch !== this.#sealedBatch) {
      this.#sealedBatch = sealedBatch
      this.#options.onSealed(sealedBatch)
    }
  }

  #storeFailed(message: string): void {
    const now = performance.now()
    if (this.#failingSinceMs === null) {
      this.#failingSinceMs = now
      this.#options.log.error({ message }, 'the store does not write; acknowledgements are held')
      this.#options.onEvents([{ type: 'store', state: 'refusing', detail: message }])
    }
    const heldMs = now - this.#failingSinceMs
    if (this.isWritable() && heldMs >= this.#options.config.limits.writeFailureHoldMs)
      this.#giveUp()
    // The held works again, or, once they are given up, an empty turn that only tests the disk.
    this.#retry = setTimeout(() => this.#post(), STORE_RETRY_MS)
  }

  /** Devices keep what was not acknowledged and send it again. */
  #giveUp(): void {
    this.#store = 'refusing'
    for (const pending of [...this.#sending.splice(0), ...this.#queue.splice(0)])
      pending.settle({ id: pending.work.id, status: 'not-stored' })
    this.#options.onStoreRefusing()
  }

  #storeWritesAgain(): void {
    this.#failingSinceMs = null
    this.#store = 'writable'
    this.#options.log.info({}, 'the store writes again')
    this.#options.onEvents([{ type: 'store', state: 'writable', detail: 'the store writes again' }])
  }

  #died(cause: unknown): void {
    if (this.#stopping) return
    this.#options.log.error({ cause: String(cause) }, 'the bookkeeper died; it is started again')
    this.#worker = null
    this.#restarts += 1
    clearTimeout(this.#retry)
    // While the disk refuses, a death says nothing about what was being written.
    if (this.#failingSinceMs === null) for (const pending of this.#sending) pending.deaths += 1
    this.#queue.unshift(...this.#sending.splice(0))
    const afterMs = Math.min(5_000, 50 * 2 ** Math.min(this.#restarts, 7))
    this.#restart = setTimeout(
      () => this.start().catch((error: unknown) => this.#died(error)),
      afterMs,
    )
  }
}

/** Messages come by the thousand a second: copying one with `...` costs more than queueing it. */
function workOf(body: WorkBody, id: number, atMs: number): Work {
  if (body.kind !== 'message') return { ...body, id, atMs }
  const { kind, device, topic, payload } = body
  return { kind, id, atMs, device, topic, payload }
}

function parkedIfDeadly({ work, deaths }: Pending): Work {
  if (deaths < DEATHS_UNTIL_PARKED || work.kind === 'park') return work
  return setAsideAs(work, `expected to be handled, got the bookkeeper killed ${deaths} times`)
}
