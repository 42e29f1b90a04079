import { tellAlerts } from './broker/alerts-out.ts'
import type { Broker } from './broker/broker.ts'
import type { Config } from './config/schema.ts'
import { dataFolderAt } from './data-folder.ts'
import type { EventStream } from './event-stream.ts'
import { type AlarmPictures, createAlarmPictures } from './frames/alarm-pictures.ts'
import type { FrameLane } from './frames/frame-lane.ts'
import type { Log } from './log.ts'
import type { Reader } from './reports/reader.ts'

export interface AlarmParts {
  readonly config: Config
  readonly log: Log
  readonly stream: EventStream
  readonly reader: Reader
  readonly frames: FrameLane
  readonly broker: Broker
}

/** What leaves the gateway with an alert: its word over MQTT, and the picture beside it. */
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
  })
  return {
    pictures,
    async stop() {
      silence()
      await pictures.stop()
    },
  }
}
