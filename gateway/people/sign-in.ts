import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import { isPassword } from './password.ts'

/** Who asks: somebody signed in, whoever can read the data folder, or anybody on this machine. */
export type Caller =
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'machine' }
  | { readonly kind: 'nobody' }

export type SignedIn =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly code: 'wrong-password'; readonly message: string }
  | {
      readonly ok: false
      readonly code: 'too-many-tries'
      readonly message: string
      readonly waitS: number
    }

export interface SignInDesk {
  /** Once anybody can sign in, whoever changes something must have. */
  readonly isNeeded: () => boolean
  readonly callerOf: (given: { readonly token: string; readonly key: string }) => Caller
  readonly signIn: (person: string, password: string) => Promise<SignedIn>
  readonly signOut: (token: string) => void
  /** A login was given, changed or taken away: whoever was signed in with it no longer is. */
  readonly changed: (person: string, secret: string | null) => void
  readonly canSignIn: (person: string) => boolean
}

interface Session {
  readonly person: string
  usedAtMs: number
}

const NOBODY: Caller = { kind: 'nobody' }
const TOKEN_BYTES = 32
/** Nobody's: checked for a name without a login, so that guessing takes as long as for one with. */
const DECOY = `scrypt$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`

/**
 * Sessions live in memory: a restart signs everybody out. Logins are those of the store's file;
 * only this gateway writes them, so what it knows is what holds.
 */
export function createSignInDesk(
  first: ReadonlyMap<string, string>,
  { sessions: most, sessionIdleMs, signInTries, signInWaitMs }: Config['http'],
  machineKey: string,
): SignInDesk {
  const logins = new Map(first)
  const sessions = new Map<string, Session>()
  const tries = createTries(signInTries, signInWaitMs)
  // Each check takes tens of megabytes for a moment: one after the other.
  let checking: Promise<unknown> = Promise.resolve()
  const check = (password: string, secret: string) => {
    const next = checking.then(() => isPassword(password, secret))
    checking = next.catch(() => false)
    return next
  }
  const personOf = (token: string): string | null => {
    const session = sessions.get(token)
    const nowMs = performance.now()
    if (session === undefined) return null
    if (nowMs - session.usedAtMs > sessionIdleMs) {
      sessions.delete(token)
      return null
    }
    session.usedAtMs = nowMs
    return session.person
  }
  return {
    isNeeded: () => logins.size > 0,
    canSignIn: (person) => logins.has(person),
    callerOf: ({ token, key }) => {
      if (isSame(key, machineKey)) return { kind: 'machine' }
      const person = personOf(token)
      return person === null ? NOBODY : { kind: 'person', person }
    },
    signIn: async (person, password) => {
      const waitS = tries.waitS(person)
      if (waitS > 0)
        return {
          ok: false,
          code: 'too-many-tries',
          message: `expected at most ${signInTries} wrong passwords in a row; wait ${waitS} s`,
          waitS,
        }
      const isRight = await check(password, logins.get(person) ?? DECOY)
      if (!isRight || !logins.has(person)) {
        tries.failed(person)
        const message = 'expected a name that can sign in and its password, got another pair'
        return { ok: false, code: 'wrong-password', message }
      }
      tries.passed(person)
      if (sessions.size >= most) dropOldest(sessions)
      const token = randomBytes(TOKEN_BYTES).toString('base64url')
      sessions.set(token, { person, usedAtMs: performance.now() })
      return { ok: true, token }
    },
    signOut: (token) => void sessions.delete(token),
    changed: (person, secret) => {
      for (const [token, session] of sessions) if (session.person === person) sessions.delete(token)
      if (secret === null) logins.delete(person)
      else logins.set(person, secret)
    },
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return expected !== '' && a.length === b.length && timingSafeEqual(a, b)
}

function dropOldest(sessions: Map<string, Session>): void {
  const [oldest] = [...sessions].sort(([, a], [, b]) => a.usedAtMs - b.usedAtMs)
  if (oldest) sessions.delete(oldest[0])
}

/** Names tried are remembered up to here: a stranger may not fill the memory with made-up ones. */
const NAMES_MAX = 1_000

function createTries(most: number, waitMs: number) {
  const wrong = new Map<string, { count: number; lastMs: number }>()
  return {
    /** Whole seconds until this name may try again; 0: now. */
    waitS(person: string): number {
      const seen = wrong.get(person)
      if (seen === undefined || seen.count < most) return 0
      const leftMs = seen.lastMs + waitMs - performance.now()
      if (leftMs > 0) return Math.ceil(leftMs / 1_000)
      wrong.delete(person)
      return 0
    },
    failed(person: string): void {
      if (wrong.size >= NAMES_MAX && !wrong.has(person)) wrong.clear()
      const count = (wrong.get(person)?.count ?? 0) + 1
      wrong.set(person, { count, lastMs: performance.now() })
    },
    passed: (person: string) => void wrong.delete(person),
  }
}
