import { createHash } from 'node:crypto'
import type { FrameJob } from './inference-messages.ts'

const DEATHS_MAX = 2
/** Suspects are remembered by hash alone; the oldest is forgotten first. */
const SUSPECTS_MAX = 256

/** Frames on which the inference process died. Hashes nothing while there is no suspect. */
export class PoisonList {
  readonly #deaths = new Map<string, number>()

  /** The frame's SHA-256 when it has killed often enough, else null. */
  find(job: FrameJob): string | null {
    if (this.#deaths.size === 0) return null
    const sha256 = sha256Of(job.jpeg)
    return (this.#deaths.get(sha256) ?? 0) >= DEATHS_MAX ? sha256 : null
  }

  blame(job: FrameJob): void {
    const sha256 = sha256Of(job.jpeg)
    const deaths = (this.#deaths.get(sha256) ?? 0) + 1
    this.#deaths.delete(sha256)
    this.#deaths.set(sha256, deaths)
    const [oldest] = this.#deaths.keys()
    if (this.#deaths.size > SUSPECTS_MAX && oldest !== undefined) this.#deaths.delete(oldest)
  }

  /** It was looked at after all: the death was not its doing. */
  clear(frameSha256: string): void {
    this.#deaths.delete(frameSha256)
  }
}

export function sha256Of(jpeg: Uint8Array): string {
  return createHash('sha256').update(jpeg).digest('hex')
}
