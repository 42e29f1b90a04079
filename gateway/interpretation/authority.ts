import type { Level } from '../config/authority.ts'
import type { Config, DeviceConfig } from '../config/schema.ts'
import { forget, refuse, remember } from './commands.ts'
import type { Agreement, Conclusion, Facts, MovementKind } from './conclusion.ts'

/**
 * Phased trust. Every sensor has a level for each kind of movement it can tell of: `observe`
 * records, `propose` asks a person, `post` books. Tills and papers are the word of somebody and
 * always post. What a sensor would have booked is compared with tills, papers, counts and people
 * afterwards; that evidence advises, and only a person promotes or demotes.
 */

/** What a device can tell of, as it is wired up. */
export function movementsOf(
  { profile, readPoints, scansAt }: Pick<DeviceConfig, 'profile' | 'readPoints' | 'scansAt'>,
  portals: Config['portals'],
): MovementKind[] {
  if (profile === 'camera') return ['pick', 'put']
  const roles = new Map(portals.map(({ id, role }) => [id, MOVEMENT_OF[role]]))
  const told = readPoints.map((point) => ('portal' in point ? roles.get(point.portal) : 'arrive'))
  const isDock = portals.some(
    ({ id, role, inside }) => role === 'receiving' && (id === scansAt || inside === scansAt),
  )
  const scanned = isDock ? (['receive'] as const) : []
  return [...new Set([...told, ...scanned])].filter((movement) => movement !== undefined)
}

const MOVEMENT_OF = { receiving: 'receive', internal: 'replenish', exit: 'exit' } as const

type Wired = Pick<DeviceConfig, 'id' | 'profile' | 'readPoints'>

/** What is trusted by itself: a device, or an antenna that is a read point of its own. */
export interface Trusted {
  /** `shelf-reader`, or `shelf-reader/3` for one of its antennas. */
  readonly part: string
  readonly movements: readonly MovementKind[]
}

/**
 * One reader may watch a shelf with each of its antennas, and one of them hang badly: each of
 * these earns its own trust. Antennas of one door tell of a pass together.
 */
export function trustedParts(device: Wired, portals: Config['portals']): Trusted[] {
  const movements = movementsOf(device, portals)
  const shelves = device.readPoints.filter((point) => 'location' in point)
  const places = new Set(shelves.map(({ location }) => location))
  if (places.size < 2) return movements.length === 0 ? [] : [{ part: device.id, movements }]
  const others = movements.filter((movement) => movement !== 'arrive')
  const antennas = [...new Set(shelves.map(({ antenna }) => antenna))].sort((a, b) => a - b)
  return [
    ...(others.length === 0 ? [] : [{ part: device.id, movements: others }]),
    ...antennas.map((antenna) => ({
      part: `${device.id}/${antenna}`,
      movements: ['arrive'] as const,
    })),
  ]
}

/** The device that a trusted part belongs to. */
export const deviceOf = (part: string) => part.split('/', 1)[0] ?? part

/** Who has to answer for an arrival: the antenna that saw it, where it watches a place alone. */
export function partOf(facts: Facts, device: string, antennas: readonly number[]): string {
  const part = `${device}/${antennas[0]}`
  return antennas.length === 1 && facts.partsOf(device).includes(part) ? part : device
}

/**
 * Where a device starts; a person's grant wins over it. Behind a scanner stands somebody who means
 * what is scanned: asked about from the first day, and booked by nobody but a person.
 */
export function configuredLevel(
  device: Pick<DeviceConfig, 'authority' | 'scansAt'>,
  { authority }: Pick<Config, 'authority'>,
): Level {
  return device.authority ?? (device.scansAt === undefined ? authority.newDevices : 'propose')
}

export const grantKey = (device: string, movement: MovementKind) => `${device}/${movement}`

export const NO_AGREEMENT: Agreement = { confirmed: 0, contradicted: 0, undecided: 0, sinceMs: 0 }

export interface Advice {
  readonly level: Level
  /** One sentence: the counts and the rule. */
  readonly why: string
}

/**
 * One step up when at least `promoteSamples` claims were decided and at most `promoteWrongMax`
 * thousandths of them were contradicted; one step down from `demoteSamples` on when
 * `demoteWrongMin` thousandths were. Undecided claims say nothing either way.
 */
export function adviceOn(
  level: Level,
  { confirmed, contradicted }: Agreement,
  rule: Config['authority'],
): Advice | null {
  const decided = confirmed + contradicted
  const wrong = decided === 0 ? 0 : (contradicted * 1_000) / decided
  const counts = `${contradicted} of ${decided} decided claims were wrong`
  const percent = (thousandths: number) => `${thousandths / 10} %`
  if (level !== 'observe' && decided >= rule.demoteSamples && wrong >= rule.demoteWrongMin)
    return {
      level: level === 'post' ? 'propose' : 'observe',
      why: `${counts}: ${percent(rule.demoteWrongMin)} or more`,
    }
  if (level !== 'post' && decided >= rule.promoteSamples && wrong <= rule.promoteWrongMax)
    return {
      level: level === 'observe' ? 'propose' : 'post',
      why: `${counts}: at most ${percent(rule.promoteWrongMax)}`,
    }
  return null
}

export interface AuthorityRequest {
  readonly device: string
  readonly movement: MovementKind
  readonly level: Level
  readonly user: string
  readonly note: string
}

/** A person promotes or demotes; the counts begin anew, so that the new level earns its own. */
export function interpretAuthority(facts: Facts, request: AuthorityRequest): Conclusion[] {
  const { device, movement, level } = request
  const known = facts.movementsOf(device)
  if (!known.includes(movement))
    return [
      refuse(
        'no-such-authority',
        `expected a sensor and one of its kinds of movement (${known.join(', ') || 'none'}), got ${device} ${movement}`,
      ),
    ]
  return changed(facts, request, level)
}

/** The sensor is broken: whatever it tells of is only recorded from now on. */
export function distrust(facts: Facts, device: string, user: string, note: string): Conclusion[] {
  return [...new Set([device, ...facts.partsOf(device)])].flatMap((part) =>
    facts
      .movementsOf(part)
      .flatMap((movement) =>
        changed(facts, { device: part, movement, level: 'observe', user, note }, 'observe'),
      ),
  )
}

function changed(facts: Facts, request: AuthorityRequest, to: Level): Conclusion[] {
  const { device, movement, user: by, note } = request
  const from = facts.authority(device, movement)
  if (from === to) return []
  const key = grantKey(device, movement)
  const agreement = facts.recall('agreement', key) ?? NO_AGREEMENT
  const change = { device, movement, from, to, by, note, atMs: facts.nowMs, agreement }
  return [
    remember('grant', key, { level: to }),
    forget('agreement', key),
    { kind: 'authority-changed', change },
  ]
}
