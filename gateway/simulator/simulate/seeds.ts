import { type Fault, HARMLESS } from '../faults.ts'
import type { ShelfScene } from '../render-shelf.ts'
import { drawScene } from '../run-day.ts'
import { judge, type SeedReport } from './judge.ts'
import { live } from './live.ts'

export interface SeedsOptions {
  readonly seeds: readonly number[]
  readonly days: number
  readonly faults: ReadonlySet<Fault>
  /** `some`: every fourth seed; pictures are most of what a day costs. */
  readonly cameras: 'on' | 'off' | 'some'
  /** Lives each seed again without the faults that must not matter, and compares the books. */
  readonly twin: boolean
  /** How many seeds are lived at once. */
  readonly jobs: number
  readonly folder?: string
  readonly onReport: (report: SeedReport) => void
  readonly onFailure: (seed: number, error: unknown) => void
}

const CAMERAS_EVERY = 4

/** Lives seed after seed; the reports come in the order of the seeds. */
export async function runSeeds(options: SeedsOptions): Promise<SeedReport[]> {
  const { seeds, jobs, onReport, onFailure } = options
  const reports: (SeedReport | null)[] = []
  const waiting = [...seeds.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, seed] = next
      const report = await runSeed(options, seed, index).catch((error: unknown) => {
        onFailure(seed, error)
        return null
      })
      reports[index] = report
      if (report) onReport(report)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, work))
  return reports.flatMap((report) => report ?? [])
}

async function runSeed(options: SeedsOptions, seed: number, index: number): Promise<SeedReport> {
  const { days, faults, cameras, twin, folder } = options
  const watched = cameras === 'on' || (cameras === 'some' && index % CAMERAS_EVERY === 0)
  const kept = folder === undefined ? {} : { folder }
  const draw = twin ? createAlbum() : drawScene
  const given = { seed, days, faults, watched, draw }
  const life = await live({ ...given, ...kept })
  const harmful = new Set([...faults].filter((fault) => !HARMLESS.has(fault)))
  const calm = twin ? await live({ ...given, faults: harmful }) : null
  return judge(given, life, calm)
}

/** The same scene gives the same picture, so a day that is lived again is not drawn again. */
function createAlbum(): (scene: ShelfScene) => Promise<Uint8Array> {
  const pictures = new Map<string, Promise<Uint8Array>>()
  return (scene) => {
    const { shelf, filled, arm, dark, shift, frameSeed } = scene
    const key = JSON.stringify([shelf.camera, [...filled].sort(), arm, dark, shift, frameSeed])
    const drawn = pictures.get(key) ?? drawScene(scene)
    pictures.set(key, drawn)
    return drawn
  }
}
