import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { Lane } from '../../gateway/bookkeeper/lane.ts'
import type { Verdict, WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import { type Config, configSchema } from '../../gateway/config/schema.ts'
import { dataFolderAt } from '../../gateway/data-folder.ts'
import type { Masters } from '../../gateway/documents/business-event.ts'
import { createEventStream } from '../../gateway/event-stream.ts'
import type { ShownFrame } from '../../gateway/frames/frame-lane.ts'
import type { Live } from '../../gateway/http/live.ts'
import { startHttp } from '../../gateway/http/server.ts'
import { createLog } from '../../gateway/log.ts'
import { answerSchemas } from '../../gateway/reports/answers.ts'
import { startReader } from '../../gateway/reports/reader.ts'

export const MACHINE_KEY = 'key-of-the-data-folder'

/** A store with one till, one shelf camera and one destination; nothing in it yet. */
export const SITE = {
  site: { id: 'corner-shop', name: 'Corner Shop', timeZone: 'Europe/Berlin' },
  http: { port: 0 },
  mqtt: { port: 0 },
  log: { level: 'silent' },
  authority: { newDevices: 'post' },
  devices: [
    { id: 'till-1', profile: 'till', topics: ['tallygate/v1/till-1/receipt'] },
    { id: 'cam-1', profile: 'camera', topics: ['tallygate/v1/cam-1/frame/#'] },
  ],
  cameras: [
    {
      id: 'cam-1',
      width: 640,
      height: 480,
      synthetic: true,
      zones: [{ zone: 'a', slots: [{ slot: '1', box: [10, 20, 30, 40] }] }],
    },
  ],
} as const

export const DESTINATION = {
  id: 'head-office',
  url: 'https://127.0.0.1:9/batches',
  secretFile: 'not-read-here',
}

export const NOW = Date.parse('2026-03-02T10:00:00Z')

/** 24 cans worth 12.00 on the shelf, no bread yet. */
export const MASTERS: Masters = {
  key: 'opening',
  at: '2026-03-02T07:00:00Z',
  skus: [
    sku('cola', 'Cola 330 ml', '04006381333931', '1.50'),
    sku('bread', 'Rye bread', '04006381333948', '3.20'),
  ],
  locations: [
    { location: 'backroom', name: 'Backroom', kind: 'real' },
    { location: 'shelf-a', name: 'Shelf A', kind: 'real' },
  ],
  suppliers: [{ supplier: 'wholesale', name: 'Wholesale' }],
  planogram: [{ camera: 'cam-1', zone: 'a', sku: 'cola', location: 'shelf-a' }],
  opening: [{ sku: 'cola', location: 'shelf-a', quantity: '24', value: '12.00', epcs: [] }],
}

export function sku(name: string, title: string, gtin: string, price: string) {
  const fixed = { category: 'food', quantityScale: 0, method: 'fifo', tagged: false } as const
  return { sku: name, name: title, gtins: [gtin], price, home: 'shelf-a', ...fixed }
}

export type Store = Awaited<ReturnType<typeof openStore>>

/** The bookkeeper, the reader and the HTTP server of one store, on its own file and free port. */
export async function openStore(more: Record<string, unknown> = {}) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'tallygate-http-'))
  const config: Config = configSchema.parse({
    ...SITE,
    destinations: [DESTINATION],
    dataFolder,
    ...more,
  })
  const log = createLog('silent', 'test')
  const events = createEventStream()
  const lane = new Lane({
    config,
    log,
    nowMs: () => NOW,
    onEvents: (told) => told.forEach(events.emit),
    onSealed: () => undefined,
    onStoreRefusing: () => undefined,
  })
  await lane.start()
  const { file } = dataFolderAt(dataFolder)
  const reader = await startReader({ file, config })
  const submit = (body: WorkBody) => new Promise<Verdict>((resolve) => lane.submit(body, resolve))
  const frames = new Map<string, ShownFrame>()
  const http = await startHttp({
    config,
    reader,
    submit,
    events,
    frames: { get: (camera) => frames.get(camera) ?? null },
    pictures: { list: async () => [], read: async () => null },
    log,
    version: '1.2.3',
    isReady: () => lane.isWritable(),
    live: () => liveOf(lane),
    machineKey: MACHINE_KEY,
  })
  const stop = async () => {
    await http.stop()
    await reader.stop()
    await lane.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
  onTestFinished(stop)
  return {
    url: `http://127.0.0.1:${http.port}`,
    port: http.port,
    file,
    events,
    frames,
    http,
    reader,
    submit,
  }
}

/** What parts that these tests do without would say of themselves. */
function liveOf(lane: Lane): Live {
  return {
    nowMs: NOW,
    devices: [
      {
        device: 'till-1',
        profile: 'till',
        connected: true,
        lastSeenAtMs: NOW,
        messages: 7,
        refused: 1,
      },
    ],
    cameras: [{ camera: 'cam-1', atMs: NOW, outcome: 'usable', detail: '' }],
    vision: {
      skusEnrolled: 0,
      embedded: 0,
      state: 'idle',
      pid: 1,
      model: null,
      restarts: 0,
      frames: 3,
      dropped: 0,
      queueDepth: 0,
      lastError: null,
      inferenceMs: { p50: 20, p95: 40 },
      droppedBy: {},
      unusableBy: {},
      decodeMs: { p50: 5, p95: 6 },
      postMs: null,
      cameras: [{ camera: 'cam-1', status: 'moved', zonesVisible: 0, blindSeconds: 12 }],
      waitMs: null,
      lookMs: null,
    },
    store: { writable: lane.isWritable(), waiting: lane.waiting(), restarts: lane.restarts() },
    destinations: [
      {
        destination: DESTINATION.id,
        state: 'waiting',
        attempts: 0,
        lastError: null,
        nextTryAtMs: null,
        lastAcknowledged: null,
        lastAcknowledgedAtMs: null,
      },
    ],
    mqttClients: 1,
    loopDelayP99Ms: 1.5,
  }
}

/** A report in the shape that the API promises; a field too many or too few fails. */
export async function report<Name extends keyof typeof answerSchemas>(
  store: { url: string },
  name: Name,
  path: string = name,
): Promise<z.infer<(typeof answerSchemas)[Name]>> {
  const { status, body } = await get(store, `/api/v1/${path}`)
  expect(status, path).toBe(200)
  const parsed = answerSchemas[name].parse(body)
  expect(parsed, path).toEqual(body)
  return parsed as z.infer<(typeof answerSchemas)[Name]>
}

export async function get(store: { url: string }, path: string) {
  const response = await fetch(`${store.url}${path}`)
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as unknown,
  }
}

export async function post(
  store: { url: string },
  path: string,
  body: unknown,
  headers: Record<string, string> = { 'idempotency-key': 'key-1' },
) {
  const response = await fetch(`${store.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as unknown,
  }
}
