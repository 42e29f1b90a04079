import { z } from 'zod'
import type { Reader } from '../reports/reader.ts'
import type { EventStreams } from './event-streams.ts'
import type { Live } from './live.ts'
import { metricsText } from './metrics.ts'
import { openApiOf } from './openapi.ts'
import { Problem } from './problem.ts'
import { defineRoute, type JsonRoute, type Route } from './route.ts'

export interface ServiceParts {
  readonly reader: Reader
  readonly live: () => Live
  readonly version: string
  readonly isReady: () => boolean
  readonly streams: EventStreams
  /** The routes of the API; those of this file are added to them in the document. */
  readonly documented: readonly Route[]
}

const okSchema = z.object({ status: z.literal('ok') })

/** What a supervisor, Prometheus and a client's author ask for. */
export function serviceRoutes(parts: ServiceParts): Route[] {
  const { reader, live, version, isReady, streams, documented } = parts
  const probes = probeRoutes(isReady)
  const metrics: Route = {
    method: 'GET',
    path: '/metrics',
    summary: 'counters and gauges in the Prometheus text format',
    content: 'text/plain',
    async send(_request, reply) {
      const [counts, batches] = await Promise.all([
        reader.ask({ report: 'counts' }),
        reader.ask({ report: 'batches' }),
      ])
      const eventStreams = streams.open()
      const text = metricsText({ live: live(), counts, batches, eventStreams, version })
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text)
    },
  }
  const document = defineRoute({
    method: 'GET',
    path: '/api/v1/openapi.json',
    summary: 'this document',
    answer: z.record(z.string(), z.unknown()),
    handle: async () => described,
  })
  const own: Route[] = [...probes, metrics, document]
  const described = openApiOf([...documented, ...own], version)
  return own
}

function probeRoutes(isReady: () => boolean): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      summary: 'the process lives',
      answer: okSchema,
      handle: async () => ({ status: 'ok' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      summary: 'what devices and clients send is taken and stored',
      answer: okSchema,
      handle: async () =>
        isReady()
          ? { status: 'ok' }
          : new Problem(503, 'not-ready', 'the store cannot write now', {
              retryAfterS: READY_RETRY_S,
            }),
    }),
  ]
}

/** The disk is tried every half second. */
const READY_RETRY_S = 1
