import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

/** What the gateway says over its event stream about each picture, and about movements. */
export interface FrameReports {
  /** Resolves when the stream is open. */
  listening(): Promise<void>
  /** The outcome of one picture; null when the word may have been lost. Ask before sending. */
  reportOf(camera: string, atMs: number): Promise<Outcome | null>
  close(): void
}

export type Outcome = z.infer<typeof frameEvent>['outcome']

const frameEvent = z.object({
  type: z.literal('frame'),
  camera: z.string(),
  atMs: z.number(),
  outcome: z.enum(['usable', 'unusable', 'dropped', 'duplicate']),
})
const anyEvent = z.looseObject({ type: z.string() })

export interface FrameReportsOptions {
  /** Asked before every connection: a restarted gateway may listen elsewhere. */
  readonly eventsUrl: () => Promise<string>
  readonly onEvent?: (event: Readonly<Record<string, unknown>>) => void
}

const RETRY_MS = 200
const ATTEMPTS = 600
/** Longer than the gateway's own deadline for a picture. */
const PATIENCE_MS = 12_000

export function createFrameReports(options: FrameReportsOptions): FrameReports {
  const waiting = new Map<string, (outcome: Outcome | null) => void>()
  const stop = new AbortController()
  let isOpen = false
  let failure: Error | null = null
  const take = (text: string) => {
    const event = anyEvent.safeParse(parsed(text))
    if (!event.success) return
    options.onEvent?.(event.data)
    const frame = frameEvent.safeParse(event.data)
    if (!frame.success) return
    const { camera, atMs, outcome } = frame.data
    waiting.get(`${camera}/${atMs}`)?.(outcome)
  }
  const giveUp = () => {
    isOpen = false
    for (const settle of [...waiting.values()]) settle(null)
  }
  const listen = async () => {
    for (let tried = 0; tried < ATTEMPTS && !stop.signal.aborted; tried++) {
      try {
        const response = await fetch(await options.eventsUrl(), { signal: stop.signal })
        if (!response.ok || !response.body) throw new Error(`events: HTTP ${response.status}`)
        isOpen = true
        tried = 0
        await readEvents(response.body, take)
      } catch (cause) {
        failure = new Error('the event stream cannot be opened', { cause })
      }
      giveUp()
      if (!stop.signal.aborted) await sleep(RETRY_MS)
    }
  }
  const ended = listen()
  return {
    async listening() {
      for (let tried = 0; !isOpen; tried++) {
        if (tried >= ATTEMPTS || stop.signal.aborted) throw failure ?? new Error('not listening')
        await sleep(RETRY_MS / 4)
      }
    },
    async reportOf(camera, atMs) {
      const key = `${camera}/${atMs}`
      const report = new Promise<Outcome | null>((resolve) => waiting.set(key, resolve))
      const patience = new AbortController()
      const late = sleep(PATIENCE_MS, null, { signal: patience.signal })
      try {
        return await Promise.race([report, late])
      } finally {
        patience.abort()
        late.catch(() => undefined)
        waiting.delete(key)
      }
    },
    close() {
      stop.abort()
      ended.catch(() => undefined)
    },
  }
}

/** Server-sent events: the text of each event's `data` lines. */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  take: (data: string) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
      if (data.length > 0) take(data.join('\n'))
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
