import { z } from 'zod'
import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import type { Config } from '../config/schema.ts'
import { nameFault } from '../people/names.ts'
import { passwordFault, secretOf } from '../people/password.ts'
import type { Caller, SignInDesk } from '../people/sign-in.ts'
import type { Reader } from '../reports/reader.ts'
import { Problem } from './problem.ts'
import { defineRoute, type JsonRoute, WithCookie } from './route.ts'

export interface SessionParts {
  readonly config: Config
  readonly reader: Reader
  readonly desk: SignInDesk
  readonly submit: (work: WorkBody) => Promise<Verdict>
}

const sessionSchema = z.object({
  person: z.string().nullable().describe('who is signed in; null: nobody'),
  signInNeeded: z.boolean().describe('somebody can sign in, so whoever changes something must'),
  roles: z.array(z.string()),
  may: z.array(z.string()).describe('kinds of commands that the books take from this person now'),
})

const name = z.string().min(1).max(200)
const password = z.string().min(1).max(1_000)

/** Browsers keep ports of one host in one jar: two gateways on one machine must not share a name. */
export function cookieName({ site }: Config): string {
  return `tallygate-${site.id}`
}

/** Signing in and out at the page, and who may. */
export function sessionRoutes(parts: SessionParts): JsonRoute[] {
  const { config, reader, desk } = parts
  const sessionOf = async (caller: Caller) => {
    const person = caller.kind === 'person' ? caller.person : null
    const signInNeeded = desk.isNeeded()
    if (signInNeeded && person === null) return { person, signInNeeded, roles: [], may: [] }
    const { roles, may } = await reader.ask({ report: 'rights', person })
    return { person, signInNeeded, roles: [...roles], may: [...may] }
  }
  const cookie = (token: string, maxAgeS: number) =>
    `${cookieName(config)}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}`
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/session',
      summary: 'who is signed in, and what the books take from them',
      answer: sessionSchema,
      handle: ({ caller }) => sessionOf(caller),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/sign-in',
      summary: 'sign in at the page; the cookie it sets stands for the person',
      body: z.strictObject({ person: name, password }),
      answer: sessionSchema,
      handle: async ({ body }) => {
        const signed = await desk.signIn(body.person, body.password)
        if (!signed.ok) return signInProblem(signed)
        const session = await sessionOf({ kind: 'person', person: body.person })
        return new WithCookie(session, cookie(signed.token, config.http.sessionIdleMs / 1_000))
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/sign-out',
      summary: 'end the session of the cookie',
      answer: sessionSchema,
      handle: async ({ token }) => {
        desk.signOut(token)
        return new WithCookie(await sessionOf({ kind: 'nobody' }), cookie('', 0))
      },
    }),
    loginRoute(parts),
  ]
}

const loginSchema = z.object({ status: z.literal('committed') })

function loginRoute({ config, desk, submit }: SessionParts): JsonRoute {
  return defineRoute({
    method: 'POST',
    path: '/api/v1/logins',
    summary: 'let a person sign in, change a password (also the own one), or take a login away',
    changes: true,
    speaker: 'user',
    body: z.strictObject({
      person: name,
      password: password.nullable().describe('null takes the login away'),
      user: name.describe('who says so'),
    }),
    answer: loginSchema,
    handle: async ({ body: { person, password: given, user } }) => {
      const fault = given === null ? null : (nameFault(person, config) ?? passwordFault(given))
      if (fault !== null) return new Problem(422, 'not-fit', fault)
      const secret = given === null ? null : await secretOf(given)
      const {
        status,
        code = status,
        message,
      } = await submit({
        kind: 'login',
        person,
        secret,
        user,
      })
      if (status !== 'committed')
        return new Problem(
          status === 'not-stored' ? 503 : 422,
          code,
          message ?? 'the store cannot write now and nothing of this is kept; send it again',
        )
      desk.changed(person, secret)
      return { status }
    },
  })
}

function signInProblem(
  refused: Extract<Awaited<ReturnType<SignInDesk['signIn']>>, { ok: false }>,
): Problem {
  const { code, message } = refused
  if (code === 'wrong-password') return new Problem(401, code, message)
  return new Problem(429, code, message, { retryAfterS: refused.waitS })
}
