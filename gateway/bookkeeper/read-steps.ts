import {
  type DecodeOptions,
  type DeviceClock,
  decodeEpc,
  decodeReads,
  type PortalState,
  type PresenceState,
  type ReaderProfile,
  portalDefaults,
  portalDueAtMs,
  presenceDefaults,
  presenceDueAtMs,
  stepDeviceClock,
  stepPortal,
  stepPresence,
  type TagObservation,
  type TagRead,
  type Unreadable,
} from '../../sensors/index.ts'
import type { DeviceConfig, PortalConfig } from '../config/schema.ts'
import { interpretArrival, interpretPass, type Tag } from '../interpretation/index.ts'
import type { Work } from './protocol.ts'
import { createSchedule, type Due } from './schedule.ts'
import type { StepParts } from './step-parts.ts'

type Message = Extract<Work, { kind: 'message' }>
type ReadPoint = DeviceConfig['readPoints'][number]
type At = { readonly atMs: number; readonly nowMs: number }

export interface ReadSteps {
  /** `used` is false when nothing of the message could be read. */
  take(
    profile: ReaderProfile,
    message: Message,
  ): { readonly used: boolean; readonly refused: readonly Unreadable[] }
  tick(nowMs: number): void
}

/** Kinds in the state table; only the machine named writes records of its kind. */
const PORTAL = 'portal'
const PRESENCE = 'presence'
const CLOCK = 'clock'

/** Tag reads through clock, EPC, portal and presence machines to observations and movements. */
export function createReadSteps(parts: StepParts): ReadSteps {
  const { config, states, store } = parts
  const devices = new Map(config.devices.map((device) => [device.id, device]))
  const portals = new Map(config.portals.map((portal) => [portal.id, portal]))
  const points = pointsOf(config.devices)
  const heard = new Map<string, number>()
  const schedule = createSchedule()
  for (const kind of [PORTAL, PRESENCE])
    for (const { key, body } of store.states(kind)) due(kind, key, JSON.parse(body))

  function due(kind: string, key: string, state: PortalState | PresenceState, soonestMs = 0): void {
    const statedMs =
      kind === PORTAL
        ? portalDueAtMs(state as PortalState, portalDefaults)
        : presenceDueAtMs(state as PresenceState, presenceDefaults)
    schedule.add({ kind, key, dueMs: Math.max(statedMs, soonestMs) })
  }

  const conclude = (observations: readonly TagObservation[], nowMs: number) => {
    for (const observation of observations) {
      const tag = tagOf(observation.epc)
      const facts = parts.factsAt(nowMs)
      if ('location' in observation) parts.carryOut(interpretArrival(facts, observation, tag))
      else {
        const portal = portals.get(observation.portal)
        if (portal) parts.carryOut(interpretPass(facts, portal, observation, tag))
      }
    }
  }
  const stepPass = (portal: PortalConfig, key: string, event: Parameters<typeof stepPortal>[1], nowMs: number) => {
    const state = states.get(PORTAL, key) as PortalState | undefined
    const identity = { portal: portal.id, epc: key.slice(portal.id.length + 1) }
    const step = stepPortal(state, identity, event, portalDefaults)
    if (step.next === undefined) states.remove(PORTAL, key)
    else if (step.next !== state) {
      states.put(PORTAL, key, step.next)
      due(PORTAL, key, step.next)
    }
    conclude(step.observations, nowMs)
  }
  const stepShelf = (location: string, key: string, event: Parameters<typeof stepPresence>[2], nowMs: number) => {
    const state = states.get(PRESENCE, key) as PresenceState | undefined
    const identity = { location, epc: key.slice(location.length + 1) }
    const step = stepPresence(state, identity, event, presenceDefaults)
    if (step.next === undefined) states.remove(PRESENCE, key)
    else if (step.refreshOnly) states.refresh(PRESENCE, key, step.next)
    else {
      states.put(PRESENCE, key, step.next)
      due(PRESENCE, key, step.next)
    }
    conclude(step.observations, nowMs)
  }
  const oneRead = (read: TagRead, point: ReadPoint, { atMs, nowMs }: At) => {
    const { device, antenna, rssiCdbm, count } = read
    if ('location' in point) {
      const event = { kind: 'read', atMs, device, antenna, rssiCdbm, count } as const
      return stepShelf(point.location, `${point.location}/${read.epc}`, event, nowMs)
    }
    const portal = portals.get(point.portal)
    if (!portal) return
    const event = { kind: 'read', atMs, side: point.side, device, antenna, rssiCdbm, count } as const
    stepPass(portal, `${portal.id}/${read.epc}`, event, nowMs)
  }
  const timeOf = (read: TagRead, receivedAtMs: number): number => {
    if (read.atMs === null) return receivedAtMs
    const state = states.get(CLOCK, read.device) as DeviceClock | undefined
    const step = stepDeviceClock(state, { deviceAtMs: read.atMs, receivedAtMs })
    if (step.isMaterial) states.put(CLOCK, read.device, step.next)
    else states.refresh(CLOCK, read.device, step.next)
    return step.correctedAtMs
  }
  /** A reader is blind from our start until it has spoken for as long as one inventory takes. */
  const blindUntil = (location: string, nowMs: number): number | null => {
    const watching = config.devices.filter(({ readPoints }) =>
      readPoints.some((point) => 'location' in point && point.location === location),
    )
    const since = watching.map(({ id }) => heard.get(id)).filter((at) => at !== undefined)
    return since.length === 0 ? nowMs : Math.min(...since) + FIRST_INVENTORY_MS
  }

  return {
    take(profile, message) {
      const { device, payload, atMs: nowMs } = message
      if (!heard.has(device)) heard.set(device, nowMs)
      const decoded = decodeReads(profile, device, payload, optionsOf(devices.get(device)))
      for (const read of decoded.reads) {
        const atMs = timeOf(read, nowMs)
        const point = points.get(`${device}/${read.antenna}`)
        // Foreign and look-alike EPCs are nobody's stock, and a passer-by's private matter.
        if (point && tagOf(read.epc)) oneRead(read, point, { atMs, nowMs })
      }
      const used = decoded.reads.length + decoded.events.length > 0 || !devices.has(device)
      return { used: used || decoded.refused.length === 0, refused: decoded.refused }
    },
    tick(nowMs) {
      const taken: Due[] = []
      for (let next = schedule.take(nowMs); next; next = schedule.take(nowMs)) taken.push(next)
      for (const { kind, key } of taken) {
        if (states.get(kind, key) === undefined) continue
        const place = key.slice(0, key.lastIndexOf('/'))
        const portal = portals.get(place)
        if (kind === PORTAL && portal) stepPass(portal, key, { kind: 'tick', atMs: nowMs }, nowMs)
        if (kind === PRESENCE) {
          const blindUntilMs = blindUntil(place, nowMs)
          stepShelf(place, key, { kind: 'tick', atMs: nowMs, blindUntilMs }, nowMs)
        }
        const state = states.get(kind, key) as PortalState | PresenceState | undefined
        if (state !== undefined) due(kind, key, state, nowMs + LOOK_AGAIN_MS)
      }
    },
  }
}

/** A record that is due but waits on (a blind reader) is looked at again this much later. */
const LOOK_AGAIN_MS = 1_000
/** One inventory of a full shelf, with room for a second round. */
const FIRST_INVENTORY_MS = 60_000

function pointsOf(devices: readonly DeviceConfig[]): Map<string, ReadPoint> {
  return new Map(
    devices.flatMap(({ id, readPoints }) =>
      readPoints.map((point) => [`${id}/${point.antenna}`, point] as const),
    ),
  )
}

function optionsOf(device: DeviceConfig | undefined): DecodeOptions {
  return {
    ...(device?.mapping ? { mapping: device.mapping } : {}),
    ...(device?.measureRules ? { measureRules: device.measureRules } : {}),
  }
}

/** GTIN and serial of a tag that is an item; null for everything else that answers a reader. */
function tagOf(epc: string): Tag | null {
  const decoded = decodeEpc(epc)
  if (!decoded.ok || decoded.kind !== 'item') return null
  return { epc, gtin14: decoded.gtin14, serial: decoded.serial }
}
