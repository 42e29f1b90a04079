import type { Answers } from '../reports/answers.ts'
import type { Live } from './live.ts'

interface Measured {
  readonly live: Live
  readonly counts: Answers['counts']
  readonly batches: Answers['batches']
  readonly eventStreams: number
  readonly version: string
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]
type Metric = readonly [
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly Sample[],
]

/**
 * Prometheus text format 0.0.4. Labels are devices, cameras and destinations of the
 * configuration: bounded, never a tag or a SKU.
 */
export function metricsText(measured: Measured): string {
  const { version, eventStreams, live, counts } = measured
  const metrics: Metric[] = [
    ['build_info', 'gauge', 'Which program runs', [[{ version }, 1]]],
    ['entries_total', 'counter', 'Journal entries', one(counts.entries)],
    ['open_reviews', 'gauge', 'Questions nobody has answered', one(counts.openReviews)],
    ['quarantined', 'gauge', 'Messages kept for inspection', one(counts.quarantined)],
    ['defects_set_aside', 'gauge', 'Messages and records of them that threw', one(counts.defects)],
    ['books_sound', 'gauge', '0 when a verification failed', one(counts.unsound === null ? 1 : 0)],
    ['event_streams', 'gauge', 'Open event streams', one(eventStreams)],
    ['mqtt_clients', 'gauge', 'Connected MQTT clients', one(live.mqttClients)],
    [
      'loop_delay_p99_seconds',
      'gauge',
      'How late the sockets were served',
      one(live.loopDelayP99Ms / 1_000),
    ],
    ...deviceMetrics(live),
    ...storeMetrics(live),
    ...visionMetrics(live),
    ...destinationMetrics(measured),
  ]
  return metrics.map(textOf).join('')
}

function deviceMetrics({ devices }: Live): Metric[] {
  const each = (value: (device: Live['devices'][number]) => number) =>
    devices.map((row): Sample => [{ device: row.device, profile: row.profile }, value(row)])
  return [
    [
      'device_connected',
      'gauge',
      '1 while connected',
      each(({ connected }) => (connected ? 1 : 0)),
    ],
    ['device_messages_total', 'counter', 'Messages taken', each(({ messages }) => messages)],
    ['device_refused_total', 'counter', 'Messages not usable', each(({ refused }) => refused)],
  ]
}

function storeMetrics({ store }: Live): Metric[] {
  return [
    ['store_writable', 'gauge', '0 while the disk refuses', one(store.writable ? 1 : 0)],
    ['commit_queue', 'gauge', 'Works waiting for their commit', one(store.waiting)],
    ['bookkeeper_restarts_total', 'counter', 'Deaths of the bookkeeper', one(store.restarts)],
  ]
}

function visionMetrics(live: Live): Metric[] {
  const { vision } = live
  const byReason = (counts: Readonly<Record<string, number>>): Sample[] =>
    Object.entries(counts).map(([reason, count]) => [{ reason }, count])
  return [
    [
      'vision_received_total',
      'counter',
      'Frames that came, looked at or not',
      one(vision.frames + vision.dropped + vision.queueDepth),
    ],
    ['vision_frames_total', 'counter', 'Frames looked at', one(vision.frames)],
    ['vision_dropped_total', 'counter', 'Frames not looked at', byReason(vision.droppedBy)],
    ['vision_unusable_total', 'counter', 'Frames that show nothing', byReason(vision.unusableBy)],
    ['vision_restarts_total', 'counter', 'Deaths of the vision process', one(vision.restarts)],
    ['vision_embedded_total', 'counter', 'Crops compared with the gallery', one(vision.embedded)],
    ['vision_enrolled_skus', 'gauge', 'SKUs with enrolled pictures', one(vision.skusEnrolled)],
    ['vision_queue', 'gauge', 'Frames waiting', one(vision.queueDepth)],
    ['vision_wait_seconds', 'gauge', 'From arrival to the first look', quantiles(vision.waitMs)],
    ['vision_look_seconds', 'gauge', 'Of a whole look at a frame', quantiles(vision.lookMs)],
    [
      'vision_decode_seconds',
      'gauge',
      "From JPEG to the model's input",
      quantiles(vision.decodeMs),
    ],
    ['vision_post_seconds', 'gauge', 'From its answer to the sample', quantiles(vision.postMs)],
    [
      'vision_inference_seconds',
      'gauge',
      'Time of the model over the last frames',
      quantiles(vision.inferenceMs),
    ],
    [
      'vision_model_ready',
      'gauge',
      '1 once the model has passed its self-test',
      one(vision.model ? 1 : 0),
    ],
    ...sightMetrics(live),
  ]
}

function sightMetrics({ vision: { cameras } }: Live): Metric[] {
  const each = (value: (sight: Live['vision']['cameras'][number]) => number) =>
    cameras.map((sight): Sample => [{ camera: sight.camera }, value(sight)])
  return [
    [
      'vision_camera_status',
      'gauge',
      'What its newest frame showed',
      cameras.map(({ camera, status }): Sample => [{ camera, status }, 1]),
    ],
    [
      'vision_zone_visible_ratio',
      'gauge',
      'Zones with nobody before them',
      each(({ zonesVisible }) => zonesVisible),
    ],
    [
      'vision_zone_blind_seconds_total',
      'counter',
      'Time zones could not be seen',
      each(({ blindSeconds }) => blindSeconds),
    ],
  ]
}

function quantiles(measured: { readonly p50: number; readonly p95: number } | null): Sample[] {
  if (!measured) return []
  return [
    [{ quantile: '0.5' }, measured.p50 / 1_000],
    [{ quantile: '0.95' }, measured.p95 / 1_000],
  ]
}

function destinationMetrics({ batches: { destinations }, live }: Measured): Metric[] {
  const each = (value: (row: (typeof destinations)[number]) => number) =>
    destinations.map((row): Sample => [{ destination: row.destination }, value(row)])
  const ageS = (sinceMs: number | null) =>
    sinceMs === null ? 0 : Math.max(0, live.nowMs - sinceMs) / 1_000
  return [
    [
      'backlog_batches',
      'gauge',
      'Sealed, not yet acknowledged',
      each(({ backlogBatches }) => backlogBatches),
    ],
    [
      'backlog_entries',
      'gauge',
      'Entries in those batches',
      each(({ backlogEntries }) => backlogEntries),
    ],
    [
      'backlog_oldest_seconds',
      'gauge',
      'Age of the oldest of them',
      each(({ oldestSealedAtMs }) => ageS(oldestSealedAtMs)),
    ],
  ]
}

function one(value: number): Sample[] {
  return [[{}, value]]
}

function textOf([name, type, help, samples]: Metric): string {
  const full = `tallygate_${name}`
  const lines = samples.map(([labels, value]) => `${full}${labelsOf(labels)} ${value}\n`)
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
