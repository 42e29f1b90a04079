import { type Books, returnable } from '../books.ts'
import { asPart } from '../checks.ts'
import type { Command } from '../command.ts'
import { smaller } from '../costing.ts'
import type { Posting } from '../posting.ts'
import type { AdjustedLine } from '../store/count-store.ts'

/** Corrections are no facts of the shelf. */
const NO_FACTS = new Set<Command['kind']>(['approve-count', 'reverse', 'void-receipt'])

/**
 * A fact that happened before a count but is posted after it explains a part of what the count
 * called a loss or a gain: that part is taken back.
 */
export function explainCounts(command: Command, posting: Posting, books: Books): void {
  const { occurredAtMs, kind } = command
  if (occurredAtMs >= books.counts.lastAdjustedAtMs() || NO_FACTS.has(kind)) return
  for (const { sku, quantity, from, to } of [...posting.movements]) {
    for (const [location, change] of [
      [from, -quantity],
      [to, quantity],
    ] as const) {
      const line = books.counts.adjustedAfter(sku, location, occurredAtMs)
      if (line !== null) explain(line, sku, location, change, posting, books)
    }
  }
}

function explain(
  line: AdjustedLine,
  sku: string,
  location: string,
  change: bigint,
  posting: Posting,
  books: Books,
): void {
  const { count, adjusted, sequence, line: number } = line
  const memo = `count ${count}: this happened before it`
  if (change < 0n && adjusted < 0n) {
    const origin = { sequence, line: number, sku }
    const back = smaller(smaller(-change, -adjusted), returnable(books, origin))
    if (back === 0n) return
    const part = asPart(sku, back, 'shrinkage', location)
    const about = { kind: 'gain' as const, memo }
    posting.giveBack(part, about, origin, posting.from('shrinkage-expense', sku))
    books.counts.saveAdjusted(count, { sku, location }, adjusted + back, sequence, number)
  }
  if (change > 0n && adjusted > 0n) {
    const away = smaller(change, adjusted)
    const part = asPart(sku, away, location, 'found')
    posting.takeOut(part, { kind: 'shrinkage', memo }, posting.to('shrinkage-expense', sku))
    books.counts.saveAdjusted(count, { sku, location }, adjusted - away, sequence, number)
  }
}
