import { z } from 'zod'
import { instantOf } from '../device-time.ts'
import { decodeJson, field } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import { addPcAndCrc } from './gen2.ts'
import { centiDbm, deviceEvent, type ReadDraft, reason, takeEach } from './parts.ts'

/**
 * Tallygate's own format, for whoever can choose: `{reads: [...], events: [...]}`, one read, or
 * lines of them. `native.schema.json` is made from this schema and published with the code.
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
})

export const nativeMessage = z.object({
  reads: z.array(nativeRead).max(10_000).optional(),
  events: z.array(nativeEvent).max(1_000).optional(),
})

export function decodeNative(device: string, payload: Uint8Array): Decoded {
  return decodeJson(payload, (value, into) => takeMessage(device, value, into))
}

function takeMessage(device: string, value: unknown, into: Collected): Reason | null {
  const reads = field(value, 'reads')
  const events = field(value, 'events')
  if (reads === undefined && events === undefined)
    return field(value, 'kind') === undefined
      ? takeRead(device, value, into)
      : takeEvent(device, value, into)
  if (
    (reads !== undefined && !Array.isArray(reads)) ||
    (events !== undefined && !Array.isArray(events))
  )
    return reason('bad-message', 'expected reads and events to be lists')
  const badRead = takeEach(Array.isArray(reads) ? reads : [], (read) =>
    takeRead(device, read, into),
  )
  const badEvent = takeEach(Array.isArray(events) ? events : [], (event) =>
    takeEvent(device, event, into),
  )
  return badRead ?? badEvent
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
  const { kind, at, detail, pin, level, antenna, connected, amount } = parsed.data
  into.events.push(
    deviceEvent(device, kind, instantOf(at ?? null), detail ?? kind, {
      ...(typeof pin === 'number' ? { pin } : {}),
      ...(level ? { level } : {}),
      ...(typeof antenna === 'number' ? { antenna } : {}),
      ...(typeof connected === 'boolean' ? { connected } : {}),
      ...(typeof amount === 'number' ? { amount } : {}),
    }),
  )
  return null
}

function said(error: z.ZodError): string {
  const [issue] = error.issues
  const where = issue?.path.join('.') ?? ''
  return `expected a read or event of the native schema, got ${where === '' ? '' : `${where}: `}${issue?.message ?? 'something else'}`.slice(
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
