import type { Sku } from '../../ledger-core/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { forget, remember } from './commands.ts'
import type { Conclusion, Facts, Memory, Tag } from './conclusion.ts'
import { containerIdOf, containerSeen, itemSeenAtDock } from './containers.ts'
import type { PortalObservation } from './portal-rules.ts'
import { receiveIfComplete } from './receiving.ts'
import { placed, tagKey } from './tags.ts'
import { withMemory } from './with-memory.ts'

/**
 * A tag at the dock. It only fills the receiving session: goods are received when everything
 * announced has been seen, or when a person signs for what was counted.
 */
export function interpretDockPass(
  facts: Facts,
  portal: PortalConfig,
  observation: Exclude<PortalObservation, { kind: 'tag-static' }>,
  tag: Tag,
  sku: Sku,
): Conclusion[] {
  if (observation.kind !== 'tag-passed') return []
  const announced = facts.recall('announced', tag.epc)
  const delivery = announced && facts.recall('delivery', announced.delivery)
  if (announced && delivery) {
    if (delivery.state === 'received')
      return observation.direction === 'in'
        ? arrivedLate(facts, portal, observation.atMs, tag, sku)
        : []
    const isIn = observation.direction === 'in'
    const packed = isIn ? itemSeenAtDock(facts, tag, observation.atMs) : []
    const seen = withSeen(delivery, announced.orderLine, tag.epc, isIn)
    const seenBy = observation.evidence.device
    const after = withMemory(facts, packed)
    const session = { ...seen, seenBy }
    return [...packed, ...receiveIfComplete(after, announced.delivery, session, observation.atMs)]
  }
  if (observation.direction === 'out') return [forget('early', tag.epc)]
  // Already ours: a pallet that rolls out and in again is no delivery.
  if (facts.recall('tag', tagKey(tag))) return []
  const { atMs, evidence } = observation
  const early = {
    portal: portal.id,
    device: evidence.device,
    sku: sku.sku,
    serial: tag.serial,
    atMs,
  }
  return [remember('early', tag.epc, early)]
}

/** The tag of a pallet or a case: in marks it seen, out takes the mark back. */
export function interpretContainerPass(
  facts: Facts,
  portal: PortalConfig,
  observation: PortalObservation,
): Conclusion[] {
  const id = containerIdOf(observation.epc)
  if (observation.kind !== 'tag-passed' || id === null) return []
  const { atMs, direction, evidence } = observation
  const seen = direction === 'in' ? ({ atMs, by: evidence.device, how: 'read' } as const) : null
  return containerSeen(facts, id, seen, { place: portal.id, atMs })
}

/** Seen at the dock after somebody signed for it: nothing to book, but now we know the tag. */
function arrivedLate(
  facts: Facts,
  portal: PortalConfig,
  atMs: number,
  tag: Tag,
  sku: Sku,
): Conclusion[] {
  return facts.recall('tag', tagKey(tag)) ? [] : [placed(tag, sku, portal.inside, atMs)]
}

/** In marks a tag seen, out takes the mark back: IN-OUT-IN is one receipt. */
export function withSeen(
  delivery: Memory['delivery'],
  orderLine: number,
  epc: string,
  isIn: boolean,
): Memory['delivery'] {
  const lines = delivery.lines.map((line) => {
    if (line.orderLine !== orderLine) return line
    const others = line.seen.filter((seen) => seen !== epc)
    return { ...line, seen: isIn ? [...others, epc].sort() : others }
  })
  return { ...delivery, lines }
}
