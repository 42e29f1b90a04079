import type { Evidence, Sku } from '../../ledger-core/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { judgeBySale } from './claims.ts'
import { attach, forget, inWords, radioEvidence, remember, tally } from './commands.ts'
import type { Conclusion, Facts, Memory, Tag } from './conclusion.ts'
import { cameBack } from './exit-waits.ts'
import type { PortalObservation } from './portal-rules.ts'
import { placed, tagKey } from './tags.ts'
import { soldByLeaving } from './unattended-rules.ts'

type Excuse = readonly [key: string, excuse: Memory['excuse']]
type ExitObservation = Exclude<PortalObservation, { kind: 'tag-static' }>
type Passed = Extract<PortalObservation, { kind: 'tag-passed' }>

/** A pass told of later than this is history: a reader has buffered it. A person is asked, no alarm. */
const TOLD_LATE_MS = 60_000

/**
 * A tag at the way out. A sale of its serial, or of its GTIN a short while ago, excuses it: the
 * exit then only names the serial. Otherwise it waits for a late till line before anybody is
 * asked. A tag that comes back in restocks nothing; only a return record does.
 */
export function interpretExitPass(
  facts: Facts,
  portal: PortalConfig,
  observation: ExitObservation,
  tag: Tag,
  sku: Sku,
): Conclusion[] {
  const glanced = glancedExits(facts, tag)
  const unseen = () => glanced.flatMap(([key, exit]) => cameBack(facts, key, exit))
  if (observation.kind !== 'tag-passed' || observation.direction === 'in') return unseen()
  if (isHistory(facts, tag, observation)) return unseen()
  const { atMs } = observation
  const evidence = exitEvidence(portal, observation, tag, sku)
  const excuse = excuseFor(facts, tag, atMs)
  if (excuse) return [...unseen(), ...excused(facts, excuse, { tag, sku, atMs, evidence })]
  // Too weak to accuse anybody of anything, or to sell anything by.
  if (observation.confidence < facts.policy.passConfidenceMin) return unseen()
  const known = facts.recall('tag', tagKey(tag))?.location
  const pass = { portal: portal.id, openedAtMs: observation.openedAtMs, known }
  const sold = soldByLeaving(facts, { tag, sku, atMs, evidence }, pass)
  if (sold) return [...unseen(), ...sold]
  const key = exitKey(tag, observation)
  const alarmKey = glanced.find(([, exit]) => exit.alarmKey !== undefined)?.[1].alarmKey
  return [
    ...glanced.filter(([known]) => known !== key).map(([known]) => forget('exit', known)),
    remember('exit', key, {
      ...exitOf(portal, observation, tag, sku),
      ...(alarmKey === undefined ? {} : { alarmKey }),
      ...(facts.nowMs - atMs > TOLD_LATE_MS ? { isToldLate: true } : {}),
    }),
  ]
}

/**
 * Its pass has not ended, but it is on its way out: whoever is to stop somebody has to know now.
 * The end of the pass confirms it or takes it back.
 */
export function interpretLeaving(
  facts: Facts,
  portal: PortalConfig,
  observation: Passed,
  tag: Tag,
): Conclusion[] {
  const sku = facts.skuByGtin(tag.gtin14)
  const { atMs, confidence, evidence } = observation
  if (sku === null || facts.authority(evidence.device, 'exit') === 'observe') return []
  // Where leaving is the sale there is nobody to alarm.
  if (facts.policy.sellsWithoutTill === 'exit') return []
  if (confidence < facts.policy.passConfidenceMin || facts.nowMs - atMs > TOLD_LATE_MS) return []
  if (isHistory(facts, tag, observation) || excuseFor(facts, tag, atMs)) return []
  const key = exitKey(tag, observation)
  const known = facts.recall('exit', key)
  // The same pass has ended before: late reads of it tell nothing new.
  if (known && known.glancedAtMs === undefined) return []
  const exit = { ...known, ...exitOf(portal, observation, tag, sku), glancedAtMs: facts.nowMs }
  return [remember('exit', key, exit)]
}

const exitKey = ({ gtin14, epc }: Tag, { openedAtMs }: Passed) => `${gtin14}/${epc}/${openedAtMs}`

/** Left before its pass had ended. */
function glancedExits(facts: Facts, { gtin14, epc }: Tag) {
  const own = facts.recallAll('exit', `${gtin14}/${epc}/`)
  return own.filter(([, { glancedAtMs }]) => glancedAtMs !== undefined)
}

/** Told late, what has happened since is known already; a sold tag is the customer's business. */
function isHistory(facts: Facts, tag: Tag, { atMs }: Passed): boolean {
  const last = facts.recall('tag', tagKey(tag))
  return last !== undefined && (atMs < last.sinceMs || last.location === 'customer')
}

function exitEvidence({ id }: PortalConfig, { evidence, atMs }: Passed, tag: Tag, sku: Sku) {
  const summary = `${sku.name} (${tag.serial}) left through ${id}: ${evidence.reads} reads`
  return radioEvidence('portal-pass', summary, atMs, tag.epc, evidence)
}

function exitOf(portal: PortalConfig, observation: Passed, tag: Tag, sku: Sku): Memory['exit'] {
  const { gtin14, epc, serial } = tag
  return {
    portal: portal.id,
    epc,
    serial,
    sku: sku.sku,
    gtin14,
    atMs: observation.atMs,
    evidence: exitEvidence(portal, observation, tag, sku),
    reviewKey: null,
    isWrittenOff: false,
  }
}

interface Left {
  readonly tag: Tag
  readonly sku: Sku
  readonly atMs: number
  readonly evidence: Evidence
}

function excused(facts: Facts, [key, excuse]: Excuse, left: Left): Conclusion[] {
  const { tag, sku, atMs, evidence } = left
  const { saleKey } = excuse
  const rest =
    excuse.left > 1
      ? remember('excuse', key, { ...excuse, left: excuse.left - 1 })
      : forget('excuse', key)
  return [
    attach(saleKey, evidence),
    rest,
    placed(tag, sku, 'customer', atMs),
    tally(evidence.from, 'exit', 'confirmed', atMs),
    ...judgeBySale(facts, sku.sku, tag.serial, { reason: `sold on ${inWords(saleKey)}`, atMs }),
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
