import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'

export interface Poster {
  post(
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<HttpsAnswer>
}

export interface HttpsAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/** A receiver that takes no connection for so long is down, whatever the time for an answer. */
const CONNECT_MS = 10_000
/** An acknowledgement has some hundred bytes; what is longer is none. */
const ANSWER_BYTES_MAX = 65_536

/**
 * The only place that speaks HTTP to a destination. Certificates are checked always, against `ca`
 * where the receiver's authority is not a public one. One connection per batch: batches are rare,
 * and a kept connection that the other side has closed is the most common false failure.
 */
export function createPoster(url: URL, ca: string | null, timeoutMs: number): Poster {
  const agent = new Agent({ maxSockets: 1, ...(ca === null ? {} : { ca }) })
  return {
    post: (headers, body, stopped) =>
      new Promise((resolve, reject) => {
        const ended = new AbortController()
        const giveUp = (reason: string) => ended.abort(new Error(reason))
        const patience = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`), timeoutMs)
        const connectMs = Math.min(CONNECT_MS, timeoutMs)
        const dialling = setTimeout(() => giveUp(`no connection within ${connectMs} ms`), connectMs)
        const signal = AbortSignal.any([ended.signal, stopped])
        const settle = () => {
          clearTimeout(patience)
          clearTimeout(dialling)
        }
        const fail = (cause: unknown) => {
          settle()
          const reason = signal.aborted ? signal.reason : cause
          reject(new Error(`no answer from ${url.host}: ${messageOf(reason)}`, { cause }))
        }
        const length = { 'content-length': String(body.byteLength) }
        const options = { method: 'POST', agent, signal, headers: { ...headers, ...length } }
        const asking = request(url, options, (response) => {
          readAnswer(response).then((answer) => {
            settle()
            resolve(answer)
          }, fail)
        })
        asking.on('socket', (socket) => socket.once('secureConnect', () => clearTimeout(dialling)))
        asking.on('error', fail)
        asking.end(body)
      }),
  }
}

async function readAnswer(response: IncomingMessage): Promise<HttpsAnswer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    const chunk: Buffer = part
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`more than ${ANSWER_BYTES_MAX} bytes of answer`)
    parts.push(chunk)
  }
  const { statusCode = 0, headers } = response
  return { status: statusCode, headers, body: Buffer.concat(parts) }
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // When every address of a name refuses, the message is empty and the code speaks.
  const code = 'code' in cause ? String(cause.code) : cause.name
  return cause.message === '' ? code : cause.message
}
