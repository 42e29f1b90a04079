import type { Look } from './look.ts'
import type { ModelIdentity } from './onnx-detector.ts'
import type { Camera } from './shelf-sample.ts'

/** A frame to be looked at. */
export interface FrameJob {
  readonly camera: Camera
  /** Device time of the frame. */
  readonly atMs: number
  readonly jpeg: Uint8Array
}

/** From the gateway to the inference process; one frame at a time. */
export type ToInference =
  | { readonly kind: 'look'; readonly job: FrameJob }
  /** End once idle. */
  | { readonly kind: 'end' }

/** From the inference process to the gateway. */
export type FromInference =
  | { readonly kind: 'ready'; readonly model: ModelIdentity }
  | { readonly kind: 'refused'; readonly message: string }
  | ({ readonly kind: 'looked' } & Look)
  /** What is enrolled has changed, or why it cannot be used. */
  | { readonly kind: 'enrolled'; readonly skus: number; readonly fault: string | null }
