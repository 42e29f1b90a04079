import { createHash } from 'node:crypto'
import type { FrameJob } from './inference-messages.ts'
import type { Detector } from './onnx-detector.ts'
import { PictureRefused, prepareInput } from './picture.ts'
import { judgePicture, type QualityFault } from './quality.ts'
import type { ShelfSample } from './shelf-sample.ts'
import { sampleZones } from './zones.ts'

export interface Look {
  readonly sample: ShelfSample
  /** Of the model alone; null when the picture did not get that far. */
  readonly inferenceMs: number | null
}

/** One frame from JPEG to shelf sample. A bad picture is a sample too; only a defect throws. */
export async function lookAt(detector: Detector, job: FrameJob): Promise<Look> {
  const { camera, atMs, jpeg } = job
  const frameSha256 = createHash('sha256').update(jpeg).digest('hex')
  const head = { camera: camera.camera, atMs, frameSha256 }
  const unusable = (fault: QualityFault): Look => ({
    sample: { kind: 'unusable', ...head, ...fault },
    inferenceMs: null,
  })
  const prepared = await prepareInput(jpeg, detector.inputShape).catch(faultOf)
  if ('reason' in prepared) return unusable(prepared)
  const fault = judgePicture({ ...prepared.placement, luma: prepared.luma }, camera)
  if (fault) return unusable(fault)

  const startedMs = performance.now()
  const traces = await detector.detect(prepared)
  const inferenceMs = performance.now() - startedMs
  const zones = sampleZones(traces, camera, { scoreMin: detector.scoreMin })
  const detections = traces.filter(({ score }) => score >= detector.scoreMin)
  return { sample: { kind: 'usable', ...head, detections, zones }, inferenceMs }
}

function faultOf(cause: unknown): QualityFault {
  if (!(cause instanceof PictureRefused)) throw cause
  return { reason: cause.code, detail: cause.message }
}
