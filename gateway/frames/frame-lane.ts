import {
  type Box,
  blackOut,
  type Camera,
  cropJpeg,
  type Detection,
  type ShelfSample,
  type VisionPool,
} from '../../vision/index.ts'
import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import type { CameraConfig } from '../config/schema.ts'
import type { GatewayEvent } from '../events.ts'

/** The latest looked-at frame of one camera, in memory only. */
export interface ShownFrame {
  readonly jpeg: Uint8Array
  readonly atMs: number
  readonly detections: readonly Detection[]
  readonly width: number
  readonly height: number
}

export interface FrameLane {
  /** Takes a frame as it came; the camera may forget it at once. */
  take(camera: CameraConfig, topic: string, payload: Uint8Array): void
  latest(camera: string): ShownFrame | null
  /** A part of the latest frame with people blacked out; null when it must stay in memory. */
  crop(camera: string, box: Box): Promise<Uint8Array | null>
  outcomeOf(
    camera: string,
  ): { readonly atMs: number; readonly outcome: string; readonly detail: string } | null
}

export interface FrameLaneOptions {
  readonly vision: VisionPool
  readonly nowMs: () => number
  readonly submit: (body: WorkBody, settle: (verdict: Verdict) => void) => void
  readonly emit: (event: GatewayEvent) => void
}

/**
 * Frames on their way to the books: picture -> shelf sample (in the vision process) -> the
 * bookkeeper. A frame is no stock fact, so it is acknowledged on receipt and only the newest
 * waits; what a sample changes is committed before its `frame` event says so.
 */
export function createFrameLane(options: FrameLaneOptions): FrameLane {
  const shown = new Map<string, ShownFrame>()
  const kept = new Map<string, Kept>()
  const outcomes = new Map<string, { atMs: number; outcome: string; detail: string }>()

  const report = (camera: string, atMs: number, outcome: FrameOutcome, detail: string) => {
    outcomes.set(camera, { atMs, outcome, detail })
    options.emit({ type: 'frame', camera, atMs, outcome, detail })
  }
  const look = async (camera: CameraConfig, atMs: number, jpeg: Uint8Array) => {
    const sample = await options.vision.submit({ camera: geometryOf(camera), atMs, jpeg })
    if (sample.kind === 'dropped') return report(camera.id, atMs, 'dropped', 'a newer frame came')
    if (sample.kind === 'usable') show(camera, atMs, jpeg, sample)
    options.submit({ kind: 'sample', sample }, (verdict) => {
      const outcome = verdict.code === 'duplicate' ? 'duplicate' : sample.kind
      const detail = sample.kind === 'unusable' ? `${sample.reason}: ${sample.detail}` : ''
      if (verdict.status === 'not-stored') report(camera.id, atMs, 'dropped', 'the store refuses')
      else report(camera.id, atMs, outcome, detail)
    })
  }
  const show = (camera: CameraConfig, atMs: number, jpeg: Uint8Array, sample: Usable) => {
    // Real pictures are neither shown nor kept until people are blanked.
    const picture = camera.synthetic ? jpeg : new Uint8Array(0)
    const { width, height } = camera
    shown.set(camera.id, { jpeg: picture, atMs, detections: sample.detections, width, height })
    kept.set(camera.id, { jpeg, blanking: sample.blanking, isRendered: camera.synthetic })
  }

  return {
    take(camera, topic, payload) {
      // The payload is a view of the socket's buffer, which is used again after the answer.
      const jpeg = Uint8Array.from(payload)
      const nowMs = options.nowMs()
      const toldMs = frameTime(topic) ?? nowMs
      const atMs = Math.abs(toldMs - nowMs) <= CLOCK_OFF_MAX_MS ? toldMs : nowMs
      look(camera, atMs, jpeg).catch((cause: unknown) =>
        report(camera.id, atMs, 'unusable', `vision failed: ${String(cause)}`),
      )
    },
    latest: (camera) => shown.get(camera) ?? null,
    async crop(camera, box) {
      const frame = kept.get(camera)
      if (!frame) return null
      const { blanking, jpeg, isRendered } = frame
      if (blanking?.kind === 'blank')
        return await cropJpeg(await blackOut(jpeg, blanking.boxes), box)
      // Nobody is on a rendered picture but who was drawn there.
      return isRendered ? await cropJpeg(jpeg, box) : null
    },
    outcomeOf: (camera) => outcomes.get(camera) ?? null,
  }
}

/** A camera whose clock is further off has none; the time of receipt is better. */
const CLOCK_OFF_MAX_MS = 86_400_000

interface Kept {
  readonly jpeg: Uint8Array
  readonly blanking: Usable['blanking']
  readonly isRendered: boolean
}

type Usable = Extract<ShelfSample, { kind: 'usable' }>
type FrameOutcome = Extract<GatewayEvent, { type: 'frame' }>['outcome']

/** `.../frame/<boot>/<seq>/<epochMs>`; null when the topic does not say. */
function frameTime(topic: string): number | null {
  const match = /\/frame\/[^/]+\/[^/]+\/(\d{12,14})$/.exec(topic)
  return match ? Number(match[1]) : null
}

/** What vision needs to know of a camera. */
export function geometryOf(camera: CameraConfig): Camera {
  return {
    camera: camera.id,
    width: camera.width,
    height: camera.height,
    // SKU and location belong to the planogram, which the bookkeeper knows.
    zones: camera.zones.map(({ zone, slots }) => ({
      zone,
      sku: '',
      location: '',
      slots: slots.map(({ slot, box: [x, y, width, height] }) => ({
        slot,
        box: { x, y, width, height },
      })),
    })),
  }
}
