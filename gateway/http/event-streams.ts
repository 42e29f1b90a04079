import type { ServerResponse } from 'node:http'
import { clearInterval, setInterval } from 'node:timers'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EventStream } from '../event-stream.ts'
import { Problem } from './problem.ts'
import { type RawRoute, sendProblem } from './route.ts'

/** Below every usual idle timeout of what may stand between a page and us. */
const HEARTBEAT_MS = 15_000
/** How soon a browser comes back after a lost connection. */
const RECONNECT_MS = 2_000

export interface EventStreams {
  readonly route: RawRoute
  open(): number
  stop(): void
}

/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. A listener
 * that does not take what it is sent is dropped; it comes back and reads the reports again.
 */
export function createEventStreams(
  events: EventStream,
  limits: { readonly eventStreams: number; readonly eventStreamBytes: number },
): EventStreams {
  const listeners = new Set<ServerResponse>()
  const send = (text: string) => {
    for (const listener of listeners) {
      if (listener.writableLength > limits.eventStreamBytes) listener.destroy()
      else listener.write(text)
    }
  }
  const unsubscribe = events.subscribe((event) => {
    if (listeners.size > 0) send(`data: ${JSON.stringify(event)}\n\n`)
  })
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
  const open = (_request: FastifyRequest, reply: FastifyReply) => {
    if (listeners.size >= limits.eventStreams) {
      const detail = `expected at most ${limits.eventStreams} open event streams`
      return sendProblem(reply, new Problem(503, 'too-many-listeners', detail, { retryAfterS: 30 }))
    }
    reply.hijack()
    const { raw } = reply
    listeners.add(raw)
    raw.on('close', () => listeners.delete(raw))
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value)
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    raw.write(`retry: ${RECONNECT_MS}\n\n`)
    return undefined
  }
  return {
    route: {
      method: 'GET',
      path: '/api/v1/events',
      summary: 'what happens, as it is committed',
      content: 'text/event-stream',
      send: open,
    },
    open: () => listeners.size,
    stop() {
      unsubscribe()
      clearInterval(heartbeat)
      for (const listener of listeners) listener.end()
    },
  }
}
