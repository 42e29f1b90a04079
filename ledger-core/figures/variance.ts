import type { Books } from '../books.ts'
import type { JournalEntry, Movement } from '../journal.ts'
import type { DateRange, FigureStore } from '../store/figure-store.ts'
import { entriesIn } from './journal-range.ts'
import { skuOfLine } from './sku-lines.ts'

export type VarianceKind =
  /** Goods gone and found: counts, suspicions confirmed, gains. */
  | 'loss'
  | 'gain'
  | 'write-off'
  /** The drawer against what the till took: positive is short. */
  | 'till'
  /** Returned to the supplier at another cost than the original one. */
  | 'purchase-price'
  /** Invoiced at another price than received at. */
  | 'invoice-price'
  /** More or less than ordered, in units. */
  | 'delivered-over'
  | 'delivered-short'

export interface VarianceFact {
  readonly date: string
  readonly kind: VarianceKind
  /** Empty for money alone. */
  readonly sku: string
  /** Place, or till; empty where there is none. */
  readonly location: string
  readonly reason: string
  /** Units gained (positive) or lost. */
  readonly quantity: bigint
  /** What it cost: positive is an expense. */
  readonly costMinor: bigint
}

/** Everything that came out otherwise than the books or the papers said, by its accounting date. */
export function* varianceFacts(
  books: Books,
  store: FigureStore,
  range: DateRange,
): Generator<VarianceFact> {
  for (const entry of entriesIn(books, store, range)) {
    yield* entry.movements.flatMap((movement) => stockVariance(entry, movement))
    yield* moneyVariances(entry, books)
  }
  yield* orderVariances(store, range)
}

/** By the virtual place at the other end; a reversal is the opposite of what it takes back. */
function stockVariance({ accountingDate: date }: JournalEntry, movement: Movement): VarianceFact[] {
  const { kind, sku, quantity, from, to, costMinor, memo } = movement
  const isLeaving = to === 'shrinkage' || to === 'scrap' || to === 'found'
  const isComing = from === 'shrinkage' || from === 'scrap' || from === 'found'
  if (!isLeaving && !isComing) return []
  const place = isLeaving ? to : from
  const what =
    place === 'scrap' ? 'write-off' : place === 'found' || kind === 'gain' ? 'gain' : 'loss'
  const sign = isLeaving ? 1n : -1n
  return [
    {
      date,
      kind: what,
      sku,
      location: isLeaving ? from : to,
      reason: memo,
      quantity: -sign * quantity,
      costMinor: sign * costMinor,
    },
  ]
}

function moneyVariances(entry: JournalEntry, books: Books): VarianceFact[] {
  const { chart } = books
  const { accountingDate: date, lines, kind } = entry
  const named = new Set(entry.movements.map(({ sku }) => sku))
  const fact = (
    what: VarianceKind,
    reason: string,
    costMinor: bigint,
    sku = '',
    location = '',
  ) => ({
    date,
    kind: what,
    sku,
    location,
    reason,
    quantity: 0n,
    costMinor,
  })
  return lines.flatMap((line): VarianceFact[] => {
    const { account, amountMinor, memo } = line
    if (account === chart['till-over-short'].account)
      return [fact('till', memo, amountMinor, '', tillOf(memo))]
    const sku = skuOfLine(line, named, books)
    if (account === chart['purchase-price-variance'].account)
      return [fact('purchase-price', memo === sku ? '' : memo, amountMinor, sku)]
    const says = memo.slice(sku.length + ': '.length)
    if (kind === 'supplier-invoice' && sku !== '' && says.startsWith(PRICE_OF))
      return [
        fact('invoice-price', says.slice(PRICE_OF.length).replace(GONE, ''), amountMinor, sku),
      ]
    return []
  })
}

/** As supplier invoices and landed costs word their lines. */
const PRICE_OF = 'price of '
const GONE = /, units no longer here$/

/** `till-1 Z 12` */
function tillOf(memo: string): string {
  const at = memo.lastIndexOf(' Z ')
  return at === -1 ? '' : memo.slice(0, at)
}

function* orderVariances(store: FigureStore, { from = '', to }: DateRange) {
  const isIn = (date: string) => date >= from && (to === undefined || date <= to)
  const came = new Map<string, bigint>()
  for (const { date, order, line, sku, location, quantity, ordered } of store.deliveries()) {
    const key = JSON.stringify([order, line])
    const before = came.get(key) ?? 0n
    came.set(key, before + quantity)
    const over = before + quantity - (before > ordered ? before : ordered)
    if (over <= 0n || !isIn(date)) continue
    const kind = 'delivered-over' as const
    yield { date, kind, sku, location, reason: lineOf(order, line), quantity: over, costMinor: 0n }
  }
  for (const { date, order, line, sku, missing } of store.shortLines()) {
    if (!isIn(date)) continue
    const kind = 'delivered-short' as const
    const reason = lineOf(order, line)
    yield { date, kind, sku, location: '', reason, quantity: -missing, costMinor: 0n }
  }
}

function lineOf(order: string, line: number): string {
  return `${order} line ${line}`
}
