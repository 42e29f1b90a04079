import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FrameJob, FromInference, ToInference } from './inference-messages.ts'
import type { RecognitionFiles } from './recognition/enrolled.ts'

export interface InferenceChild {
  readonly pid: number | null
  look(job: FrameJob): void
  /** Asks it to end after what it is doing. */
  end(): void
  /** Ends it at once, whatever it is doing; also when it hangs or is stopped. */
  kill(): void
}

export interface InferenceEvents {
  onMessage(message: FromInference): void
  /** Once, and last: how it ended, in words. */
  onEnded(how: string): void
}

const STDERR_KEPT = 2_000

/** Starts an inference process of its own, from sources or compiled as we are. */
export function forkInference(
  modelFolder: string,
  recognition: RecognitionFiles | null,
  events: InferenceEvents,
): InferenceChild {
  const isSource = import.meta.url.endsWith('.ts')
  const entry = new URL(`./inference.entry${isSource ? '.ts' : '.js'}`, import.meta.url)
  const names = recognition ? [recognition.modelFolder, recognition.gallery] : []
  const child = fork(fileURLToPath(entry), [modelFolder, ...names], {
    serialization: 'advanced',
    execArgv: isSource ? ['--import', tsxUrl()] : [],
    // Two arenas: glibc's many never give back what pictures took.
    env: { ...process.env, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const said = tailOf(child)
  let hasEnded = false
  const ended = (how: string) => {
    if (hasEnded) return
    hasEnded = true
    events.onEnded(how)
  }
  child.on('message', (message) => {
    // Only inference.entry.ts speaks on this channel.
    if (!hasEnded) events.onMessage(message as FromInference)
  })
  child.on('error', (cause) => ended(`could not be started or reached: ${cause.message}`))
  child.on('exit', (code, signal) => ended(describeEnd(code, signal, said())))
  return {
    pid: child.pid ?? null,
    look: (job) => send(child, { kind: 'look', job }),
    end: () => send(child, { kind: 'end' }),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** A channel that has just broken is told by the end of the process, so its error is not news. */
function send(child: ChildProcess, message: ToInference): void {
  if (child.connected) child.send(message, () => {})
}

function describeEnd(code: number | null, signal: string | null, said: string): string {
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
  return said === '' ? how : `${how}: ${said}`
}

function tailOf(child: ChildProcess): () => string {
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_KEPT)
  })
  return () => tail.trim()
}

/** Node looks up `--import` from the working folder, so the address must be whole. */
function tsxUrl(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}
