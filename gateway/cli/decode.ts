import { readFileSync } from 'node:fs'
import { parse } from 'node:path'
import {
  bytesOfHex,
  type Decoded,
  type DecodeOptions,
  type DeviceEvent,
  decodeReads,
  mappingSchema,
  READER_PROFILES,
  type ReaderProfile,
  type TagRead,
} from '../../sensors/index.ts'
import { schemaFaults, tellFaults } from '../schema-faults.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'

export const decode = defineCommand(
  {
    about: 'a reader message or capture to common reads, events and what was refused',
    usage: `
tallygate decode --as PROFILE FILE [--mapping FILE] [--device NAME] [--json]

PROFILE is one of
  ${READER_PROFILES.join(' ')}.
FILE is the message as the reader sends it, "-" for standard input; a file named .hex holds
bytes as hexadecimal text, white space ignored. --mapping is a JSON file with the mapping of
a device (profiles mapping and keonn). The device is named like the file unless --device says
otherwise.

Exit 0 when something could be read, 1 when nothing could.`,
    options: {
      as: { type: 'string' },
      mapping: { type: 'string' },
      device: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  ({ values, positionals: [file] }) => {
    const profile = profileOf(values.as)
    if (file === undefined || profile === null) {
      complain(file === undefined ? NO_FILE : noProfile(values.as))
      return EXIT.usage
    }
    const options = values.mapping === undefined ? {} : optionsOf(values.mapping)
    const payload = payloadOf(file)
    if (typeof options === 'string') return refuse(options)
    if (typeof payload === 'string') return refuse(payload)
    const device = values.device ?? (file === '-' ? 'stdin' : parse(file).name)
    const decoded = decodeReads(profile, device, payload, options)
    if (values.json) print(JSON.stringify(printed(decoded), null, 2))
    else printTable(decoded)
    return isUsed(decoded) ? EXIT.done : EXIT.refused
  },
)

const NO_FILE = 'expected a FILE; see --help'
const noProfile = (got = '') =>
  `expected --as with one of ${READER_PROFILES.join(', ')}, got "${got}"`

function refuse(message: string): number {
  complain(message)
  return EXIT.refused
}

const isUsed = ({ reads, events, refused }: Decoded) =>
  reads.length + events.length > 0 || refused.length === 0

function profileOf(name: string | undefined): ReaderProfile | null {
  return READER_PROFILES.find((profile) => profile === name) ?? null
}

/** The bytes of a file, or why there are none. */
function payloadOf(file: string): Uint8Array | string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    return `expected a readable file, got ${reasonOf(cause)}`
  }
  if (!file.toLowerCase().endsWith('.hex')) return bytes
  return (
    bytesOfHex(new TextDecoder().decode(bytes)) ??
    `expected whole bytes in hexadecimal digits in ${file}`
  )
}

function optionsOf(file: string): DecodeOptions | string {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const { data, error } = mappingSchema.safeParse(value)
    if (data) return { mapping: data }
    return `${file}: ${tellFaults(schemaFaults(error, value), { root: 'mapping', most: 3 })}`
  } catch (cause) {
    return `expected a readable JSON file, got ${reasonOf(cause)}`
  }
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

/** The lists as an integrator wants them: dBm with two digits, time as an instant. */
function printed({ reads, events, refused }: Decoded) {
  return { reads: reads.map(printedRead), events: events.map(printedEvent), refused }
}

function printedRead(read: TagRead) {
  const { device, antenna, epc, atMs, atText, rssiCdbm, eventNumber, count, firstAtMs, ...rest } =
    read
  return {
    epc,
    device,
    antenna,
    rssiDbm: rssiCdbm === null ? null : rssiCdbm / 100,
    at: instant(atMs),
    atText,
    count,
    eventNumber,
    ...(firstAtMs === undefined ? {} : { firstAt: instant(firstAtMs) }),
    ...rest,
  }
}

function printedEvent({ atMs, ...event }: DeviceEvent) {
  return { ...event, at: instant(atMs) }
}

const instant = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString())

function printTable({ reads, events, refused }: Decoded): void {
  for (const { epc, antenna, rssiCdbm, atMs, count } of reads) {
    const rssi = rssiCdbm === null ? '-' : `${(rssiCdbm / 100).toFixed(2)} dBm`
    print(`read     ${epc}  antenna ${antenna || '-'}  ${rssi}  ${instant(atMs) ?? '-'}  x${count}`)
  }
  for (const { kind, detail, atMs } of events)
    print(`event    ${kind}  ${detail}  ${instant(atMs) ?? '-'}`)
  for (const { offset, code, message } of refused)
    print(`refused  at byte ${offset}: ${code}: ${message}`)
  print(`${reads.length} reads, ${events.length} events, ${refused.length} refused`)
}
