/**
 * The inference process: one model, one frame at a time, started with the model folder as its
 * argument, and where products may be enrolled with the embedder's folder and the gallery. It ends when told to or when its parent is gone, and only between frames: ending a
 * process inside `session.run` aborts it.
 */
import { setPriority } from 'node:os'
import type { FromInference, ToInference } from './inference-messages.ts'
import { type CameraMemory, lookAt } from './look.ts'
import { type Detector, loadDetector } from './onnx-detector.ts'
import { type Enrolled, followGallery } from './recognition/enrolled.ts'

/** The books and the sockets come first. */
const NICE = 5

const [, , detectorFolder = '', embedderFolder, gallery] = process.argv
const memory: CameraMemory = new Map()
const enrolled = enrolledIn(embedderFolder, gallery)

setPriority(NICE)
// The parent decides when to end: a signal from a terminal reaches its children too.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// Listening keeps the process alive; without a parent nothing does.
process.on('message', (message: ToInference) => {
  work = work.then((detector) => take(detector, message)).catch(fail)
})

let work: Promise<Detector | null> = start().catch(fail)

async function start(): Promise<Detector> {
  const detector = await loadDetector(detectorFolder)
  await tell({ kind: 'ready', model: detector.model })
  return detector
}

async function take(detector: Detector | null, message: ToInference): Promise<Detector | null> {
  if (message.kind === 'end' || !detector) {
    await detector?.close()
    await enrolled?.close()
    if (process.connected) process.disconnect()
    return null
  }
  const names = (await enrolled?.current(performance.now())) ?? null
  const look = await lookAt(detector, message.job, memory, names)
  await tell({ kind: 'looked', ...look })
  return detector
}

function enrolledIn(modelFolder?: string, gallery?: string): Enrolled | null {
  if (modelFolder === undefined || gallery === undefined) return null
  return followGallery(
    { modelFolder, gallery },
    (skus, fault) => void tell({ kind: 'enrolled', skus, fault }),
  )
}

/** A refused model, or a defect: said to the parent, which starts a fresh process when it sees fit. */
async function fail(cause: unknown): Promise<null> {
  const message = cause instanceof Error ? cause.message : String(cause)
  process.exitCode = 1
  await tell({ kind: 'refused', message })
  if (process.connected) process.disconnect()
  return null
}

function tell(message: FromInference): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve()
    process.send(message, () => resolve())
  })
}
