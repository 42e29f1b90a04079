import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../gateway/clock.ts'
import { acknowledgementId, sha256Of } from '../../gateway/forwarding/acknowledgement.ts'
import { readSecret, secretText, sign } from '../../gateway/forwarding/signature.ts'
import { makeCertificates } from '../../gateway/head-office/certificate.ts'
import { startReceiver } from '../../gateway/simulator/demo/receiver.ts'
import { canonicalJson, type SealedBatch } from '../../ledger-core/index.ts'
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

// Many exchanges, on a machine that may be busy with other things.
vi.setConfig({ testTimeout: 30_000 })

const cleanups: Cleanups = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const siteOf = async ({ url, caFile }: { url: string; caFile: string }) =>
  (await exchange(new URL(`/v1/sites/${SITE}`, url).href, caFile)).json

test('batches arrive in order, once, and head office has the books of the store', async () => {
  const books = openStoreBooks(cleanups)
  for (let count = 0; count < 5; count++) sealSale(books)
  const office = await openHeadOffice(temporaryFolder(cleanups))
  cleanups.push(() => office.stop())
  const { recorded, forwarders, events } = openRoad(books, office, cleanups)
  await until(() => expect(cursorOf(books)).toBe(5))
  const last = sealSale(books)
  forwarders.wake()
  await until(() => expect(cursorOf(books)).toBe(6))
  expect(recorded.map((body) => 'number' in body && body.number)).toEqual([1, 2, 3, 4, 5, 6])
  expect(events).toEqual([])
  const site = await siteOf(office)
  expect(site).toMatchObject({ batches: 6, lastHash: last.lastHash, alarms: [] })
  const { ledger } = books
  const balances = ledger.trialBalance().filter((row) => row.debitMinor + row.creditMinor > 0n)
  expect(site.trialBalance).toEqual(JSON.parse(canonicalJson(balances)).sort(byName('account')))
  expect(stockOf(site.moved)).toEqual(
    ledger
      .stock()
      .map(({ sku, location, quantity }) => `${sku} ${location} ${quantity}`)
      .sort(),
  )
  await until(() => expect(forwarders.status()[0]?.state).toBe('idle'))
  expect(forwarders.status()).toEqual([
    {
      destination: 'head-office',
      state: 'idle',
      attempts: 0,
      lastError: null,
      nextTryAtMs: null,
      lastAcknowledged: 6,
      lastAcknowledgedAtMs: 1_000,
    },
  ])
})

test('what was sealed while head office was away arrives when it is back', async () => {
  const books = openStoreBooks(cleanups)
  const receiver = await startReceiver(temporaryFolder(cleanups))
  cleanups.push(() => receiver.stop())
  sealSale(books)
  const { forwarders, events } = openRoad(books, receiver.destination, cleanups)
  await until(() => expect(cursorOf(books)).toBe(1))
  await receiver.down()
  for (let count = 0; count < 4; count++) sealSale(books)
  forwarders.wake()
  await until(() => expect(forwarders.status()[0]?.attempts).toBeGreaterThan(2))
  expect(forwarders.status()[0]?.lastError).toMatch(
    /no answer from 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
  )
  expect(events[0]).toMatchObject({ type: 'batch', number: 2, state: 'retrying' })
  expect(cursorOf(books)).toBe(1)
  await receiver.up()
  await until(() => expect(cursorOf(books)).toBe(5))
  expect(await siteOf(receiver.destination)).toMatchObject({ batches: 5, alarms: [] })
})

test('an answer lost after storing is asked for again; the batch is stored once', async () => {
  const books = openStoreBooks(cleanups)
  const office = await openHeadOffice(temporaryFolder(cleanups))
  cleanups.push(() => office.stop())
  sealSale(books)
  const sums = async () => (await siteOf(office))?.debitMinor
  const proxy = await openCuttingProxy(office.port, async () => (await siteOf(office)) !== null)
  const { events } = openRoad(books, { ...office, url: proxy.url }, cleanups)
  await until(async () => expect((await siteOf(office))?.batches).toBe(1))
  const once = await sums()
  expect(cursorOf(books)).toBe(0)
  await until(() => expect(cursorOf(books)).toBe(1))
  expect(proxy.cuts()).toBe(1)
  expect(events).toHaveLength(1)
  expect(await sums()).toBe(once)
})

test('an acknowledgement the store cannot write is asked for until it is written', async () => {
  const books = openStoreBooks(cleanups)
  const office = await openHeadOffice(temporaryFolder(cleanups))
  cleanups.push(() => office.stop())
  sealSale(books)
  const verdicts = ['not-stored', 'refused', 'not-stored'] as ('not-stored' | 'refused')[]
  const { events, recorded } = openRoad(books, { ...office, verdicts }, cleanups)
  await until(() => expect(cursorOf(books)).toBe(1))
  expect(events).toHaveLength(3)
  expect(recorded).toHaveLength(1)
  expect(await siteOf(office)).toMatchObject({ batches: 1 })
})

test('a gateway with another secret is turned away, and its cursor stays', async () => {
  const books = openStoreBooks(cleanups)
  const folder = temporaryFolder(cleanups)
  const office = await openHeadOffice(folder)
  cleanups.push(() => office.stop())
  sealSale(books)
  const secretFile = join(folder, 'other.secret')
  writeFileSync(secretFile, secretText(randomBytes(32)))
  const { forwarders } = openRoad(books, { ...office, secretFile }, cleanups)
  await until(() =>
    expect(forwarders.status()[0]?.lastError).toBe(
      'HTTP 401: expected a signature made with the shared secret, got another',
    ),
  )
  expect(cursorOf(books)).toBe(0)
  expect(await siteOf(office)).toMatchObject({ code: 'no-such-site' })
})

test('a receiver that other people certify gets nothing', async () => {
  const books = openStoreBooks(cleanups)
  const folder = temporaryFolder(cleanups)
  const office = await openHeadOffice(folder)
  cleanups.push(() => office.stop())
  sealSale(books)
  const caFile = join(folder, 'other-ca.pem')
  writeFileSync(caFile, (await makeCertificates(systemClock.nowMs())).ca)
  const { forwarders } = openRoad(books, { ...office, caFile }, cleanups)
  await until(() => expect(forwarders.status()[0]?.lastError).toMatch(/certificate|signature/))
  expect(await siteOf(office)).toMatchObject({ code: 'no-such-site' })
})

test('a receiver that lacks earlier batches refuses, and a person is needed', async () => {
  const books = openStoreBooks(cleanups)
  const first = await openHeadOffice(temporaryFolder(cleanups))
  sealSale(books)
  const road = openRoad(books, first, cleanups)
  await until(() => expect(cursorOf(books)).toBe(1))
  await road.forwarders.stop()
  await first.stop()
  const emptied = await openHeadOffice(temporaryFolder(cleanups))
  cleanups.push(() => emptied.stop())
  sealSale(books)
  const { forwarders } = openRoad(books, emptied, cleanups)
  await until(() => expect(forwarders.status()[0]?.state).toBe('refused'))
  expect(forwarders.status()[0]).toMatchObject({
    lastError: 'HTTP 409: expected batch 1 of store-1 next, got 2',
    nextTryAtMs: expect.any(Number),
  })
  expect(cursorOf(books)).toBe(1)
})

test.each<[string, RegExp, (good: Forged) => Forged]>([
  [
    'another hash',
    /of lastHash [0-9a-f]{64}, got 0000/,
    (good) => alter(good, { lastHash: '0'.repeat(64) }),
  ],
  ['another number', /of number 1, got 2/, (good) => alter(good, { number: 2 })],
  ['another site', /of site store-1, got store-2/, (good) => alter(good, { site: 'store-2' })],
  ['other bytes', /of sha256 [0-9a-f]{64}, got beef/, (good) => alter(good, { sha256: 'beef' })],
  [
    'nothing',
    /expected an acknowledgement in JSON/,
    (good) => ({ ...good, body: Buffer.from('') }),
  ],
  [
    'the batch itself',
    /expected webhook-id .*:stored, got /,
    (good) => ({ ...good, body: good.sent, id: good.key }),
  ],
  ['no signature', /expected the headers webhook-id/, (good) => ({ ...good, id: null })],
  [
    'more than an acknowledgement holds',
    /more than 65536 bytes/,
    (good) => ({ ...good, body: Buffer.alloc(70_000) }),
  ],
])('an answer that names %s moves no cursor', async (_title, reason, forge) => {
  const books = openStoreBooks(cleanups)
  const batch = sealSale(books)
  const office = await openForgedOffice(batch, forge)
  const { forwarders } = openRoad(books, office, cleanups)
  await until(() => expect(forwarders.status()[0]?.lastError).toMatch(reason))
  expect(cursorOf(books)).toBe(0)
  office.heal()
  await until(() => expect(cursorOf(books)).toBe(1))
})

test('a receiver that takes the batch and says nothing is given up in time', async () => {
  const books = openStoreBooks(cleanups)
  const office = await openForgedOffice(sealSale(books), () => null)
  const { forwarders } = openRoad(books, { ...office, timeoutMs: 1_000 }, cleanups)
  await until(() => expect(forwarders.status()[0]?.lastError).toMatch(/no answer within 1000 ms/))
  expect(cursorOf(books)).toBe(0)
})

test.each<[string, number, Record<string, string>, string, number]>([
  ['is busy', 503, { 'retry-after': '20' }, 'waiting', 20_000],
  [
    'has had too much',
    429,
    { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' },
    'waiting',
    3_600_000,
  ],
  ['has moved', 301, { location: 'https://127.0.0.1:1/' }, 'waiting', 0],
  ['does not know the page', 404, {}, 'waiting', 0],
  ['does not want the content', 422, { 'retry-after': '5' }, 'refused', 12 * 60_000],
])('a receiver that %s is asked again, and when', async (_title, status, headers, state, inMs) => {
  const books = openStoreBooks(cleanups)
  const body = Buffer.from(JSON.stringify({ detail: 'not\u0007 today' }))
  const office = await openForgedOffice(sealSale(books), (good) => ({
    ...good,
    status,
    headers,
    body,
  }))
  const { forwarders } = openRoad(books, { ...office, retryMaxMs: 60_000 }, cleanups)
  const told = () => forwarders.status()[0]
  await until(() => expect(told()?.lastError).toBe(`HTTP ${status}: not  today`))
  expect(cursorOf(books)).toBe(0)
  if (inMs === 0) {
    await until(() => expect(told()?.attempts).toBeGreaterThan(1))
    return
  }
  expect(told()?.state).toBe(state)
  const waitMs = (told()?.nextTryAtMs ?? 0) - 1_000
  expect(waitMs).toBeGreaterThan(inMs - 5_000)
  expect(waitMs).toBeLessThanOrEqual(inMs + 100)
})

test('stopping does not wait for a receiver that says nothing', async () => {
  const books = openStoreBooks(cleanups)
  const office = await openForgedOffice(sealSale(books), () => null)
  const { forwarders } = openRoad(books, office, cleanups)
  await until(() => expect(office.requests()).toBe(1))
  await forwarders.stop()
  expect(cursorOf(books)).toBe(0)
})

test('a missing or unusable secret is told before anything is sent', async () => {
  const books = openStoreBooks(cleanups)
  const folder = temporaryFolder(cleanups)
  const office = await openHeadOffice(folder)
  cleanups.push(() => office.stop())
  const start = (changed: object) => () => openRoad(books, { ...office, ...changed }, cleanups)
  const secretFile = join(folder, 'some.secret')
  expect(start({ secretFile })).toThrow(`expected the shared secret in ${secretFile}`)
  writeFileSync(secretFile, 'hunter2')
  expect(start({ secretFile })).toThrow('expected whsec_ and the base64 of 24 to 64 bytes')
  expect(start({ caFile: join(folder, 'none.pem') })).toThrow('expected the certificate authority')
  expect(start({ url: 'http://127.0.0.1:1/v1/batches' })).toThrow('must be an https:// address')
})

const byName = (field: string) => (a: Record<string, string>, b: Record<string, string>) =>
  (a[field] ?? '') < (b[field] ?? '') ? -1 : 1

/** Stock on hand in real places, from the ways the goods went. */
function stockOf(moved: { sku: string; from: string; to: string; quantity: string }[]): string[] {
  const stock = new Map<string, bigint>()
  const virtual = / (supplier|customer)$/
  for (const { sku, from, to, quantity } of moved) {
    stock.set(`${sku} ${from}`, (stock.get(`${sku} ${from}`) ?? 0n) - BigInt(quantity))
    stock.set(`${sku} ${to}`, (stock.get(`${sku} ${to}`) ?? 0n) + BigInt(quantity))
  }
  return [...stock]
    .filter(([key]) => !virtual.test(key))
    .map(([key, q]) => `${key} ${q}`)
    .sort()
}

/** Lets the first request through but none of its answer, and cuts once the batch is stored. */
async function openCuttingProxy(port: number, isStored: () => Promise<boolean>) {
  let cuts = 0
  // More than a TLS handshake of a client and less than a batch.
  const requestBytes = 2_000
  const server = createTcpServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    const end = () => [client, upstream].forEach((socket: Socket) => void socket.destroy())
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
    let sent = 0
    client.on('data', (data) => {
      sent += data.length
      upstream.write(data)
      if (cuts > 0 || sent < requestBytes) return
      cuts += 1
      upstream.removeAllListeners('data')
      upstream.on('data', () => {})
      until(async () => expect(await isStored()).toBe(true)).then(end, end)
    })
    upstream.on('data', (data) => client.write(data))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise((resolve) => server.close(resolve)))
  const { port: own } = server.address() as AddressInfo
  return { url: `https://127.0.0.1:${own}/v1/batches`, cuts: () => cuts }
}

interface Forged {
  readonly key: string
  readonly sent: Buffer
  readonly body: Buffer
  /** Signed under this id; null: not signed at all. */
  readonly id: string | null
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const alter = (good: Forged, changed: object): Forged => ({
  ...good,
  body: Buffer.from(JSON.stringify({ ...JSON.parse(good.body.toString()), ...changed })),
})

/** A receiver that knows the secret but answers wrongly, until it is healed; null: not at all. */
async function openForgedOffice(batch: SealedBatch, forge: (good: Forged) => Forged | null) {
  const folder = temporaryFolder(cleanups)
  const [caFile, secretFile] = [join(folder, 'ca.pem'), join(folder, 'secret')]
  const { ca, serverKey, serverCertificate } = await makeCertificates(systemClock.nowMs())
  writeFileSync(caFile, ca)
  writeFileSync(secretFile, secretText(randomBytes(24)))
  const secret = readSecret(secretFile)
  let requests = 0
  let answerOf: (good: Forged) => Forged | null = forge
  const server: Server = createServer(
    { key: serverKey, cert: serverCertificate },
    (asked, answer) => {
      const parts: Buffer[] = []
      asked.on('data', (part: Buffer) => parts.push(part))
      asked.on('end', () => {
        requests += 1
        const sent = Buffer.concat(parts)
        const key = String(asked.headers['idempotency-key'])
        const { site, number, lastHash } = batch
        const stored = { status: 'stored', site, number, lastHash, sha256: sha256Of(sent) }
        const body = Buffer.from(JSON.stringify(stored))
        const given = answerOf({
          key,
          sent,
          body,
          id: acknowledgementId(key),
          status: 200,
          headers: {},
        })
        if (given === null) return
        const signed =
          given.id === null ? {} : sign(secret, given.id, systemClock.nowMs(), given.body)
        answer.writeHead(given.status, { ...signed, ...given.headers }).end(given.body)
      })
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const heal = () => {
    answerOf = (good) => good
  }
  return { url, caFile, secretFile, heal, requests: () => requests }
}
