import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { MACHINE_KEY, MASTERS, openStore, post, report, type Store } from './store.ts'

// Threads load their program for each store; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const ANNA = { person: 'anna', password: 'a quiet secret' } as const
const RECEIPT = {
  till: 'till-1',
  fiscalDay: '2026-03-02',
  receipt: '17',
  at: '2026-03-02T09:30:00Z',
  lines: [
    { line: 1, description: 'Soap', quantity: '1', net: '2.52', taxCode: 'standard', tax: '0.48' },
  ],
  tenders: [{ kind: 'cash', amount: '3.00' }],
  total: '3.00',
}
const AT = '2026-03-02T10:00:00Z'

let number = 0
const told = (actor: string, command: object) => ({ id: `T-${++number}`, actor, at: AT, command })
const roles = (person: string, ...given: string[]) => ({
  kind: 'assign-roles',
  person,
  roles: given,
})

async function openedStore(more: Record<string, unknown> = {}): Promise<Store> {
  const store = await openStore(more)
  await ok(post(store, '/api/v1/commands', told('anna', roles('anna', 'admin'))))
  await ok(post(store, '/api/v1/logins', { ...ANNA, user: 'anna' }))
  return store
}

async function ok(answer: ReturnType<typeof post>) {
  const { status, body, headers } = await answer
  expect([status, body]).toEqual([status, expect.not.objectContaining({ code: expect.anything() })])
  return { body, headers }
}

async function signedIn(store: Store, who: { person: string; password: string }) {
  const { headers } = await ok(post(store, '/api/v1/sign-in', who, {}))
  const cookie = headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/)
  return { cookie: cookie.split(';')[0] ?? '', 'idempotency-key': 'k' }
}

async function sessionOf(store: Store, headers: Record<string, string> = {}) {
  const response = await fetch(`${store.url}/api/v1/session`, { headers })
  return (await response.json()) as { person: string | null; may: string[]; roles: string[] }
}

test('before the first login anybody may speak; from then on only who is signed in, as themselves', async () => {
  const store = await openStore()
  expect(await sessionOf(store)).toMatchObject({ person: null, signInNeeded: false })
  expect((await sessionOf(store)).may).toContain('close-period')
  await ok(post(store, '/api/v1/commands', told('anna', roles('anna', 'admin'))))
  await ok(post(store, '/api/v1/logins', { ...ANNA, user: 'anna' }))
  expect(await sessionOf(store)).toEqual({ person: null, signInNeeded: true, roles: [], may: [] })
  const unsigned = await post(store, '/api/v1/commands', told('anna', roles('bob', 'clerk')))
  expect(unsigned).toMatchObject({ status: 401, body: { code: 'sign-in-needed' } })

  const anna = await signedIn(store, ANNA)
  expect(await sessionOf(store, anna)).toMatchObject({
    person: 'anna',
    roles: ['admin'],
    may: ['import-masters', 'set-policy', 'assign-roles'],
  })
  await ok(post(store, '/api/v1/commands', told('anna', roles('bob', 'clerk')), anna))
  const asBob = await post(store, '/api/v1/commands', told('bob', roles('bob', 'admin')), anna)
  expect(asBob).toMatchObject({
    status: 403,
    body: { code: 'not-you', detail: 'expected anna, who is signed in, as actor, got bob' },
  })
  // Reading stays open on this machine, and tells who said what.
  expect(await report(store, 'people')).toMatchObject({
    rows: [
      { person: 'anna', roles: ['admin'], canSignIn: true },
      { person: 'bob', roles: ['clerk'], canSignIn: false },
    ],
    changes: [
      { person: 'bob', change: 'is clerk', by: 'anna' },
      { person: 'anna', change: 'may sign in', by: 'anna' },
      { person: 'anna', change: 'is admin', by: 'anna' },
    ],
  })
  await ok(post(store, '/api/v1/sign-out', {}, anna))
  expect((await sessionOf(store, anna)).person).toBeNull()
})

test('whoever can read the data folder speaks for anybody; a guessed key for nobody', async () => {
  const store = await openedStore()
  const key = (authorization: string) => ({ authorization, 'idempotency-key': 'k' })
  const grant = told('anna', roles('bob', 'clerk'))
  const guessed = await post(store, '/api/v1/commands', grant, key('Bearer guessed'))
  expect(guessed).toMatchObject({ status: 401, body: { code: 'sign-in-needed' } })
  await ok(post(store, '/api/v1/commands', grant, key(`Bearer ${MACHINE_KEY}`)))
  // Tills and papers tell facts, as they do over MQTT.
  await ok(post(store, '/api/v1/receipts', RECEIPT))
  expect(await post(store, '/api/v1/masters', MASTERS)).toMatchObject({ status: 401 })
})

test('passwords are checked, kept only as hashes, and wrong ones make a name wait', async () => {
  const store = await openedStore({ http: { port: 0, signInTries: 2 } })
  const short = { person: 'anna', password: 'short', user: 'anna' }
  const anna = await signedIn(store, ANNA)
  expect(await post(store, '/api/v1/logins', short, anna)).toMatchObject({
    status: 422,
    body: { detail: 'expected a password of 8 to 200 characters, got 5' },
  })
  const wrong = { person: 'anna', password: 'another guess' }
  const nobody = { person: 'nobody', password: 'another guess' }
  for (const guess of [wrong, nobody, wrong, nobody])
    expect(await post(store, '/api/v1/sign-in', guess)).toMatchObject({
      status: 401,
      body: { code: 'wrong-password' },
    })
  for (const guess of [ANNA, nobody]) {
    const waiting = await post(store, '/api/v1/sign-in', guess)
    expect(waiting).toMatchObject({ status: 429, body: { code: 'too-many-tries' } })
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const file = readFileSync(store.file, 'latin1') + readFileSync(`${store.file}-wal`, 'latin1')
  expect(file).toContain('scrypt$')
  expect(file).not.toContain(ANNA.password)
})

test('only an admin gives logins, to people with a role; a lost one ends its session at once', async () => {
  const store = await openedStore()
  const anna = await signedIn(store, ANNA)
  const login = (person: string, password: string | null, user = 'anna') => ({
    person,
    password,
    user,
  })
  const give = (body: object, as: Record<string, string>) => post(store, '/api/v1/logins', body, as)
  expect(await give(login('bob', 'b secret b'), anna)).toMatchObject({
    status: 422,
    body: { code: 'no-role', detail: 'expected a person with a role, got bob with none' },
  })
  await ok(post(store, '/api/v1/commands', told('anna', roles('bob', 'clerk')), anna))
  await ok(give(login('bob', 'b secret b'), anna))
  const bob = await signedIn(store, { person: 'bob', password: 'b secret b' })
  expect(await give(login('anna', 'taken over', 'bob'), bob)).toMatchObject({
    body: {
      code: 'not-permitted',
      detail: 'expected a role that may give logins, got bob without',
    },
  })
  // A refusal of a login stands beside those of the books.
  expect((await report(store, 'refusals')).rows).toMatchObject([
    { actor: 'anna', kind: 'login', code: 'no-role' },
    { actor: 'bob', kind: 'login', code: 'not-permitted' },
  ])
  // The own password is one's own affair, and signs out whoever has the old one.
  await ok(give(login('bob', 'another secret', 'bob'), bob))
  expect((await sessionOf(store, bob)).person).toBeNull()
  const again = await signedIn(store, { person: 'bob', password: 'another secret' })
  await ok(give(login('bob', null), anna))
  expect((await sessionOf(store, again)).person).toBeNull()
  expect(await give(login('bob', null), anna)).toMatchObject({ body: { code: 'no-login' } })
})

test('people and devices never share a name', async () => {
  const store = await openStore()
  const command = told('anna', roles('till-1', 'admin'))
  expect(await post(store, '/api/v1/commands', command)).toMatchObject({
    status: 422,
    body: {
      detail: 'expected the name of a person, got "till-1", which is a device of this store',
    },
  })
})
