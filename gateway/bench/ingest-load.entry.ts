/** The devices of the ingest bench, in a process of their own: both sides pay the same for them. */
import { connectAsync, type MqttClient } from 'mqtt'
import { answerQuestions } from './child.ts'
import {
  createStretch,
  LOAD_STARTS_AT_MS,
  type LoadMessage,
  type Stretch,
  type StretchShape,
} from './ingest-reads.ts'
import { receiptMessage } from './ingest-receipts.ts'
import { cameraTopic, readersOf } from './ingest-site.ts'
import { quantile } from './ratio.ts'

export type LoadQuestion =
  /** Makes the messages before the time is taken. */
  | ({ readonly kind: 'prepare' } & StretchShape)
  | {
      readonly kind: 'send'
      readonly port: number
      readonly window: number
      readonly messages: number
    }
  /** At the pace of the store time, frames from every camera beside it. */
  | {
      readonly kind: 'pace'
      readonly port: number
      readonly frames: Readonly<Record<string, Uint8Array>>
      readonly framesPerSecond: number
      /** Sales of a till beside it, on the first reader's line. */
      readonly receiptsPerSecond?: number
    }

export interface LoadAnswer {
  readonly acknowledged: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly passShare: number
  readonly meanBytes: number
  readonly reads: number
  /** What the devices themselves cost, since the start of this process. */
  readonly cpuMs: number
}

let stretch: Stretch = { seconds: 0, messages: [], passShare: 0, meanBytes: 0, reads: 0 }
let receipts = 0
const lines = new Map<number, MqttClient[]>()

answerQuestions<LoadQuestion, LoadAnswer>(async (question) => {
  if (question.kind === 'prepare') {
    stretch = createStretch(question)
    return answerOf([], 0)
  }
  const clients = await clientsAt(question.port)
  return question.kind === 'send' ? send(clients, question) : pace(clients, question)
})

async function clientsAt(port: number): Promise<MqttClient[]> {
  const known = lines.get(port) ?? []
  const made = await Promise.all(
    readersOf(stretch.messages.length)
      .slice(known.length)
      .map((reader) =>
        connectAsync(`mqtt://127.0.0.1:${port}`, {
          clientId: `reader-${reader}`,
          reconnectPeriod: 0,
          keepalive: 60,
        }),
      ),
  )
  lines.set(port, [...known, ...made])
  return [...known, ...made]
}

/** Every reader sends what it has, at most `window` unacknowledged; `messages` limits each. */
async function send(
  clients: readonly MqttClient[],
  { window, messages }: { readonly window: number; readonly messages: number },
): Promise<LoadAnswer> {
  const waits: number[] = []
  const startedAt = performance.now()
  await Promise.all(
    stretch.messages.map(async (all, index) => {
      const client = clients[index]
      const sent = all.slice(0, messages)
      let next = 0
      const runner = async () => {
        for (let at = next++; at < sent.length; at = next++) {
          const message = sent[at]
          if (client && message) waits.push(await publish(client, message))
        }
      }
      await Promise.all(Array.from({ length: window }, runner))
    }),
  )
  return answerOf(waits, performance.now() - startedAt)
}

async function pace(
  clients: readonly MqttClient[],
  question: Extract<LoadQuestion, { kind: 'pace' }>,
): Promise<LoadAnswer> {
  const waits: number[] = []
  const startedAt = performance.now()
  const lengthMs = stretch.seconds * 1_000
  const camera = clients[0]
  const frames = Object.entries(question.frames)
  const sales: Promise<void>[] = []
  const showing = setInterval(() => {
    for (const [name, jpeg] of frames)
      camera?.publish(cameraTopic(name, Date.now()), Buffer.from(jpeg), { qos: 1 })
  }, 1_000 / question.framesPerSecond)
  const selling = question.receiptsPerSecond
    ? setInterval(() => {
        const sale = receiptMessage(++receipts, LOAD_STARTS_AT_MS)
        if (camera) sales.push(publish(camera, sale).then((ms) => void waits.push(ms)))
      }, 1_000 / question.receiptsPerSecond)
    : undefined
  await Promise.all(
    stretch.messages.map(async (all, index) => {
      const client = clients[index]
      const sending: Promise<void>[] = []
      for (let at = 0; at < all.length; ) {
        const due = ((performance.now() - startedAt) / lengthMs) * all.length
        for (; client && at < Math.min(due, all.length); at++) {
          const message = all[at]
          if (message) sending.push(publish(client, message).then((ms) => void waits.push(ms)))
        }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await Promise.all(sending)
    }),
  )
  clearInterval(showing)
  clearInterval(selling)
  await Promise.all(sales)
  return answerOf(waits, performance.now() - startedAt)
}

/** Milliseconds until the acknowledgement. */
function publish(client: MqttClient, { topic, payload }: LoadMessage): Promise<number> {
  const sentAt = performance.now()
  return new Promise((resolve, reject) => {
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) reject(error)
      else resolve(performance.now() - sentAt)
    })
  })
}

function answerOf(waits: readonly number[], tookMs: number): LoadAnswer {
  const { passShare, meanBytes, reads } = stretch
  const { user, system } = process.cpuUsage()
  return {
    acknowledged: waits.length,
    perSecond: (waits.length * 1_000) / tookMs,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    passShare,
    meanBytes,
    reads,
    cpuMs: (user + system) / 1_000,
  }
}
