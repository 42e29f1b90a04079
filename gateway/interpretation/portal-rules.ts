import type { Evidence, Sku } from '../../ledger-core/index.ts'
import type { TagObservation } from '../../sensors/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { byAuthority } from './claims.ts'
import { ask, type Move, moveCommand, oneUnit, radioEvidence, settle } from './commands.ts'

import type { Conclusion, Facts, PassedDoor, Tag } from './conclusion.ts'
import { seenApart } from './containers.ts'
import { interpretContainerPass, interpretDockPass } from './dock-rules.ts'

import { interpretExitPass } from './exit-rules.ts'
import { agreeingPass, contraryPass, isAskedAbout } from './reversed-door.ts'
import { stranger } from './strangers.ts'
import { isOurs, tagKey } from './tags.ts'

export type PortalObservation = Exclude<TagObservation, { location: string }>

/** What a tag at a portal means depends on what the portal is for. */
export function interpretPass(
  facts: Facts,
  portal: PortalConfig,
  observation: PortalObservation,
  tag: Tag | null,
): Conclusion[] {
  // A tag that lingers is a rack beside the door.
  if (observation.kind === 'tag-static') return []
  const isDock = portal.role === 'receiving'
  // What is no item is nobody's stock; at a dock it may be a pallet's own number.
  if (tag === null) return isDock ? interpretContainerPass(facts, portal, observation) : []
  const sku = facts.skuByGtin(tag.gtin14)
  // A case says nothing that the tags of its items do not say, but that it came in.
  if (sku === null && facts.recall('pack', tag.gtin14))
    return isDock ? interpretContainerPass(facts, portal, observation) : []
  // What strangers carry past the way out is their own matter.
  if (sku === null)
    return portal.role === 'exit' ? [] : stranger(facts, tag, portal.id, observation)
  switch (portal.role) {
    case 'receiving':
      return interpretDockPass(facts, portal, observation, tag, sku)
    case 'internal':
      return [...seenApart(facts, tag), ...interpretDoorPass(facts, portal, observation, tag, sku)]
    case 'exit':
      return [...seenApart(facts, tag), ...interpretExitPass(facts, portal, observation, tag, sku)]
  }
}

type DoorObservation = Exclude<PortalObservation, { kind: 'tag-static' }>

/** Between back room and sales floor: one unit changes its place. */
function interpretDoorPass(
  facts: Facts,
  portal: PortalConfig,
  observation: DoorObservation,
  tag: Tag,
  sku: Sku,
): Conclusion[] {
  const last = facts.recall('tag', tagKey(tag))
  if (last && observation.atMs < last.sinceMs) return []
  const known = last?.location
  // A sold tag that walks about is the customer's business.
  if (known === 'customer') return []
  const isPassed = observation.kind === 'tag-passed'
  const isOut = isPassed && observation.direction === 'out'
  const [from, to] = isOut ? [portal.inside, portal.outside] : [portal.outside, portal.inside]
  const isClear = isPassed && observation.confidence >= facts.policy.passConfidenceMin
  if (known === to) return isClear ? contrary(facts, portal, { tag, observation, known }) : []
  const passing: Passing = { facts, portal, observation, tag, sku, from, to, known }
  if (!isClear) return unclear(passing)
  if (isAskedAbout(facts, portal, tag)) return mixedUp(passing)
  return [...(known === from ? agreeingPass(facts, portal) : []), ...passed(passing)]
}

/** Where too many tags in a row contradict the books, a person is asked about each. */
function contrary(facts: Facts, portal: PortalConfig, pass: PassedDoor): Conclusion[] {
  const { conclusions, doubted } = contraryPass(facts, portal, pass)
  const questions = doubted.flatMap(({ tag, observation, known }) => {
    const sku = facts.skuByGtin(tag.gtin14)
    const to = known === portal.outside ? portal.inside : portal.outside
    return sku ? mixedUp({ facts, portal, observation, tag, sku, from: known, to, known }) : []
  })
  return [...conclusions, ...questions]
}

/** Either the door's cables are mixed up, or an earlier pass was missed. */
function mixedUp(passing: Passing): Conclusion[] {
  const { facts, portal, observation, tag, sku, from, to } = passing
  if (facts.authority(observation.evidence.device, 'replenish') === 'observe') return []
  const question = `${portal.id} sends tag after tag to where it is already: its antennas seem to be mixed up. Did ${sku.name} (${tag.serial}) go from ${from} to ${to}?`
  const key = unclearKey(facts, portal.id, tag.epc, observation.atMs)
  return [ask({ key, kind: 'direction-unclear', question, ...asked(passing, movement(passing)) })]
}

interface Passing {
  readonly facts: Facts
  readonly portal: PortalConfig
  readonly observation: DoorObservation
  readonly tag: Tag
  readonly sku: Sku
  readonly from: string
  readonly to: string
  /** Where our last movement put this tag. */
  readonly known: string | undefined
}

function passed(passing: Passing): Conclusion[] {
  const { facts, portal, observation, tag, sku, from, to } = passing
  const { atMs } = observation
  const { device } = observation.evidence
  const command = movement(passing)
  if (command === null) {
    if (facts.authority(device, 'replenish') === 'observe') return []
    const question = `${sku.name} (${tag.serial}) came through ${portal.id} to ${to}, but the books hold none in ${from}. Where did it come from?`
    const key = `tag-without-stock/${portal.id}/${tag.epc}`
    return [ask({ key, kind: 'tag-without-stock', question, ...asked(passing, null) })]
  }
  return [
    ...byAuthority(facts, {
      device,
      movement: 'replenish',
      tag,
      command,
      evidence: evidenceOf(passing),
    }),
    settle(unclearKey(facts, portal.id, tag.epc, atMs), 'a clear pass followed', atMs),
  ]
}

/** Worth a question only where it may have gone through: it was on the outer side before. */
function unclear(passing: Passing): Conclusion[] {
  const { facts, portal, observation, tag, sku, from, to, known } = passing
  if (!facts.policy.unclearPassesToReview || known !== from) return []
  if (facts.authority(observation.evidence.device, 'replenish') === 'observe') return []
  const question = `${sku.name} (${tag.serial}) was seen at ${portal.id}, but not which way it went. Is it in ${to} now?`
  const key = unclearKey(facts, portal.id, tag.epc, observation.atMs)
  const proposal = movement(passing)
  return [ask({ key, kind: 'direction-unclear', question, ...asked(passing, proposal) })]
}

function asked(passing: Passing, proposal: Move | null) {
  const { observation, tag, sku, from } = passing
  const evidence = [evidenceOf(passing)]
  return { atMs: observation.atMs, sku: sku.sku, location: from, epc: tag.epc, evidence, proposal }
}

/** One unit from where it was, if the books hold any there; null when they do not. */
function movement(passing: Passing): Move | null {
  const { facts, portal, observation, tag, sku, from, to, known } = passing
  // Where this very tag was booked last, as long as the books hold any there.
  const isKnown = known !== undefined && isOurs(known) && facts.isLocation(known)
  const holds = (place: string) => facts.quantityAt(sku.sku, place) > 0n
  const source = isKnown && (known === from || holds(known)) ? known : holds(from) ? from : null
  if (source === null) return null
  const { openedAtMs, atMs, evidence } = observation
  const origin = {
    sourceKey: `pass:${portal.id}/${tag.epc}/${openedAtMs}`,
    input: { portal: portal.id, epc: tag.epc, openedAtMs },
    atMs,
    atSource: 'device',
    actor: evidence.device,
    evidence: [evidenceOf(passing)],
  } as const
  const quantity = oneUnit(sku.quantityScale)
  const part = { sku: sku.sku, quantity, from: source, to, epcs: [tag.epc] }
  return moveCommand(facts, origin, part, `seen passing ${portal.id}`)
}

function evidenceOf({ portal, observation, tag, sku, to }: Passing): Evidence {
  const { reads, antennas } = observation.evidence
  const summary = `${sku.name} (${tag.serial}) through ${portal.id} to ${to}: ${reads} reads, antennas ${antennas.join(', ')}`
  return radioEvidence('portal-pass', summary, observation.atMs, tag.epc, observation.evidence)
}

/** One question a day and door, however often the tag dithers there. */
export function unclearKey(facts: Facts, portal: string, epc: string, atMs: number): string {
  return `direction-unclear/${portal}/${epc}/${facts.businessDateOf(atMs)}`
}
