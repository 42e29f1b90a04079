import { basketsAtClose, basketsNow } from './basket-close.ts'
import { expiredClaim } from './claims.ts'
import { ask, forget, inWords, remember, tally } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'

import { oldContainers } from './containers.ts'
import { exitWaits } from './exit-waits.ts'
import { expectOnly, pictureWaitMs } from './expectations.ts'

import { unreadSightings } from './fusion.ts'
import { lossesByPolicy } from './loss-policy.ts'
import { interpretAges } from './review-ages.ts'
import { oldScans } from './scan-rules.ts'
import { askAboutDoubt, askAboutPut, isObserved } from './shelf-rules.ts'
import { oldCodes } from './strange-codes.ts'
import { oldStranger } from './strangers.ts'
import { transitsAtClose } from './transit-rules.ts'
import { sessionsOver } from './unattended-rules.ts'
import { strayContainer, unannounced, unconfirmed, unsupported } from './waiting-deliveries.ts'

/** Passed exits and memories that nothing will answer any more are forgotten after a week. */
const KEPT_MS = 7 * 86_400_000
/** A paid unit may linger in the shop; after a day its sale excuses nothing any more. */
const EXCUSE_KEPT_MS = 86_400_000

/**
 * Time itself is an event. Each list is one step of its own: what one question needs is not
 * undone because another was refused.
 */
export function interpretTick(facts: Facts, lastTickMs: number, nowMs: number): Conclusion[][] {
  const steps = [
    ...facts.recallAll('exit', '').map(([key, exit]) => exitWaits(facts, key, exit)),
    ...facts.recallAll('delivery', '').map(([id, one]) => unconfirmed(facts, id, one, nowMs)),
    ...facts.recallAll('signed', '').map(([id, one]) => unsupported(facts, id, one, nowMs)),
    ...facts.recallAll('early', '').map(([epc, one]) => unannounced(facts, epc, one, nowMs)),
    ...facts.recallAll('early-unit', '').map(([id, one]) => strayContainer(facts, id, one, nowMs)),
    ...facts.recallAll('doubt', '').map(([place, one]) => unexplained(facts, place, one, nowMs)),
    ...facts.recallAll('claim', '').map(([key, one]) => expiredClaim(facts, key, one)),
    ...facts.recallAll('expect', '').map(([place, one]) => unseen(facts, place, one, nowMs)),
    ...facts
      .recallAll('sighting', '')
      .map(([place, one]) => unreadSightings(facts, place, one, nowMs)),
    ...basketsNow(facts),
    ...sessionsOver(facts),
  ]
  const ended = lastTickMs === 0 ? null : facts.businessDateOf(lastTickMs)
  const isDayOver = ended !== null && ended < facts.businessDateOf(nowMs)
  const dayEnd = isDayOver ? [...closeDay(facts, ended, nowMs), ...interpretAges(facts)] : []
  return [...steps, ...dayEnd].filter(({ length }) => length > 0)
}

type Doubt = Memory['doubt']['entries'][number]

/** The shelf showed something, and no till line and no paper has come that explains it. */
function unexplained(
  facts: Facts,
  place: string,
  { entries }: Memory['doubt'],
  nowMs: number,
): Conclusion[] {
  const { shelfPutPendingMs, shelfDoubtPendingMs } = facts.policy
  const isPut = ({ reviewKey }: Doubt) => reviewKey.startsWith('shelf-put/')
  const isDue = (doubt: Doubt) => {
    const pendingMs = isPut(doubt) ? shelfPutPendingMs : shelfDoubtPendingMs
    return !doubt.isAsked && nowMs - doubt.change.observedAtMs >= pendingMs
  }
  const due = entries.filter(isDue)
  if (due.length === 0) return []
  const observed = due.filter(isObserved)
  const asked = entries
    .filter((entry) => !observed.includes(entry))
    .map((entry) => (isDue(entry) ? { ...entry, isAsked: true } : entry))
  return [
    ...observed.map(({ change: { camera }, quantity }) =>
      tally(camera, quantity < 0 ? 'pick' : 'put', 'undecided', nowMs),
    ),
    ...due
      .filter((doubt) => !observed.includes(doubt))
      .flatMap((doubt) =>
        isPut(doubt)
          ? askAboutPut(facts, doubt.change, doubt.quantity)
          : askAboutDoubt(facts, doubt.change, doubt.quantity),
      ),
    asked.length === 0 ? forget('doubt', place) : remember('doubt', place, { entries: asked }),
  ]
}

/** Documents or tills moved units that the shelf's pictures never showed moving. */
function unseen(
  facts: Facts,
  place: string,
  { entries }: Memory['expect'],
  nowMs: number,
): Conclusion[] {
  const slash = place.lastIndexOf('/')
  const [location, sku] = [place.slice(0, slash), place.slice(slash + 1)]
  const patienceMs = pictureWaitMs(facts, location)
  const isLate = (atMs: number) => nowMs - atMs >= patienceMs
  const late = entries.filter(({ atMs }) => isLate(atMs))
  if (late.length === 0) return []
  const name = facts.sku(sku)?.name ?? sku
  const watching = facts.camerasAt(location)
  const wrong = late.flatMap(({ quantity }) =>
    watching.map((camera) => tally(camera, quantity < 0 ? 'pick' : 'put', 'contradicted', nowMs)),
  )
  const isAsking = (movement: 'pick' | 'put') =>
    watching.some((camera) => facts.authority(camera, movement) !== 'observe')
  const asked = late.filter(({ quantity }) => isAsking(quantity < 0 ? 'pick' : 'put'))
  const questions = asked.map(({ sourceKey, quantity, atMs, evidence }) => {
    const what = quantity > 0 ? `${quantity} should have appeared` : `${-quantity} should be gone`
    return ask({
      key: `shelf-differs/${place}/${sourceKey}`,
      kind: 'shelf-differs',
      atMs,
      question: `${name} on ${location}: by ${inWords(sourceKey)}, ${what}, but the pictures do not show it. What is right?`,
      sku,
      location,
      evidence: evidence ? [evidence] : [],
    })
  })
  return [
    ...questions,
    ...wrong,
    expectOnly(
      location,
      sku,
      entries.filter(({ atMs }) => !isLate(atMs)),
    ),
  ]
}

/** What the day leaves open: baskets that were never paid, and excuses that are too old. */
function closeDay(facts: Facts, date: string, nowMs: number): Conclusion[][] {
  const old = facts
    .recallAll('excuse', '')
    .filter(([, { soldAtMs }]) => nowMs - soldAtMs > EXCUSE_KEPT_MS)
  return [
    // Before new tasks are opened: today's losses are a person's for a day at least.
    ...lossesByPolicy(facts, date),
    ...basketsAtClose(facts, date),
    ...transitsAtClose(facts),
    old.map(([key]) => forget('excuse', key)),
    facts.recallAll('stranger', '').flatMap(([key, one]) => oldStranger(key, one, nowMs)),
    oldContainers(facts, KEPT_MS),
    oldScans(facts),
    oldCodes(facts),
  ]
}
