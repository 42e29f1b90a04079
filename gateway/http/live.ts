import { z } from 'zod'
import type { VisionPool } from '../../vision/index.ts'
import type { DeviceLive } from '../devices/desk.ts'
import type { DestinationStatus } from '../forwarding/forwarder.ts'

/** What the running parts say of themselves at this moment; not in the books. */
export interface Live {
  readonly nowMs: number
  readonly devices: readonly DeviceLive[]
  readonly cameras: readonly CameraLive[]
  readonly vision: ReturnType<VisionPool['status']>
  readonly store: {
    readonly writable: boolean
    readonly waiting: number
    readonly restarts: number
  }
  readonly destinations: readonly DestinationStatus[]
  readonly mqttClients: number
  readonly loopDelayP99Ms: number
}

/** Absent fields: no frame has come yet. */
export interface CameraLive {
  readonly camera: string
  readonly atMs?: number
  readonly outcome?: string
  readonly detail?: string
}

const count = z.int().min(0)

export const deviceSchema = z.object({
  device: z.string(),
  profile: z.string(),
  connected: z.boolean(),
  lastSeenAtMs: z.int().nullable(),
  messages: count.describe('since the start'),
  refused: count,
})

export const cameraLiveSchema = z.object({
  camera: z.string(),
  atMs: z.int().optional(),
  outcome: z.string().optional(),
  detail: z.string().optional(),
})

export const visionSchema = z.object({
  state: z.string(),
  pid: z.int().nullable(),
  model: z.object({ name: z.string(), version: z.string(), sha256: z.string() }).nullable(),
  restarts: count,
  frames: count,
  dropped: count,
  queueDepth: count,
  lastError: z.string().nullable(),
  inferenceMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
})

export const destinationSchema = z.object({
  state: z.string().describe('what the forwarder is doing'),
  attempts: count.describe('failed tries of the batch at hand'),
  lastError: z.string().nullable().describe('why the batch at hand is not acknowledged yet'),
  nextTryAtMs: z.int().nullable(),
  lastAcknowledged: z.int().nullable().describe('since the start'),
  lastAcknowledgedAtMs: z.int().nullable(),
})
