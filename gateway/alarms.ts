import type { ChildProcess } from 'node:child_process'
import { tellAlerts } from './broker/alerts-out.ts'
import type { Broker } from './broker/broker.ts'
import type { Config } from './config/schema.ts'
import { dataFolderAt } from './data-folder.ts'
import type { EventStream } from './event-stream.ts'
import { type AlarmPictures, createAlarmPictures } from './frames/alarm-pictures.ts'
import type { FrameLane } from './frames/frame-lane.ts'
import { startTeacher } from './frames/teacher.ts'
import type { Log } from './log.ts'
import { shippedEmbedderFolder } from './models.ts'
import { spawnCli } from './process/spawn-cli.ts'
import type { Reader } from './reports/reader.ts'

export interface AlarmParts {
  readonly config: Config
  readonly log: Log
  readonly stream: EventStream
  readonly reader: Reader
  readonly frames: FrameLane
  readonly broker: Broker
}

/** What follows from alerts and answers outside the books: words over MQTT, pictures, lessons. */
export function startAlarms({ config, log, stream, reader, frames, broker }: AlarmParts): {
  readonly pictures: AlarmPictures
  stop(): Promise<void>
} {
  const silence = tellAlerts(stream, broker)
  const pictures = createAlarmPictures({
    config,
    folder: dataFolderAt(config.dataFolder).pictureFolder,
    events: stream,
    log,
    planogram: async () => (await reader.ask({ report: 'planogram' })).rows,
    crop: frames.crop,
    seen: (camera) => frames.latest(camera)?.detections ?? [],
  })
  const embedder = config.embedderFolder ?? shippedEmbedderFolder
  const { galleryFile, lessonFolder } = dataFolderAt(config.dataFolder)
  // A lesson that is cut short is followed again at the next start.
  const enrolling = new Set<ChildProcess>()
  const teacher = startTeacher({
    gallery: galleryFile,
    folder: lessonFolder,
    events: stream,
    log,
    lessons: async () => (await reader.ask({ report: 'lessons' })).rows,
    pictures,
    enrol: (sku, file) =>
      enrolled(['enroll', sku, file, '--gallery', galleryFile, '--embedder', embedder], enrolling),
  })
  return {
    pictures,
    async stop() {
      silence()
      for (const child of enrolling) child.kill()
      await teacher.stop()
      await pictures.stop()
    },
  }
}

/** By `tallygate enroll`, as a person would. */
async function enrolled(args: readonly string[], enrolling: Set<ChildProcess>): Promise<void> {
  let said = ''
  const child = spawnCli(args, {
    onStderr: (text) => {
      said += text
    },
  })
  enrolling.add(child)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  enrolling.delete(child)
  if (code !== 0) throw new Error(`expected a picture to be enrolled, got exit ${code}: ${said}`)
}
