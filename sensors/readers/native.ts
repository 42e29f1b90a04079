import { z } from 'zod'
import { instantOf } from '../device-time.ts'
import { decodeJson, field } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import { addPcAndCrc } from './gen2.ts'
import { centiDbm, deviceEvent, hexOf, type ReadDraft, reason, takeEach } from './parts.ts'

/**
 * Tallygate's own format, for whoever can choose: `{reads: [...], events: [...]}`, one read, or
 * lines of them. `native.schema.json` is made from this schema and published with the code.
 */
const hex = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}){1,64}$/, 'must be hexadecimal digits of whole bytes')
const word = z.string().regex(/^[0-9A-Fa-f]{4}$/, 'must be four hexadecimal digits')
const instant = z.string().max(40).describe('ISO 8601 with offset, up to nanoseconds')

export const nativeRead = z.strictObject({
  epc: hex.describe('the whole EPC field'),
  at: instant.optional().describe('when it was read, by the clock of the reader'),
  antenna: z.int().min(1).max(255).optional().describe('1-based port'),
  rssiDbm: z.number().min(-150).max(50).optional(),
  count: z.int().min(1).max(1_000_000_000).optional().describe('reads this report stands for'),
  sequence: z.int().min(0).optional().describe('rises by one per event; restarts with a new boot'),
  boot: z.string().min(1).max(64).optional().describe('names the run of the device that counts'),
  tid: hex.optional(),
  pc: word.optional(),
  crc: word.optional(),
  phaseDeg: z.number().optional(),
  frequencyKhz: z.number().positive().optional(),
  place: z.string().max(100).optional(),
  replayed: z.boolean().optional().describe('true: history, kept back until now'),
})

export const nativeEvent = z.strictObject({
  kind: z.enum(['heartbeat', 'status', 'gpi', 'antenna', 'error', 'reads-lost', 'clock']),
  at: instant.optional(),
  detail: z.string().max(200).optional(),
  pin: z.int().min(0).max(255).optional(),
  level: z.enum(['high', 'low']).optional(),
  antenna: z.int().min(1).max(255).optional(),
  connected: z.boolean().optional(),
  amount: z.int().min(0).optional(),
})

export const nativeMessage = z.strictObject({
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
  const {
    epc,
    at = '',
    antenna = 0,
    rssiDbm,
    count = 1,
    sequence,
    replayed,
    pc,
    crc,
    ...rest
  } = parsed.data
  const atMs = instantOf(at)
  if (at !== '' && atMs === null)
    return reason('bad-read', `expected at as an instant with offset, got "${at}"`)
  const read: ReadDraft = {
    device,
    antenna,
    epc: hexOf(epc) ?? epc,
    atMs,
    atText: at,
    rssiCdbm: centiDbm(rssiDbm ?? null),
    eventNumber: sequence ?? null,
    count,
  }
  addPcAndCrc(read, pc ?? null, crc ?? null)
  if (rest.tid !== undefined) read.tid = rest.tid.toUpperCase()
  if (rest.boot !== undefined) read.boot = rest.boot
  if (rest.phaseDeg !== undefined) read.phaseDeg = rest.phaseDeg
  if (rest.frequencyKhz !== undefined) read.frequencyKhz = rest.frequencyKhz
  if (rest.place !== undefined) read.place = rest.place
  if (replayed) read.replayed = true
  into.reads.push(read)
  return null
}

function takeEvent(device: string, value: unknown, into: Collected): Reason | null {
  const parsed = nativeEvent.safeParse(value)
  if (!parsed.success) return reason('bad-event', said(parsed.error))
  const { kind, at, detail, pin, level, antenna, connected, amount } = parsed.data
  into.events.push(
    deviceEvent(device, kind, instantOf(at ?? null), detail ?? kind, {
      ...(pin === undefined ? {} : { pin }),
      ...(level === undefined ? {} : { level }),
      ...(antenna === undefined ? {} : { antenna }),
      ...(connected === undefined ? {} : { connected }),
      ...(amount === undefined ? {} : { amount }),
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
