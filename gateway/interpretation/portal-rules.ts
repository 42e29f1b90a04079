import type { Sku } from '../../ledger-core/index.ts'
import type { TagObservation } from '../../sensors/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { ask, moveCommand, oneUnit, post, radioEvidence, remember, settle } from './commands.ts'
import type { Conclusion, Facts, Tag } from './conclusion.ts'
import { interpretDockPass } from './dock-rules.ts'
import { interpretExitPass } from './exit-rules.ts'

export type PortalObservation = Exclude<TagObservation, { location: string }>

/** What a tag at a portal means depends on what the portal is for. */
export function interpretPass(
  facts: Facts,
  portal: PortalConfig,
  observation: PortalObservation,
  tag: Tag | null,
): Conclusion[] {
  // A tag that lingers is a rack beside the door; one that is no item is nobody's stock.
  if (tag === null || observation.kind === 'tag-static') return []
  const sku = facts.skuByGtin(tag.gtin14)
  if (sku === null) return []
  switch (portal.role) {
    case 'receiving':
      return interpretDockPass(facts, portal, observation, tag, sku)
    case 'internal':
      return interpretDoorPass(facts, portal, observation, tag, sku)
    case 'exit':
      return interpretExitPass(facts, portal, observation, tag, sku)
  }
}

/** Between back room and sales floor: one unit changes its place. */
function interpretDoorPass(
  facts: Facts,
  portal: PortalConfig,
  observation: Exclude<PortalObservation, { kind: 'tag-static' }>,
  tag: Tag,
  sku: Sku,
): Conclusion[] {
  const known = facts.recall('tag', tag.epc)
  // A sold tag that walks about is the customer's business.
  if (known?.location === 'customer') return []
  const isClear =
    observation.kind === 'tag-passed' && observation.confidence >= facts.policy.passConfidenceMin
  const isOut = observation.kind === 'tag-passed' && observation.direction === 'out'
  const [from, to] = isOut ? [portal.inside, portal.outside] : [portal.outside, portal.inside]
  if (known?.location === to) return []
  const origin = from === known?.location || facts.quantityAt(sku.sku, from) > 0n ? from : null
  const source = origin ?? (known && facts.isLocation(known.location) ? known.location : null)
  const summary = `${sku.name} (${tag.serial}) through ${portal.id} to ${to}: ${observation.evidence.reads} reads, antennas ${observation.evidence.antennas.join(', ')}`
  const evidence = radioEvidence(
    'portal-pass',
    summary,
    observation.atMs,
    tag.epc,
    observation.evidence,
  )
  const command =
    source === null
      ? null
      : moveCommand(
          facts,
          {
            sourceKey: `pass:${portal.id}/${tag.epc}/${observation.openedAtMs}`,
            input: { portal: portal.id, epc: tag.epc, openedAtMs: observation.openedAtMs },
            atMs: observation.atMs,
            atSource: 'device',
            actor: observation.evidence.device,
            evidence: [evidence],
          },
          { sku: sku.sku, quantity: oneUnit(sku.quantityScale), from: source, to, epcs: [tag.epc] },
          `seen passing ${portal.id}`,
        )
  const common = {
    atMs: observation.atMs,
    sku: sku.sku,
    location: from,
    epc: tag.epc,
    evidence: [evidence],
    proposal: command,
  }
  if (!isClear) {
    if (!facts.policy.unclearPassesToReview || known?.location !== from) return []
    const question = `${sku.name} (${tag.serial}) was seen at ${portal.id}, but not which way it went. Is it in ${to} now?`
    const key = unclearKey(facts, portal.id, tag.epc, observation.atMs)
    return [ask({ key, kind: 'direction-unclear', question, ...common })]
  }
  if (command === null) {
    const question = `${sku.name} (${tag.serial}) came through ${portal.id} to ${to}, but the books hold none in ${from}. Where did it come from?`
    return [
      ask({
        key: `tag-without-stock/${portal.id}/${tag.epc}`,
        kind: 'tag-without-stock',
        question,
        ...common,
      }),
    ]
  }
  return [
    post(command),
    placed(tag, sku, to, observation.atMs),
    settle(
      unclearKey(facts, portal.id, tag.epc, observation.atMs),
      'a clear pass followed',
      observation.atMs,
    ),
  ]
}

export function placed(tag: Tag, sku: Sku, location: string, sinceMs: number): Conclusion {
  return remember('tag', tag.epc, { sku: sku.sku, location, sinceMs, serial: tag.serial })
}

/** One question a day and door, however often the tag dithers there. */
export function unclearKey(facts: Facts, portal: string, epc: string, atMs: number): string {
  return `direction-unclear/${portal}/${epc}/${facts.businessDateOf(atMs)}`
}
