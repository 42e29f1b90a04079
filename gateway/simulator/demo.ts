import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { paintFor } from '../cli/table.ts'
import { createProgress, type Progress, type Screen } from './demo/progress.ts'
import { startReceiver } from './demo/receiver.ts'
import { type DemoReport, reportOf } from './demo/report.ts'
import { type StoreRun, startStore } from './demo/store-run.ts'
import { summaryText } from './demo/summary.ts'

export interface DemoOptions {
  /** Any whole number. */
  readonly seed: number
  /** How many days; null runs day after day until `stop` says so. */
  readonly days: number | null
  /** No waiting between moments. */
  readonly fast: boolean
  /** Store seconds per second when not fast. */
  readonly speed: number
  readonly json: boolean
  /** Kept when given; otherwise a temporary folder that is removed. */
  readonly folder?: string
  /** 0 takes a free port. */
  readonly httpPort: number
  readonly mqttPort: number
  readonly screen: Screen
  readonly stop: AbortSignal
}

/** Lets the simulated store run and tells how its books compare with the truth. */
export async function runDemo(options: DemoOptions): Promise<{ readonly exitCode: 0 | 1 }> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'tallygate-demo-')))
  const progress = createProgress(options.json ? null : options.screen)
  const receiver = await startReceiver(folder)
  try {
    const { httpPort, mqttPort, seed } = options
    const headOffice = receiver.destination
    const onEvent = progress.event
    const store = await startStore({ seed, folder, mqttPort, httpPort, headOffice, onEvent })
    try {
      const report = await runDays(options, store, progress)
      return { exitCode: report === null || report.verdict === 'right' ? 0 : 1 }
    } finally {
      progress.clear()
      await store.close()
    }
  } finally {
    await receiver.stop()
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function runDays(
  options: DemoOptions,
  store: StoreRun,
  progress: Progress,
): Promise<DemoReport | null> {
  const { seed, screen, json, stop } = options
  const say = (text: string) => (json ? undefined : screen.write(text))
  const { http } = await store.gateway.ports()
  say(`\n  Tallygate, a store that keeps its own books   seed ${seed}\n`)
  say(`  watch it at http://127.0.0.1:${http}/\n`)
  say(options.fast ? '\n' : '  Ctrl-C ends the day at once and shows how the books stand\n\n')
  stop.addEventListener('abort', () => {
    progress.clear()
    say('  the rest of the day goes by quickly; Ctrl-C again leaves at once\n')
  })
  let report: DemoReport | null = null
  for (let day = 1; options.days === null || day <= options.days; day++) {
    const done = await store.runDay(() => ({ pace: paceOf(options, progress) }))
    await store.settled(done)
    progress.clear()
    const isLast = stop.aborted || day === options.days
    if (!isLast && options.days !== null) continue
    const { world, api } = store
    report = await reportOf({ seed, days: day, world, api, movements: progress.movements() })
    if (!json) say(summaryText(report, paintFor(screen.isTerminal)))
    if (isLast) break
  }
  if (json && report) screen.write(`${JSON.stringify(report, null, 2)}\n`)
  return report
}

/** The night passes quickly even for somebody who watches. */
const LONGEST_WAIT_MS = 2_000

function paceOf({ fast, speed, stop }: DemoOptions, progress: Progress) {
  let lastMs: number | null = null
  return async (atMs: number) => {
    progress.at(atMs)
    const waitMs = lastMs === null ? 0 : (atMs - lastMs) / speed
    lastMs = atMs
    if (fast || waitMs <= 0 || stop.aborted) return
    await sleep(Math.min(waitMs, LONGEST_WAIT_MS), null, { signal: stop }).catch(() => undefined)
  }
}
