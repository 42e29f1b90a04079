import { createHash } from 'node:crypto'
import { type CameraWatch, unwatched, watchFound, watchFrame } from './camera-watch.ts'
import type { FrameJob } from './inference-messages.ts'
import type { Detector } from './onnx-detector.ts'
import { type ModelInput, PictureRefused, prepareInput } from './picture.ts'
import { judgePicture, type QualityFault } from './quality.ts'
import type { SlotLooks, SlotMemory } from './recognition/slot-looks.ts'
import type { Detection, Recognised, ShelfSample, ZoneSample } from './shelf-sample.ts'
import { placeItems } from './zones.ts'

export interface Look {
  readonly sample: ShelfSample
  /** Of the model alone; null when the picture did not get that far. */
  readonly inferenceMs: number | null
  /** From the JPEG to the model's input; and from the model's answer to the sample. */
  readonly decodeMs: number
  readonly postMs: number
  /** Crops the embedder looked at; those that did not change it need not. */
  readonly embedded: number
}

/** What one process remembers of each camera's pictures. */
export type CameraMemory = Map<string, CameraWatch & { readonly slots?: SlotsOf }>

/** Looks that were compared with one gallery say nothing of another. */
interface SlotsOf {
  readonly by: SlotLooks
  readonly memory: SlotMemory
}

/** One frame from JPEG to shelf sample. A bad picture is a sample too; only a defect throws. */
export async function lookAt(
  detector: Detector,
  job: FrameJob,
  memory: CameraMemory = new Map(),
  names: SlotLooks | null = null,
): Promise<Look> {
  const { camera, atMs, jpeg } = job
  const frameSha256 = createHash('sha256').update(jpeg).digest('hex')
  const head = { camera: camera.camera, atMs, frameSha256 }
  const cameMs = performance.now()
  const unusable = (fault: QualityFault, inferenceMs: number | null = null): Look => ({
    sample: { kind: 'unusable', ...head, ...fault },
    inferenceMs,
    ...{ decodeMs: performance.now() - cameMs - (inferenceMs ?? 0), postMs: 0, embedded: 0 },
  })
  const prepared = await prepareInput(jpeg, detector.inputShape).catch(faultOf)
  const decodeMs = performance.now() - cameMs
  if ('reason' in prepared) return unusable(prepared)
  const { glance, placement } = prepared
  const fault = judgePicture({ ...placement, luma: glance.luma }, camera)
  if (fault) return unusable(fault)
  const before = memory.get(camera.camera)
  const watched = watchFrame(before ?? unwatched, { atMs, glance })
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
  const { zones: seen, items } = placeItems(placed, camera, { scoreMin: detector.scoreMin })
  const inView = watched.isUnsettled ? seen.map((zone) => ({ ...zone, visible: false })) : seen
  const slots = before?.slots && before.slots.by === names ? before.slots : slotsFor(names)
  if (slots) memory.set(camera.camera, { ...next, slots })
  // The picture shows them where the camera looks now.
  const boxes = items.map((item) => (item ? (traces[placed.indexOf(item)]?.box ?? null) : null))
  const named = await nameItems(slots, { picture: jpeg, input: prepared, boxes }, inView)
  const blanking = detector.blanking(traces)
  const sample = { kind: 'usable', ...head, detections, ...named.shelf, blanking } as const
  const postMs = performance.now() - startedMs - inferenceMs
  return { sample, inferenceMs, decodeMs, postMs, embedded: named.embedded }
}

function slotsFor(names: SlotLooks | null): SlotsOf | undefined {
  return names ? { by: names, memory: new Map() } : undefined
}

interface Named {
  readonly shelf: { readonly zones: readonly ZoneSample[]; readonly recognition?: Recognised }
  readonly embedded: number
}

/** What each item in a visible zone looks like; nothing where nothing is enrolled. */
async function nameItems(
  slots: SlotsOf | undefined,
  job: { picture: Uint8Array; input: ModelInput; boxes: (Detection['box'] | null)[] },
  zones: readonly ZoneSample[],
): Promise<Named> {
  if (!slots) return { shelf: { zones }, embedded: 0 }
  const isVisible = zones.flatMap(({ visible, slotScores }) => slotScores.map(() => visible))
  const boxes = job.boxes.map((box, slot) => (isVisible[slot] ? box : null))
  const { looks, embedded } = await slots.by.look({ ...job, boxes }, slots.memory)
  let first = 0
  const named = zones.map((zone) => {
    const from = first
    first += zone.slotScores.length
    return { ...zone, looks: looks.slice(from, first) }
  })
  return { shelf: { zones: named, recognition: slots.by.recognised }, embedded }
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
