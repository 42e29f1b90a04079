import { ask, forget, headerOf, oneUnit, remember, salesFloor, tally } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { isOurs, tagKey } from './tags.ts'

/** A question about an exit that nothing will answer any more is forgotten after a week. */
const KEPT_MS = 7 * 86_400_000
/** A pass that has neither ended nor been looked at again for this long was none. */
const GLANCE_KEPT_MS = 10_000

/**
 * A tag has left and no sale excuses it. While every till speaks, none can know of a sale that we
 * do not: it is an alarm at once. While one lags, its receipt may be on the way. After a minute
 * it is a suspicion of loss and a person is asked; nobody is accused.
 */
export function exitWaits(facts: Facts, key: string, exit: Memory['exit']): Conclusion[] {
  const { nowMs } = facts
  if (exit.reviewKey !== null) return nowMs - exit.atMs > KEPT_MS ? [forget('exit', key)] : []
  const { glancedAtMs } = exit
  if (glancedAtMs !== undefined && nowMs - glancedAtMs > GLANCE_KEPT_MS)
    return cameBack(facts, key, exit)
  const isOver = nowMs - exit.atMs >= facts.policy.exitPendingMs && glancedAtMs === undefined
  // A watched way out that is only being compared accuses nobody.
  if (facts.authority(exit.evidence.from, 'exit') === 'observe')
    return isOver
      ? [forget('exit', key), tally(exit.evidence.from, 'exit', 'undecided', nowMs)]
      : []
  return isOver ? suspected(facts, key, exit) : alarmed(facts, key, exit)
}

/** Tills whose receipts may be on the way; null: no till is there that could tell of a sale. */
function tillsWaitedFor(facts: Facts): readonly string[] | null {
  const tills = facts.tills()
  if (tills.length === 0) return null
  const { nowMs, policy } = facts
  return tills.flatMap(({ till, spokenAtMs }) =>
    spokenAtMs === null || nowMs - spokenAtMs > policy.tillSpokenMs ? [till] : [],
  )
}

function alarmed(facts: Facts, key: string, exit: Memory['exit']): Conclusion[] {
  if (exit.alarmKey !== undefined || exit.isToldLate) return []
  const waitsFor = tillsWaitedFor(facts)
  if (waitsFor?.length === 0) {
    const { waitsFor: _, ...rest } = exit
    const alarmKey = alarmKeyOf(key)
    return [alarm(facts, exit, alarmKey), remember('exit', key, { ...rest, alarmKey })]
  }
  const told = waitsFor ?? []
  if (told.join() === exit.waitsFor?.join()) return []
  return [remember('exit', key, { ...exit, waitsFor: told })]
}

const alarmKeyOf = (key: string) => `left-unpaid/${key}`

function wording(facts: Facts, { sku, serial, portal }: Memory['exit']): string {
  const name = facts.sku(sku)?.name ?? sku
  return `${name} (${serial}) left through ${portal} and no till has sold it`
}

function alarm(facts: Facts, exit: Memory['exit'], key: string): Conclusion {
  const { sku, atMs } = exit
  return { kind: 'alert', key, atMs, text: wording(facts, exit), sku }
}

/** It was on its way out and did not go: whoever was alarmed has to know. */
export function cameBack(facts: Facts, key: string, exit: Memory['exit']): Conclusion[] {
  const { sku, serial, portal, alarmKey } = exit
  if (alarmKey === undefined) return [forget('exit', key)]
  const text = `${facts.sku(sku)?.name ?? sku} (${serial}) has not left through ${portal} after all`
  return [forget('exit', key), calledOff(alarmKey, text, facts.nowMs)]
}

/** The alarm was true when it was raised; now it is over. */
export function calledOff(alarmKey: string, text: string, atMs: number): Conclusion {
  return { kind: 'alert', key: `called-off/${alarmKey}`, atMs, text }
}

function suspected(facts: Facts, key: string, exit: Memory['exit']): Conclusion[] {
  const { sku, epc, gtin14, serial, atMs, portal, evidence } = exit
  const reviewKey = alarmKeyOf(key)
  const known = facts.recall('tag', tagKey({ gtin14, serial }))?.location
  const from = heldAt(facts, sku, known)
  const header = headerOf(facts, {
    sourceKey: `unpaid:${key}`,
    input: { portal, epc, atMs },
    atMs,
    atSource: 'device',
    actor: evidence.from,
    evidence: [evidence],
  })
  const quantity = oneUnit(facts.sku(sku)?.quantityScale ?? 0)
  const part = { sku, quantity, from: from ?? '', to: 'shrinkage', epcs: [epc] }
  const reason = `left through ${portal} without a sale`
  const isNews = exit.alarmKey === undefined && !exit.isToldLate
  return [
    ask({
      key: reviewKey,
      kind: 'left-unpaid',
      atMs,
      question: `${wording(facts, exit)}. Write it off?`,
      sku,
      location: from,
      epc,
      evidence: [evidence],
      proposal: from === null ? null : { ...header, kind: 'shrink', part, reason },
    }),
    ...(isNews ? [alarm(facts, exit, reviewKey)] : []),
    remember('exit', key, { ...exit, reviewKey }),
  ]
}

/** Where the books can give one unit from: its tag's place, its home, the floor. */
export function heldAt(facts: Facts, sku: string, known: string | undefined): string | null {
  const { floor } = salesFloor(facts)
  const places = [known, facts.sku(sku)?.home, floor, 'basket']
  return (
    places.find(
      (place): place is string =>
        typeof place === 'string' && isOurs(place) && facts.quantityAt(sku, place) > 0n,
    ) ?? null
  )
}
