import type { Chart } from '../account.ts'
import { type CostFlow, createCostFlow } from '../cost-flow.ts'
import { foundCost, inventoryMinorOf, poolAfter } from '../cost-values.ts'
import { smaller } from '../costing.ts'
import type { CostEffect, JournalEntry } from '../journal.ts'
import { spreadOverReceipt } from '../transactions/landed-cost.ts'
import { revaluedParts } from '../transactions/revaluation.ts'
import { isWhole, layerTouched } from '../undo.ts'
import type { CostEvent, ReturnEvent, Short } from './cost-event.ts'
import { createMemoryBook, type MemoryBook, type WhatIfMethod } from './memory-book.ts'

export interface WhatIfColumn {
  readonly quantity: bigint
  readonly valueMinor: bigint
  readonly cogsMinor: bigint
}

/** A history costed by one method, entry after entry, by the rules that posting itself uses. */
export interface MethodReplay {
  /** `keep`: something of this entry is given back later. `of`: the entry that it takes back. */
  readonly apply: (
    entry: JournalEntry,
    events: readonly CostEvent[],
    options: { readonly keep: boolean; readonly of: number | null },
  ) => void
  readonly columns: () => ReadonlyMap<string, WhatIfColumn>
}

/** What an entry did under this method, for its reversal. */
interface Kept {
  readonly effects: readonly CostEffect[]
  readonly added: ReadonlyMap<string, bigint>
}

interface State {
  readonly chart: Chart
  readonly book: MemoryBook
  /** Pools that a receipt has given a unit cost. */
  readonly priced: Set<string>
  /** Units of a receipt that are another store's now, by receipt and site. */
  readonly sent: Map<number, Map<string, bigint>>
  readonly kept: Map<number, Kept>
}

/** One entry while it is replayed. */
interface Turn {
  readonly flow: CostFlow
  /** Cost that other accounts than inventory and COGS gave (or took, negative) with the goods. */
  readonly add: (sku: string, amountMinor: bigint) => void
}

export function createMethodReplay(method: WhatIfMethod, chart: Chart): MethodReplay {
  const book = createMemoryBook(method)
  const state: State = { chart, book, priced: new Set(), sent: new Map(), kept: new Map() }
  const cogs = new Map<string, bigint>()
  return {
    apply: (entry, events, { keep, of }) => {
      const flow = createCostFlow(book)
      const added = new Map<string, bigint>()
      const turn: Turn = { flow, add: (sku, amountMinor) => addTo(added, sku, amountMinor) }
      for (const event of events) replayEvent(event, turn, state)
      const total = of === null ? added : negative(state.kept.get(of)?.added)
      // An entry balances: what neither inventory nor another account bears is COGS.
      for (const [sku, amountMinor] of total) addTo(cogs, sku, amountMinor)
      for (const effect of flow.effects) addTo(cogs, effect.sku, -inventoryMinorOf(effect))
      if (!keep) return
      state.kept.set(entry.sequence, { effects: flow.effects, added: total })
      book.keepUses(entry.sequence, entry.movements, flow.effects)
    },
    columns: () => columnsOf(book, cogs),
  }
}

function addTo(sums: Map<string, bigint>, sku: string, amountMinor: bigint): void {
  sums.set(sku, (sums.get(sku) ?? 0n) + amountMinor)
}

function negative(sums: ReadonlyMap<string, bigint> = new Map()): ReadonlyMap<string, bigint> {
  return new Map([...sums].map(([sku, amountMinor]) => [sku, -amountMinor]))
}

function columnsOf(
  book: MemoryBook,
  cogs: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, WhatIfColumn> {
  const columns = new Map<string, WhatIfColumn>()
  for (const { sku, pool } of book.pools()) {
    const before = columns.get(sku)
    columns.set(sku, {
      quantity: (before?.quantity ?? 0n) + pool.quantity - pool.deficitQuantity,
      valueMinor: (before?.valueMinor ?? 0n) + pool.valueMinor - pool.deficitValueMinor,
      cogsMinor: cogs.get(sku) ?? 0n,
    })
  }
  return columns
}

function replayEvent(event: CostEvent, turn: Turn, state: State): void {
  const { flow, add } = turn
  switch (event.do) {
    case 'bring':
      bring(event, event.valueMinor, turn, state)
      return
    case 'found': {
      const { sku, group, quantity } = event.goods
      const newest = state.book.heldLayers(sku, group).at(-1) ?? null
      const valueMinor = foundCost(state.book.pool(sku, group), newest, quantity)
      bring(event, valueMinor, turn, state)
      return
    }
    case 'take':
      take(event, turn, state)
      return
    case 'give-back':
      giveBack(event, turn, state)
      return
    case 'carry':
      priceShort(event.goods, event.short, state)
      flow.carry(event.goods, event.to, event.facts)
      return
    case 'spread':
      spread(event, turn, state)
      return
    case 'revalue':
      revalue(event, turn, state)
      return
    case 'return-to-supplier':
      add(event.goods.sku, -returnToSupplier(event, turn, state))
      return
    case 'undo':
      undo(event, turn, state)
      return
    case 'undo-values':
      undoValues(event.of, turn, state)
      return
  }
}

type Doing<Do extends CostEvent['do']> = Extract<CostEvent, { readonly do: Do }>

function bring(
  { goods, facts }: Doing<'bring' | 'found'>,
  valueMinor: bigint,
  { flow, add }: Turn,
  state: State,
): void {
  state.priced.add(JSON.stringify([goods.sku, goods.group]))
  flow.bring(goods, valueMinor, facts)
  add(goods.sku, valueMinor)
}

/**
 * Units nobody had received yet cost the last known unit cost, which every method knows alike from
 * the first receipt on. Before it the books alone know: the standard cost of that day.
 */
function priceShort(
  { sku, group }: { readonly sku: string; readonly group: string },
  short: Short | null,
  { book, priced }: State,
): void {
  if (short === null || priced.has(JSON.stringify([sku, group]))) return
  const pool = book.pool(sku, group)
  const last = { lastQuantity: short.quantity, lastValueMinor: short.valueMinor }
  book.savePool(sku, group, { ...pool, ...last })
}

function take({ goods, expensed, sentTo, short }: Doing<'take'>, turn: Turn, state: State): void {
  const { flow, add } = turn
  priceShort(goods, short, state)
  const mark = flow.effects.length
  const { costMinor } = flow.take(goods)
  if (expensed) add(goods.sku, -costMinor)
  if (sentTo === undefined) return
  for (const { layer, quantity } of flow.effects.slice(mark)) {
    if (layer === null) continue
    const { receipt } = state.book.layer(layer).facts
    const sites = state.sent.get(receipt) ?? new Map<string, bigint>()
    addTo(sites, sentTo, -quantity)
    state.sent.set(receipt, sites)
  }
}

function giveBack(event: Doing<'give-back'>, { flow, add }: Turn, state: State): void {
  const { goods, origin, facts, expensed, short } = event
  priceShort(goods, short, state)
  const uses = origin === null ? [] : state.book.openUses(origin)
  const open = uses.reduce((sum, { quantity }) => sum + quantity, 0n)
  const { costMinor } = flow.giveBack(goods, open < goods.quantity ? null : origin, facts)
  if (expensed) add(goods.sku, costMinor)
}

function spread({ receipt, amountMinor }: Doing<'spread'>, turn: Turn, state: State): void {
  const { chart, book, sent } = state
  const { sku } = receipt
  const bySite = sent.get(receipt.sequence) ?? new Map<string, bigint>()
  const sites = [...bySite].map(([site, quantity]) => ({ site, quantity }))
  turn.add(sku, amountMinor)
  spreadOverReceipt(
    receipt,
    amountMinor,
    '',
    {
      chart,
      addValue: turn.flow.addValue,
      money: (account, partMinor) => {
        if (account !== chart.cogs.account) turn.add(sku, -partMinor)
      },
    },
    {
      costs: book,
      receipts: {
        changeReceipt: () => {},
        sentOf: () => sites.toSorted((a, b) => (a.site < b.site ? -1 : 1)),
      },
    },
  )
}

/** What the goods of this method cannot bear goes to COGS. */
function revalue(event: Doing<'revalue'>, { flow, add }: Turn, { book }: State): void {
  const { sku, group, amountMinor, expensed } = event
  const { quantity, valueMinor } = book.pool(sku, group)
  const borne = -smaller(-amountMinor, valueMinor)
  if (expensed) add(sku, amountMinor)
  if (quantity === 0n) return
  for (const { layer, partMinor } of revaluedParts(book, sku, group, borne)) {
    flow.addValue(sku, group, layer, partMinor)
  }
}

/** What the units cost: of their own receipt as far as this method still has it, else the next. */
function returnToSupplier(event: ReturnEvent, { flow }: Turn, { book }: State): bigint {
  const { goods, receipt, originalMinor, byMethod, averagedMinor } = event
  const { sku, group, quantity } = goods
  const pool = book.pool(sku, group)
  if (pool.method === 'average') {
    const isAll = quantity === pool.quantity || originalMinor > pool.valueMinor
    const valueMinor = isAll ? pool.valueMinor : originalMinor
    const isAveraged = averagedMinor !== null && averagedMinor !== valueMinor
    return (isAveraged ? flow.take(goods) : flow.takeAt(goods, valueMinor)).costMinor
  }
  const own = book.layersOfReceipt(sku, receipt).filter((layer) => layer.group === group)
  const held = own.reduce((sum, layer) => sum + layer.quantity, 0n)
  const isHere = !byMethod && held >= quantity
  return (isHere ? flow.takeFrom(goods, own) : flow.take(goods)).costMinor
}

/** Exactly, where the units are as they came; under another method they may be gone: then the next. */
function undo({ goods, of, back, facts }: Doing<'undo'>, { flow }: Turn, state: State): void {
  const effects = (state.kept.get(of)?.effects ?? []).filter(
    ({ movement, sku }) => movement === goods.movement && sku === goods.sku,
  )
  if (isUntouched(effects, state.book)) {
    for (const effect of effects.toReversed()) flow.undo(effect, goods.movement)
  } else if (back === null) flow.take(goods)
  else flow.carry(goods, back, facts)
}

function isUntouched(effects: readonly CostEffect[], book: MemoryBook): boolean {
  const pools = new Map(effects.map(({ sku, group }) => [group, book.pool(sku, group)]))
  return effects.toReversed().every((effect) => {
    const before = pools.get(effect.group) ?? book.pool(effect.sku, effect.group)
    const change = { quantity: -effect.quantity, valueMinor: -effect.valueMinor }
    const after = poolAfter(before, effect.source, change)
    pools.set(effect.group, after)
    return isWhole(after) && !layerTouched(effect, book)
  })
}

function undoValues(of: number, { flow }: Turn, { kept, book }: State): void {
  const values = (kept.get(of)?.effects ?? []).filter(({ movement }) => movement === 0)
  for (const { sku, group, layer, valueMinor } of values) {
    const held = layer === null ? book.pool(sku, group) : book.layer(layer)
    if (held.quantity === 0n) continue
    const least = smaller(valueMinor, held.valueMinor)
    flow.addValue(sku, group, layer, -least)
  }
}
