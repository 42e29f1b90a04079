import { type Command, type Evidence, fingerprintOf, type Sku } from '../../ledger-core/index.ts'
import { headerOf, post, refuse } from './commands.ts'
import type { AskedReview, Conclusion, Facts } from './conclusion.ts'
import { quantityOf } from './quantities.ts'
import { isOurs, placed, tagOf } from './tags.ts'

/** What a person says happened instead; what is left out is as it was proposed. */
export interface SaidMovement {
  readonly sku?: string | undefined
  /** Decimal text in base units. */
  readonly quantity?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Why a unit is in no basket any more; `named`: nothing moved, it is only said what was seen. */
  readonly because?: 'found' | 'sold-late' | 'named' | undefined
}

const BECAUSE = {
  named: 'said what it is',
  found: 'found on the shelf',
  'sold-late': 'sold late, from the shelf',
} as const

interface Saying {
  readonly user: string
  readonly note: string
  readonly atMs: number
  readonly said: readonly SaidMovement[]
}

interface Part {
  readonly sku: string
  readonly quantity: bigint
  readonly from: string
  readonly to: string
}

/**
 * Movements in a person's own words. The first keeps the proposal's source key, so that what was
 * proposed can never be booked beside it.
 */
export function saidMovements(facts: Facts, review: AskedReview, saying: Saying): Conclusion[] {
  const drawn = new Map<string, bigint>()
  const parts: Part[] = []
  for (const said of saying.said) {
    if (said.because === 'named') continue
    const part = partOf(facts, review, said)
    if (typeof part === 'string') return [refuse('bad-correction', part)]
    const place = `${part.sku}/${part.from}`
    const wanted = (drawn.get(place) ?? 0n) + part.quantity
    const held = facts.quantityAt(part.sku, part.from)
    if (held < wanted) {
      const message = `expected ${wanted} of ${part.sku} in ${part.from}, got ${held} left`
      return [refuse('no-longer-true', message)]
    }
    drawn.set(place, wanted)
    parts.push(part)
  }
  return parts.flatMap((part, index) => [
    post(commandOf(facts, review, saying, part, index)),
    ...(parts.length === 1 ? tagPlaced(facts, review, part, saying.atMs) : []),
  ])
}

function partOf(facts: Facts, { proposal, sku, location }: AskedReview, said: SaidMovement) {
  const proposed = proposal !== null && 'part' in proposal ? proposal.part : null
  const name = said.sku ?? proposed?.sku ?? sku ?? ''
  const known = facts.sku(name)
  if (known === null) return `expected a SKU of the masters, got "${name}"`
  const from = said.from ?? proposed?.from ?? location ?? ''
  const to = said.to ?? (said.because === undefined ? proposed?.to : known.home) ?? ''
  const fault = placeFault(facts, from, to)
  if (fault !== null) return fault
  const units = unitsOf(known, said, proposed?.quantity ?? null)
  return units === null
    ? `expected a quantity above 0 that ${name} can have, got "${said.quantity ?? ''}"`
    : { sku: name, quantity: units, from, to }
}

function placeFault(facts: Facts, from: string, to: string): string | null {
  const isHeld = (place: string) => facts.isLocation(place) && isOurs(place)
  if (!isHeld(from)) return `expected a place that units come from, got "${from}"`
  if (!isHeld(to) && to !== 'shrinkage') return `expected a place that units go to, got "${to}"`
  return from === to ? `expected two places, got "${from}" twice` : null
}

/** As said, else as proposed; null where that is no quantity of this SKU. */
function unitsOf(
  { quantityScale }: Sku,
  said: SaidMovement,
  proposed: bigint | null,
): bigint | null {
  const units = said.quantity === undefined ? proposed : quantityOf(said.quantity, quantityScale)
  return units !== null && units > 0n ? units : null
}

function commandOf(
  facts: Facts,
  review: AskedReview,
  { user, note, atMs, said: movements }: Saying,
  part: Part,
  index: number,
): Command {
  const { id, proposal, evidence } = review
  const summary = `${user} said what happened${note === '' ? '' : `: ${note}`}`
  const said: Evidence = { kind: 'decision', from: user, atMs, summary, body: { review: id } }
  const key = proposal?.sourceKey ?? `review:${id}`
  const input = { review: id, index, ...part }
  const header = headerOf(facts, {
    sourceKey: index === 0 ? key : `${key}/${index + 1}`,
    input,
    atMs: proposal?.occurredAtMs ?? atMs,
    atSource: proposal?.occurredAtSource ?? 'gateway',
    actor: user,
    evidence: [...(proposal?.evidence ?? evidence), said],
  })
  const isFirst = index === 0 && proposal !== null
  const fingerprint = isFirst ? proposal.fingerprint : fingerprintOf(input)
  const isTag = review.epc !== null && review.sku === part.sku
  const epcs = isTag && index === 0 && review.epc !== null ? [review.epc] : []
  const because = movements[index]?.because
  const words = [because === undefined ? '' : BECAUSE[because], note].filter((word) => word !== '')
  const reason = words.length === 0 ? 'said by a person' : words.join(': ')
  const kind = part.to === 'shrinkage' ? 'shrink' : 'move'
  return { ...header, fingerprint, kind, part: { ...part, epcs }, reason }
}

function tagPlaced(facts: Facts, { epc, sku }: AskedReview, part: Part, atMs: number) {
  const tag = epc === null ? null : tagOf(epc)
  const isOne = sku === part.sku && facts.sku(part.sku) !== null
  return tag && isOne ? [placed(tag, { sku: part.sku }, part.to, atMs)] : []
}
