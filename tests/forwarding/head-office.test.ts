import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../gateway/clock.ts'
import { parseConfig } from '../../gateway/config/load.ts'
import { acknowledgementId } from '../../gateway/forwarding/acknowledgement.ts'
import { readSecret, sign, whyUnsigned } from '../../gateway/forwarding/signature.ts'
import type { HeadOffice } from '../../gateway/head-office/start-head-office.ts'
import { spawnCli } from '../../gateway/process/spawn-cli.ts'
import { canonicalJson, fingerprintOf, type SealedBatch } from '../../ledger-core/index.ts'
import type { Books } from '../ledger-core/support/books.ts'
import {
  type Cleanups,
  cursorOf,
  exchange,
  openHeadOffice,
  openRoad,
  openStoreBooks,
  SITE,
  sealSale,
  temporaryFolder,
  until,
} from './support/road.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const cleanups: Cleanups = []
let books: Books
let folder: string
let office: HeadOffice
beforeEach(async () => {
  books = openStoreBooks(cleanups)
  folder = temporaryFolder(cleanups)
  office = await openHeadOffice(folder)
  cleanups.push(() => office.stop())
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Sealed = Pick<SealedBatch, 'bytes' | 'idempotencyKey'>

function signedHeaders({ idempotencyKey: key, bytes }: Sealed, atMs = systemClock.nowMs()) {
  const signed = sign(readSecret(office.secretFile), key, atMs, bytes)
  return { 'content-type': 'application/json', 'idempotency-key': key, ...signed }
}
const send = (batch: Sealed, changed: Record<string, string> = {}) => {
  const headers = { ...signedHeaders(batch), ...changed }
  return exchange(office.url, office.caFile, { headers, body: batch.bytes })
}
const site = async () =>
  (await exchange(new URL(`/v1/sites/${SITE}`, office.url).href, office.caFile)).json

/** The batch with other facts, proving itself all the same: a sender with the right secret lies. */
function resealed({ bytes, idempotencyKey }: SealedBatch, changed: object): Sealed {
  const { contentHash: _, ...content } = JSON.parse(Buffer.from(bytes).toString())
  const facts = { ...content, ...changed }
  const text = canonicalJson({ ...facts, contentHash: fingerprintOf(facts) })
  return { bytes: Buffer.from(text), idempotencyKey }
}

test('a batch sent twice is stored once and acknowledged in the same words', async () => {
  const batch = sealSale(books)
  const first = await send(batch)
  const before = await site()
  const second = await send(batch)
  expect([first.status, second.status]).toEqual([201, 200])
  expect(second.text).toBe(first.text)
  expect(first.json).toMatchObject({ status: 'stored', number: 1, lastHash: batch.lastHash })
  expect(await site()).toEqual(before)
  const secret = readSecret(office.secretFile)
  const id = acknowledgementId(batch.idempotencyKey)
  const body = Buffer.from(first.text)
  expect(whyUnsigned(secret, id, first.headers, body, systemClock.nowMs())).toBe(null)
})

test('what was answered is on disk: another process on the folder goes on from it', async () => {
  const [one, two] = [sealSale(books), sealSale(books)]
  await send(one)
  await office.stop()
  office = await openHeadOffice(folder)
  expect((await send(two)).status).toBe(201)
  expect(await site()).toMatchObject({ batches: 2, lastHash: two.lastHash })
})

test('an altered byte is refused, signed or not', async () => {
  const batch = sealSale(books)
  const bytes = Uint8Array.from(batch.bytes)
  const at = Buffer.from(bytes).indexOf('"amountMinor":"') + '"amountMinor":"'.length
  bytes[at] = bytes[at] === 0x31 ? 0x32 : 0x31
  const underOldSignature = await exchange(office.url, office.caFile, {
    headers: signedHeaders(batch),
    body: bytes,
  })
  expect(underOldSignature).toMatchObject({ status: 401, json: { code: 'not-signed' } })
  const resigned = await send({ ...batch, bytes })
  expect(resigned).toMatchObject({ status: 422, json: { code: 'content-differs' } })
  expect(await site()).toMatchObject({ code: 'no-such-site' })
})

test('a gap is refused and alarmed once, and the missing batch closes it', async () => {
  const [one, two, three] = [sealSale(books), sealSale(books), sealSale(books)]
  await send(one)
  for (let tried = 0; tried < 2; tried++) {
    const refused = await send(three)
    expect(refused.status).toBe(409)
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(refused.json).toMatchObject({
      status: 409,
      code: 'gap',
      detail: 'expected batch 2 of store-1 next, got 3',
    })
  }
  expect((await site()).alarms).toMatchObject([{ code: 'gap', number: 3 }])
  expect([(await send(two)).status, (await send(three)).status]).toEqual([201, 201])
  expect(await site()).toMatchObject({ batches: 3, lastHash: three.lastHash })
})

test('other content under a known number is a conflict', async () => {
  const batch = sealSale(books)
  await send(batch)
  const other = resealed(batch, { sealedAtMs: 2_000 })
  expect(await send(other)).toMatchObject({ status: 409, json: { code: 'conflict' } })
  expect(await site()).toMatchObject({ batches: 1, alarms: [{ code: 'conflict', number: 1 }] })
  expect((await send(batch)).status).toBe(200)
})

test('books of another history do not join on', async () => {
  const first = sealSale(books)
  const others = openStoreBooks(cleanups)
  sealSale(others)
  await send(first)
  const refused = await send(sealSale(others))
  expect(refused).toMatchObject({ status: 409, json: { code: 'chain-broken' } })
  const beginning = resealed(sealSale(openStoreBooks(cleanups)), { site: 'store-2', number: 2 })
  const key = 'store-2:batch:000000002'
  expect(await send({ ...beginning, idempotencyKey: key })).toMatchObject({
    status: 409,
    json: { detail: 'expected batch 1 of store-2 next, got 2' },
  })
})

test.each<[string, number, string, () => Promise<Record<string, string>> | Record<string, string>]>(
  [
    ['without a key', 400, 'no-key', () => ({ 'idempotency-key': '' })],
    ['with a key that is not the signed id', 401, 'not-signed', () => ({ 'idempotency-key': 'k' })],
    ['without a signature', 401, 'not-signed', () => ({ 'webhook-signature': '' })],
    [
      'with the signature of a newer version only',
      401,
      'not-signed',
      () => ({ 'webhook-signature': 'v2,AAAA' }),
    ],
    ['in another media type', 415, 'bad-request', () => ({ 'content-type': 'text/plain' })],
  ],
)('a batch %s is refused', async (_title, status, code, changed) => {
  expect(await send(sealSale(books), await changed())).toMatchObject({ status, json: { code } })
  expect(await site()).toMatchObject({ code: 'no-such-site' })
})

test('a key that is not the one of the batch is refused though signed', async () => {
  const batch = { ...sealSale(books), idempotencyKey: 'store-1:batch:000000009' }
  expect(await send(batch)).toMatchObject({ status: 422, json: { code: 'key-differs' } })
})

test('a signature holds for five minutes to either side, and beside an older one', async () => {
  const batch = sealSale(books)
  const at = (atMs: number) =>
    exchange(office.url, office.caFile, { headers: signedHeaders(batch, atMs), body: batch.bytes })
  const now = systemClock.nowMs()
  for (const offMs of [-310_000, 310_000]) {
    const refused = await at(now + offMs)
    expect(refused.status).toBe(401)
    expect(refused.json.detail).toMatch(/expected clocks within 300 s of each other, got 3\d\d s/)
  }
  const ours = signedHeaders(batch)['webhook-signature']
  expect((await send(batch, { 'webhook-signature': `v1,b2xk ${ours}` })).status).toBe(201)
})

test('a signature is the one Standard Webhooks computes', () => {
  // The vector in the tests of its libraries: https://github.com/standard-webhooks/standard-webhooks
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  const signed = sign(secret, id, 1_614_265_330_000, Buffer.from('{"test": 2432232314}'))
  expect(signed['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('what is too large or lost is told by its status', async () => {
  const large = { bytes: Buffer.alloc(17_000_000, 0x20), idempotencyKey: 'store-1:batch:000000001' }
  const refused = await send(large).catch((error: NodeJS.ErrnoException) => error)
  // The receiver may hang up before we have sent it all.
  if (refused instanceof Error) expect(refused.code).toMatch(/EPIPE|ECONNRESET/)
  else expect(refused.status).toBe(413)
  const lost = await exchange(new URL('/v2', office.url).href, office.caFile)
  expect(lost).toMatchObject({ status: 404, json: { code: 'no-such-page' } })
})

test('only the owner reads the key and the secret, and a start changes neither', async () => {
  const files = ['ca.pem', 'server-key.pem', 'server.pem', 'head-office.secret']
  const read = () => files.map((name) => readFileSync(join(folder, name), 'utf8'))
  const before = read()
  for (const name of files) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0)
  await office.stop()
  office = await openHeadOffice(folder)
  expect(read()).toEqual(before)
})

test('`tallygate head-office` prints what the gateway needs, receives, and stops when asked', async () => {
  const own = join(folder, 'own')
  let said = ''
  let printed = ''
  const child = spawnCli(['head-office', '--folder', own, '--port', '0'], {
    onStdout: (text) => {
      printed += text
    },
    onStderr: (text) => {
      said += text
    },
  })
  const exited = once(child, 'exit')
  cleanups.push(() => child.kill('SIGKILL'))
  await until(() => expect(printed, said).toContain('secretFile'))
  const yaml = `site: { id: ${SITE}, name: S }\n${printed.slice(printed.indexOf('destinations:'))}`
  const loaded = parseConfig(yaml, 'printed.yaml')
  const destination = loaded.ok ? loaded.config.destinations[0] : undefined
  expect(destination).toMatchObject({ id: 'head-office', caFile: join(own, 'ca.pem') })
  sealSale(books)
  const { url = '', caFile = '', secretFile = '' } = destination ?? {}
  openRoad(books, { url, caFile, secretFile }, cleanups)
  await until(() => expect(cursorOf(books)).toBe(1))
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(said).toContain('a batch is stored')
})

test('`tallygate head-office` says what is wrong with how it was called', async () => {
  const run = async (...args: string[]) => {
    let said = ''
    const hear = (text: string) => {
      said += text
    }
    const child = spawnCli(['head-office', ...args], { onStderr: hear, onStdout: hear })
    const [code] = await once(child, 'close')
    return { code, said }
  }
  const secretFile = join(folder, 'bad.secret')
  writeFileSync(secretFile, 'nothing')
  const [help, none, port, secret, taken] = await Promise.all([
    run('--help'),
    run(),
    run('--folder', folder, '--port', '70000'),
    run('--folder', join(folder, 'b'), '--secret-file', secretFile),
    run('--folder', join(folder, 'c'), '--port', String(office.port)),
  ])
  expect(help).toMatchObject({ code: 0, said: expect.stringContaining('curl --cacert') })
  expect(none).toMatchObject({ code: 2, said: expect.stringContaining('expected --folder DIR') })
  expect(port).toMatchObject({ code: 2, said: expect.stringContaining('got port "70000"') })
  expect(secret).toMatchObject({ code: 1, said: expect.stringContaining('expected whsec_') })
  expect(taken).toMatchObject({ code: 1, said: expect.stringContaining('EADDRINUSE') })
})
