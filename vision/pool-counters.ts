import { CameraCounters, type CameraSight } from './camera-counters.ts'
import type { DroppedFrame } from './frame-queue.ts'
import type { Look } from './look.ts'
import type { ShelfSample } from './shelf-sample.ts'
import { createTimings } from './timings.ts'

type Percentiles = { readonly p50: number; readonly p95: number } | null

export interface PoolCounts {
  /** Frames looked at since the start, unusable ones too. */
  readonly frames: number
  readonly dropped: number
  readonly droppedBy: Readonly<Record<string, number>>
  readonly unusableBy: Readonly<Record<string, number>>
  /** Crops the embedder looked at. */
  readonly embedded: number
  /** Milliseconds over the last few hundred frames; null before the first. */
  readonly waitMs: Percentiles
  /** Decoding, gate, model and zones together. */
  readonly lookMs: Percentiles
  /** Of the model alone. */
  readonly inferenceMs: Percentiles
  /** From the JPEG to the model's input; and from the model's answer to the sample. */
  readonly decodeMs: Percentiles
  readonly postMs: Percentiles
  readonly cameras: readonly CameraSight[]
}

/** So much slower than the slowest twentieth is no load any more: the process hangs. */
const HANGS_FACTOR = 15
/** Even so a short stall of the whole machine is no reason to end a process. */
const PATIENCE_MIN_MS = 1_000

/** What became of the frames. */
export class PoolCounters {
  readonly #dropped = new Map<string, number>()
  readonly #unusable = new Map<string, number>()
  readonly #wait = createTimings()
  readonly #look = createTimings()
  readonly #inference = createTimings()
  readonly #decode = createTimings()
  readonly #post = createTimings()
  readonly #cameras = new CameraCounters()
  #frames = 0
  #embedded = 0

  settled(outcome: ShelfSample | DroppedFrame): void {
    if (outcome.kind === 'dropped') return addOne(this.#dropped, outcome.reason)
    this.#frames++
    this.#cameras.settled(outcome)
    if (outcome.kind === 'unusable') addOne(this.#unusable, outcome.reason)
  }

  started(waitMs: number): void {
    this.#wait.add(waitMs)
  }

  looked(lookMs: number, { inferenceMs, decodeMs, postMs, embedded }: Look): void {
    this.#embedded += embedded
    this.#decode.add(decodeMs)
    if (inferenceMs !== null) this.#post.add(postMs)
    this.#look.add(lookMs)
    if (inferenceMs !== null) this.#inference.add(inferenceMs)
  }

  /** How long a frame may take, at most `mostMs`. */
  patienceMs(mostMs: number): number {
    const usual = this.#look.read()
    if (!usual) return mostMs
    return Math.min(mostMs, Math.max(PATIENCE_MIN_MS, HANGS_FACTOR * usual.p95))
  }

  read(): PoolCounts {
    return {
      frames: this.#frames,
      dropped: [...this.#dropped.values()].reduce((sum, count) => sum + count, 0),
      droppedBy: Object.fromEntries(this.#dropped),
      unusableBy: Object.fromEntries(this.#unusable),
      embedded: this.#embedded,
      waitMs: this.#wait.read(),
      lookMs: this.#look.read(),
      inferenceMs: this.#inference.read(),
      decodeMs: this.#decode.read(),
      postMs: this.#post.read(),
      cameras: this.#cameras.read(),
    }
  }
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
