import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Day } from '../day.ts'
import type { BookedMovement } from '../demo/books.ts'
import { startReceiver } from '../demo/receiver.ts'
import { type DemoReport, reportOf } from '../demo/report.ts'
import { type StoreRun, startStore } from '../demo/store-run.ts'
import type { Fault } from '../faults.ts'
import type { ConductorOptions } from '../run-day.ts'
import type { Alarm } from '../scoring/alarms.ts'
import type { Unit, World } from '../world.ts'
import { type FaultsDone, gatewayFaults } from './gateway-faults.ts'
import { mountSmallDisk } from './small-disk.ts'

export interface LifeOptions {
  readonly seed: number
  readonly days: number
  readonly faults: ReadonlySet<Fault>
  /** Whether cameras watch the shelves of the untagged. */
  readonly watched: boolean
  /** Kept when given; otherwise a temporary folder that is removed. */
  readonly folder?: string
  /** Draws a picture; who lives the same days twice keeps the pictures. */
  readonly draw?: NonNullable<ConductorOptions['draw']>
}

/** Some days of one store as they were lived, and what the books made of them. */
export interface Life {
  readonly world: World
  readonly opening: readonly Unit[]
  readonly days: readonly Day[]
  readonly report: DemoReport
  readonly booked: readonly BookedMovement[]
  readonly alarms: readonly Alarm[]
  /** Movements, stock and trial balance as text: equal between runs of one seed. */
  readonly digest: string
  readonly done: FaultsDone
  readonly wallMs: number
}

/** Lives the days against a gateway process of their own, with everything that befalls it. */
export async function live(options: LifeOptions): Promise<Life> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'tallygate-simulate-')))
  try {
    return await liveIn(folder, options)
  } finally {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function liveIn(folder: string, options: LifeOptions): Promise<Life> {
  const { seed, faults, watched } = options
  const startedMs = performance.now()
  const wantsDisk = faults.has('disk-full')
  const disk = wantsDisk ? await mountSmallDisk(join(folder, 'data')) : null
  const receiver = await startReceiver(folder)
  const headOffice = receiver.destination
  try {
    const given = { seed, folder, faults, watched, headOffice, mqttPort: 0, httpPort: 0 }
    const store = await startStore(given)
    try {
      const opening = [...store.world.units]
      const done: FaultsDone = {
        kills: 0,
        diskRefusals: disk === null ? null : 0,
        headOfficeAway: false,
      }
      const alarms = createAlarmWatch(store)
      const days: Day[] = []
      for (let index = 0; index < options.days; index++) {
        const day = await store.runDay((day) => ({
          ...gatewayFaults(day, { seed, faults, store, receiver, disk, done }),
          afterInstant: alarms.look,
          ...(options.draw ? { draw: options.draw } : {}),
        }))
        await store.settled(day)
        days.push(day)
      }
      const { world, api } = store
      const booked = await api.movements()
      const movements = booked.filter(({ kind }) => kind !== 'opening').length
      const report = await reportOf({ seed, days: options.days, world, api, movements })
      const { text } = report.booksDigest as { text: string }
      const seen = await alarms.all()
      const wallMs = Math.round(performance.now() - startedMs)
      return { world, opening, days, report, booked, alarms: seen, digest: text, done, wallMs }
    } finally {
      await store.close()
    }
  } finally {
    await receiver.stop()
    await disk?.unmount(options.folder !== undefined)
  }
}

/** A theft is alarmed within seconds; nobody has to look for longer than this after one. */
const WATCHED_MS = 90_000

/** When each alarm was first there to be read, looked up after every instant that follows a theft. */
function createAlarmWatch({ api, world }: Pick<StoreRun, 'api' | 'world'>) {
  const firstMs = new Map<string, number>()
  return {
    async look(_index: number, { atMs }: { readonly atMs: number }): Promise<void> {
      const isClose = world.moves.some(
        (move) => move.to === 'shrunk' && move.atMs <= atMs && atMs <= move.atMs + WATCHED_MS,
      )
      if (!isClose) return
      for (const { key } of await api.alerts()) if (!firstMs.has(key)) firstMs.set(key, atMs)
    },
    async all(): Promise<Alarm[]> {
      const rows = await api.alerts()
      return rows.map(({ key }) => ({ key, seenAtMs: firstMs.get(key) ?? null }))
    },
  }
}
