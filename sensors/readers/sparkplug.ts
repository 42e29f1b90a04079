import { epochMs } from '../device-time.ts'
import type { Collected, Decoded } from '../tag-read.ts'
import { nothingYet } from '../tag-read.ts'
import { antennaOf, centiDbm, countOf, deviceEvent, hexOf, type ReadDraft, show } from './parts.ts'
import { fieldAt, type WireField } from './protobuf.ts'

/**
 * Sparkplug B payloads of a reader behind an edge node (Sparkplug 3.0, chapter 6). A metric whose
 * name ends in `epc` begins a read; `antenna`, `rssi`, `tid` and `count` that follow belong to
 * it. Births and deaths are told by `bdSeq`: with a sequence number a birth, without one a death.
 */
export function decodeSparkplug(device: string, payload: Uint8Array): Decoded {
  const into = nothingYet()
  const metrics: Metric[] = []
  let [timestamp, sequence]: (number | null)[] = [null, null]
  let at = 0
  for (; at < payload.length; ) {
    const field = fieldAt(payload, at, payload.length)
    if (field === null) {
      into.refused.push({
        offset: at,
        code: 'not-protobuf',
        message: 'expected a field that ends inside the payload',
      })
      break
    }
    if (field.number === PAYLOAD.timestamp && field.wire === 0) timestamp = field.value
    if (field.number === PAYLOAD.sequence && field.wire === 0) sequence = field.value
    if (field.number === PAYLOAD.metric && field.wire === 2)
      takeMetric(payload, field, metrics, into)
    at = field.to
  }
  readMetrics(device, { metrics, timestamp: timestamp ?? null, sequence: sequence ?? null }, into)
  return into
}

const PAYLOAD = { timestamp: 1, metric: 2, sequence: 3 } as const
const METRIC = { name: 1, alias: 2, timestamp: 3, historical: 5 } as const
/** Fields of a metric that hold its value, by how they are written. */
const VALUE = { int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15 } as const
const METRICS_MAX = 10_000
const NAME_BYTES_MAX = 256

interface Metric {
  readonly offset: number
  readonly name: string
  readonly alias: number | null
  readonly timestamp: number | null
  readonly historical: boolean
  readonly value: string | number | boolean | null
}

type MetricDraft = { -readonly [Key in keyof Metric]: Metric[Key] }

function takeMetric(
  bytes: Uint8Array,
  { from, to }: WireField,
  metrics: Metric[],
  into: Collected,
): void {
  if (metrics.length >= METRICS_MAX) return
  const metric: MetricDraft = {
    offset: from,
    name: '',
    alias: null,
    timestamp: null,
    historical: false,
    value: null,
  }
  for (let at = from; at < to; ) {
    const field = fieldAt(bytes, at, to)
    if (field === null) {
      into.refused.push({
        offset: at,
        code: 'bad-metric',
        message: 'expected a field that ends inside its metric',
      })
      return
    }
    takeMetricField(bytes, field, metric)
    at = field.to
  }
  metrics.push(metric)
}

function takeMetricField(bytes: Uint8Array, field: WireField, metric: MetricDraft): void {
  if (field.wire === 0) takeNumber(field, metric)
  else if (field.wire === 2) takeText(bytes, field, metric)
  else if (field.number === VALUE.float || field.number === VALUE.double) {
    const { from, to, wire } = field
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, to - from)
    metric.value = wire === 5 ? view.getFloat32(0, true) : view.getFloat64(0, true)
  }
}

function takeNumber({ number, value }: WireField, metric: MetricDraft): void {
  switch (number) {
    case METRIC.alias:
      metric.alias = value
      return
    case METRIC.timestamp:
      metric.timestamp = value
      return
    case METRIC.historical:
      metric.historical = value !== 0
      return
    case VALUE.int:
      // Negative numbers of 32 bits come as two's complement.
      metric.value = value >= 2 ** 31 && value < 2 ** 32 ? value - 2 ** 32 : value
      return
    case VALUE.long:
      metric.value = value
      return
    case VALUE.boolean:
      metric.value = value !== 0
      return
    default:
  }
}

function takeText(bytes: Uint8Array, { number, from, to }: WireField, metric: MetricDraft): void {
  if (number !== METRIC.name && number !== VALUE.string) return
  const text = TEXT.decode(bytes.subarray(from, Math.min(to, from + NAME_BYTES_MAX)))
  if (number === METRIC.name) metric.name = text
  else metric.value = text
}

const TEXT = new TextDecoder()

interface Payload {
  readonly metrics: readonly Metric[]
  readonly timestamp: number | null
  readonly sequence: number | null
}

function readMetrics(device: string, payload: Payload, into: Collected): void {
  const { metrics, timestamp, sequence } = payload
  const boot = metrics.find(({ name }) => name === 'bdSeq')
  const atMs = epochMs(timestamp)
  if (boot) {
    const born = sequence !== null
    const detail = `${born ? 'birth' : 'death'}, bdSeq ${boot.value ?? '?'}`
    into.events.push(
      deviceEvent(device, 'status', atMs ?? epochMs(boot.timestamp), detail, { connected: born }),
    )
  }
  let read: ReadDraft | null = null
  for (const metric of metrics) {
    const last = metric.name.slice(metric.name.lastIndexOf('/') + 1).toLowerCase()
    if (last === 'epc') read = startRead(device, metric, sequence, into)
    else if (read) addToRead(read, last, metric.value)
    if (metric.name === '') refuseNameless(metric, into)
  }
  if (!boot && into.reads.length === 0 && into.refused.length === 0)
    into.events.push(deviceEvent(device, 'status', atMs, `${metrics.length} metrics`))
}

/** A node may leave names out after its birth; who has not kept the birth cannot read it. */
function refuseNameless({ offset, alias }: Metric, { refused }: Collected): void {
  if (refused.length >= NAMELESS_MAX) return
  const message = `expected a metric with its name, got alias ${alias ?? 'none'} only`
  refused.push({ offset, code: 'unknown-alias', message })
}

const NAMELESS_MAX = 100

function startRead(
  device: string,
  metric: Metric,
  sequence: number | null,
  into: Collected,
): ReadDraft | null {
  const epc = typeof metric.value === 'string' ? hexOf(metric.value) : null
  if (epc === null) {
    into.refused.push({
      offset: metric.offset,
      code: 'no-epc',
      message: `expected an EPC in whole hexadecimal bytes, got ${show(metric.value)}`,
    })
    return null
  }
  const read: ReadDraft = {
    device,
    antenna: 0,
    epc,
    atMs: epochMs(metric.timestamp),
    atText: metric.timestamp === null ? '' : String(metric.timestamp),
    rssiCdbm: null,
    eventNumber: sequence,
    count: 1,
  }
  if (metric.historical) read.replayed = true
  into.reads.push(read)
  return read
}

function addToRead(read: ReadDraft, name: string, value: Metric['value']): void {
  const number = typeof value === 'number' ? value : null
  if (name === 'antenna') read.antenna = antennaOf(number)
  if (name === 'rssi') read.rssiCdbm = centiDbm(number)
  if (name === 'count') read.count = countOf(number)
  const tid = name === 'tid' && typeof value === 'string' ? hexOf(value) : null
  if (tid !== null) read.tid = tid
}
