import { type DroppedFrame, drop, FrameQueue, type WaitingFrame } from './frame-queue.ts'
import { forkInference, type InferenceChild, type InferenceEvents } from './inference-child.ts'
import type { FrameJob, FromInference } from './inference-messages.ts'
import type { Look } from './look.ts'
import { ModelRefused } from './model-manifest.ts'
import { type ReadyChild, tryModel } from './model-trial.ts'
import type { ModelIdentity } from './onnx-detector.ts'
import { PoisonList, refusalOf } from './poison-list.ts'
import { PoolCounters } from './pool-counters.ts'
import type { ShelfSample } from './shelf-sample.ts'
import type { VisionPool, VisionPoolOptions, VisionStatus } from './vision-pool.ts'

type Phase =
  | { readonly kind: 'starting' | 'idle' | 'ending'; readonly child: InferenceChild }
  | {
      readonly kind: 'looking'
      readonly child: InferenceChild
      readonly frame: WaitingFrame
      readonly sinceMs: number
    }
  | { readonly kind: 'restarting' | 'stopped' }

const DEADLINE_MS = 10_000
const START_DEADLINE_MS = 60_000
const END_DEADLINE_MS = 10_000
const BACKOFF_MS = 500
const BACKOFF_MAX_MS = 30_000

/** Starts the inference process and keeps it running. */
export function startVisionPool(options: VisionPoolOptions): VisionPool {
  const pool = new Supervisor(options)
  pool.start()
  return pool
}

class Supervisor implements VisionPool {
  readonly #options: Required<VisionPoolOptions>
  readonly #queue = new FrameQueue()
  readonly #poison = new PoisonList()
  readonly #counters = new PoolCounters()
  #modelFolder: string
  /** Has passed its self-test and takes over between two frames. */
  #heir: ReadyChild | null = null
  #phase: Phase = { kind: 'stopped' }
  #timer: NodeJS.Timeout | undefined
  #model: ModelIdentity | null = null
  #lastError: string | null = null
  /** Why the process is about to end, when that is known before it ends. */
  #cause: string | null = null
  #restarts = 0
  #skusEnrolled = 0
  #failuresInARow = 0
  /** Set once `stop` is called; told when the process has ended. */
  #stopped: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null

  constructor(options: VisionPoolOptions) {
    const usual = { deadlineMs: DEADLINE_MS, restartBackoffMs: BACKOFF_MS, recognition: null }
    this.#options = { ...usual, ...options }
    this.#modelFolder = options.modelFolder
  }

  start(): void {
    const child = forkInference(
      this.#modelFolder,
      this.#options.recognition,
      this.#eventsOf(() => child),
    )
    this.#enter({ kind: 'starting', child }, START_DEADLINE_MS, () => {
      this.#fail(child, `the model was not ready within ${START_DEADLINE_MS} ms`)
    })
  }

  async swap(modelFolder: string): Promise<ModelIdentity> {
    const heir = await tryModel(modelFolder, this.#options.recognition, START_DEADLINE_MS)
    heir.takeOver(this.#eventsOf(() => heir.child))
    if (this.#stopped) {
      heir.child.kill()
      throw new ModelRefused('the pool has stopped')
    }
    this.#heir?.child.kill()
    this.#heir = heir
    this.#modelFolder = modelFolder
    if (this.#phase.kind !== 'looking') this.#inherit()
    return heir.model
  }

  submit(job: FrameJob): Promise<ShelfSample | DroppedFrame> {
    return new Promise((resolve) => {
      const submittedMs = performance.now()
      const settle = (outcome: ShelfSample | DroppedFrame) => {
        this.#counters.settled(outcome)
        resolve(outcome)
      }
      const frame: WaitingFrame = { job, submittedMs, settle }
      if (this.#stopped) return drop(frame, 'stopped')
      const refusal = refusalOf(job, this.#poison)
      if (refusal) return frame.settle(refusal)
      this.#queue.put(frame)
      this.#next()
    })
  }

  stop(): Promise<void> {
    if (!this.#stopped) {
      let resolve = () => {}
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#stopped = { promise, resolve }
      this.#queue.dropAll('stopped')
      this.#heir?.child.kill()
      if (this.#phase.kind === 'restarting') this.#rest()
      if (this.#phase.kind === 'starting' || this.#phase.kind === 'idle') this.#end()
    }
    return this.#stopped.promise
  }

  status(): VisionStatus {
    return {
      state: this.#phase.kind,
      pid: 'child' in this.#phase ? this.#phase.child.pid : null,
      model: this.#model,
      restarts: this.#restarts,
      skusEnrolled: this.#skusEnrolled,
      queueDepth: this.#queue.depth,
      lastError: this.#lastError,
      ...this.#counters.read(),
    }
  }

  /** A process that has been replaced says no more. */
  #eventsOf(own: () => InferenceChild): InferenceEvents {
    const isOurs = () =>
      ('child' in this.#phase && this.#phase.child === own()) || this.#heir?.child === own()
    return {
      onMessage: (message) => {
        if (isOurs()) this.#hear(message)
      },
      onEnded: (how) => {
        if (!isOurs()) return
        if (this.#heir?.child === own()) this.#heir = null
        else this.#ended(how)
      },
    }
  }

  /** The old process ends by itself; whatever waits goes to the new one. */
  #inherit(): void {
    const heir = this.#heir
    if (!heir) return
    if ('child' in this.#phase) this.#phase.child.end()
    this.#heir = null
    this.#failuresInARow = 0
    this.#enter({ kind: 'starting', child: heir.child })
    this.#ready(heir.model)
  }

  /** Gives the idle process its next frame. */
  #next(): void {
    if (this.#phase.kind !== 'idle') return
    const frame = this.#queue.take()
    if (!frame) return
    const { child } = this.#phase
    const deadlineMs = Math.round(this.#counters.patienceMs(this.#options.deadlineMs))
    const sinceMs = performance.now()
    this.#counters.started(sinceMs - frame.submittedMs)
    this.#enter({ kind: 'looking', child, frame, sinceMs }, deadlineMs, () => {
      this.#fail(child, `camera ${frame.job.camera.camera}: a frame took over ${deadlineMs} ms`)
    })
    child.look(frame.job)
  }

  #hear(message: FromInference): void {
    switch (message.kind) {
      case 'ready':
        return this.#ready(message.model)
      case 'looked':
        return this.#looked(message)
      case 'enrolled':
        return this.#enrolled(message.skus, message.fault)
      case 'refused':
        this.#cause = message.message
    }
  }

  #ready(model: ModelIdentity): void {
    if (this.#phase.kind !== 'starting') return
    const { child } = this.#phase
    this.#model = model
    this.#enter({ kind: 'idle', child })
    this.#options.log.info({ model, pid: child.pid }, 'vision: the model passed its self-test')
    this.#next()
  }

  #enrolled(skus: number, fault: string | null): void {
    this.#skusEnrolled = skus
    const { log } = this.#options
    if (fault === null) log.info({ skus }, 'vision: products are told by their enrolled pictures')
    else log.warn({ cause: fault }, 'vision: enrolled pictures cannot be used')
  }

  #looked(look: Look): void {
    if (this.#phase.kind !== 'looking') return
    const { child, frame, sinceMs } = this.#phase
    this.#failuresInARow = 0
    this.#counters.looked(performance.now() - sinceMs, look)
    this.#poison.clear(look.sample.frameSha256)
    this.#enter({ kind: 'idle', child })
    frame.settle(look.sample)
    if (this.#stopped) return this.#end()
    this.#inherit()
    this.#next()
  }

  /** The process must go; what follows is decided when it has ended. */
  #fail(child: InferenceChild, why: string): void {
    this.#cause = why
    child.kill()
  }

  #ended(how: string): void {
    const phase = this.#phase
    if (phase.kind === 'looking') this.#blame(phase.frame)
    if (this.#stopped) return this.#rest()
    if (phase.kind === 'starting') this.#queue.dropAll('no-detector')
    // One death may be chance, so the shelf is watched again at once.
    const doubled = this.#options.restartBackoffMs * 2 ** (this.#failuresInARow - 1)
    const waitMs = this.#failuresInARow === 0 ? 0 : Math.min(doubled, BACKOFF_MAX_MS)
    this.#failuresInARow++
    this.#restarts++
    this.#lastError = this.#cause ?? how
    this.#cause = null
    this.#options.log.warn(
      { cause: this.#lastError, how, waitMs },
      'vision: the inference process ended; it will be started again',
    )
    if (this.#heir) return this.#inherit()
    this.#enter({ kind: 'restarting' }, waitMs, () => this.start())
  }

  #blame(frame: WaitingFrame): void {
    this.#poison.blame(frame.job)
    if (this.#stopped) return drop(frame, 'stopped')
    const refusal = refusalOf(frame.job, this.#poison)
    if (refusal) frame.settle(refusal)
    else this.#queue.putBack(frame)
  }

  #end(): void {
    if (!('child' in this.#phase)) return
    const { child } = this.#phase
    this.#enter({ kind: 'ending', child }, END_DEADLINE_MS, () => child.kill())
    child.end()
  }

  #rest(): void {
    this.#enter({ kind: 'stopped' })
    this.#stopped?.resolve()
  }

  /** Every phase has at most one timer, and it goes when the phase does. */
  #enter(phase: Phase, afterMs = 0, then?: () => void): void {
    clearTimeout(this.#timer)
    this.#phase = phase
    this.#timer = then && setTimeout(then, afterMs)
  }
}
