import { createHash } from 'node:crypto'
import { type CameraWatch, unwatched, watchFound, watchFrame } from './camera-watch.ts'
import type { FrameJob } from './inference-messages.ts'
import type { Detector } from './onnx-detector.ts'
import { PictureRefused, prepareInput } from './picture.ts'
import { judgePicture, type QualityFault } from './quality.ts'
import type { Detection, ShelfSample } from './shelf-sample.ts'
import { sampleZones } from './zones.ts'

export interface Look {
  readonly sample: ShelfSample
  /** Of the model alone; null when the picture did not get that far. */
  readonly inferenceMs: number | null
}

/** What one process remembers of each camera's pictures. */
export type CameraMemory = Map<string, CameraWatch>

/** One frame from JPEG to shelf sample. A bad picture is a sample too; only a defect throws. */
export async function lookAt(
  detector: Detector,
  job: FrameJob,
  memory: CameraMemory = new Map(),
): Promise<Look> {
  const { camera, atMs, jpeg } = job
  const frameSha256 = createHash('sha256').update(jpeg).digest('hex')
  const head = { camera: camera.camera, atMs, frameSha256 }
  const unusable = (fault: QualityFault, inferenceMs: number | null = null): Look => ({
    sample: { kind: 'unusable', ...head, ...fault },
    inferenceMs,
  })
  const prepared = await prepareInput(jpeg, detector.inputShape).catch(faultOf)
  if ('reason' in prepared) return unusable(prepared)
  const { glance, placement } = prepared
  const fault = judgePicture({ ...placement, luma: glance.luma }, camera)
  if (fault) return unusable(fault)
  const watched = watchFrame(memory.get(camera.camera) ?? unwatched, { atMs, glance })
  memory.set(camera.camera, watched.next)
  if (watched.fault) return unusable(watched.fault)

  const startedMs = performance.now()
  const traces = await detector.detect(prepared)
  const inferenceMs = performance.now() - startedMs
  const detections = traces.filter(({ score }) => score >= detector.scoreMin)
  const products = detections.filter(({ role }) => role === 'product').length
  const { next, fault: blurred } = watchFound(watched.next, glance, products)
  memory.set(camera.camera, next)
  if (blurred) return unusable(blurred, inferenceMs)
  const placed = traces.map((trace) => movedBack(trace, next.offset))
  const seen = sampleZones(placed, camera, { scoreMin: detector.scoreMin })
  const zones = watched.isUnsettled ? seen.map((zone) => ({ ...zone, visible: false })) : seen
  const blanking = detector.blanking(traces)
  return { sample: { kind: 'usable', ...head, detections, zones, blanking }, inferenceMs }
}

/** To where it would lie if the camera still looked as it did when it was calibrated. */
function movedBack(detection: Detection, offset: CameraWatch['offset']): Detection {
  const { box } = detection
  return { ...detection, box: { ...box, x: box.x - offset.x, y: box.y - offset.y } }
}

function faultOf(cause: unknown): QualityFault {
  if (!(cause instanceof PictureRefused)) throw cause
  return { reason: cause.code, detail: cause.message }
}
