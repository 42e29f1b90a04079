import { join } from 'node:path'
import { startHelper } from './child.ts'
import { inTemporaryFolder } from './folder.ts'
import type { LoadAnswer } from './ingest-load.entry.ts'
import type { Load, Server } from './ingest-sides.ts'
import { READERS } from './ingest-site.ts'
import { type Figure, median, type Progress } from './ratio.ts'

const WINDOW_SECONDS = 10
const WINDOWS = 12
/** The shelves' tags arrive and everything is compiled. */
const SETTLING_WINDOWS = 3
const COMPARED_WINDOWS = 3
const READS_PER_MESSAGE = 4
const RECEIPTS_PER_SECOND = 10

interface Window {
  readonly answer: LoadAnswer
  readonly rssMiB: number
}

/** Two minutes of a store's steady traffic: neither memory nor waiting may grow. */
export function benchSoak(progress: Progress): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const gateway: Server = startHelper('ingest-gateway.entry')
    const load: Load = startHelper('ingest-load.entry')
    try {
      const data = join(folder, 'data')
      const start = { kind: 'start', folder: data, vision: 'off', masters: 'import' } as const
      const { port } = await gateway.ask(start)
      const shape = { readers: READERS, readsPerMessage: READS_PER_MESSAGE, rate: 1 }
      const pace = { kind: 'pace', port, frames: {}, framesPerSecond: 1 } as const
      const windows: Window[] = []
      for (let nth = 0; nth < WINDOWS; nth++) {
        progress(`${(nth + 1) * WINDOW_SECONDS} of ${WINDOWS * WINDOW_SECONDS} s`)
        const startSecond = nth * WINDOW_SECONDS
        await load.ask({ kind: 'prepare', startSecond, seconds: WINDOW_SECONDS, ...shape })
        const answer = await load.ask({ ...pace, receiptsPerSecond: RECEIPTS_PER_SECOND })
        const { rssBytes, refused } = await gateway.ask({ kind: 'figures' })
        if (refused > 0) throw new Error(`${refused} of the bench's own messages were refused`)
        windows.push({ answer, rssMiB: rssBytes / 1_048_576 })
      }
      return figuresOf(windows)
    } finally {
      await Promise.all([load.end(), gateway.end()])
    }
  })
}

function figuresOf(windows: readonly Window[]): Figure[] {
  const early = windows.slice(SETTLING_WINDOWS, SETTLING_WINDOWS + COMPARED_WINDOWS)
  const late = windows.slice(-COMPARED_WINDOWS)
  const perSecond = median(windows.map(({ answer }) => answer.perSecond)).toFixed(0)
  const traffic = `${perSecond} messages/s from ${READERS} readers and a till (${READS_PER_MESSAGE} reads a message, ${RECEIPTS_PER_SECOND} receipts a second) for ${WINDOWS * WINDOW_SECONDS} s`
  const grown = (name: string, of: (window: Window) => number, unit: string): Figure => ({
    name: `${name} at the end of a soak`,
    method: [
      traffic,
      `${unit} in each ${WINDOW_SECONDS} s: ${windows.map((one) => of(one).toFixed(0)).join(', ')}`,
    ],
    value: median(late.map(of)) / median(early.map(of)),
    unit: 'of what it was near the beginning',
    spread: null,
    hold: null,
  })
  return [
    grown('resident memory', ({ rssMiB }) => rssMiB, 'MiB'),
    grown('median wait for an acknowledgement', ({ answer }) => answer.p50Ms, 'ms'),
    grown('p99 wait for an acknowledgement', ({ answer }) => answer.p99Ms, 'ms'),
  ]
}
