import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { spawnCli } from '../../gateway/process/spawn-cli.ts'
import type { Day } from '../../gateway/simulator/day.ts'
import { type Receiver, startReceiver } from '../../gateway/simulator/demo/receiver.ts'
import { type DemoReport, reportOf } from '../../gateway/simulator/demo/report.ts'
import { type StoreRun, startStore } from '../../gateway/simulator/demo/store-run.ts'
import { renderShelf, type ShelfScene } from '../../gateway/simulator/render-shelf.ts'
import type { ConductorOptions } from '../../gateway/simulator/run-day.ts'

export interface LivedDay {
  readonly day: Day
  readonly report: DemoReport
  /** Movements, stock and trial balance as text: what must be equal between runs of one seed. */
  readonly digest: string
  readonly kills: number
  readonly folder: string
}

export interface Faults {
  /** Called before an instant is published, and while it is. */
  readonly before?: (index: number, run: Run) => Promise<void>
  readonly during?: (index: number, run: Run) => Promise<void>
}

export interface Run {
  readonly store: StoreRun
  readonly receiver: Receiver
  /** SIGKILL, then a start on the same folder. */
  crash(): Promise<void>
}

/** One whole day of the simulated store: real gateway process, real broker, real head office. */
export async function liveDay(seed: number, faults: Faults = {}): Promise<LivedDay> {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-day-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const receiver = await startReceiver(folder)
  onTestFinished(() => receiver.stop())
  let movements = 0
  const store = await startStore({
    seed,
    folder,
    mqttPort: 0,
    httpPort: 0,
    headOffice: receiver.destination,
    onEvent: ({ type }) => {
      if (type === 'movement') movements += 1
    },
  })
  onTestFinished(() => store.close())
  let kills = 0
  const run: Run = {
    store,
    receiver,
    async crash() {
      kills += 1
      await store.gateway.kill()
      await store.gateway.start()
    },
  }
  const { before, during } = faults
  const options: Partial<ConductorOptions> = {
    draw: drawOnce,
    ...(before ? { onInstant: (index) => before(index, run) } : {}),
    ...(during ? { duringInstant: (index) => during(index, run) } : {}),
  }
  const day = await store.runDay(options)
  await store.settled(day)
  const { world, api } = store
  const report = await reportOf({ seed, days: 1, world, api, movements })
  const { text } = report.booksDigest as { text: string }
  await store.close()
  return { day, report, digest: text, kills, folder }
}

/** Runs a command of ours on the books of a lived day, as a person would. */
export async function onBooks(folder: string, ...args: string[]): Promise<unknown> {
  const config = join(folder, 'tallygate.yaml')
  let said = ''
  let wrong = ''
  const child = spawnCli([...args, '--config', config, '--json'], {
    onStdout: (text) => {
      said += text
    },
    onStderr: (text) => {
      wrong += text
    },
  })
  await new Promise((resolve) => child.once('close', resolve))
  if (said === '') throw new Error(`expected an answer to ${args.join(' ')}, got ${wrong}`)
  return JSON.parse(said)
}

const pictures = new Map<string, Promise<Uint8Array>>()

/** The same scene gives the same bytes, so a day that is lived again is not drawn again. */
function drawOnce(scene: ShelfScene): Promise<Uint8Array> {
  const { shelf, filled, arm, dark, frameSeed } = scene
  const key = JSON.stringify([shelf.camera, [...filled].sort(), arm, dark, frameSeed])
  const known = pictures.get(key)
  if (known !== undefined) return known
  const drawn = renderShelf(scene)
  pictures.set(key, drawn)
  return drawn
}
