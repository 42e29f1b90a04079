import type { Books } from '../books.ts'
import { allEntries } from '../books-digest.ts'
import type { CostMethod } from '../costing.ts'
import type { JournalEntry } from '../journal.ts'
import type { ReplayStore } from '../store/replay-store.ts'
import { type CostEvent, eventsOf } from './cost-event.ts'
import type { WhatIfMethod } from './memory-book.ts'
import { createMethodReplay, type WhatIfColumn } from './method-replay.ts'
import { createReceiptBook } from './receipt-book.ts'

export type { WhatIfMethod } from './memory-book.ts'
export type { WhatIfColumn } from './method-replay.ts'

export interface WhatIfRow {
  readonly sku: string
  /** The method that the books use for it now. */
  readonly method: CostMethod
  /**
   * The column of that method equals the books. Not where the method changed on the way; null
   * where units are identified one by one, which has no column.
   */
  readonly asBooks: boolean | null
  /** What the books hold. */
  readonly quantity: bigint
  readonly valueMinor: bigint
  readonly methods: Readonly<Record<WhatIfMethod, WhatIfColumn>>
}

export interface WhatIf {
  readonly rows: readonly WhatIfRow[]
  /** The account, and what of it no goods caused: allowances, entries by hand. Of one SKU: null. */
  readonly cogsAccountMinor: bigint | null
  readonly otherCogsMinor: bigint | null
}

const METHODS: readonly WhatIfMethod[] = ['fifo', 'lifo', 'average']
const NOTHING: WhatIfColumn = { quantity: 0n, valueMinor: 0n, cogsMinor: 0n }

/**
 * The whole history costed by FIFO, LIFO and moving average side by side, by the rules of posting
 * and from its first entry. Nothing is written. Kits come in at the cost that the books recorded.
 */
export function whatIf(
  books: Books,
  replay: ReplayStore,
  { sku }: { readonly sku?: string | undefined } = {},
): WhatIf {
  const { chart, balances } = books
  const cogs = chart.cogs.account
  const source = { books, replay, receipts: createReceiptBook(books) }
  const methods = METHODS.map((method) => [method, createMethodReplay(method, chart)] as const)
  const comeBackTo = replay.comeBackTo()
  let otherMinor = 0n
  for (const entry of sku === undefined
    ? allEntries(books.journal.entries)
    : entriesOf(books, replay.sequencesOf(sku))) {
    const all = eventsOf(entry, source)
    const events = sku === undefined ? all : all.filter((event) => concerns(event, sku))
    const options = { keep: comeBackTo.has(entry.sequence), of: replay.reversedBy(entry.sequence) }
    for (const [, method] of methods) method.apply(entry, events, options)
    const isOfGoods = entry.effects.length > 0 || all.some((event) => event.do !== 'undo-values')
    if (!isOfGoods) otherMinor += debitTo(cogs, entry)
  }
  const columns = new Map(methods.map(([method, replayed]) => [method, replayed.columns()]))
  const account = balances.totals().find((total) => total.account === cogs)
  const accountMinor = (account?.debitMinor ?? 0n) - (account?.creditMinor ?? 0n)
  return {
    rows: rowsOf(books, columns, sku),
    cogsAccountMinor: sku === undefined ? accountMinor : null,
    otherCogsMinor: sku === undefined ? otherMinor : null,
  }
}

function* entriesOf({ journal }: Books, sequences: readonly number[]): Generator<JournalEntry> {
  for (const sequence of sequences) yield* journal.entries(sequence - 1, 1)
}

function concerns(event: CostEvent, sku: string): boolean {
  switch (event.do) {
    case 'spread':
      return event.receipt.sku === sku
    case 'revalue':
      return event.sku === sku
    case 'undo-values':
      return true
    default:
      return event.goods.sku === sku
  }
}

function debitTo(account: string, { lines }: JournalEntry): bigint {
  return lines
    .filter((line) => line.account === account)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}

function rowsOf(
  { costs }: Books,
  columns: ReadonlyMap<WhatIfMethod, ReadonlyMap<string, WhatIfColumn>>,
  wanted: string | undefined,
): WhatIfRow[] {
  const held = new Map<string, Pick<WhatIfRow, 'sku' | 'method' | 'quantity' | 'valueMinor'>>()
  for (const { sku, method, quantity, valueMinor } of costs.pools()) {
    if (wanted !== undefined && sku !== wanted) continue
    const before = held.get(sku) ?? NOTHING
    held.set(sku, {
      sku,
      method,
      quantity: before.quantity + quantity,
      valueMinor: before.valueMinor + valueMinor,
    })
  }
  const column = (method: WhatIfMethod, sku: string) => columns.get(method)?.get(sku) ?? NOTHING
  return [...held.values()].map((row) => {
    const methods = {
      fifo: column('fifo', row.sku),
      lifo: column('lifo', row.sku),
      average: column('average', row.sku),
    }
    return { ...row, asBooks: isAsBooks(row, methods), methods }
  })
}

function isAsBooks(
  { method, quantity, valueMinor }: Pick<WhatIfRow, 'method' | 'quantity' | 'valueMinor'>,
  methods: WhatIfRow['methods'],
): boolean | null {
  if (method === 'specific') return null
  const used = methods[method]
  return used.quantity === quantity && used.valueMinor === valueMinor
}
