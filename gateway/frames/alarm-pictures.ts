import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Box, Detection } from '../../vision/index.ts'
import type { Config } from '../config/schema.ts'
import type { EventStream } from '../event-stream.ts'
import type { GatewayEvent } from '../events.ts'
import { pictureOf } from '../interpretation/teaching.ts'
import type { Log } from '../log.ts'

export interface AlarmPictures {
  /** Alarms that have a picture, newest first. */
  list(): Promise<{ readonly alarm: string; readonly atMs: number }[]>
  read(alarm: string): Promise<Uint8Array | null>
  stop(): Promise<void>
}

export interface AlarmPictureOptions {
  readonly config: Config
  readonly folder: string
  readonly events: EventStream
  readonly log: Log
  readonly planogram: () => Promise<readonly Planned[]>
  readonly crop: (camera: string, box: Box) => Promise<Uint8Array | null>
  readonly seen: (camera: string) => readonly Detection[]
}

interface Planned {
  readonly camera: string
  readonly zone: string
  readonly sku: string
}

type Zone = Omit<Planned, 'sku'>

interface Wanted {
  readonly key: string
  /** Where it is asked of one zone: that one, and the thing in it that does not belong there. */
  readonly zone: Zone | null
  readonly sku: string | null
}

/** The one thing that a question about a shelf is about. */
export const itemOf = (key: string) => `${key}#item`

/** So much of what stands beside the goods is shown too, as a share of the zone. */
const AROUND = 0.15
const JPEG = '.jpg'

/**
 * Beside an alarm about goods, and beside a question about what a camera sees, stands a picture of
 * the shelf at that moment, people blacked out, as far as a camera watches it and may show it.
 * Neither waits for its picture.
 */
export function createAlarmPictures(options: AlarmPictureOptions): AlarmPictures {
  const { config, folder, events, log, planogram, crop, seen } = options
  const most = config.limits.alarmPictures
  const boxes = new Map(
    config.cameras.flatMap(({ id, zones }) =>
      zones.map(({ zone, slots }) => [`${id}/${zone}`, around(slots.map(({ box }) => box))]),
    ),
  )
  // One after the other: pictures of one burst must not take the machine from the books.
  let last = Promise.resolve()
  const take = async (wanted: Wanted) => {
    const rows = await planogram()
    const zones = wanted.zone ? [wanted.zone] : rows.filter((row) => row.sku === wanted.sku)
    for (const one of zones) {
      const box = boxes.get(`${one.camera}/${one.zone}`)
      const jpeg = box ? await crop(one.camera, box) : null
      if (!box || !jpeg) continue
      await keep(wanted.key, jpeg)
      if (wanted.zone) await takeItem(wanted.key, one, box, rows)
      return
    }
  }
  const takeItem = async (
    key: string,
    { camera, zone }: Zone,
    box: Box,
    rows: readonly Planned[],
  ) => {
    const own = rows.find((row) => row.camera === camera && row.zone === zone)?.sku ?? null
    const thing = strangerIn(box, own, seen(camera))
    const item = thing && (await crop(camera, thing))
    if (item) await keep(itemOf(key), item)
  }
  const keep = async (alarm: string, jpeg: Uint8Array) => {
    await mkdir(folder, { recursive: true })
    const file = join(folder, `${encodeURIComponent(alarm)}${JPEG}`)
    await writeFile(`${file}.next`, jpeg)
    await rename(`${file}.next`, file)
    for (const { alarm: old } of (await list()).slice(most)) await rm(fileOf(old), { force: true })
  }
  const fileOf = (alarm: string) => join(folder, `${encodeURIComponent(alarm)}${JPEG}`)
  const list = async () => {
    const names = await readdir(folder).catch(() => [])
    const rows = await Promise.all(
      names
        .filter((name) => name.endsWith(JPEG))
        .map(async (name) => ({
          alarm: decodeURIComponent(name.slice(0, -JPEG.length)),
          atMs: Math.floor((await stat(join(folder, name))).mtimeMs),
        })),
    )
    return rows.sort((a, b) => b.atMs - a.atMs || (a.alarm < b.alarm ? -1 : 1))
  }
  const unsubscribe = events.subscribe((event) => {
    const wanted = wantedBy(event)
    if (wanted === null || most === 0) return
    last = last
      .then(() => take(wanted))
      .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'an alarm has no picture'))
  })
  return {
    list,
    read: (alarm) => readFile(fileOf(alarm)).catch(() => null),
    async stop() {
      unsubscribe()
      await last
    },
  }
}

function wantedBy(event: GatewayEvent): Wanted | null {
  if (event.type === 'alert' && event.sku !== undefined)
    return { key: event.key, zone: null, sku: event.sku }
  const zone = event.type === 'review' ? pictureOf(event.key) : null
  return event.type === 'review' && zone ? { key: event.key, zone, sku: null } : null
}

/** The surest product in the zone that is not known to be what belongs there. */
function strangerIn(zone: Box, own: string | null, seen: readonly Detection[]): Box | null {
  const inside = ({ box }: Detection) => {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    return x >= zone.x && x <= zone.x + zone.width && y >= zone.y && y <= zone.y + zone.height
  }
  const things = seen.filter((one) => one.role !== 'person' && inside(one) && one.sku !== own)
  return things.toSorted((a, b) => b.score - a.score)[0]?.box ?? null
}

type Corners = readonly [x: number, y: number, width: number, height: number]

function around(slots: readonly Corners[]): Box {
  const left = Math.min(...slots.map(([x]) => x))
  const top = Math.min(...slots.map(([, y]) => y))
  const width = Math.max(...slots.map(([x, , w]) => x + w)) - left
  const height = Math.max(...slots.map(([, y, , h]) => y + h)) - top
  const [dx, dy] = [width * AROUND, height * AROUND]
  return { x: left - dx, y: top - dy, width: width + 2 * dx, height: height + 2 * dy }
}
