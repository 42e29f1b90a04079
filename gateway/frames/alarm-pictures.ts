import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Box } from '../../vision/index.ts'
import type { Config } from '../config/schema.ts'
import type { EventStream } from '../event-stream.ts'
import type { GatewayEvent } from '../events.ts'
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
}

interface Planned {
  readonly camera: string
  readonly zone: string
  readonly sku: string
}

type Alert = Extract<GatewayEvent, { readonly type: 'alert' }>

/** So much of what stands beside the goods is shown too, as a share of the zone. */
const AROUND = 0.15
const JPEG = '.jpg'

/**
 * Beside an alarm about goods stands a picture of their shelf at that moment, people blacked out,
 * as far as a camera watches it and may show it. An alarm waits for no picture.
 */
export function createAlarmPictures(options: AlarmPictureOptions): AlarmPictures {
  const { config, folder, events, log, planogram, crop } = options
  const most = config.limits.alarmPictures
  const boxes = new Map(
    config.cameras.flatMap(({ id, zones }) =>
      zones.map(({ zone, slots }) => [`${id}/${zone}`, around(slots.map(({ box }) => box))]),
    ),
  )
  // One after the other: pictures of one burst must not take the machine from the books.
  let last = Promise.resolve()
  const take = async ({ key, sku }: Alert) => {
    const zones = (await planogram()).filter((row) => row.sku === sku)
    for (const { camera, zone } of zones) {
      const box = boxes.get(`${camera}/${zone}`)
      const jpeg = box ? await crop(camera, box) : null
      if (jpeg) return await keep(key, jpeg)
    }
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
    if (event.type !== 'alert' || event.sku === undefined || most === 0) return
    last = last
      .then(() => take(event))
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

type Corners = readonly [x: number, y: number, width: number, height: number]

function around(slots: readonly Corners[]): Box {
  const left = Math.min(...slots.map(([x]) => x))
  const top = Math.min(...slots.map(([, y]) => y))
  const width = Math.max(...slots.map(([x, , w]) => x + w)) - left
  const height = Math.max(...slots.map(([, y, , h]) => y + h)) - top
  const [dx, dy] = [width * AROUND, height * AROUND]
  return { x: left - dx, y: top - dy, width: width + 2 * dx, height: height + 2 * dy }
}
