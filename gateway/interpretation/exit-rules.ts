import type { Sku } from '../../ledger-core/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { judgeBySale } from './claims.ts'
import { attach, forget, inWords, radioEvidence, remember, tally } from './commands.ts'
import type { Conclusion, Facts, Memory, Tag } from './conclusion.ts'
import type { PortalObservation } from './portal-rules.ts'
import { placed, tagKey } from './tags.ts'

type Excuse = readonly [key: string, excuse: Memory['excuse']]

/**
 * A tag at the way out. A sale of its serial, or of its GTIN a short while ago, excuses it: the
 * exit then only names the serial. Otherwise it waits for a late till line before anybody is
 * asked. A tag that comes back in restocks nothing; only a return record does.
 */
export function interpretExitPass(
  facts: Facts,
  portal: PortalConfig,
  observation: Exclude<PortalObservation, { kind: 'tag-static' }>,
  tag: Tag,
  sku: Sku,
): Conclusion[] {
  if (observation.kind !== 'tag-passed' || observation.direction === 'in') return []
  const last = facts.recall('tag', tagKey(tag))
  // Told late: what has happened since is known already.
  if (last && observation.atMs < last.sinceMs) return []
  if (last?.location === 'customer') return []
  const { atMs, evidence: reads, openedAtMs } = observation
  const summary = `${sku.name} (${tag.serial}) left through ${portal.id}: ${reads.reads} reads`
  const evidence = radioEvidence('portal-pass', summary, atMs, tag.epc, reads)
  const excuse = excuseFor(facts, tag, atMs)
  if (excuse) {
    const [key, { left, saleKey }] = excuse
    const rest =
      left > 1 ? remember('excuse', key, { ...excuse[1], left: left - 1 }) : forget('excuse', key)
    return [
      attach(saleKey, evidence),
      rest,
      placed(tag, sku, 'customer', atMs),
      tally(reads.device, 'exit', 'confirmed', atMs),
      ...judgeBySale(facts, sku.sku, tag.serial, { reason: `sold on ${inWords(saleKey)}`, atMs }),
    ]
  }
  // Too weak to accuse anybody of anything.
  if (observation.confidence < facts.policy.passConfidenceMin) return []
  const key = `${tag.gtin14}/${tag.epc}/${openedAtMs}`
  const { gtin14, epc, serial } = tag
  return [
    remember('exit', key, {
      portal: portal.id,
      epc,
      serial,
      sku: sku.sku,
      gtin14,
      atMs,
      evidence,
      reviewKey: null,
      isWrittenOff: false,
    }),
  ]
}

function excuseFor(facts: Facts, tag: Tag, atMs: number): Excuse | null {
  const all = facts.recallAll('excuse', `${tag.gtin14}/`)
  const named = all.find(([, { serial }]) => serial === tag.serial)
  if (named) return named
  const unnamed = all.filter(
    ([, { serial, soldAtMs }]) =>
      serial === '' && Math.abs(atMs - soldAtMs) <= facts.policy.saleExcusesExitMs,
  )
  // The oldest sale first: who paid first leaves first.
  return unnamed.sort(([, a], [, b]) => a.soldAtMs - b.soldAtMs)[0] ?? null
}
