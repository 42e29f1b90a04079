import type { AddressInfo } from 'node:net'
import { type FastifyError, type FastifyInstance, fastify } from 'fastify'
import type { Config } from '../config/schema.ts'
import type { EventStream } from '../event-stream.ts'
import type { AlarmPictures } from '../frames/alarm-pictures.ts'
import type { Log } from '../log.ts'
import { createSignInDesk, type SignInDesk } from '../people/sign-in.ts'
import type { Reader } from '../reports/reader.ts'
import { ReaderFailure } from '../reports/reader-thread.ts'
import { addAssets } from './assets.ts'
import { commandRoutes, type Submit } from './command-routes.ts'
import { createEventStreams } from './event-streams.ts'
import { guardRequests } from './guard.ts'
import type { Live } from './live.ts'
import { type LiveParts, liveRoutes } from './live-routes.ts'
import { pictureRoutes } from './picture-routes.ts'
import { Problem } from './problem.ts'
import { readRoutes } from './read-routes.ts'
import { reportRoutes } from './report-routes.ts'
import { addRoute, type Route, sendProblem } from './route.ts'
import { serviceRoutes } from './service-routes.ts'
import { cookieName, sessionRoutes } from './session-routes.ts'

export interface HttpOptions {
  readonly config: Config
  readonly reader: Reader
  /** Resolves with the verdict, after the commit. */
  readonly submit: Submit
  readonly events: EventStream
  readonly frames: LiveParts['frames']
  readonly pictures: Pick<AlarmPictures, 'list' | 'read'>
  readonly log: Log
  readonly version: string
  readonly live: () => Live
  /** False while what a device or client sends cannot be stored. */
  readonly isReady: () => boolean
  /** Whoever can read it from the data folder is trusted as this machine's keeper. */
  readonly machineKey: string
}

export interface HttpServer {
  readonly port: number
  stop(): Promise<void>
}

const KEY_CHARS_MAX = 400

/** A report that failed once usually succeeds on the reader's next thread. */
const REPORT_RETRY_S = 5

/** The page, the API and what operation asks for: one server, bound to this machine. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { config, log } = options
  const app = fastify({
    bodyLimit: config.http.bodyBytes,
    // Open event streams and idle connections must not keep the gateway from stopping.
    forceCloseConnections: true,
    // The key of an alarm holds an EPC, and EPCs of 496 bits exist.
    routerOptions: { maxParamLength: KEY_CHARS_MAX },
  })
  // Only JSON comes in: a form on a foreign page can send text/plain without asking.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  const port = () => (app.server.address() as AddressInfo).port
  guardRequests(app, port)
  const streams = createEventStreams(options.events, config.limits)
  const { rows: logins } = await options.reader.ask({ report: 'logins' })
  const known = new Map(logins.map(({ person, secret }) => [person, secret]))
  const desk = createSignInDesk(known, config.http, options.machineKey)
  const door = { desk, cookieName: cookieName(config) }
  for (const route of routesOf(options, streams, desk)) addRoute(app, route, door)
  addAssets(app)
  answerFaults(app, log)
  await app.listen({ host: config.http.host, port: config.http.port })
  return {
    port: port(),
    async stop() {
      streams.stop()
      await app.close()
    },
  }
}

function routesOf(
  options: HttpOptions,
  streams: ReturnType<typeof createEventStreams>,
  desk: SignInDesk,
): Route[] {
  const { reader, submit, config, live, version, isReady } = options
  const routes = [
    ...liveRoutes(options),
    ...pictureRoutes(options.pictures),
    ...readRoutes(reader, () => live().nowMs),
    ...reportRoutes(reader),
    ...commandRoutes(submit, config, reader),
    ...sessionRoutes({ config, reader, desk, submit }),
    streams.route,
  ]
  return [
    ...routes,
    ...serviceRoutes({ reader, live, version, isReady, streams, documented: routes }),
  ]
}

function answerFaults(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]?.slice(0, 100)
    const detail = `expected a path of this gateway, got ${request.method} ${path}`
    return sendProblem(reply, new Problem(404, 'not-found', detail))
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500) {
      const { method, url } = request
      log.error({ method, url, cause: error.stack ?? String(error) }, 'a request failed')
    }
    return sendProblem(reply, problem)
  })
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof ReaderFailure)
    return new Problem(503, 'report-failed', error.message, { retryAfterS: REPORT_RETRY_S })
  const status = error.statusCode ?? 500
  if (status === 413) return new Problem(413, 'too-large', error.message)
  if (status === 415) return new Problem(415, 'not-json', 'expected content-type application/json')
  if (status >= 400 && status < 500) return new Problem(status, 'bad-request', error.message)
  // What exactly went wrong is for the log, not for whoever asked.
  return new Problem(500, 'defect', 'the gateway met a fault of its own; its log says which')
}
