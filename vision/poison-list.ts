import { createHash } from 'node:crypto'
import type { FrameJob } from './inference-messages.ts'
import type { ShelfSample } from './shelf-sample.ts'

/** Refused before it is handed to another process. */
const JPEG_BYTES_MAX = 8 * 1024 * 1024

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

/** What needs no process to be refused. */
export function refusalOf(job: FrameJob, poison: PoisonList): ShelfSample | null {
  const { camera, atMs, jpeg } = job
  const head = { kind: 'unusable', camera: camera.camera, atMs } as const
  if (jpeg.byteLength > JPEG_BYTES_MAX)
    return {
      ...head,
      frameSha256: sha256Of(jpeg),
      reason: 'too-large',
      detail: `picture must have at most ${JPEG_BYTES_MAX} bytes, got ${jpeg.byteLength}`,
    }
  const frameSha256 = poison.find(job)
  if (frameSha256 === null) return null
  const detail = 'the inference process died on this very picture twice'
  return { ...head, frameSha256, reason: 'poison', detail }
}

function sha256Of(jpeg: Uint8Array): string {
  return createHash('sha256').update(jpeg).digest('hex')
}
