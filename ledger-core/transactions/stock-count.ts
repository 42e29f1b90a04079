import type { Books } from '../books.ts'
import { asPart, atPlace, knownSku, notNegative } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { foundCost } from '../cost-values.ts'
import { smaller } from '../costing.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { CountLine } from '../store/count-store.ts'
import type { Transaction } from './transaction.ts'

/** A blind sheet: which lines to count, without what the books say. */
export const startCount: Transaction<'start-count'> = {
  check: ({ count, location, skus = [] }, books) =>
    firstRefusal([
      () => refuseAny(skus, (sku) => knownSku(sku, books)),
      () => atPlace(location, 'own', books),
      () => {
        if (books.counts.stockCount(count) === null) return null
        return refuse('name-taken', `expected a new count, got ${count} again`)
      },
    ]),
  post: ({ count, location, skus, actor }, _posting, { counts, balances }) => {
    counts.addCount(count, actor)
    const named = skus ?? balances.stockAt(location).map(({ sku }) => sku)
    for (const sku of named) counts.addCountLine(count, sku, location)
  },
}

/** What was counted, against the books as they stood when it was counted. */
export const recordCount: Transaction<'record-count'> = {
  check: (command, books) => {
    const { count, sku, location, quantity, atSequence } = command
    const head = books.journal.head().sequence
    return firstRefusal([
      () => knownSku(sku, books),
      () => atPlace(location, 'own', books),
      () => isOpen(count, books),
      () => notNegative(quantity, sku),
      () => {
        if (atSequence === undefined || (atSequence >= 0 && atSequence <= head)) return null
        return refuse('wrong-state', `expected a sequence up to ${head}, got ${atSequence}`)
      },
    ])
  },
  post: (command, _posting, { counts, balances, journal }) => {
    const { count, sku, location, quantity, countedAtMs, actor } = command
    const atSequence = command.atSequence ?? journal.head().sequence
    const now = balances.quantityAt(sku, location)
    const book = now - journal.movedSince(sku, location, atSequence)
    // Goods that the books do not know there are found in the best sense: the line joins the sheet.
    counts.addCountLine(count, sku, location)
    const before = counts.countLine(count, sku, location)
    const recounts = before?.counted == null ? 0 : before.recounts + 1
    counts.saveCounted(count, {
      sku,
      location,
      counted: quantity,
      book,
      counter: actor,
      countedAtMs,
      atSequence,
      recounts,
    })
  },
}

export const cancelCount: Transaction<'cancel-count'> = {
  check: ({ count }, books) => isOpen(count, books),
  post: ({ count }, _posting, { counts }) => {
    counts.setCountState(count, 'cancelled')
  },
}

type Approval = CommandOf<'approve-count'>

/** Another person approves: differences are set against basket and misplaced stock, then posted. */
export const approveCount: Transaction<'approve-count'> = {
  check: (command, books) =>
    firstRefusal([
      () => isOpen(command.count, books),
      () => {
        const open = books.counts.countLines(command.count).find(({ counted }) => counted === null)
        if (open === undefined) return null
        return refuse('wrong-state', `expected every line counted, got ${open.sku} uncounted`)
      },
      () => anotherPerson(command, books),
    ]),
  post: (command, posting, books) => {
    const { count, reason } = command
    const lines = books.counts.countLines(count).map((line, index) => ({
      ...line,
      line: index + 1,
      variance: varianceOf(line),
    }))
    const memo = `count ${count}: ${reason}${ownCount(command, books)}`
    settleMisplaced(lines, memo, posting, books)
    for (const line of lines) postVariance(line, memo, posting, books)
    books.counts.setCountState(count, 'approved')
    for (const { sku, location, line, variance } of lines) {
      books.counts.saveAdjusted(count, { sku, location }, variance, posting.sequence, line)
    }
  },
}

/** Said on the entry, which head office receives: who counted has approved. */
function ownCount({ count, actor }: Approval, { counts }: Books): string {
  const isOwn = counts.countLines(count).some(({ counter }) => counter === actor)
  return isOwn ? ' (approved by its counter, for review)' : ''
}

function isOpen(count: string, { counts }: Books): Refusal | null {
  const state = counts.stockCount(count)?.state ?? 'unknown'
  if (state === 'open') return null
  return refuse('wrong-state', `expected an open count, got ${count} ${state}`)
}

/** The counter never approves the own count, but for small differences where the policy says so. */
function anotherPerson({ count, actor }: Approval, books: Books): Refusal | null {
  const own = books.counts.countLines(count).filter(({ counter }) => counter === actor)
  if (own.length === 0) return null
  const { selfApproveMinor } = books.control.policy()
  const differenceMinor = own.reduce((sum, line) => sum + worthOf(line, books), 0n)
  if (selfApproveMinor > 0n && differenceMinor <= selfApproveMinor) return null
  return refuse(
    'needs-second-person',
    `expected another person than the counter ${actor} to approve ${count} (differences worth ${differenceMinor}), got the same`,
  )
}

function varianceOf({ counted, book }: CountLine): bigint {
  return (counted ?? 0n) - (book ?? 0n)
}

function worthOf(line: CountLine, { costs, masters }: Books): bigint {
  const variance = varianceOf(line)
  const group = masters.locationGroup(line.location)
  const newest = costs.heldLayers(line.sku, group).at(-1) ?? null
  const units = variance < 0n ? -variance : variance
  return units === 0n ? 0n : foundCost(costs.pool(line.sku, group), newest, units)
}

interface Variance {
  readonly sku: string
  readonly location: string
  readonly line: number
  variance: bigint
}

const BASKET = 'basket'

/** Units too many here may be in the books as taken, or as missing from another place counted. */
function settleMisplaced(
  lines: readonly Variance[],
  memo: string,
  posting: Posting,
  { balances }: Books,
): void {
  const move = (sku: string, quantity: bigint, from: string, to: string) =>
    posting.move(asPart(sku, quantity, from, to), { kind: 'move', memo })
  for (const over of lines.filter(({ variance }) => variance > 0n)) {
    const taken = balances.quantityAt(over.sku, BASKET)
    const back = over.location === BASKET ? 0n : smaller(over.variance, taken)
    if (back > 0n) {
      move(over.sku, back, BASKET, over.location)
      over.variance -= back
    }
    for (const short of lines) {
      const isMisplaced = short.sku === over.sku && short.variance < 0n && over.variance > 0n
      if (!isMisplaced) continue
      const moved = smaller(over.variance, -short.variance)
      move(over.sku, moved, short.location, over.location)
      over.variance -= moved
      short.variance += moved
    }
  }
}

function postVariance(
  { sku, location, line, variance }: Variance,
  memo: string,
  posting: Posting,
  { costs, masters }: Books,
): void {
  if (variance < 0n) {
    const part = asPart(sku, -variance, location, 'shrinkage')
    const about = { kind: 'shrinkage' as const, line, memo }
    posting.takeOut(part, about, posting.to('shrinkage-expense', sku))
  }
  if (variance > 0n) {
    const group = masters.locationGroup(location)
    const newest = costs.heldLayers(sku, group).at(-1) ?? null
    const valueMinor = foundCost(costs.pool(sku, group), newest, variance)
    const part = asPart(sku, variance, 'found', location)
    const about = { kind: 'gain' as const, line, memo }
    posting.bringIn(part, about, valueMinor, posting.from('shrinkage-expense', sku))
  }
}
