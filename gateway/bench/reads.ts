import { join } from 'node:path'
import { migrate, openDatabase } from '../../ledger-core/index.ts'
import { Bookkeeper } from '../bookkeeper/bookkeeper.ts'
import { packResult, packTurn, unpackTurn } from '../bookkeeper/packing.ts'
import type { Work, WorkBody } from '../bookkeeper/protocol.ts'
import { GATEWAY_MIGRATIONS } from '../bookkeeper/store.ts'
import { inTemporaryFolder } from './folder.ts'
import { createStretch, LOAD_STARTS_AT_MS, type StretchShape } from './ingest-reads.ts'
import { CLOCK_TOPIC, ingestConfig, ingestMasters, READERS } from './ingest-site.ts'
import { type Figure, median, type Progress } from './ratio.ts'

/** Works of one turn under load, as the ingest bench has them. */
const WORKS_PER_TURN = 128
/** The shelves' tags settle, and the code is compiled. */
const WARM_UP_ROUNDS = 3
const SHAPES = [
  { name: 'tag events', readsPerMessage: 1, rate: 1, seconds: 30 },
  { name: 'batches of 1,000 reads', readsPerMessage: 1_000, rate: 5, seconds: 6 },
] as const

/**
 * What a read costs the bookkeeper alone, decoded, watched, placed and committed: some 200,000
 * reads of each shape are replayed in one process. Processor time, so that neighbours and the
 * disk's own speed count little.
 */
export function benchReads(rounds: number, progress: Progress): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const db = openDatabase(join(folder, 'books.db'), { create: true })
    try {
      migrate(db, 'gateway', GATEWAY_MIGRATIONS)
      const bookkeeper = new Bookkeeper(db, ingestConfig(folder))
      const masters = ingestMasters(LOAD_STARTS_AT_MS)
      const opening = { kind: 'masters', masters, actor: 'bench' } as const
      bookkeeper.turn([{ ...opening, id: 0, atMs: LOAD_STARTS_AT_MS }])
      let startSecond = 0
      return SHAPES.map(({ name, ...shape }) => {
        const spent: number[] = []
        let reads = 0
        for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
          progress(`${name}: round ${round} of ${rounds}`)
          const one = replay(bookkeeper, { ...shape, startSecond, readers: READERS })
          startSecond += shape.seconds
          if (round < 1) continue
          spent.push(one.microseconds / one.reads)
          reads += one.reads
        }
        return {
          name: `what a read costs the bookkeeper, ${name}`,
          method: [
            `${reads} reads in turns of ${WORKS_PER_TURN} works or fewer, decoded, placed and committed, in one process`,
          ],
          value: median(spent),
          unit: 'us of processor time',
          spread: [Math.min(...spent), Math.max(...spent)] as const,
          hold: null,
        }
      })
    } finally {
      db.close()
    }
  })
}

function replay(bookkeeper: Bookkeeper, shape: StretchShape) {
  const stretch = createStretch(shape)
  const turns = turnsOf(worksOf(stretch.messages))
  globalThis.gc?.()
  const before = process.cpuUsage()
  for (const turn of turns) packResult(bookkeeper.turn(unpackTurn(turn)))
  const { user, system } = process.cpuUsage(before)
  return { reads: stretch.reads, microseconds: user + system }
}

function turnsOf(works: readonly Work[]) {
  const turns: ReturnType<typeof packTurn>[] = []
  for (let first = 0; first < works.length; first += WORKS_PER_TURN)
    turns.push(packTurn(works.slice(first, first + WORKS_PER_TURN)))
  return turns
}

/** The readers' messages take turns, as they do on the way through the broker. */
function worksOf(messages: ReturnType<typeof createStretch>['messages']): Work[] {
  const works: Work[] = []
  let atMs = 0
  const longest = Math.max(...messages.map(({ length }) => length))
  const add = (body: WorkBody) => works.push({ ...body, id: works.length + 1, atMs })
  for (let nth = 0; nth < longest; nth++)
    for (const [index, ofReader] of messages.entries()) {
      const message = ofReader[nth]
      if (!message) continue
      const { topic, payload } = message
      if (topic === CLOCK_TOPIC) {
        atMs = Number(JSON.parse(payload.toString()).atMs)
        add({ kind: 'tick' })
      } else add({ kind: 'message', device: `reader-${index + 1}`, topic, payload })
    }
  return works
}
