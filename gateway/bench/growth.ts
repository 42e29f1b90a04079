import { join } from 'node:path'
import { inTransaction, migrate, openDatabase } from '../../ledger-core/index.ts'
import { type PresenceState, presenceDefaults, stepPresence } from '../../sensors/index.ts'
import { GATEWAY_MIGRATIONS, openGatewayStore } from '../bookkeeper/store.ts'
import { dataFolderAt, prepareDataFolder } from '../data-folder.ts'
import { type Helper, startHelper } from './child.ts'
import { inTemporaryFolder } from './folder.ts'
import { count, growTo, openSmallBooks, SKUS, SMALL_LINES } from './grown-books.ts'
import type { ServerAnswer, ServerQuestion } from './ingest-gateway.entry.ts'
import type { LoadAnswer, LoadQuestion } from './ingest-load.entry.ts'
import { LOAD_STARTS_AT_MS } from './ingest-reads.ts'
import { epcOf, HOLD, READERS, SHELF_ANTENNA } from './ingest-site.ts'
import type { Figure, Progress } from './ratio.ts'

export interface GrowthSize {
  readonly lines: number
  readonly tags: number
}

/** What a long life costs beside the books themselves: memory and the start. */
export function benchGrowth(size: GrowthSize, progress: Progress): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const data = join(folder, 'data')
    prepareDataFolder(data, true)
    const books = openSmallBooks(dataFolderAt(data).file, join(folder, 'small.sqlite'), progress)
    const heapSmall = keptBytes()
    growTo(size.lines, books, progress)
    const heapLarge = keptBytes()
    books.db.close()
    return [
      plain(
        'memory of the books after that growth',
        `of that at ${count(SMALL_LINES)} lines`,
        heapLarge / heapSmall,
        `${mebibytes(heapSmall)} to ${mebibytes(heapLarge)} MiB, heap and external after a forced collection`,
      ),
      await startTime(data, size, progress),
    ]
  })
}

/** From the start of the process to the first read acknowledged. */
async function startTime(data: string, size: GrowthSize, progress: Progress): Promise<Figure> {
  progress(`writing ${count(size.tags)} known tags`)
  writeKnownTags(dataFolderAt(data).file, size.tags)
  progress('starting')
  const load: Helper<LoadQuestion, LoadAnswer> = startHelper('ingest-load.entry')
  await load.ask({ kind: 'prepare', startSecond: 0, seconds: 1, ...HOLD })
  const startedAt = performance.now()
  const gateway: Helper<ServerQuestion, ServerAnswer> = startHelper('ingest-gateway.entry')
  try {
    const { port, cpuMs } = await gateway.ask({
      kind: 'start',
      folder: data,
      vision: 'off',
      masters: 'there',
    })
    const openedMs = performance.now() - startedAt
    await load.ask({ kind: 'send', port, window: 1, messages: 2 })
    return {
      name: `start with ${count(size.tags)} known tags and ${count(size.lines)} lines`,
      method: [
        `from starting the process to the first reads acknowledged; the port was open after ${openedMs.toFixed(0)} ms and ${cpuMs.toFixed(0)} ms of CPU`,
      ],
      value: performance.now() - startedAt,
      unit: 'ms',
      spread: null,
      hold: { better: 'less', limit: 3_000 },
    }
  } finally {
    await Promise.all([load.end(), gateway.end()])
  }
}

/** Tags that stand on the shelves and have been read there, as the presence machine leaves them. */
function writeKnownTags(file: string, tags: number): void {
  const db = openDatabase(file, { create: false })
  migrate(db, 'gateway', GATEWAY_MIGRATIONS)
  const store = openGatewayStore(db)
  inTransaction(db, () => {
    for (let tag = 0; tag < tags; tag++) {
      const reader = 1 + (tag % READERS)
      const [location, epc] = [`shelf-${reader}`, epcOf(reader, 'shelf', tag)]
      const state = presentState(location, epc, `reader-${reader}`)
      const sku = `S${tag % SKUS}`
      store.put('presence', `${location}/${epc}`, JSON.stringify(state))
      const known = { sku, location, sinceMs: LOAD_STARTS_AT_MS, serial: String(tag) }
      store.put('memory.tag', epc, JSON.stringify(known))
    }
  })
  db.close()
}

function presentState(location: string, epc: string, device: string): PresenceState | undefined {
  let state: PresenceState | undefined
  for (let read = 0; read < presenceDefaults.arriveReads; read++) {
    const atMs = LOAD_STARTS_AT_MS - 60_000 + read * 1_000
    const event = {
      kind: 'read',
      atMs,
      device,
      antenna: SHELF_ANTENNA,
      rssiCdbm: -5_500,
      count: 1,
    } as const
    state = stepPresence(state, { location, epc }, event, presenceDefaults).next
  }
  return state
}

/** Heap and external memory after a forced collection. */
function keptBytes(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function plain(name: string, unit: string, value: number, method: string): Figure {
  return { name, method: [method], value, unit, spread: null, hold: null }
}

const mebibytes = (bytes: number) => (bytes / 1_048_576).toFixed(1)
