import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { configSchema } from '../../gateway/config/schema.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { createLog } from '../../gateway/log.ts'
import { DESTINATION, get, MASTERS, openStore, post, report, SITE, sku } from './store.ts'

// Threads load their program for each store; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 })

/** One entry of so many movements takes a while to verify. */
const MANY = Array.from({ length: 4_000 }, (_, index) => `sku-${index}`)
const MANY_MASTERS = {
  ...MASTERS,
  skus: MANY.map((name, index) => sku(name, name, String(index).padStart(14, '0'), '1.00')),
  planogram: [],
  opening: MANY.map((name) => ({ sku: name, location: 'backroom', quantity: '3', value: '1.00' })),
}

test('verifying the whole books holds up neither the health check nor another report', async () => {
  const store = await openStore()
  await post(store, '/api/v1/masters', MANY_MASTERS)
  const answered: string[] = []
  const verified = report(store, 'verify').then(() => answered.push('verify'))
  await get(store, '/healthz').then(() => answered.push('healthz'))
  await report(store, 'stock', 'stock?sku=sku-1').then(() => answered.push('stock'))
  await verified
  expect(answered).toEqual(['healthz', 'stock', 'verify'])
})

test('a report over its time is answered with 503, and the next one is answered', async () => {
  const store = await openStore({ limits: { wholeBooksReportMs: 1 } })
  await post(store, '/api/v1/masters', MANY_MASTERS)
  for (const attempt of ['first', 'on a new thread']) {
    const late = await get(store, '/api/v1/verify')
    expect(late.body, attempt).toMatchObject({ status: 503, code: 'report-failed' })
    expect(late.headers.get('retry-after')).toBe('5')
  }
  expect((await report(store, 'stock', 'stock?sku=sku-7')).rows).toHaveLength(1)
})

test('a page that listens is told of a movement after it is in the books', async () => {
  const store = await openStore()
  const response = await fetch(`${store.url}/api/v1/events`)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'self'/)
  const reading = eventsOf(response)
  await post(store, '/api/v1/masters', MASTERS)
  for await (const event of reading) {
    if (event['type'] !== 'movement') continue
    expect(event).toMatchObject({ kind: 'opening', sku: 'cola', quantity: '24', sequence: 1 })
    break
  }
  expect((await report(store, 'stock')).rows).toHaveLength(1)
})

test('listeners are counted, and one too many is sent away', async () => {
  const store = await openStore({ limits: { eventStreams: 1 } })
  const first = await fetch(`${store.url}/api/v1/events`)
  const second = await get(store, '/api/v1/events')
  expect(second.body).toMatchObject({ status: 503, code: 'too-many-listeners' })
  await first.body?.cancel()
  await expect.poll(async () => (await metricsOf(store)).get('tallygate_event_streams')).toBe(0)
})

test('a listener that takes nothing is dropped before it fills the memory', async () => {
  const store = await openStore({ limits: { eventStreamBytes: 65_536 } })
  const frozen = connect(store.port, '127.0.0.1')
  onTestFinished(() => void frozen.destroy())
  frozen.write(`GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${store.port}\r\n\r\n`)
  await expect.poll(async () => (await metricsOf(store)).get('tallygate_event_streams')).toBe(1)
  frozen.pause()
  const text = 'x'.repeat(60_000)
  // Past what the operating system takes for it: tens of megabytes at most.
  await expect
    .poll(async () => {
      for (let told = 0; told < 50; told++)
        store.events.emit({ type: 'alert', key: 'k', atMs: 0, text })
      return (await metricsOf(store)).get('tallygate_event_streams')
    })
    .toBe(0)
})

test('stopping ends open event streams at once', async () => {
  const store = await openStore()
  const response = await fetch(`${store.url}/api/v1/events`)
  const ended = response.text()
  await store.http.stop()
  expect(await ended).toContain('retry:')
})

const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string().min(1),
  parameters: z.array(
    z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: z.unknown() }),
  ),
  requestBody: z.unknown().optional(),
  responses: z.looseObject({ 200: z.object({ description: z.string(), content: z.unknown() }) }),
})
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'post']), operationSchema)),
  components: z.object({ schemas: z.looseObject({ Problem: z.unknown() }) }),
})

const ROUTES = [
  'GET /api/v1/alarm-pictures',
  'GET /api/v1/alarm-pictures/{alarm}',
  'GET /api/v1/alerts',
  'GET /api/v1/authority',
  'GET /api/v1/batches',
  'GET /api/v1/books-digest',
  'GET /api/v1/cameras',
  'GET /api/v1/cameras/{camera}/latest',
  'GET /api/v1/cameras/{camera}/latest.jpg',
  'GET /api/v1/closing',
  'GET /api/v1/counts/{count}',
  'GET /api/v1/entries/{sequence}',
  'GET /api/v1/events',
  'GET /api/v1/exits',
  'GET /api/v1/lessons',
  'GET /api/v1/locations',
  'GET /api/v1/movements',
  'GET /api/v1/open-counts',
  'GET /api/v1/openapi.json',
  'GET /api/v1/parked',
  'GET /api/v1/people',
  'GET /api/v1/periods',
  'GET /api/v1/policy',
  'GET /api/v1/pools',
  'GET /api/v1/quarantine',
  'GET /api/v1/readers',
  'GET /api/v1/receiving',
  'GET /api/v1/refusals',
  'GET /api/v1/reports/available',
  'GET /api/v1/reports/cut-off',
  'GET /api/v1/reports/cut-over',
  'GET /api/v1/reports/demand',
  'GET /api/v1/reports/expiring',
  'GET /api/v1/reports/journal',
  'GET /api/v1/reports/layers',
  'GET /api/v1/reports/margin',
  'GET /api/v1/reports/packs',
  'GET /api/v1/reports/record',
  'GET /api/v1/reports/statement',
  'GET /api/v1/reports/uninvoiced',
  'GET /api/v1/reports/variance',
  'GET /api/v1/reports/what-if',
  'GET /api/v1/review-budget',
  'GET /api/v1/reviews',
  'GET /api/v1/session',
  'GET /api/v1/skus',
  'GET /api/v1/status',
  'GET /api/v1/stock',
  'GET /api/v1/strangers',
  'GET /api/v1/trial-balance',
  'GET /api/v1/verify',
  'GET /healthz',
  'GET /metrics',
  'GET /readyz',
  'POST /api/v1/authority',
  'POST /api/v1/commands',
  'POST /api/v1/documents',
  'POST /api/v1/heartbeats',
  'POST /api/v1/lessons/{id}/undo',
  'POST /api/v1/logins',
  'POST /api/v1/masters',
  'POST /api/v1/receipts',
  'POST /api/v1/reviews/{id}/decisions',
  'POST /api/v1/sessions',
  'POST /api/v1/sign-in',
  'POST /api/v1/sign-out',
  'POST /api/v1/voids',
]

test('the OpenAPI document describes every route with its parameters and answers', async () => {
  const store = await openStore()
  const { body } = await get(store, '/api/v1/openapi.json')
  const { paths } = documentSchema.parse(body)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      path,
      ...operationSchema.parse(operation),
    })),
  )
  expect(operations.map(({ route }) => route).sort()).toEqual(ROUTES)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length)
  for (const { route, path, parameters } of operations) {
    const named = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`)
    expect(named, route).toEqual(path.match(/\{\w+\}/g) ?? [])
    const hasKey = parameters.some(({ name }) => name === 'Idempotency-Key')
    // A session books nothing: a lost answer is asked for again.
    expect(hasKey, route).toBe(/^POST(?!.*\/sign-(in|out)$)/.test(route))
  }
  const references = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to)
  expect(new Set(references)).toEqual(new Set(['#/components/schemas/Problem']))
})

test('metrics are Prometheus text: each named once, typed, with a number', async () => {
  const store = await openStore()
  await post(store, '/api/v1/masters', MASTERS)
  const metrics = await metricsOf(store)
  expect(metrics.get('tallygate_entries_total')).toBe(1)
  expect(metrics.get('tallygate_backlog_batches{destination="head-office"}')).toBe(0)
  expect(metrics.get('tallygate_device_refused_total{device="till-1",profile="till"}')).toBe(1)
  expect(metrics.get('tallygate_vision_inference_seconds{quantile="0.95"}')).toBe(0.04)
  expect(metrics.get('tallygate_vision_decode_seconds{quantile="0.95"}')).toBe(0.006)
  expect(metrics.get('tallygate_vision_camera_status{camera="cam-1",status="moved"}')).toBe(1)
  expect(metrics.get('tallygate_vision_zone_blind_seconds_total{camera="cam-1"}')).toBe(12)
  expect(metrics.get('tallygate_vision_model_ready')).toBe(0)
  expect(metrics.get('tallygate_commit_queue')).toBe(0)
})

test('the page is served with its type and is asked for again only when it changed', async () => {
  const store = await openStore()
  const page = await fetch(`${store.url}/`)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const tag = page.headers.get('etag') ?? ''
  const again = await fetch(`${store.url}/`, { headers: { 'if-none-match': tag } })
  expect(again.status).toBe(304)
})

test('a whole gateway is ready when it says so, and stops with a page still open', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'tallygate-whole-'))
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
  const secretFile = join(dataFolder, 'secret')
  writeFileSync(secretFile, `whsec_${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 })
  const destinations = [{ ...DESTINATION, secretFile }]
  const config = configSchema.parse({ ...SITE, destinations, dataFolder })
  const gateway = await startGateway(config, createLog('silent', 'test'))
  const here = { url: `http://127.0.0.1:${gateway.httpPort}` }
  expect((await get(here, '/readyz')).status).toBe(200)
  expect((await get(here, '/api/v1/status')).body).toMatchObject({
    devices: [{ device: 'till-1' }, { device: 'cam-1' }],
    destinations: [{ destination: 'head-office', sealed: 0 }],
    store: { writable: true, restarts: 0 },
  })
  expect((await post(here, '/api/v1/masters', MASTERS)).status).toBe(201)
  const listening = (await fetch(`${here.url}/api/v1/events`)).text()
  await gateway.stop()
  expect(await listening).toContain('retry:')
})

async function* eventsOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks)
      if (block.startsWith('data: ')) yield z.looseObject({}).parse(JSON.parse(block.slice(6)))
  }
}

/** Reads the text as a scraper does: every sample belongs to the type that was named before it. */
async function metricsOf(store: { url: string }): Promise<Map<string, number>> {
  const response = await fetch(`${store.url}/metrics`)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = new Map<string, number>()
  const types = new Set<string>()
  for (const line of (await response.text()).trimEnd().split('\n')) {
    const type = /^# TYPE (\w+) (?:counter|gauge)$/.exec(line)?.[1]
    if (type !== undefined) {
      expect(types.has(type), line).toBe(false)
      types.add(type)
    } else if (!line.startsWith('# HELP ')) {
      const [, name = '', labels = '', value = ''] =
        /^(\w+)(\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? (\S+)$/.exec(line) ?? []
      expect(types.has(name), line).toBe(true)
      expect(Number.isFinite(Number(value)), line).toBe(true)
      samples.set(name + labels, Number(value))
    }
  }
  return samples
}
