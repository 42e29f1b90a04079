import type { Sku } from '../../ledger-core/index.ts'
import type { TagObservation } from '../../sensors/index.ts'
import { byAuthority } from './claims.ts'
import { ask, moveCommand, oneUnit, radioEvidence, salesFloor, settle } from './commands.ts'
import type { Conclusion, Facts, Tag } from './conclusion.ts'
import { unclearKey } from './portal-rules.ts'
import { tagKey, unknownTag } from './tags.ts'

type ShelfReaderObservation = Extract<TagObservation, { location: string }>

/**
 * A tag at a shelf reader's location. Arriving somewhere else than it was moves it there; going
 * unseen moves nothing: metal, water and full shelves hide tags all day.
 */
export function interpretArrival(
  facts: Facts,
  observation: ShelfReaderObservation,
  tag: Tag | null,
): Conclusion[] {
  if (observation.kind === 'tag-departed' || tag === null) return []
  const sku = facts.skuByGtin(tag.gtin14)
  const { location, atMs } = observation
  if (sku === null) return [unknownTag(tag, location, observation)]
  const known = facts.recall('tag', tagKey(tag))
  if (known?.location === location || (known && atMs < known.sinceMs)) return []
  if (known?.location === 'customer') {
    const text = `${sku.name} (${tag.serial}) was sold and stands on ${location} again; only a return record restocks it`
    return [{ kind: 'alert', key: `sold-tag-back/${location}/${tag.epc}`, atMs, text }]
  }
  const { reads, device } = observation.evidence
  const isObserved = facts.authority(device, 'arrive') === 'observe'
  const summary = `${sku.name} (${tag.serial}) read ${reads} times on ${location}`
  const evidence = radioEvidence('tag-arrival', summary, atMs, tag.epc, observation.evidence)
  const from = sourceOf(facts, sku, location, known?.location)
  if (from === null) {
    if (isObserved) return []
    const question = `${sku.name} (${tag.serial}) stands on ${location}, but the books hold none that could have come there. Where is it from?`
    const key = `tag-without-stock/${location}/${tag.epc}`
    return [
      ask({
        key,
        kind: 'tag-without-stock',
        atMs,
        question,
        sku: sku.sku,
        location,
        epc: tag.epc,
        evidence: [evidence],
      }),
    ]
  }
  const origin = {
    sourceKey: `arrive:${location}/${tag.epc}/${atMs}`,
    input: { location, epc: tag.epc, atMs },
    atMs,
    atSource: 'device',
    actor: device,
    evidence: [evidence],
  } as const
  const part = {
    sku: sku.sku,
    quantity: oneUnit(sku.quantityScale),
    from,
    to: location,
    epcs: [tag.epc],
  }
  const command = moveCommand(facts, origin, part, `seen standing on ${location}`)
  const doors = facts.portals.filter(({ role }) => role === 'internal')
  return [
    ...byAuthority(facts, { device, movement: 'arrive', tag, command, evidence }),
    ...doors.map(({ id }) =>
      settle(unclearKey(facts, id, tag.epc, atMs), `it stands on ${location}`, atMs),
    ),
  ]
}

/** Where its last movement put it, else the sales floor, else the back room; only where stock is. */
function sourceOf(
  facts: Facts,
  sku: Sku,
  location: string,
  known: string | undefined,
): string | null {
  const { floor, backroom } = salesFloor(facts)
  const places = [known, floor, backroom].filter(
    (place): place is string =>
      typeof place === 'string' && place !== location && facts.isLocation(place),
  )
  return places.find((place) => facts.quantityAt(sku.sku, place) > 0n) ?? null
}
