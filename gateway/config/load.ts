import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { bytesOfHex, isSerialFrame, isSerialProfile } from '../../sensors/index.ts'
import { issueFaults } from '../schema-faults.ts'
import type { SerialConfig } from './dialled.ts'
import { type Config, configSchema, type DeviceConfig } from './schema.ts'

/** One thing wrong with a configuration, said so that a shopkeeper's IT person can mend it. */
export interface ConfigFault {
  readonly file: string
  /** `devices.2.profile`, or empty for the whole file. */
  readonly path: string
  readonly line: number | null
  /** Expected and got, one sentence. */
  readonly message: string
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] }

/** Reads and checks a YAML configuration; relative paths inside are resolved beside the file. */
export function loadConfig(file: string): LoadedConfig {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    return fault(file, '', null, `expected a readable file, got ${reason(cause)}`)
  }
  const loaded = parseConfig(text, file)
  return loaded.ok ? { ok: true, config: resolvePaths(loaded.config, dirname(file)) } : loaded
}

/** The same from text; `file` only names the source in faults. */
export function parseConfig(text: string, file: string): LoadedConfig {
  return parseYaml(text, file, configSchema, checkReferences)
}

/** YAML text against any strict schema, with every fault placed on its line. */
export function parseYaml<T>(
  text: string,
  file: string,
  schema: z.ZodType<T>,
  check: (value: T) => readonly { path: PropertyKey[]; message: string }[] = () => [],
): { ok: true; config: T } | { ok: false; faults: readonly ConfigFault[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const broken = document.errors[0]
  if (broken)
    return fault(
      file,
      '',
      lines.linePos(broken.pos[0]).line,
      `expected YAML: ${broken.message.split('\n')[0]}`,
    )
  const value: unknown = document.toJS()
  const parsed = schema.safeParse(value ?? {})
  const lineOf = (path: readonly PropertyKey[]) => {
    const offset = offsetOf(document, path)
    return offset === null ? null : lines.linePos(offset).line
  }
  const issues = parsed.success
    ? check(parsed.data)
    : parsed.error.issues.flatMap((issue) => describe(issue, value, schema))
  if (parsed.success && issues.length === 0) return { ok: true, config: parsed.data }
  return {
    ok: false,
    faults: issues.map(({ path, message }) => ({
      file,
      path: path.map(String).join('.'),
      line: lineOf(path),
      message,
    })),
  }
}

export function formatFault(fault: ConfigFault): string {
  const place = fault.line === null ? fault.file : `${fault.file}:${fault.line}`
  return `${place}: ${fault.path === '' ? '' : `${fault.path}: `}${fault.message}`
}

function describe(
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const cure = near ? `; did you mean "${near}"?` : ''
      return { path: [...issue.path, key], message: `unknown key "${key}"${cure}` }
    })
  }
  return issueFaults(issue, value).map(({ path, expected, got }) => ({
    path: [...path],
    message: `expected ${expected}, got ${got}`,
  }))
}

/** References between parts: every one must name something that exists. */
function checkReferences(config: Config): { path: PropertyKey[]; message: string }[] {
  const faults: { path: PropertyKey[]; message: string }[] = []
  const portals = new Set(config.portals.map(({ id }) => id))
  const devices = new Map(config.devices.map((device) => [device.id, device]))
  if (devices.size !== config.devices.length)
    faults.push({ path: ['devices'], message: 'expected every device id once, got one twice' })
  config.devices.forEach((device, d) => {
    faults.push(
      ...checkReach(device).map(({ key, message }) => ({ path: ['devices', d, key], message })),
    )
    device.readPoints.forEach((point, p) => {
      if ('portal' in point && !portals.has(point.portal))
        faults.push({
          path: ['devices', d, 'readPoints', p, 'portal'],
          message: `expected one of ${[...portals].join(', ') || 'no portal (none configured)'}, got "${point.portal}"`,
        })
    })
  })
  faults.push(...checkPorts(config.devices), ...checkScanners(config))
  config.cameras.forEach((camera, c) => {
    if (devices.get(camera.id)?.profile !== 'camera')
      faults.push({
        path: ['cameras', c, 'id'],
        message: `expected the id of a device with profile camera, got "${camera.id}"`,
      })
  })
  return faults
}

/** Scans at a door that only lets through mean nothing; locations live with the masters. */
function checkScanners({ devices, portals }: Config): { path: PropertyKey[]; message: string }[] {
  return devices.flatMap(({ scansAt }, d) => {
    const portal = portals.find(({ id }) => id === scansAt)
    if (portal === undefined || portal.role === 'receiving') return []
    const message = `expected a receiving portal or a location, got the portal "${portal.id}" of role ${portal.role}`
    return [{ path: ['devices', d, 'scansAt'], message }]
  })
}

/** Every device must be heard somewhere, and what a profile needs must be there. */
function checkReach(device: DeviceConfig): { key: keyof DeviceConfig; message: string }[] {
  const { topics, llrp, serial, profile, mapping } = device
  const faults: { key: keyof DeviceConfig; message: string }[] = []
  if (topics.length === 0 && !llrp && !serial)
    faults.push({ key: 'topics', message: 'expected at least one topic, got none' })
  if (llrp && profile !== 'llrp')
    faults.push({ key: 'llrp', message: `expected profile llrp beside it, got "${profile}"` })
  if (serial) faults.push(...checkSerial(serial, profile))
  if (profile === 'mapping' && !mapping)
    faults.push({ key: 'mapping', message: 'expected a mapping for profile mapping, got none' })
  return faults
}

/** A command that the module would not even hear is found before the first opening. */
function checkSerial(
  { setUp, poll }: SerialConfig,
  profile: DeviceConfig['profile'],
): { key: 'serial'; message: string }[] {
  if (!isSerialProfile(profile))
    return [{ key: 'serial', message: `expected a profile of a serial reader, got "${profile}"` }]
  const commands = poll === undefined ? setUp : [...setUp, poll]
  return commands
    .filter((command) => !isSerialFrame(profile, bytesOfHex(command) ?? new Uint8Array(0)))
    .map((command) => ({
      key: 'serial',
      message: `expected one whole frame of ${profile} with its check, got "${command.slice(0, 80)}"`,
    }))
}

/** Two devices on one port would each get half of its bytes. */
function checkPorts(devices: readonly DeviceConfig[]): { path: PropertyKey[]; message: string }[] {
  const ports = new Set<string>()
  return devices.flatMap(({ serial }, d) => {
    if (!serial) return []
    const { port } = serial
    if (!ports.has(port)) {
      ports.add(port)
      return []
    }
    const path = ['devices', d, 'serial', 'port']
    return [{ path, message: `expected a port of its own, got "${port}" again` }]
  })
}

function resolvePaths(config: Config, folder: string): Config {
  return {
    ...config,
    dataFolder: resolve(folder, config.dataFolder),
    ...(config.modelFolder === undefined
      ? {}
      : { modelFolder: resolve(folder, config.modelFolder) }),
    destinations: config.destinations.map((destination) => ({
      ...destination,
      secretFile: resolve(folder, destination.secretFile),
      ...(destination.caFile === undefined ? {} : { caFile: resolve(folder, destination.caFile) }),
    })),
  }
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  for (const key of path) {
    if (at === null || typeof at !== 'object') return []
    at =
      typeof key === 'number'
        ? Reflect.get(at, 'items')
        : Reflect.get(Reflect.get(at, 'properties') ?? {}, key)
  }
  const properties = at === null || typeof at !== 'object' ? {} : Reflect.get(at, 'properties')
  return Object.keys(properties ?? {})
}

/** The known word that was probably meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({
      candidate,
      distance: editDistance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance)[0]
  return ranked && ranked.distance <= Math.max(2, Math.floor(word.length / 3))
    ? ranked.candidate
    : undefined
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** Where the deepest part of this path that the file really has begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    const range: unknown = node && typeof node === 'object' ? Reflect.get(node, 'range') : undefined
    if (Array.isArray(range) && typeof range[0] === 'number') return range[0]
  }
  return null
}

const fault = (file: string, path: string, line: number | null, message: string) => ({
  ok: false as const,
  faults: [{ file, path, line, message }],
})
const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
