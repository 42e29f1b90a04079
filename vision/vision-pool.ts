import type { DroppedFrame } from './frame-queue.ts'
import type { FrameJob } from './inference-messages.ts'
import type { ModelIdentity } from './onnx-detector.ts'
import type { PoolCounts } from './pool-counters.ts'
import type { RecognitionFiles } from './recognition/enrolled.ts'
import type { ShelfSample } from './shelf-sample.ts'

export interface VisionLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface VisionPoolOptions {
  /** Folder with `manifest.json`, the model and its self-test picture. */
  readonly modelFolder: string
  /** Embedder and gallery: once something is enrolled, items are compared with it. */
  readonly recognition?: RecognitionFiles | null
  /** A frame that takes longer has hung; its process is killed. Less once usual times are known. */
  readonly deadlineMs?: number
  /** The first restart comes at once, the second after this; doubled up to half a minute. */
  readonly restartBackoffMs?: number
  readonly log: VisionLog
}

export interface VisionPool {
  /**
   * Looks at a frame. Never rejects: a bad picture is an `unusable` sample, a frame that was not
   * looked at is `dropped` (a newer one came, no model runs, or the pool stopped).
   */
  submit(job: FrameJob): Promise<ShelfSample | DroppedFrame>
  /**
   * Changes to another model without a pause: it starts in a process of its own and takes over
   * between two frames once it has passed its self-test. Rejects with `ModelRefused`; the model
   * that works goes on then.
   */
  swap(modelFolder: string): Promise<ModelIdentity>
  /** Waits for the frame in hand, drops the waiting ones, ends the process. */
  stop(): Promise<void>
  status(): VisionStatus
}

export interface VisionStatus extends PoolCounts {
  readonly state: 'starting' | 'idle' | 'looking' | 'ending' | 'restarting' | 'stopped'
  readonly pid: number | null
  /** Null until a model has passed its self-test. */
  readonly model: ModelIdentity | null
  readonly restarts: number
  /** SKUs with enrolled pictures. */
  readonly skusEnrolled: number
  readonly queueDepth: number
  readonly lastError: string | null
}
