import { z } from 'zod'
import { epochMs, instantOf } from '../device-time.ts'
import { encodeEpc } from '../epc/encode.ts'
import { decodeJson, looseNumber, PARTS_MAX } from '../json-values.ts'
import type { Collected, Decoded, Reason } from '../tag-read.ts'
import { nothingYet } from '../tag-read.ts'
import {
  antennaOf,
  centiDbm,
  countOf,
  deviceEvent,
  hexOf,
  hexOfBase64,
  type ReadDraft,
  reason,
  show,
  takeEach,
} from './parts.ts'

/**
 * A reader whose messages somebody has designed himself (Keonn templates, home-made gateways) is
 * read by a table in the configuration: where each field stands, and in which unit.
 */
const path = z
  .string()
  .regex(/^(\$\.)?[^.]{1,64}(\.[^.]{1,64}){0,7}$/, 'must be names or numbers joined by "."')
  .describe('"a.b.0" within the read, "$.a" from the top of the message, "3" for a column')

export const mappingSchema = z.strictObject({
  format: z.enum(['json', 'lines']).default('json').describe('lines: columns split by separator'),
  separator: z.string().min(1).max(4).default(',').describe('between the columns of a line'),
  reads: path.optional().describe('where the list of reads stands; left out: the message itself'),
  epc: path,
  epcAs: z.enum(['hex', 'base64', 'uri']).default('hex'),
  at: path.optional(),
  atAs: z.enum(['instant', 's', 'ms', 'us', 'ns']).default('instant'),
  antenna: path.optional(),
  antennaFrom: z.int().min(0).max(1).default(1).describe('number of the first antenna port'),
  rssi: path.optional(),
  rssiAs: z
    .enum(['dbm', 'tenths', 'hundredths', 'raw'])
    .default('dbm')
    .describe('raw: no known unit, for ranking only'),
  count: path.optional(),
  eventNumber: path.optional(),
  tid: path.optional(),
  place: path.optional(),
})

export type Mapping = z.infer<typeof mappingSchema>
export type MappingInput = z.input<typeof mappingSchema>

/** A line is cut here: longer ones are no list of reads. */
const LINE_CHARS_MAX = 4_096

export function decodeByMapping(mapping: Mapping, device: string, payload: Uint8Array): Decoded {
  if (mapping.format === 'lines') return decodeLines(mapping, device, payload)
  return decodeJson(payload, (value, into) => {
    const found = mapping.reads === undefined ? value : at(mapping.reads, value, value)
    if (found === undefined)
      return reason('no-reads', `expected a list at ${mapping.reads}, got nothing`)
    const rows = Array.isArray(found) ? found.slice(0, PARTS_MAX) : [found]
    if (rows.length === 0) into.events.push(deviceEvent(device, 'heartbeat', null, 'no reads'))
    return takeEach(rows, (row) => takeRow(mapping, device, row, value, into))
  })
}

function decodeLines(mapping: Mapping, device: string, payload: Uint8Array): Decoded {
  const into = nothingYet()
  let offset = 0
  for (const line of new TextDecoder('latin1').decode(payload).split('\n')) {
    const text = line.trim()
    if (text !== '') {
      const columns = text.slice(0, LINE_CHARS_MAX).split(mapping.separator)
      const refused = takeRow(mapping, device, columns, columns, into)
      if (refused && into.refused.length < LINES_REFUSED_MAX)
        into.refused.push({ offset, ...refused })
    }
    offset += line.length + 1
  }
  return into
}

/** Bad lines told one by one; beyond that the file is of another kind. */
const LINES_REFUSED_MAX = 100

function takeRow(
  mapping: Mapping,
  device: string,
  row: unknown,
  top: unknown,
  into: Collected,
): Reason | null {
  const value = (where: string | undefined) =>
    where === undefined ? undefined : at(where, row, top)
  const raw = value(mapping.epc)
  const epc = epcOf(mapping, raw)
  if (epc === null)
    return reason(
      'no-epc',
      `expected an EPC (${mapping.epcAs}) at ${mapping.epc}, got ${show(raw)}`,
    )
  const antenna = looseNumber(value(mapping.antenna))
  const rssi = looseNumber(value(mapping.rssi))
  const when = value(mapping.at)
  const read: ReadDraft = {
    device,
    antenna: antennaOf(antenna === null ? null : antenna + 1 - mapping.antennaFrom),
    epc: epc.hex,
    atMs: timeOf(mapping, when),
    atText: typeof when === 'string' || typeof when === 'number' ? String(when).slice(0, 40) : '',
    rssiCdbm: centiDbm(rssi === null ? null : rssi / RSSI_PER_DBM[mapping.rssiAs]),
    eventNumber: looseNumber(value(mapping.eventNumber)),
    count: countOf(looseNumber(value(mapping.count))),
  }
  if (mapping.rssiAs === 'raw' && rssi !== null) read.rssiRaw = rssi
  if (epc.uri !== undefined) read.uri = epc.uri
  const tid = value(mapping.tid)
  const tidHex = typeof tid === 'string' ? hexOf(tid) : null
  if (tidHex !== null) read.tid = tidHex
  const place = value(mapping.place)
  if (typeof place === 'string' && place !== '') read.place = place.slice(0, 100)
  into.reads.push(read)
  return null
}

/** `raw` has no unit: divided by nothing finite, so it never becomes dBm. */
const RSSI_PER_DBM = { dbm: 1, tenths: 10, hundredths: 100, raw: Number.NaN } as const

function epcOf(mapping: Mapping, raw: unknown): { hex: string; uri?: string } | null {
  if (typeof raw !== 'string') return null
  const text = raw.trim()
  if (mapping.epcAs === 'uri') {
    const encoded = encodeEpc(text)
    return encoded.ok ? { hex: encoded.hex, uri: text } : null
  }
  const hex = mapping.epcAs === 'base64' ? hexOfBase64(text) : hexOf(text)
  return hex === null ? null : { hex }
}

const MS_PER = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6 } as const

function timeOf(mapping: Mapping, when: unknown): number | null {
  if (mapping.atAs === 'instant')
    return typeof when === 'string'
      ? (instantOf(when.trim()) ?? epochMs(looseNumber(when)))
      : epochMs(looseNumber(when))
  const number = looseNumber(when)
  return number === null ? null : epochMs(Math.floor(number * MS_PER[mapping.atAs]))
}

/** The value at a path; own properties only, so that no template reaches into our objects. */
function at(where: string, row: unknown, top: unknown): unknown {
  const fromTop = where.startsWith('$.')
  let value = fromTop ? top : row
  for (const name of (fromTop ? where.slice(2) : where).split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

/** The published example of a Keonn AdvanNet template; every value is text, time in ms. */
export const KEONN_EXAMPLE: Mapping = mappingSchema.parse({
  reads: 'reads',
  epc: 'epc',
  at: 'ts',
  atAs: 'ms',
  rssi: 'rssi',
  antenna: 'antenna',
  place: '$.devid',
} satisfies MappingInput)
