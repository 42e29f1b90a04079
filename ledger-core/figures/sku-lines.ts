import type { Books } from '../books.ts'
import type { JournalEntry, Line } from '../journal.ts'
import type { ReplayStore } from '../store/replay-store.ts'

/**
 * What an entry put on one account, by the SKU that caused it; empty where no goods did. Lines
 * begin with their SKU wherever goods are the reason; those of a reversal follow its original.
 */
export function linesBySku(
  entry: JournalEntry,
  account: string,
  books: Books,
  replay: ReplayStore,
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  const lines = entry.lines.filter((line) => line.account === account)
  if (lines.length === 0) return sums
  const add = (sku: string, amountMinor: bigint) => {
    sums.set(sku, (sums.get(sku) ?? 0n) + amountMinor)
  }
  const reversed = replay.reversedBy(entry.sequence)
  const original = reversed === null ? undefined : books.journal.entries(reversed - 1, 1)[0]
  if (original !== undefined) {
    const before = linesBySku(original, account, books, replay)
    for (const [sku, amountMinor] of before) add(sku, -amountMinor)
  }
  const own =
    original === undefined ? lines : lines.filter(({ memo }) => !memo.startsWith('reverses '))
  const named = new Set(entry.movements.map(({ sku }) => sku))
  for (const line of own) add(skuOfLine(line, named, books), line.amountMinor)
  return sums
}

const SETTLED = ' deficit settled'

/** `bike`, `bike deficit settled`, `bike: freight, units no longer here`. */
export function skuOfLine({ memo }: Line, named: ReadonlySet<string>, { masters }: Books): string {
  const settled = memo.endsWith(SETTLED) ? memo.slice(0, -SETTLED.length) : memo
  const isSku = (text: string) => named.has(text) || masters.hasSku(text)
  if (isSku(settled)) return settled
  for (let at = memo.indexOf(': '); at !== -1; at = memo.indexOf(': ', at + 1)) {
    const start = memo.slice(0, at)
    if (isSku(start)) return start
  }
  return ''
}
