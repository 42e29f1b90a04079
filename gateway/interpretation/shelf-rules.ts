import type { Evidence, Sku } from '../../ledger-core/index.ts'
import type { ShelfChange, ShelfQuestion } from '../../vision/index.ts'
import { ask, attach, least, moveCommand, oneUnit, post, salesFloor, tally } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { doubtMore, pictureEvidence, undoDoubts } from './doubts.ts'
import { consume, expectedAt, expectOnly } from './expectations.ts'
import { sightMore } from './fusion.ts'
import { withMemory } from './with-memory.ts'

/**
 * A camera shelf shows fewer or more facings. What documents and tills have moved already is
 * only confirmed by it; the rest is a pick into somebody's basket, or a put back out of one.
 */
export function interpretShelfChange(facts: Facts, change: ShelfChange): Conclusion[] {
  const sku = facts.sku(change.sku)
  if (sku === null) return []
  const delta = change.countAfter - change.countBefore
  const movement = delta < 0 ? 'pick' : 'put'
  const level = facts.authority(change.camera, movement)
  const evidence = pictureEvidence(change, sku)
  const expected = expectedAt(facts, change.location, change.sku)
  const { units, used, left } = consume(expected, delta)
  const confirmed = [
    ...used.map(({ sourceKey }) => attach(sourceKey, evidence)),
    ...(units > 0 ? [expectOnly(change.location, change.sku, left)] : []),
    ...used.map(() => tally(change.camera, movement, 'confirmed', change.observedAtMs)),
  ]
  const open = Math.sign(delta) * (Math.abs(delta) - units)
  const undone = undoDoubts(facts, change, open)
  const known = [...confirmed, ...undone.conclusions]
  const rest = Math.abs(open) - undone.units
  if (rest === 0) return known
  const seen: Seen = {
    facts: withMemory(facts, known),
    change,
    sku,
    evidence,
    rest: BigInt(rest) * oneUnit(sku.quantityScale),
  }
  const isDoubtful = change.confidence < facts.policy.shelfConfidenceMin || (change.gap && rest > 2)
  if (level === 'observe')
    return [...known, remembered(seen, `${OBSERVED}${placeOf(change)}`, Math.sign(delta) * rest)]
  if (isDoubtful || level === 'propose') return [...known, ...doubt(seen, Math.sign(delta) * rest)]
  return [...known, ...(delta < 0 ? picked(seen) : putBack(seen, rest))]
}

/**
 * Items can stand behind one another: somebody was there, the front looks as before, and nobody
 * can say from here whether one is gone. Or something stands in the zone that is not what belongs
 * there. Once a day and zone, a count is asked for.
 */
export function interpretShelfQuestion(facts: Facts, question: ShelfQuestion): Conclusion[] {
  const { kind, camera, zone, sku, location, toMs } = question
  const name = facts.sku(sku)?.name
  if (name === undefined || facts.authority(camera, 'pick') === 'observe') return []
  const place = `${camera}/${zone}/${facts.businessDateOf(toMs)}`
  const about = { atMs: toMs, sku, location }
  if (kind === 'possible-pick')
    return [
      ask({
        ...about,
        key: `possible-pick/${place}`,
        kind: 'possible-pick',
        question: `Somebody reached for ${name} on ${location}, where items stand one behind another. How many are there?`,
      }),
    ]
  const other = question.seenSku === null ? null : (facts.sku(question.seenSku)?.name ?? null)
  const thing = other ?? 'Something else'
  return [
    ask({
      ...about,
      key: `shelf-stranger/${place}`,
      kind: 'shelf-stranger',
      question: `${thing} stands on ${location} where ${name} belongs; nothing was booked for it. How many of ${name} are there?`,
    }),
  ]
}

/** Seen by a camera that may not even ask: kept for the till, the paper or the count to judge. */
const OBSERVED = 'observed/'

export function isObserved({ reviewKey }: Memory['doubt']['entries'][number]): boolean {
  return reviewKey.startsWith(OBSERVED)
}

interface Seen {
  readonly facts: Facts
  readonly change: ShelfChange
  readonly sku: Sku
  readonly evidence: Evidence
  /** Units nothing else accounts for, scaled. */
  readonly rest: bigint
}

/** Shelf to basket, as far as the books hold any on the shelf. */
function picked(seen: Seen): Conclusion[] {
  const { facts, change, rest } = seen
  const held = facts.quantityAt(change.sku, change.location)
  const taken = least(rest, held > 0n ? held : 0n)
  return [
    ...(taken > 0n ? moved(seen, taken, change.location, 'basket') : []),
    ...(taken < rest ? [differs(seen, `${rest} vanished, but the books hold ${held} there`)] : []),
  ]
}

/** Booked, and remembered for the antenna that may tell of the same units. */
function moved(seen: Seen, quantity: bigint, from: string, to: string): Conclusion[] {
  const { facts, change, sku, evidence } = seen
  const isPut = to === change.location
  const units = Number(quantity / oneUnit(sku.quantityScale))
  const command = move(seen, quantity, from, to)
  const sighting = {
    sourceKey: command.sourceKey,
    quantity: isPut ? units : -units,
    atMs: change.observedAtMs,
    other: isPut ? from : to,
    evidence,
  }
  return [post(command), ...sightMore(facts, change.location, sku, sighting)]
}

/** Basket to shelf; goods that wait on the sales floor (returns) come next; else it is asked. */
function putBack(seen: Seen, units: number): Conclusion[] {
  const { facts, change, rest } = seen
  const { floor } = salesFloor(facts)
  const inBasket = facts.quantityAt(change.sku, 'basket')
  const onFloor =
    floor === null || floor === change.location ? 0n : facts.quantityAt(change.sku, floor)
  const source = inBasket >= rest ? 'basket' : onFloor >= rest ? floor : null
  if (source !== null) return moved(seen, rest, source, change.location)
  return [remembered(seen, `shelf-put/${placeOf(change)}`, units)]
}

/** Nobody's paper has come: where are these from? */
export function askAboutPut(facts: Facts, change: ShelfChange, units: number): Conclusion[] {
  const { backroom } = salesFloor(facts)
  return askAbout(facts, change, units, (name) => ({
    key: `shelf-put/${placeOf(change)}`,
    kind: 'shelf-put-without-source',
    question: `${units} of ${name} appeared on ${change.location}, and nobody had them in a basket. Did they come from ${backroom ?? 'elsewhere'}?`,
    from: backroom,
    to: change.location,
  }))
}

/** Not sure enough to book: the till may answer, and if it does not, a person is asked. */
function doubt(seen: Seen, units: number): Conclusion[] {
  return [remembered(seen, `shelf-uncertain/${placeOf(seen.change)}`, units)]
}

/** No till line and no paper has answered: is it so? */
export function askAboutDoubt(facts: Facts, change: ShelfChange, units: number): Conclusion[] {
  const isGone = units < 0
  return askAbout(facts, change, Math.abs(units), (name) => ({
    key: `shelf-uncertain/${placeOf(change)}`,
    kind: 'shelf-uncertain',
    question: `The picture of ${change.location} seems to show ${Math.abs(units)} of ${name} ${isGone ? 'gone' : 'more'}. Is it so?`,
    from: isGone ? change.location : 'basket',
    to: isGone ? 'basket' : change.location,
  }))
}

interface Wording {
  readonly key: string
  readonly kind: 'shelf-put-without-source' | 'shelf-uncertain'
  readonly question: string
  /** Null: nobody can say where from, so nothing is proposed. */
  readonly from: string | null
  readonly to: string
}

/** A question about one change of one shelf, with the movement that answering "yes" would post. */
function askAbout(
  facts: Facts,
  change: ShelfChange,
  units: number,
  wordingOf: (name: string) => Wording,
): Conclusion[] {
  const sku = facts.sku(change.sku)
  if (sku === null) return []
  const { from, to, ...wording } = wordingOf(sku.name)
  const evidence = pictureEvidence(change, sku)
  const rest = BigInt(units) * oneUnit(sku.quantityScale)
  return [
    ask({
      ...wording,
      atMs: change.observedAtMs,
      sku: change.sku,
      location: change.location,
      evidence: [evidence],
      proposal: from === null ? null : move({ facts, change, sku, evidence, rest }, rest, from, to),
    }),
  ]
}

/** So that a till line or a document may answer before a person does. */
function remembered({ facts, change }: Seen, reviewKey: string, quantity: number): Conclusion {
  const entry = { reviewKey, quantity, change, isAsked: false }
  return doubtMore(facts, change.location, change.sku, entry)
}

/** Camera, zone and number of the change: its name for ever. */
function placeOf({ camera, zone, transition }: ShelfChange): string {
  return `${camera}/${zone}/${transition}`
}

function differs({ change, sku, evidence }: Seen, what: string): Conclusion {
  return ask({
    key: `shelf-differs/${placeOf(change)}`,
    kind: 'shelf-differs',
    atMs: change.observedAtMs,
    question: `${sku.name} on ${change.location}: ${what}. What is right?`,
    sku: change.sku,
    location: change.location,
    evidence: [evidence],
  })
}

function move(seen: Seen, quantity: bigint, from: string, to: string) {
  const { facts, change, evidence } = seen
  const { camera, zone, transition, countBefore, countAfter } = change
  const origin = {
    sourceKey: `shelf:${placeOf(change)}`,
    input: { camera, zone, transition, countBefore, countAfter },
    atMs: change.observedAtMs,
    atSource: 'device',
    actor: camera,
    evidence: [evidence],
  } as const
  const part = { sku: change.sku, quantity, from, to, epcs: [] }
  return moveCommand(facts, origin, part, 'seen on the shelf picture')
}
