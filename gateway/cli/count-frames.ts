import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Camera,
  type OpenModel,
  type ShelfChange,
  type ShelfState,
  shelfDefaults,
  stepShelf,
} from '../../vision/index.ts'
import { formatFault, loadConfig } from '../config/load.ts'
import type { CameraConfig } from '../config/schema.ts'
import { geometryOf } from '../frames/frame-lane.ts'
import { complain, EXIT, numberBetween, print } from './command.ts'

export interface Frames {
  readonly camera: Camera
  readonly frames: readonly { readonly file: string; readonly atMs: number }[]
}

interface CountWish {
  readonly camera?: string | undefined
  readonly config?: string | undefined
  readonly fps?: string | undefined
}

const FRAME = /\.(jpe?g|png)$/i
const EPOCH_NAME = /^(\d{12,14})\./

/** The camera and its frames in time, or null after the fault was told. */
export async function framesOf([folder]: string[], wish: CountWish): Promise<Frames | null> {
  const camera = cameraOf(wish)
  if (!camera || folder === undefined) {
    if (camera) complain('expected a folder of frames; see --help')
    return null
  }
  const fps = numberBetween(wish.fps, 0.001, 1_000)
  const names = (await readdir(folder).catch(() => [])).filter((name) => FRAME.test(name))
  const areTimes = names.length > 0 && names.every((name) => EPOCH_NAME.test(name))
  if (names.length === 0) complain(`${folder} must hold JPEG or PNG frames`)
  else if (!areTimes && !fps) complain('expected --fps N, or files called <epochMs>.jpg')
  if (names.length === 0 || (!areTimes && !fps)) return null
  const frames = names.toSorted(byNumber).map((name, index) => ({
    file: join(folder, name),
    atMs: areTimes ? Number(EPOCH_NAME.exec(name)?.[1]) : Math.round((index * 1000) / (fps ?? 1)),
  }))
  return { camera: geometryOf(camera), frames }
}

function cameraOf({ camera, config }: CountWish): CameraConfig | null {
  if (camera === undefined || config === undefined) {
    complain('expected --camera ID and --config FILE; see --help')
    return null
  }
  const loaded = loadConfig(config)
  if (!loaded.ok) {
    for (const fault of loaded.faults) complain(formatFault(fault))
    return null
  }
  const known = loaded.config.cameras.map(({ id }) => id)
  const found = loaded.config.cameras.find(({ id }) => id === camera)
  if (!found) complain(`camera must be one of ${known.join(', ') || '(none)'}, got "${camera}"`)
  return found ?? null
}

export async function countFrames(
  model: OpenModel,
  { camera, frames }: Frames,
  json: boolean,
): Promise<number> {
  let state: ShelfState | undefined
  const changes: ShelfChange[] = []
  const unusable = new Map<string, number>()
  for (const { file, atMs } of frames) {
    const sample = await model.lookAt(camera, atMs, await readFile(file))
    if (sample.kind === 'unusable')
      unusable.set(sample.reason, (unusable.get(sample.reason) ?? 0) + 1)
    const step = stepShelf(state, camera, sample, shelfDefaults)
    state = step.next
    changes.push(...step.changes)
    if (!json) for (const change of step.changes) print(told(change))
  }
  const counts = Object.fromEntries(
    Object.entries(state?.zones ?? {}).map(([zone, { confirmed }]) => [
      zone,
      confirmed?.count ?? null,
    ]),
  )
  const refused = Object.fromEntries(unusable)
  const report = { camera: camera.camera, frames: frames.length, unusable: refused, counts }
  if (json) print(JSON.stringify({ ...report, changes: changes.map(withKind) }, null, 2))
  else {
    const bad = [...unusable].map(([reason, times]) => `, ${times} ${reason}`).join('')
    const last = Object.entries(counts).map(([zone, n]) => `${zone} ${n ?? 'never seen'}`)
    print(
      `${frames.length} frames${bad}; ${changes.length} changes; at the end: ${last.join(', ')}`,
    )
  }
  return EXIT.done
}

const kindOf = ({ countBefore, countAfter }: ShelfChange) =>
  countAfter < countBefore ? 'pick' : 'put'
const withKind = (change: ShelfChange) => ({
  kind: kindOf(change),
  quantity: Math.abs(change.countAfter - change.countBefore),
  ...change,
})

function told(change: ShelfChange): string {
  const { zone, countBefore, countAfter, gap, confidence } = change
  const at = change.observedAtMs
  const when = at > 1e11 ? new Date(at).toISOString() : `${(at / 1000).toFixed(2)} s`
  const mark = gap ? ', not watched in between' : ''
  return `${when}  ${kindOf(change)} ${Math.abs(countAfter - countBefore)}  ${zone}: ${countBefore} -> ${countAfter}  confidence ${confidence}/1000${mark}`
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
