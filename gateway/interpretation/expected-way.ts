import type { PortalConfig } from '../config/schema.ts'
import type { Facts, Tag } from './conclusion.ts'
import type { PortalObservation } from './portal-rules.ts'
import { tagKey, tagOf } from './tags.ts'

/**
 * Which way a pass must have gone, where something else than the antennas knows it: what is
 * announced and not seen yet comes in, what is sold goes out, and what stands on one side of a door
 * can only leave it. Null: nobody knows.
 */
export function expectedWay(
  facts: Facts,
  portal: PortalConfig,
  { epc, atMs }: PortalObservation,
): 'in' | 'out' | null {
  const tag = tagOf(epc)
  if (tag === null) return null
  const known = facts.recall('tag', tagKey(tag))
  switch (portal.role) {
    case 'receiving':
      return known === undefined && isAwaited(facts, epc) ? 'in' : null
    case 'exit':
      return known?.location !== 'customer' && isSold(facts, tag, atMs) ? 'out' : null
    case 'internal':
      return known === undefined || atMs < known.sinceMs ? null : leaving(portal, known.location)
  }
}

function leaving({ outside, inside }: PortalConfig, location: string): 'in' | 'out' | null {
  if (location === outside) return 'in'
  return location === inside ? 'out' : null
}

function isAwaited(facts: Facts, epc: string): boolean {
  const announced = facts.recall('announced', epc)
  const delivery = announced && facts.recall('delivery', announced.delivery)
  const line = delivery?.lines.find(({ orderLine }) => orderLine === announced?.orderLine)
  return delivery?.state !== 'received' && line?.seen.includes(epc) === false
}

function isSold(facts: Facts, { gtin14, serial }: Tag, atMs: number): boolean {
  return facts
    .recallAll('excuse', `${gtin14}/`)
    .some(
      ([, sold]) =>
        sold.serial === serial ||
        (sold.serial === '' && Math.abs(atMs - sold.soldAtMs) <= facts.policy.saleExcusesExitMs),
    )
}
