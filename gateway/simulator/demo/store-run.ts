import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Day, type DayOptions, openWorld, simulateDay } from '../day.ts'
import { createDeviceNet, type DeviceNet } from '../devices.ts'
import { createFrameReports, type FrameReports } from '../frame-reports.ts'
import { mastersOf } from '../masters.ts'
import { type ConductorOptions, runDay } from '../run-day.ts'
import { type SiteOptions, siteYaml } from '../site.ts'
import type { World } from '../world.ts'
import { createGatewayApi, type GatewayApi } from './books.ts'
import { createGatewayProcess, type GatewayProcess } from './gateway-process.ts'

/** A simulated store with a real gateway process, its devices connected. */
export interface StoreRun {
  readonly world: World
  readonly gateway: GatewayProcess
  readonly api: GatewayApi
  readonly net: DeviceNet
  readonly frames: FrameReports
  /** Lets the next day happen; the first call imports the masters before. */
  runDay(options?: (day: Day) => Partial<ConductorOptions>): Promise<Day>
  /** Until every destination has acknowledged every sealed batch. */
  settled(day: Day): Promise<void>
  close(): Promise<void>
}

export interface StoreRunOptions extends Omit<SiteOptions, 'dataFolder' | 'cameras'>, DayOptions {
  readonly seed: number
  readonly folder: string
  /** Every event of the gateway's stream, as it comes. */
  readonly onEvent?: (event: Readonly<Record<string, unknown>>) => void
  readonly onDay?: (day: Day) => void
}

const SETTLE_TRIES = 600
const SETTLE_MS = 100

export async function startStore(options: StoreRunOptions): Promise<StoreRun> {
  const { seed, folder, onEvent, watched = true } = options
  const dataFolder = join(folder, 'data')
  const configFile = join(folder, 'tallygate.yaml')
  await mkdir(dataFolder, { recursive: true })
  await writeFile(configFile, siteYaml({ ...options, dataFolder, cameras: watched }))
  const gateway = createGatewayProcess(configFile, dataFolder)
  await gateway.start()
  const http = async () => `http://127.0.0.1:${(await gateway.ports()).http}`
  const net = createDeviceNet({ mqttPort: async () => (await gateway.ports()).mqtt })
  const frames = createFrameReports({
    eventsUrl: async () => `${await http()}/api/v1/events`,
    ...(onEvent ? { onEvent } : {}),
  })
  const api = createGatewayApi(http)
  const world = openWorld(seed)
  let index = 0
  return {
    world,
    gateway,
    api,
    net,
    frames,
    async runDay(extra = () => ({})) {
      const masters = index === 0 ? mastersOf(world, Date.parse(OPENING), watched) : null
      const day = simulateDay(world, seed, index++, options)
      options.onDay?.(day)
      if (masters) {
        await net.tell(day.startMs)
        await api.importMasters(masters)
      }
      const manager = (atMs: number) => acceptUnpaid(api, net, atMs)
      await runDay(day, { net, frames, manager, pace: async () => {}, ...extra(day) })
      return day
    },
    settled: (day) => settled(api, net, day),
    async close() {
      frames.close()
      await net.close()
      await gateway.stop()
    },
  }
}

/** Stock was counted the evening before the first day. */
const OPENING = '2026-03-01T20:00:00Z'

/** What left without being paid is written off, by a person. */
async function acceptUnpaid(api: GatewayApi, net: DeviceNet, atMs: number): Promise<void> {
  await net.tell(atMs)
  for (const { id, kind } of await api.reviews('open'))
    if (kind === 'left-unpaid') await api.accept(id, 'seen leaving, no receipt found')
}

async function settled(api: GatewayApi, net: DeviceNet, day: Day): Promise<void> {
  for (let tried = 0; tried < SETTLE_TRIES; tried++) {
    // Batches are sealed and sent by the gateway's time, which stands still unless told.
    await net.tell(day.endMs + tried * 1_000)
    const destinations = await api.batches()
    if (destinations.every(({ sealed, acknowledged }) => sealed === acknowledged)) return
    await sleep(SETTLE_MS)
  }
  const states = JSON.stringify(await api.batches())
  throw new Error(`expected every batch acknowledged, got ${states}`)
}
