import { type PortalSense, stepPortalSense } from '../../sensors/index.ts'
import { expectedWay, type PortalObservation } from '../interpretation/index.ts'
import { overRecord } from './sound-record.ts'
import type { StepParts } from './step-parts.ts'

/** Kind in the state table; only this function writes records of it. */
export const SENSE = 'sense'

/**
 * A door whose passes all go the wrong way has its cables swapped: people are told, once a day.
 * Nothing is turned round by itself, for the next cable that is moved would turn it back.
 */
export function createDoorSense(
  parts: StepParts,
): (observation: PortalObservation, nowMs: number) => void {
  const { config, states } = parts
  const portals = new Map(config.portals.map((portal) => [portal.id, portal]))
  return (observation, nowMs) => {
    const portal = portals.get(observation.portal)
    if (portal === undefined || observation.kind !== 'tag-passed') return
    const facts = parts.factsAt(nowMs)
    const expected = expectedWay(facts, portal, observation)
    if (expected === null) return
    const way = { seen: observation.direction, expected }
    const record = { kind: SENSE, key: portal.id }
    const { next, isInverse } = overRecord(parts, record, nowMs, (state?: PortalSense) =>
      stepPortalSense(state, way),
    )
    states.put(SENSE, portal.id, next)
    if (!isInverse) return
    const key = `antennas-swapped/${portal.id}/${facts.businessDateOf(nowMs)}`
    const text = `of the last ${next.asExpected.length} passes through ${portal.id} whose way is known, nearly all were seen the wrong way: its outer and inner antennas are most likely swapped`
    parts.carryOut([{ kind: 'alert', key, atMs: nowMs, text }])
  }
}
