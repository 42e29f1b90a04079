import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { badRequest, PROBLEM_TYPE, Problem } from './problem.ts'

/**
 * A route says everything about itself once: the schemas that check a request and type its
 * answer are those that `openapi.json` prints.
 */
export interface JsonRoute<Params = unknown, Query = unknown, Body = unknown, Answer = unknown> {
  readonly method: 'GET' | 'POST'
  /** OpenAPI's way of writing it: `/api/v1/entries/{sequence}`. */
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** The request changes stock or a decision: it needs an Idempotency-Key. */
  readonly changes?: true
  readonly answer: z.ZodType<Answer>
  handle(input: {
    readonly params: Params
    readonly query: Query
    readonly body: Body
    /** Empty where the route does not need one. */
    readonly key: string
  }): Promise<Answered<Answer>>
}

/** What a route gives back: its answer, a refusal, or an answer that created something. */
export type Answered<Answer> = Answer | Problem | Created<Answer>

export class Created<Answer> {
  readonly answer: Answer
  readonly location: string

  constructor(answer: Answer, location: string) {
    this.answer = answer
    this.location = location
  }
}

/** Anything but JSON; checks nothing, so it takes at most path parameters. */
export interface RawRoute {
  readonly method: 'GET'
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType
  readonly content: string
  send(request: FastifyRequest, reply: FastifyReply): unknown
}

export type Route = JsonRoute | RawRoute

/** Keeps the types of a route's schemas together while it is written; lists hold any route. */
export function defineRoute<Params, Query, Body, Answer>(
  route: JsonRoute<Params, Query, Body, Answer>,
): JsonRoute {
  // `handle` is only ever called with what this route's own schemas have parsed.
  return route as unknown as JsonRoute
}

export function addRoute(app: FastifyInstance, route: Route): void {
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    handler: (request, reply) =>
      'send' in route ? route.send(request, reply) : answer(route, request, reply),
  })
}

async function answer(route: JsonRoute, request: FastifyRequest, reply: FastifyReply) {
  const input = inputOf(route, request)
  if (input instanceof Problem) return sendProblem(reply, input)
  const answered = await route.handle(input)
  if (answered instanceof Problem) return sendProblem(reply, answered)
  reply.header('cache-control', 'no-store')
  if (answered instanceof Created)
    return reply.code(201).header('location', answered.location).send(answered.answer)
  return reply.send(answered)
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterS !== null) reply.header('retry-after', String(problem.retryAfterS))
  reply.code(problem.status).type(PROBLEM_TYPE).header('cache-control', 'no-store')
  return reply.send(JSON.stringify(problem.body()))
}

function inputOf(route: JsonRoute, request: FastifyRequest): Input | Problem {
  const key = route.changes ? keyOf(request) : ''
  if (key instanceof Problem) return key
  const params = checked(route.params, request.params, 'path')
  if (params instanceof Problem) return params
  const query = checked(route.query, request.query, 'query')
  if (query instanceof Problem) return query
  const body = checked(route.body, request.body, 'body')
  if (body instanceof Problem) return body
  return { params, query, body, key }
}

type Input = Parameters<JsonRoute['handle']>[0]

function checked(schema: z.ZodType | undefined, value: unknown, what: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value ?? {})
  return parsed.success ? parsed.data : badRequest(parsed.error, what, value ?? {})
}

/** Printable ASCII, as the IETF draft's structured string allows, with or without its quotes. */
const KEY = /^[\x21-\x7e]{1,255}$/

function keyOf(request: FastifyRequest): string | Problem {
  const given = request.headers['idempotency-key']
  if (typeof given === 'string' && KEY.test(given)) return given
  const got = given === undefined ? 'none' : JSON.stringify(given).slice(0, 80)
  return new Problem(
    400,
    'idempotency-key-missing',
    `expected an Idempotency-Key header of 1-255 printable characters without blanks, got ${got}`,
  )
}
