import type { Sku } from '../../ledger-core/index.ts'
import type { TagObservation } from '../../sensors/index.ts'
import { partOf } from './authority.ts'
import { byAuthority } from './claims.ts'
import { ask, moveCommand, oneUnit, radioEvidence, salesFloor, settle } from './commands.ts'
import type { Conclusion, Facts, Tag } from './conclusion.ts'
import { seenApart } from './containers.ts'
import { joinSighting, pickedFrom, type TagArrival } from './fusion.ts'
import { awaitPicture } from './pictured.ts'
import { unclearKey } from './portal-rules.ts'
import { stranger } from './strangers.ts'
import { placed, tagKey } from './tags.ts'
import { withMemory } from './with-memory.ts'

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
  // A case says nothing that the tags of its items do not say.
  if (sku === null && facts.recall('pack', tag.gtin14)) return []
  if (sku === null) return stranger(facts, tag, location, observation)
  const known = facts.recall('tag', tagKey(tag))
  if (known?.location === location || (known && atMs < known.sinceMs)) return []
  if (known?.location === 'customer') {
    const text = `${sku.name} (${tag.serial}) was sold and stands on ${location} again; only a return record restocks it`
    return [{ kind: 'alert', key: `sold-tag-back/${location}/${tag.epc}`, atMs, text }]
  }
  const { reads, device, antennas } = observation.evidence
  const part = partOf(facts, device, antennas)
  const isObserved = facts.authority(part, 'arrive') === 'observe'
  const summary = `${sku.name} (${tag.serial}) read ${reads} times on ${location}`
  const evidence = radioEvidence('tag-arrival', summary, atMs, tag.epc, observation.evidence)
  const arrival: TagArrival = {
    sku,
    epc: tag.epc,
    location,
    from: known?.location,
    atMs,
    device: part,
    evidence,
  }
  const booked = joined(facts, arrival, tag) ?? bookArrival(facts, arrival, tag)
  const apart = seenApart(facts, tag)
  if (booked === null) return isObserved ? apart : [...apart, withoutStock(arrival, tag)]
  const doors = facts.portals.filter(({ role }) => role === 'internal')
  return [
    ...apart,
    ...booked,
    ...doors.map(({ id }) =>
      settle(unclearKey(facts, id, tag.epc, atMs), `it stands on ${location}`, atMs),
    ),
  ]
}

/** A camera has booked it: the reads are evidence of its movement, and the tag is known there. */
function joined(facts: Facts, arrival: TagArrival, tag: Tag): Conclusion[] | null {
  const { sku, location, atMs } = arrival
  const told = joinSighting(facts, arrival)
  return told && [...told, placed(tag, sku, location, atMs)]
}

/** Nobody has told of it before: the books move one unit, and pictures are to show it. */
function bookArrival(facts: Facts, arrival: TagArrival, tag: Tag): Conclusion[] | null {
  const { sku, epc, location, atMs, device, evidence } = arrival
  const unit = oneUnit(sku.quantityScale)
  const picked = facts.quantityAt(sku.sku, 'basket') >= unit ? pickedFrom(facts, arrival) : null
  const from = picked ? 'basket' : sourceOf(facts, sku, location, arrival.from)
  if (from === null) return null
  const sourceKey = `arrive:${location}/${epc}/${atMs}`
  const origin = {
    sourceKey,
    input: { location, epc, atMs },
    atMs,
    atSource: 'device',
    actor: device,
    evidence: [evidence],
  } as const
  const part = { sku: sku.sku, quantity: unit, from, to: location, epcs: [epc] }
  const command = moveCommand(facts, origin, part, `seen standing on ${location}`)
  const claimed = byAuthority(facts, { device, movement: 'arrive', tag, command, evidence })
  if (facts.authority(device, 'arrive') !== 'post') return claimed
  const told = { sourceKey, atMs, evidence }
  const gone = awaitPicture(facts, from, sku.sku, -1, told)
  const come = awaitPicture(withMemory(facts, gone), location, sku.sku, 1, told)
  return [...claimed, ...(picked ?? []), ...gone, ...come]
}

function withoutStock({ sku, location, atMs, evidence }: TagArrival, tag: Tag): Conclusion {
  const question = `${sku.name} (${tag.serial}) stands on ${location}, but the books hold none that could have come there. Where is it from?`
  return ask({
    key: `tag-without-stock/${location}/${tag.epc}`,
    kind: 'tag-without-stock',
    atMs,
    question,
    sku: sku.sku,
    location,
    epc: tag.epc,
    evidence: [evidence],
  })
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
