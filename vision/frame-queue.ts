import type { FrameJob } from './inference-messages.ts'
import type { ShelfSample } from './shelf-sample.ts'

/** The frame was not looked at and nothing follows from it. */
export interface DroppedFrame {
  readonly kind: 'dropped'
  readonly camera: string
  readonly atMs: number
  readonly reason: 'newer-frame' | 'no-detector' | 'stopped'
}

/** A frame with the promise that waits for it. */
export interface WaitingFrame {
  readonly job: FrameJob
  /** When it came, by the process's own clock. */
  readonly submittedMs: number
  readonly settle: (outcome: ShelfSample | DroppedFrame) => void
}

/**
 * One place per camera: the newest frame waits. A camera keeps its turn when its frame is replaced,
 * so a fast camera cannot starve a slow one.
 */
export class FrameQueue {
  readonly #waiting = new Map<string, WaitingFrame>()

  get depth(): number {
    return this.#waiting.size
  }

  /** Settles whichever of the two frames is older as dropped. */
  put(frame: WaitingFrame): void {
    const { camera } = frame.job.camera
    const other = this.#waiting.get(camera)
    const isOlder = other !== undefined && other.job.atMs > frame.job.atMs
    if (isOlder) return drop(frame, 'newer-frame')
    if (other) drop(other, 'newer-frame')
    this.#waiting.set(camera, frame)
  }

  /** A frame whose process died takes the first turn, unless a newer one came meanwhile. */
  putBack(frame: WaitingFrame): void {
    const { camera } = frame.job.camera
    if (this.#waiting.has(camera)) return drop(frame, 'newer-frame')
    const others = [...this.#waiting]
    this.#waiting.clear()
    this.#waiting.set(camera, frame)
    for (const [name, other] of others) this.#waiting.set(name, other)
  }

  take(): WaitingFrame | null {
    for (const [camera, frame] of this.#waiting) {
      this.#waiting.delete(camera)
      return frame
    }
    return null
  }

  dropAll(reason: DroppedFrame['reason']): void {
    for (const frame of this.#waiting.values()) drop(frame, reason)
    this.#waiting.clear()
  }
}

export function drop({ job, settle }: WaitingFrame, reason: DroppedFrame['reason']): void {
  settle({ kind: 'dropped', camera: job.camera.camera, atMs: job.atMs, reason })
}
