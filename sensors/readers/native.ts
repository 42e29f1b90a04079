import { z } from 'zod'
import { readScan, SCAN_CHARS_MAX } from '../barcode/scan.ts'
import type { MeasureRule } from '../barcode/variable-measure.ts'
import { instantOf } from '../device-time.ts'
import { decodeJson, field } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import { addPcAndCrc } from './gen2.ts'
import { centiDbm, deviceEvent, type ReadDraft, reason, takeEach } from './parts.ts'

/**
 * Tallygate's own format, for whoever can choose: `{reads: [...], scans: [...], events: [...]}`,
 * one of them, or lines of them. `native.schema.json` is made from this schema and published with the code.
 */
const hex = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}){1,64}$/, 'must be hexadecimal digits of whole bytes')
const word = z.string().regex(/^[0-9A-Fa-f]{4}$/, 'must be four hexadecimal digits')
const instant = z.string().max(40).describe('ISO 8601 with offset, up to nanoseconds')

/**
 * Fields that we do not know are left aside: what `tallygate decode --json` prints is native too,
 * and so a capture of any reader can be fed in again.
 */
export const nativeRead = z.object({
  epc: hex.describe('the whole EPC field'),
  at: instant.nullish().describe('when it was read, by the clock of the reader'),
  antenna: z.int().min(0).max(255).nullish().describe('1-based port; 0 or left out: not known'),
  rssiDbm: z.number().min(-150).max(50).nullish(),
  count: z.int().min(1).max(1_000_000_000).nullish().describe('reads this report stands for'),
  eventNumber: z.int().min(0).nullish().describe('rises by one per event of one boot'),
  boot: z.string().min(1).max(64).nullish().describe('names the run of the device that counts'),
  tid: hex.nullish(),
  pc: word.nullish(),
  crc: word.nullish(),
  phaseDeg: z.number().nullish(),
  frequencyKhz: z.number().positive().nullish(),
  place: z.string().max(100).nullish(),
  replayed: z.boolean().nullish().describe('true: history, kept back until now'),
})

export const nativeEvent = z.object({
  kind: z.enum(['heartbeat', 'status', 'gpi', 'antenna', 'error', 'reads-lost', 'clock']),
  at: instant.nullish(),
  detail: z.string().max(200).nullish(),
  pin: z.int().min(0).max(255).nullish(),
  level: z.enum(['high', 'low']).nullish(),
  antenna: z.int().min(1).max(255).nullish(),
  connected: z.boolean().nullish(),
  amount: z.int().min(0).nullish(),
  hardware: z
    .string()
    .min(1)
    .max(64)
    .nullish()
    .describe('serial number or hardware address of what stands behind the name'),
})

export const nativeScan = z.object({
  text: z
    .string()
    .min(1)
    .max(SCAN_CHARS_MAX)
    .describe(
      'as scanned: a GTIN, GS1 element string or Digital Link, with its AIM identifier if any',
    ),
  symbology: z.string().max(40).nullish(),
  at: instant.nullish(),
  id: z.string().min(1).max(64).nullish().describe('names this scan: sent again, it is no new one'),
})

export const nativeMessage = z.object({
  reads: z.array(nativeRead).max(10_000).optional(),
  scans: z.array(nativeScan).max(1_000).optional(),
  events: z.array(nativeEvent).max(1_000).optional(),
})

export function decodeNative(
  device: string,
  payload: Uint8Array,
  rules: readonly MeasureRule[] = [],
): Decoded {
  return decodeJson(payload, (value, into) => takeMessage({ device, rules, into }, value))
}

interface Taking {
  readonly device: string
  readonly rules: readonly MeasureRule[]
  readonly into: Collected
}

function takeMessage(taking: Taking, value: unknown): Reason | null {
  const { device, into } = taking
  const lists = {
    reads: (read: unknown) => takeRead(device, read, into),
    scans: (scan: unknown) => takeScan(taking, scan),
    events: (event: unknown) => takeEvent(device, event, into),
  }
  const named = Object.entries(lists).flatMap(([name, take]) => {
    const rows = field(value, name)
    return rows === undefined ? [] : [{ rows, take }]
  })
  if (named.length === 0) return takeOne(taking, value)
  if (!named.every(({ rows }) => Array.isArray(rows)))
    return reason('bad-message', 'expected reads, scans and events to be lists')
  return named
    .map(({ rows, take }) => takeEach(Array.isArray(rows) ? rows : [], take))
    .reduce((first, one) => first ?? one, null)
}

function takeOne(taking: Taking, value: unknown): Reason | null {
  const { device, into } = taking
  if (field(value, 'text') !== undefined) return takeScan(taking, value)
  return field(value, 'kind') === undefined
    ? takeRead(device, value, into)
    : takeEvent(device, value, into)
}

/** Enough of a long code to tell two scans of one moment apart. */
const NAME_CHARS = 60

function takeScan({ device, rules, into }: Taking, value: unknown): Reason | null {
  const parsed = nativeScan.safeParse(value)
  if (!parsed.success) return reason('bad-scan', said(parsed.error))
  const { text, symbology, at, id } = parsed.data
  const atMs = instantOf(at ?? null)
  if (at && atMs === null)
    return reason('bad-scan', `expected at as an instant with offset, got "${at}"`)
  const scan = readScan(text, symbology ?? '', rules)
  if (!scan.ok) return reason(scan.code, scan.message)
  const scanId = id ?? (at ? `${at}/${text.slice(0, NAME_CHARS)}` : undefined)
  const named = scanId === undefined ? {} : { scanId }
  into.events.push(deviceEvent(device, 'scan', atMs, scan.text, { scan, ...named }))
  return null
}

function takeRead(device: string, value: unknown, into: Collected): Reason | null {
  const parsed = nativeRead.safeParse(value)
  if (!parsed.success) return reason('bad-read', said(parsed.error))
  const { data } = parsed
  const atText = data.at ?? ''
  const atMs = instantOf(atText)
  if (atText !== '' && atMs === null)
    return reason('bad-read', `expected at as an instant with offset, got "${atText}"`)
  const read: ReadDraft = {
    device,
    antenna: data.antenna ?? 0,
    epc: data.epc.toUpperCase(),
    atMs,
    atText,
    rssiCdbm: centiDbm(data.rssiDbm ?? null),
    eventNumber: data.eventNumber ?? null,
    count: data.count ?? 1,
  }
  addPcAndCrc(read, data.pc ?? null, data.crc ?? null)
  addRest(read, data)
  into.reads.push(read)
  return null
}

function addRest(read: ReadDraft, data: z.infer<typeof nativeRead>): void {
  const { tid, boot, phaseDeg, frequencyKhz, place } = data
  if (tid) read.tid = tid.toUpperCase()
  if (boot) read.boot = boot
  if (typeof phaseDeg === 'number') read.phaseDeg = phaseDeg
  if (typeof frequencyKhz === 'number') read.frequencyKhz = frequencyKhz
  if (place) read.place = place
  if (data.replayed) read.replayed = true
}

function takeEvent(device: string, value: unknown, into: Collected): Reason | null {
  const parsed = nativeEvent.safeParse(value)
  if (!parsed.success) return reason('bad-event', said(parsed.error))
  const { kind, at, detail, pin, level, antenna, connected, amount, hardware } = parsed.data
  into.events.push(
    deviceEvent(device, kind, instantOf(at ?? null), detail ?? kind, {
      ...(typeof pin === 'number' ? { pin } : {}),
      ...(level ? { level } : {}),
      ...(typeof antenna === 'number' ? { antenna } : {}),
      ...(typeof connected === 'boolean' ? { connected } : {}),
      ...(typeof amount === 'number' ? { amount } : {}),
      ...(hardware ? { hardware } : {}),
    }),
  )
  return null
}

function said(error: z.ZodError): string {
  const [issue] = error.issues
  const where = issue?.path.join('.') ?? ''
  return `expected a read, scan or event of the native schema, got ${where === '' ? '' : `${where}: `}${issue?.message ?? 'something else'}`.slice(
    0,
    200,
  )
}

/** The schema as integrators get it; the file beside the code must stay equal to it. */
export function nativeSchema(): object {
  return {
    title: 'Tallygate native reads',
    ...z.toJSONSchema(nativeMessage),
  }
}
