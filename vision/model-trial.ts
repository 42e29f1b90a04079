import { forkInference, type InferenceChild, type InferenceEvents } from './inference-child.ts'
import { ModelRefused } from './model-manifest.ts'
import type { ModelIdentity } from './onnx-detector.ts'
import type { RecognitionFiles } from './recognition/enrolled.ts'

/** A process whose model has passed its self-test, waiting for somebody to take it over. */
export interface ReadyChild {
  readonly child: InferenceChild
  readonly model: ModelIdentity
  /** From now on `events` hears of it. */
  takeOver(events: InferenceEvents): void
}

/** Starts a model in a process of its own, beside the one that works. Rejects with `ModelRefused`. */
export function tryModel(
  modelFolder: string,
  recognition: RecognitionFiles | null,
  deadlineMs: number,
): Promise<ReadyChild> {
  return new Promise((resolve, reject) => {
    let heir: InferenceEvents | null = null
    let why = ''
    const child = forkInference(modelFolder, recognition, {
      onMessage(message) {
        if (heir) return heir.onMessage(message)
        if (message.kind === 'refused') why = message.message
        if (message.kind !== 'ready') return
        clearTimeout(timer)
        const takeOver = (events: InferenceEvents) => {
          heir = events
        }
        resolve({ child, model: message.model, takeOver })
      },
      onEnded(how) {
        clearTimeout(timer)
        if (heir) heir.onEnded(how)
        else reject(new ModelRefused(why === '' ? `the model's process ${how}` : why))
      },
    })
    const timer = setTimeout(() => {
      why = `the model was not ready within ${deadlineMs} ms`
      child.kill()
    }, deadlineMs)
  })
}
