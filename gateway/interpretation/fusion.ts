import type { Evidence, Sku } from '../../ledger-core/index.ts'
import { ask, attach, forget, moveCommand, oneUnit, remember } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { type Consumed, consume } from './expectations.ts'
import { withMemory } from './with-memory.ts'

/**
 * A camera and an antenna may both tell of one event: a shirt put on a shelf that both watch. One
 * movement with two evidences is wanted, whoever speaks first. The antenna's movements wait as
 * expectations of the camera; the camera's wait here, as sightings, for the antenna. Entries are
 * taken one to one, oldest first: for units of one SKU at one place that is the best assignment,
 * since any two pairs that cross can be uncrossed without growing a distance.
 */
export type Sighting = Memory['sighting']['entries'][number]

/** Picks that nothing answers are dropped with age; a busy shelf keeps the newest. */
const SIGHTINGS_MAX = 50

export function sightingsAt(facts: Facts, location: string, sku: string): readonly Sighting[] {
  return facts.recall('sighting', `${location}/${sku}`)?.entries ?? []
}

export function sightingsOnly(
  location: string,
  sku: string,
  entries: readonly Sighting[],
): Conclusion {
  const key = `${location}/${sku}`
  return entries.length === 0
    ? forget('sighting', key)
    : remember('sighting', key, { entries: entries.slice(-SIGHTINGS_MAX) })
}

/**
 * The camera has moved units of a tagged SKU. A put that undoes a pick is the same unit again, of
 * which no antenna has news; what remains waits for the tag to be read.
 */
export function sightMore(
  facts: Facts,
  location: string,
  { sku, tagged }: Sku,
  sighting: Sighting,
): Conclusion[] {
  if (!tagged) return []
  const before = sightingsAt(facts, location, sku)
  const { units, left } =
    sighting.quantity > 0 ? consume(before, -sighting.quantity) : { units: 0, left: before }
  const open = sighting.quantity - units
  if (open > 0 && !facts.isReaderLocation(location)) return [sightingsOnly(location, sku, left)]
  const entries = open === 0 ? left : [...left, { ...sighting, quantity: open }]
  return [sightingsOnly(location, sku, entries)]
}

/** Takes sightings of this sign near this time: the camera told of the same units. */
function take(
  facts: Facts,
  place: string,
  sku: string,
  quantity: number,
  atMs: number,
): Consumed<Sighting> {
  const all = sightingsAt(facts, place, sku)
  const isClose = (one: Sighting) => Math.abs(one.atMs - atMs) <= facts.policy.fusionWindowMs
  const { units, used, left } = consume(all.filter(isClose), quantity)
  return { units, used, left: [...all.filter((one) => !isClose(one)), ...left] }
}

export interface TagArrival {
  readonly sku: Sku
  readonly epc: string
  readonly location: string
  /** Where this tag was last put; undefined when nobody knows. */
  readonly from: string | undefined
  readonly atMs: number
  readonly device: string
  readonly evidence: Evidence
}

/**
 * The camera has booked this arrival already: the reads become evidence of its movement. Null when
 * it has not. The camera takes from a basket, the tag knows better: when they disagree about where
 * the unit came from, a person sees both.
 */
export function joinSighting(facts: Facts, arrival: TagArrival): Conclusion[] | null {
  const { sku, location, from, atMs, evidence } = arrival
  const { used, left } = take(facts, location, sku.sku, 1, atMs)
  const [sighting] = used
  if (sighting === undefined) return null
  const joined = [attach(sighting.sourceKey, evidence), sightingsOnly(location, sku.sku, left)]
  if (from === undefined || from === sighting.other) return joined
  const picked = pickedFrom(withMemory(facts, joined), arrival)
  return picked
    ? [...joined, ...picked]
    : [...joined, disagreeAboutSource(facts, arrival, sighting)]
}

/** The camera over the place a tag comes from has booked it into a basket on the way. */
export function pickedFrom(facts: Facts, { sku, from, atMs }: TagArrival): Conclusion[] | null {
  if (from === undefined) return null
  const { units, left } = take(facts, from, sku.sku, -1, atMs)
  return units === 0 ? null : [sightingsOnly(from, sku.sku, left)]
}

function disagreeAboutSource(facts: Facts, arrival: TagArrival, sighting: Sighting): Conclusion {
  const { sku, epc, location, atMs, evidence, device } = arrival
  const from = arrival.from ?? ''
  const { other } = sighting
  const origin = {
    sourceKey: `fusion:${sighting.sourceKey}/${epc}`,
    input: { sighting: sighting.sourceKey, epc, from, other },
    atMs,
    atSource: 'device',
    actor: device,
    evidence: [sighting.evidence, evidence],
  } as const
  const quantity = oneUnit(sku.quantityScale)
  const part = { sku: sku.sku, quantity, from, to: other, epcs: [] }
  const isHeld = facts.isLocation(from) && facts.quantityAt(sku.sku, from) >= quantity
  return ask({
    key: `sensors-disagree/${sighting.sourceKey}/${epc}`,
    kind: 'sensors-disagree',
    atMs,
    question: `${sku.name} came to ${location}: the picture says out of ${other}, its tag was last in ${from}. Did it come from ${from}?`,
    sku: sku.sku,
    location,
    evidence: [sighting.evidence, evidence],
    proposal: isHeld ? moveCommand(facts, origin, part, `its tag was last in ${from}`) : null,
  })
}

/** What the camera saw come, and no antenna has read; picks need no answer and are forgotten. */
export function unreadSightings(
  facts: Facts,
  place: string,
  { entries }: Memory['sighting'],
  nowMs: number,
): Conclusion[] {
  const isLate = ({ atMs }: Sighting) => nowMs - atMs >= facts.policy.fusionWindowMs
  const late = entries.filter(isLate)
  if (late.length === 0) return []
  const slash = place.lastIndexOf('/')
  const [location, sku] = [place.slice(0, slash), place.slice(slash + 1)]
  const name = facts.sku(sku)?.name ?? sku
  return [
    ...late.filter(({ quantity }) => quantity > 0).map((one) => unread(one, location, sku, name)),
    sightingsOnly(
      location,
      sku,
      entries.filter((one) => !isLate(one)),
    ),
  ]
}

function unread(one: Sighting, location: string, sku: string, name: string): Conclusion {
  const { sourceKey, quantity, atMs, evidence } = one
  return ask({
    key: `sensors-disagree/${sourceKey}`,
    kind: 'sensors-disagree',
    atMs,
    question: `The picture of ${location} shows ${quantity} of ${name} more, but its reader has read no tag of them. Are they there?`,
    sku,
    location,
    evidence: [evidence],
  })
}
