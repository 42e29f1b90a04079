import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Caller, SignInDesk } from '../people/sign-in.ts'
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
  /** What devices and papers tell is taken without signing in, as the broker takes it. */
  readonly isFact?: true
  /** The field of the body that names who says so; somebody signed in speaks only for themselves. */
  readonly speaker?: 'actor' | 'user'
  readonly answer: z.ZodType<Answer>
  handle(input: {
    readonly params: Params
    readonly query: Query
    readonly body: Body
    /** Empty where the route does not need one. */
    readonly key: string
    readonly caller: Caller
    /** Of the session, if the request carries one. */
    readonly token: string
  }): Promise<Answered<Answer>>
}

/** What a route gives back: its answer, a refusal, or an answer that created something. */
export type Answered<Answer> = Answer | Problem | Created<Answer> | WithCookie<Answer>

export class Created<Answer> {
  readonly answer: Answer
  readonly location: string

  constructor(answer: Answer, location: string) {
    this.answer = answer
    this.location = location
  }
}

export class WithCookie<Answer> {
  readonly answer: Answer
  readonly cookie: string

  constructor(answer: Answer, cookie: string) {
    this.answer = answer
    this.cookie = cookie
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

/** Whom a request comes from: the session's cookie, or the key of this machine. */
export interface Door {
  readonly desk: SignInDesk
  readonly cookieName: string
}

export function addRoute(app: FastifyInstance, route: Route, door: Door): void {
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    handler: (request, reply) =>
      'send' in route ? route.send(request, reply) : answer(route, door, request, reply),
  })
}

async function answer(
  route: JsonRoute,
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const input = inputOf(route, door, request)
  if (input instanceof Problem) return sendProblem(reply, input)
  const answered = await route.handle(input)
  if (answered instanceof Problem) return sendProblem(reply, answered)
  reply.header('cache-control', 'no-store')
  if (answered instanceof Created)
    return reply.code(201).header('location', answered.location).send(answered.answer)
  if (answered instanceof WithCookie)
    return reply.header('set-cookie', answered.cookie).send(answered.answer)
  return reply.send(answered)
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterS !== null) reply.header('retry-after', String(problem.retryAfterS))
  reply.code(problem.status).type(PROBLEM_TYPE).header('cache-control', 'no-store')
  return reply.send(JSON.stringify(problem.body()))
}

function inputOf(route: JsonRoute, door: Door, request: FastifyRequest): Input | Problem {
  const from = senderOf(door, request)
  const { caller } = from
  const isDecision = route.changes === true && route.isFact !== true
  if (isDecision && caller.kind === 'nobody' && door.desk.isNeeded())
    return new Problem(401, 'sign-in-needed', SIGN_IN_SAYS)
  const key = route.changes ? keyOf(request) : ''
  if (key instanceof Problem) return key
  const params = checked(route.params, request.params, 'path')
  if (params instanceof Problem) return params
  const query = checked(route.query, request.query, 'query')
  if (query instanceof Problem) return query
  const body = checked(route.body, request.body, 'body')
  if (body instanceof Problem) return body
  const stranger = notSelf(route, caller, body)
  if (stranger !== null) return stranger
  return { params, query, body, key, ...from }
}

const SIGN_IN_SAYS =
  'expected somebody signed in at the page, or the key of the data folder, got neither'

/** What comes from tools beside the gateway, which can read its data folder. */
const BEARER = /^Bearer (\S{1,200})$/

function senderOf({ desk, cookieName }: Door, { headers }: FastifyRequest) {
  const cookies = (headers.cookie ?? '').split(';').map((one) => one.trim())
  const own = cookies.find((one) => one.startsWith(`${cookieName}=`))
  const token = own?.slice(cookieName.length + 1) ?? ''
  const key = BEARER.exec(headers.authorization ?? '')?.[1] ?? ''
  return { token, caller: desk.callerOf({ token, key }) }
}

function notSelf({ speaker }: JsonRoute, caller: Caller, body: unknown): Problem | null {
  if (speaker === undefined || caller.kind !== 'person') return null
  // Its schema has passed, and every schema with a speaker has this field of text.
  const said = (body as Record<string, string>)[speaker]
  if (said === caller.person) return null
  const detail = `expected ${caller.person}, who is signed in, as ${speaker}, got ${said}`
  return new Problem(403, 'not-you', detail)
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
