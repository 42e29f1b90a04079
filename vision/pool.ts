import { type DroppedFrame, drop, FrameQueue, type WaitingFrame } from './frame-queue.ts'
import { forkInference, type InferenceChild } from './inference-child.ts'
import type { FrameJob, FromInference } from './inference-messages.ts'
import type { ModelIdentity } from './onnx-detector.ts'
import { PoisonList, sha256Of } from './poison-list.ts'
import type { ShelfSample } from './shelf-sample.ts'
import { createTimings } from './timings.ts'

export interface VisionLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface VisionPoolOptions {
  /** Folder with `manifest.json`, the model and its self-test picture. */
  readonly modelFolder: string
  /** A frame that takes longer has hung; its process is killed. */
  readonly deadlineMs?: number
  /** Wait before the first restart; doubled with each failure in a row up to half a minute. */
  readonly restartBackoffMs?: number
  readonly log: VisionLog
}

export interface VisionPool {
  /**
   * Looks at a frame. Never rejects: a bad picture is an `unusable` sample, a frame that was not
   * looked at is `dropped` (a newer one came, no model runs, or the pool stopped).
   */
  submit(job: FrameJob): Promise<ShelfSample | DroppedFrame>
  /** Waits for the frame in hand, drops the waiting ones, ends the process. */
  stop(): Promise<void>
  status(): VisionStatus
}

export interface VisionStatus {
  readonly state: Phase['kind']
  readonly pid: number | null
  /** Null until a model has passed its self-test. */
  readonly model: ModelIdentity | null
  readonly restarts: number
  /** Frames looked at since the start, unusable ones too. */
  readonly frames: number
  readonly dropped: number
  readonly queueDepth: number
  readonly lastError: string | null
  /** Of the model alone, over the last few hundred frames; null before the first. */
  readonly inferenceMs: { readonly p50: number; readonly p95: number } | null
}

type Phase =
  | { readonly kind: 'starting' | 'idle' | 'ending'; readonly child: InferenceChild }
  | { readonly kind: 'looking'; readonly child: InferenceChild; readonly frame: WaitingFrame }
  | { readonly kind: 'restarting' | 'stopped' }

const JPEG_BYTES_MAX = 8 * 1024 * 1024
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
  readonly #timings = createTimings()
  #phase: Phase = { kind: 'stopped' }
  #timer: NodeJS.Timeout | undefined
  #model: ModelIdentity | null = null
  #lastError: string | null = null
  /** Why the process is about to end, when that is known before it ends. */
  #cause: string | null = null
  #restarts = 0
  #frames = 0
  #dropped = 0
  #failuresInARow = 0
  /** Set once `stop` is called; told when the process has ended. */
  #stopped: PromiseWithResolvers | null = null

  constructor(options: VisionPoolOptions) {
    this.#options = { deadlineMs: DEADLINE_MS, restartBackoffMs: BACKOFF_MS, ...options }
  }

  start(): void {
    const child = forkInference(this.#options.modelFolder, {
      onMessage: (message) => this.#hear(message),
      onEnded: (how) => this.#ended(how),
    })
    this.#enter({ kind: 'starting', child }, START_DEADLINE_MS, () => {
      this.#fail(child, `the model was not ready within ${START_DEADLINE_MS} ms`)
    })
  }

  submit(job: FrameJob): Promise<ShelfSample | DroppedFrame> {
    return new Promise((resolve) => {
      const frame: WaitingFrame = { job, settle: (outcome) => this.#settle(outcome, resolve) }
      if (this.#stopped) return drop(frame, 'stopped')
      const refusal = this.#refusalOf(job)
      if (refusal) return frame.settle(refusal)
      this.#queue.put(frame)
      this.#next()
    })
  }

  stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = withResolvers()
      this.#queue.dropAll('stopped')
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
      frames: this.#frames,
      dropped: this.#dropped,
      queueDepth: this.#queue.depth,
      lastError: this.#lastError,
      inferenceMs: this.#timings.read(),
    }
  }

  #settle(
    outcome: ShelfSample | DroppedFrame,
    resolve: (outcome: ShelfSample | DroppedFrame) => void,
  ) {
    if (outcome.kind === 'dropped') this.#dropped++
    else this.#frames++
    resolve(outcome)
  }

  /** What needs no process to be refused. */
  #refusalOf({ camera, atMs, jpeg }: FrameJob): ShelfSample | null {
    const head = { kind: 'unusable', camera: camera.camera, atMs } as const
    if (jpeg.byteLength > JPEG_BYTES_MAX)
      return {
        ...head,
        frameSha256: sha256Of(jpeg),
        reason: 'too-large',
        detail: `picture must have at most ${JPEG_BYTES_MAX} bytes, got ${jpeg.byteLength}`,
      }
    const frameSha256 = this.#poison.find({ camera, atMs, jpeg })
    if (frameSha256 === null) return null
    const detail = 'the inference process died on this very picture twice'
    return { ...head, frameSha256, reason: 'poison', detail }
  }

  /** Gives the idle process its next frame. */
  #next(): void {
    if (this.#phase.kind !== 'idle') return
    const frame = this.#queue.take()
    if (!frame) return
    const { child } = this.#phase
    const { deadlineMs } = this.#options
    this.#enter({ kind: 'looking', child, frame }, deadlineMs, () => {
      this.#fail(child, `camera ${frame.job.camera.camera}: a frame took over ${deadlineMs} ms`)
    })
    child.look(frame.job)
  }

  #hear(message: FromInference): void {
    switch (message.kind) {
      case 'ready':
        return this.#ready(message.model)
      case 'looked':
        return this.#looked(message.sample, message.inferenceMs)
      case 'refused':
        this.#cause = message.message
    }
  }

  #ready(model: ModelIdentity): void {
    if (this.#phase.kind !== 'starting') return
    const { child } = this.#phase
    this.#model = model
    this.#enter({ kind: 'idle', child })
    this.#options.log.info({ ...model, pid: child.pid }, 'vision: the model passed its self-test')
    this.#next()
  }

  #looked(sample: ShelfSample, inferenceMs: number | null): void {
    if (this.#phase.kind !== 'looking') return
    const { child, frame } = this.#phase
    this.#failuresInARow = 0
    if (inferenceMs !== null) this.#timings.add(inferenceMs)
    this.#poison.clear(sample.frameSha256)
    this.#enter({ kind: 'idle', child })
    frame.settle(sample)
    if (this.#stopped) return this.#end()
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
    const waitMs = Math.min(
      this.#options.restartBackoffMs * 2 ** this.#failuresInARow,
      BACKOFF_MAX_MS,
    )
    this.#failuresInARow++
    this.#restarts++
    this.#lastError = this.#cause ?? how
    this.#cause = null
    this.#options.log.warn(
      { cause: this.#lastError, how, waitMs },
      'vision: the inference process ended; it will be started again',
    )
    this.#enter({ kind: 'restarting' }, waitMs, () => this.start())
  }

  #blame(frame: WaitingFrame): void {
    this.#poison.blame(frame.job)
    if (this.#stopped) return drop(frame, 'stopped')
    const refusal = this.#refusalOf(frame.job)
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

interface PromiseWithResolvers {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

function withResolvers(): PromiseWithResolvers {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
