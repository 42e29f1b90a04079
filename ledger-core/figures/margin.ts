import assert from 'node:assert'
import { type Books, sequenceOf } from '../books.ts'
import { commandFromText } from '../command-text.ts'
import type { JournalEntry } from '../journal.ts'
import type { DateRange, FigureStore } from '../store/figure-store.ts'
import type { ReplayStore } from '../store/replay-store.ts'
import { entriesIn } from './journal-range.ts'
import { linesBySku } from './sku-lines.ts'

/** What was earned with a SKU by one entry. `sku` empty: bags, deposits, unknown goods, by hand. */
export interface MarginFact {
  readonly date: string
  readonly sku: string
  readonly sold: bigint
  readonly returned: bigint
  readonly revenueMinor: bigint
  /** Given back for returns, positive. */
  readonly returnsMinor: bigint
  readonly cogsMinor: bigint
}

type Draft = { -readonly [K in keyof MarginFact]: MarginFact[K] }

const EARNING_KINDS = new Set(['till-receipt', 'map-line', 'reverse', 'void-receipt'])

/**
 * Revenue by line as the till took it and COGS as posted; a return or reversal on its own day. A
 * line that was unknown at the till earns for its SKU from the entry that mapped it, which takes
 * the same revenue away from unknown goods: so rows and accounts agree on every day.
 */
export function* marginFacts(
  books: Books,
  store: FigureStore,
  replay: ReplayStore,
  range: DateRange,
): Generator<MarginFact> {
  const { account } = books.chart.cogs
  for (const entry of entriesIn(books, store, range)) {
    const facts = new Map<string, Draft>()
    const of = (sku: string): Draft => {
      const known = facts.get(sku) ?? emptyFact(entry.accountingDate, sku)
      facts.set(sku, known)
      return known
    }
    for (const [sku, amountMinor] of linesBySku(entry, account, books, replay))
      of(sku).cogsMinor += amountMinor
    if (EARNING_KINDS.has(entry.kind)) {
      addRevenue(entry, of, books, replay)
      addUnits(entry, of)
    }
    yield* facts.values()
  }
}

function emptyFact(date: string, sku: string): Draft {
  const zero = { sold: 0n, returned: 0n, revenueMinor: 0n, returnsMinor: 0n, cogsMinor: 0n }
  return { date, sku, ...zero }
}

function addRevenue(
  entry: JournalEntry,
  of: (sku: string) => Draft,
  books: Books,
  replay: ReplayStore,
): void {
  const reversed = replay.reversedBy(entry.sequence)
  const sourceKey =
    reversed === null ? entry.sourceKey : books.journal.entries(reversed - 1, 1)[0]?.sourceKey
  const body = sourceKey === undefined ? null : books.commands.body(sourceKey)
  const command = body === null ? null : commandFromText(body)
  const sign = reversed === null ? 1n : -1n
  if (command?.kind === 'till-receipt') {
    for (const { kind, quantity, netMinor, parts } of command.lines) {
      const sku = kind === 'stock' ? (parts[0]?.sku ?? '') : ''
      earn(of(sku), kind === 'stock' && quantity < 0n, sign * netMinor)
    }
  }
  if (command?.kind === 'map-line') {
    const { sale, line, sku } = command
    const parked = books.parked.line(sequenceOf(books, sale) ?? 0, line)
    assert(parked, `${sale} line ${line} was mapped and is not parked`)
    earn(of(''), false, -sign * parked.netMinor)
    earn(of(sku), parked.quantity < 0n, sign * parked.netMinor)
  }
}

/** What a return gives back stands apart, positive. */
function earn(fact: Draft, isReturn: boolean, netMinor: bigint): void {
  if (isReturn) fact.returnsMinor -= netMinor
  else fact.revenueMinor += netMinor
}

function addUnits({ movements }: JournalEntry, of: (sku: string) => Draft): void {
  for (const { kind, sku, quantity, from, to } of movements) {
    const isBack = kind === 'reversal'
    if (to === 'customer' && !isBack) of(sku).sold += quantity
    if (from === 'customer' && isBack) of(sku).sold -= quantity
    if (from === 'customer' && !isBack) of(sku).returned += quantity
    if (to === 'customer' && isBack) of(sku).returned -= quantity
  }
}
