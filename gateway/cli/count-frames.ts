import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '../../ledger-core/index.ts'
import {
  type Camera,
  type EventState,
  lastEvents,
  noEvents,
  type OpenModel,
  type ShelfChange,
  type ShelfEvent,
  type ShelfSample,
  type ShelfState,
  shelfDefaults,
  stepEvents,
  stepShelf,
} from '../../vision/index.ts'
import { formatFault, loadConfig } from '../config/load.ts'
import type { CameraConfig, Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { geometryOf } from '../frames/frame-lane.ts'
import { complain, EXIT, numberBetween, print } from './command.ts'

export interface Frames {
  readonly camera: Camera
  /** Where the gateway of this configuration keeps what is enrolled. */
  readonly gallery: string
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
  const found = cameraOf(wish)
  if (!found || folder === undefined) {
    if (found) complain('expected a folder of frames; see --help')
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
  const { galleryFile, file } = dataFolderAt(found.config.dataFolder)
  return { camera: planned(found.camera, file), gallery: galleryFile, frames }
}

/** Where books are, their planogram says which SKU a zone is for; without them zones have no name. */
function planned(camera: CameraConfig, file: string): Camera {
  const geometry = geometryOf(camera)
  if (!existsSync(file)) return geometry
  const db = openDatabase(file, { readonly: true })
  try {
    const rows = db
      .prepare<[string], { zone: string; sku: string; location: string }>(
        'select zone, sku, location from planogram where camera = ?',
      )
      .all(camera.id)
    const rowOf = new Map(rows.map((row) => [row.zone, row]))
    const zones = geometry.zones.map((zone) => ({ ...zone, ...rowOf.get(zone.zone) }))
    return { ...geometry, zones }
  } finally {
    db.close()
  }
}

function cameraOf({
  camera,
  config,
}: CountWish): { readonly camera: CameraConfig; readonly config: Config } | null {
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
  return found ? { camera: found, config: loaded.config } : null
}

export async function countFrames(
  model: OpenModel,
  { camera, frames }: Frames,
  json: boolean,
): Promise<number> {
  const seen = newStory()
  for (const { file, atMs } of frames) {
    const sample = await model.lookAt(camera, atMs, await readFile(file))
    const { changes, events } = goOn(seen, camera, sample)
    if (json) continue
    for (const change of changes) print(told(change))
    for (const event of events.filter(isMore)) print(toldEvent(event))
  }
  const last = lastEvents(seen.named, camera)
  seen.events.push(...last)
  if (!json) for (const event of last.filter(isMore)) print(toldEvent(event))
  const counts = Object.fromEntries(
    Object.entries(seen.shelf?.zones ?? {}).map(([zone, { confirmed }]) => [
      zone,
      confirmed?.count ?? null,
    ]),
  )
  const { changes, events } = seen
  const unusable = Object.fromEntries(seen.unusable)
  const report = { camera: camera.camera, frames: frames.length, unusable, counts }
  if (json) print(JSON.stringify({ ...report, changes: changes.map(withKind), events }, null, 2))
  else {
    const bad = [...seen.unusable].map(([reason, times]) => `, ${times} ${reason}`).join('')
    const now = Object.entries(counts).map(([zone, n]) => `${zone} ${n ?? 'never seen'}`)
    print(`${frames.length} frames${bad}; ${changes.length} changes; at the end: ${now.join(', ')}`)
  }
  return EXIT.done
}

interface Story {
  shelf: ShelfState | undefined
  named: EventState
  readonly changes: ShelfChange[]
  readonly events: ShelfEvent[]
  readonly unusable: Map<string, number>
}

function newStory(): Story {
  return { shelf: undefined, named: noEvents, changes: [], events: [], unusable: new Map() }
}

function goOn(story: Story, camera: Camera, sample: ShelfSample) {
  if (sample.kind === 'unusable')
    story.unusable.set(sample.reason, (story.unusable.get(sample.reason) ?? 0) + 1)
  const step = stepShelf(story.shelf, camera, sample, shelfDefaults)
  const { next, events } = stepEvents(story.named, camera, sample, step)
  story.shelf = step.next
  story.named = next
  story.changes.push(...step.changes)
  story.events.push(...events)
  return { changes: step.changes, events }
}

/** A pick or put has been told when its count was confirmed. */
function isMore({ kind }: ShelfEvent): boolean {
  return kind !== 'pick' && kind !== 'put'
}

function toldEvent(event: ShelfEvent): string {
  const when = timeOf(event.atMs)
  if (event.kind === 'move')
    return `${when}  move ${event.quantity}  ${event.fromZone} -> ${event.toZone}${event.isMisplaced ? ', misplaced' : ''}`
  const what = event.kind === 'foreign' ? ` (${event.sku ?? event.label})` : ''
  return `${when}  ${event.kind}${what}  ${event.zone}`
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
  const when = timeOf(change.observedAtMs)
  const mark = gap ? ', not watched in between' : ''
  return `${when}  ${kindOf(change)} ${Math.abs(countAfter - countBefore)}  ${zone}: ${countBefore} -> ${countAfter}  confidence ${confidence}/1000${mark}`
}

/** A time of day where the files had one, else seconds from the first frame. */
function timeOf(atMs: number): string {
  return atMs > 1e11 ? new Date(atMs).toISOString() : `${(atMs / 1000).toFixed(2)} s`
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
