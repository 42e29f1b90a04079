import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { WorkBody } from '../../../gateway/bookkeeper/protocol.ts'
import { createSimulatedClock, systemClock } from '../../../gateway/clock.ts'
import { type Config, configSchema } from '../../../gateway/config/schema.ts'
import type { GatewayEvent } from '../../../gateway/events.ts'
import { type Forwarders, startForwarders } from '../../../gateway/forwarding/start-forwarders.ts'
import { startHeadOffice } from '../../../gateway/head-office/start-head-office.ts'
import { createLog } from '../../../gateway/log.ts'
import { inTransaction, type SealedBatch } from '../../../ledger-core/index.ts'
import {
  type Books,
  bought,
  masters,
  openBooks,
  sku,
  sold,
} from '../../ledger-core/support/books.ts'

/** A store's real books on one side, a real receiver on the other. */

export const SITE = 'store-1'
const log = createLog('silent', 'test')

export type Cleanups = (() => unknown)[]

export function openStoreBooks(cleanups: Cleanups): Books {
  const books = openBooks()
  cleanups.push(books.close)
  books.apply(masters([sku('bike'), sku('bell')]))
  for (const one of bought('po', 'bike', 100n, 100_000n)) books.apply(one)
  for (const one of bought('po-2', 'bell', 50n, 12_345n)) books.apply(one)
  return books
}

let sales = 0
/** One sale, sealed into a batch of its own together with what waits. */
export function sealSale({ apply, ledger }: Books): SealedBatch {
  apply(sold(`sale-${++sales}`, sales % 2 === 0 ? 'bike' : 'bell', 1n, 1_500n))
  const sealed = ledger.sealBatch(1_000, { maxEntries: 500 })
  if (sealed === null) throw new Error('expected a batch')
  return sealed
}

export function temporaryFolder(cleanups: Cleanups): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-forwarding-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  return folder
}

export function openHeadOffice(folder: string, nowMs = systemClock.nowMs) {
  return startHeadOffice({ folder, port: 0, nowMs, log })
}

export interface Road {
  readonly forwarders: Forwarders
  readonly events: GatewayEvent[]
  readonly recorded: WorkBody[]
}

export interface RoadOptions {
  readonly url: string
  readonly caFile: string
  readonly secretFile: string
  readonly retryMaxMs?: number
  readonly timeoutMs?: number
  /** Verdicts given before the books take an acknowledgement. */
  readonly verdicts?: ('not-stored' | 'refused')[]
}

/** Forwards from these books; time stands still, as in the simulator. */
export function openRoad(books: Books, options: RoadOptions, cleanups: Cleanups): Road {
  const { verdicts = [], url, caFile, secretFile, retryMaxMs = 1_000, timeoutMs } = options
  const destination = { id: 'head-office', url, caFile, secretFile, retryFirstMs: 100, retryMaxMs }
  const config: Config = configSchema.parse({
    site: { id: SITE, name: 'Store' },
    destinations: [{ ...destination, ...(timeoutMs ? { timeoutMs } : {}) }],
  })
  const events: GatewayEvent[] = []
  const recorded: WorkBody[] = []
  const forwarders = startForwarders({
    config,
    nextBatch: async (name) => books.ledger.nextUnacknowledged(name),
    commit: async (body) => {
      const status = verdicts.shift()
      if (status !== undefined) return { id: 1, status }
      if (body.kind !== 'batch-acknowledged') throw new Error(`unexpected ${body.kind}`)
      const { destination: name, number, lastHash } = body
      inTransaction(books.db, () =>
        books.ledger.acknowledge(name, number, { lastHash, atMs: 1_000 }),
      )
      recorded.push(body)
      return { id: 1, status: 'committed' }
    },
    clock: createSimulatedClock(1_000),
    log,
    emit: (event) => events.push(event),
  })
  cleanups.push(() => forwarders.stop())
  return { forwarders, events, recorded }
}

/** How far the store knows itself acknowledged. */
export const cursorOf = ({ ledger }: Books) =>
  ledger.destinations().find(({ destination }) => destination === 'head-office')?.acknowledged ?? 0

export const until = (what: () => void | Promise<void>) =>
  vi.waitFor(what, { timeout: 15_000, interval: 20 })

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at JSON of many shapes
  readonly json: any
}

/** One HTTPS exchange as a stranger's tool would make it. */
export function exchange(
  url: string,
  caFile: string,
  sent?: { readonly headers: Record<string, string>; readonly body: Uint8Array },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ca: readFileSync(caFile),
      agent: false,
      method: sent ? 'POST' : 'GET',
      headers: sent?.headers ?? {},
    }
    const asking = request(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        const { statusCode = 0, headers } = response
        const isJson = String(headers['content-type']).includes('json')
        resolve({ status: statusCode, headers, text, json: isJson ? JSON.parse(text) : null })
      })
    })
    asking.on('error', reject)
    asking.end(sent?.body)
  })
}
