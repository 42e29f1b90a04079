import { copyFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Db,
  inTransaction,
  type Ledger,
  migrate,
  openDatabase,
  openLedger,
} from '../../ledger-core/index.ts'
import { type PresenceState, presenceDefaults, stepPresence } from '../../sensors/index.ts'
import { GATEWAY_MIGRATIONS, openGatewayStore } from '../bookkeeper/store.ts'
import { dataFolderAt, prepareDataFolder } from '../data-folder.ts'
import { type Helper, startHelper } from './child.ts'
import { inTemporaryFolder } from './folder.ts'
import type { ServerAnswer, ServerQuestion } from './ingest-gateway.entry.ts'
import type { LoadAnswer, LoadQuestion } from './ingest-load.entry.ts'
import { LOAD_STARTS_AT_MS } from './ingest-reads.ts'
import { epcOf, HOLD, READERS, SHELF_ANTENNA } from './ingest-site.ts'
import { type Figure, interleave, type Progress, ratioOf } from './ratio.ts'
import { LINES_PER_SALE, masters, mustPost, sale } from './sales.ts'

export interface GrowthSize {
  readonly lines: number
  readonly tags: number
}

const SMALL_LINES = 10_000
const SKUS = 2_000
const ROUND_SALES = 2_000
const PER_COMMIT = 100
const BUILD_PER_COMMIT = 2_000

/** What a long life costs: a posting, the file, the start and the memory. */
export function benchGrowth(
  size: GrowthSize,
  rounds: number,
  progress: Progress,
): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const data = join(folder, 'data')
    prepareDataFolder(data, true)
    const small = join(folder, 'small.sqlite')
    const large = openBooks(dataFolderAt(data).file)
    inTransaction(large.db, () => mustPost(large.ledger, masters(SKUS)))
    growTo(SMALL_LINES, large, progress)
    const heapSmall = keptBytes()
    large.db.close()
    copyFileSync(large.file, small)
    const smallBytes = statSync(small).size

    const grown = openBooks(large.file, large.sold)
    growTo(size.lines, grown, progress)
    const heapLarge = keptBytes()
    grown.db.pragma('wal_checkpoint(TRUNCATE)')
    const bytes = (statSync(grown.file).size - smallBytes) / (grown.sold - large.sold)
    const sides = await comparePostings(folder, small, large.sold, grown, rounds, progress)
    grown.db.close()
    return [
      ratioOf(sides, {
        name: `cost of a posting at ${millions(size.lines)} journal lines`,
        method: [
          `floor: the same at ${SMALL_LINES.toLocaleString('en')} lines`,
          `load: ${ROUND_SALES} sales a round, ${PER_COMMIT} per commit, ${SKUS} SKUs, ${rounds} rounds; the small file is set back after each`,
        ],
        unit: 'us/posting',
        hold: { better: 'less', limit: 1.3 },
      }),
      plain(
        'file growth per posting',
        'bytes',
        bytes,
        'a sale of one line: command, entry, 5 lines, movement, layer use, indexes',
      ),
      plain(
        'memory of the books after that growth',
        `of that at ${SMALL_LINES.toLocaleString('en')} lines`,
        heapLarge / heapSmall,
        `${mebibytes(heapSmall)} to ${mebibytes(heapLarge)} MiB, heap and external after a forced collection`,
      ),
      await startTime(data, size, progress),
    ]
  })
}

interface Books {
  readonly file: string
  readonly db: Db
  readonly ledger: Ledger
  sold: number
}

function openBooks(file: string, sold = 0): Books {
  const db = openDatabase(file, { create: true })
  const ledger = openLedger(db, { site: 'bench', currency: { code: 'EUR', minorUnits: 2 } })
  return { file, db, ledger, sold }
}

function growTo(lines: number, books: Books, progress: Progress): void {
  const wanted = lines / LINES_PER_SALE
  while (books.sold < wanted) {
    sell(books, Math.min(BUILD_PER_COMMIT, wanted - books.sold))
    if (books.sold % 20_000 === 0)
      progress(`${millions(books.sold * LINES_PER_SALE)} of ${millions(lines)} lines written`)
  }
}

function sell(books: Books, count: number): void {
  inTransaction(books.db, () => {
    for (let done = 0; done < count; done++) mustPost(books.ledger, sale(books.sold++, SKUS))
  })
}

function comparePostings(
  folder: string,
  small: string,
  smallSold: number,
  large: Books,
  rounds: number,
  progress: Progress,
) {
  const copy = join(folder, 'copy.sqlite')
  const cost = (books: Books) => {
    sell(books, PER_COMMIT)
    const startedAt = performance.now()
    for (let done = 0; done < ROUND_SALES; done += PER_COMMIT) sell(books, PER_COMMIT)
    return ((performance.now() - startedAt) * 1_000) / ROUND_SALES
  }
  return interleave(
    rounds,
    () => cost(large),
    () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true })
      copyFileSync(small, copy)
      const books = openBooks(copy, smallSold)
      try {
        return cost(books)
      } finally {
        books.db.close()
      }
    },
    progress,
  )
}

/** From the start of the process to the first read acknowledged. */
async function startTime(data: string, size: GrowthSize, progress: Progress): Promise<Figure> {
  progress(`writing ${millions(size.tags)} known tags`)
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
      name: `start with ${millions(size.tags)} known tags and ${millions(size.lines)} lines`,
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
const millions = (count: number) =>
  count >= 1_000_000 ? `${count / 1_000_000} million` : count.toLocaleString('en')
