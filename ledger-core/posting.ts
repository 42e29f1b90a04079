import { type AccountRole, type Chart, inventoryAccount } from './account.ts'
import type { LotFacts, MovementPart } from './command.ts'
import type { CostBook, UseOrigin } from './cost-book.ts'
import { type Cost, type CostFlow, createCostFlow, type Goods } from './cost-flow.ts'
import { inventoryMinorOf } from './cost-values.ts'
import type { Layer } from './costing.ts'
import type { CostEffect, LayerFacts, Line, Movement, MovementKind } from './journal.ts'

/** What a movement says beside its goods. */
export interface About {
  readonly kind: MovementKind
  readonly line?: number
  readonly memo: string
  readonly original?: { readonly sourceKey: string; readonly line: number }
}

/** The other side of the goods: account and amount for a cost. */
export type Contra = (costMinor: bigint) => readonly Draft[]
export type Draft = Omit<Line, 'number'>

/**
 * One entry while it is made; after `finish` the next begins in the same object. Each call moves goods through the cost flow and writes both sides: the
 * inventory side follows from the effects, the other from the rule, and they must meet.
 */
export interface Posting {
  readonly sequence: number
  /** Business date: where a new layer stands in the order of issue. */
  readonly date: string
  readonly chart: Chart
  readonly costs: CostFlow
  /** Written so far. */
  readonly movements: readonly Movement[]
  /** Own place to own place: no value unless the cost group changes. */
  readonly move: (part: MovementPart, about: About) => void
  readonly bringIn: (
    part: MovementPart,
    about: About,
    valueMinor: bigint,
    contra: Contra,
    facts?: LotFacts & Partial<LayerFacts>,
  ) => void
  readonly takeOut: (part: MovementPart, about: About, contra: Contra, from?: Taking) => bigint
  readonly giveBack: (
    part: MovementPart,
    about: About,
    origin: UseOrigin | null,
    contra: Contra,
  ) => void
  /** Effects posted before are undone with their movement. */
  readonly undo: (part: MovementPart, about: About, effects: readonly CostEffect[]) => void
  /** Change of value without goods; the other side is written with `money`. */
  readonly addValue: (
    sku: string,
    group: string,
    layer: number | null,
    amountMinor: bigint,
    memo: string,
  ) => void
  readonly money: (account: string, amountMinor: bigint, memo: string) => void
  readonly to: (role: AccountRole, memo: string) => Contra
  readonly from: (role: AccountRole, memo: string) => Contra
}

/** Which units leave, if not the next by method: of given layers, or of the average at a given cost. */
export type Taking = { readonly layers: readonly Layer[] } | { readonly valueMinor: bigint }

export interface PostingDeps {
  readonly chart: Chart
  readonly locationGroup: (location: string) => string
  readonly addStock: (sku: string, location: string, quantity: bigint) => void
}

export interface Posted {
  readonly movements: readonly Movement[]
  readonly lines: readonly Line[]
  readonly effects: readonly CostEffect[]
}

/** One entry after another, in the same few objects: every posting passes here. */
export interface Postings {
  readonly begin: (sequence: number, date: string) => Posting
  /** What the entry begun last has come to. */
  readonly finish: () => Posted
}

export function createPostings(book: CostBook, deps: PostingDeps): Postings {
  const { chart } = deps
  const costs = createCostFlow(book)
  const writing = createWriting(costs, deps)
  const { entry, money } = writing
  const side =
    (sign: 1n | -1n) =>
    (role: AccountRole, memo: string): Contra =>
    (costMinor) => [{ account: chart[role].account, amountMinor: sign * costMinor, memo }]
  const posting = {
    sequence: 0,
    date: '',
    movements: entry.movements,
    chart,
    costs,
    money,
    to: side(1n),
    from: side(-1n),
    ...createArrivals(writing),
    ...createDepartures(writing),
  }
  return {
    begin: (sequence, date) => {
      costs.begin()
      entry.movements = []
      entry.lines = []
      entry.own = { date, receipt: sequence }
      posting.sequence = sequence
      posting.date = date
      posting.movements = entry.movements
      return posting
    },
    finish: () => ({
      movements: entry.movements,
      lines: entry.lines,
      effects: costs.effects,
    }),
  }
}

/** What the ways of goods share: cost first, then the movement, then both sides. */
interface Writing {
  readonly costs: CostFlow
  /** The entry that is being made. */
  readonly entry: { movements: Movement[]; lines: Line[]; own: LayerFacts }
  readonly groupOf: (location: string) => string
  readonly money: (account: string, amountMinor: bigint, memo: string) => void
  /** Lines of the inventory accounts for the effects since `mark`. */
  readonly inventory: (mark: number, memo: string) => void
  /** Number of the next movement, for the effects that come before it. */
  readonly next: () => number
  /** Goods have moved at a cost. */
  readonly moved: (part: MovementPart, about: About, costMinor: bigint) => void
  readonly settle: (sku: string, settlementMinor: bigint) => void
  readonly write: (drafts: readonly Draft[]) => void
}

function createWriting(costs: CostFlow, { chart, locationGroup, addStock }: PostingDeps): Writing {
  const entry: Writing['entry'] = { movements: [], lines: [], own: { date: '', receipt: 0 } }
  const money = (account: string, amountMinor: bigint, memo: string) => {
    if (amountMinor === 0n) return
    entry.lines.push({ number: entry.lines.length + 1, account, amountMinor, memo })
  }
  return {
    costs,
    entry,
    groupOf: locationGroup,
    money,
    inventory: (mark, memo) => {
      for (const [account, amountMinor] of inventorySums(chart, costs.effects, mark))
        money(account, amountMinor, memo)
    },
    next: () => entry.movements.length + 1,
    moved: (part, about, costMinor) => {
      const { sku, from, to, quantity } = part
      entry.movements.push(movementOf(part, about, entry.movements.length + 1, costMinor))
      addStock(sku, from, -quantity)
      addStock(sku, to, quantity)
    },
    settle: (sku, settlementMinor) =>
      money(chart.cogs.account, settlementMinor, `${sku} deficit settled`),
    write: (drafts) => {
      for (const { account, amountMinor, memo } of drafts) money(account, amountMinor, memo)
    },
  }
}

function createArrivals(writing: Writing): Pick<Posting, 'bringIn' | 'giveBack'> {
  const { costs, entry, groupOf, inventory, next, moved, settle, write } = writing
  const arrived = (part: MovementPart, about: About, mark: number, cost: Cost, contra: Contra) => {
    moved(part, about, cost.costMinor)
    inventory(mark, part.sku)
    settle(part.sku, cost.settlementMinor)
    write(contra(cost.costMinor))
  }
  return {
    bringIn: (part, about, valueMinor, contra, given) => {
      const mark = costs.effects.length
      const goods = goodsOf(part, groupOf(part.to), next())
      const cost = costs.bring(goods, valueMinor, { ...entry.own, ...given })
      arrived(part, about, mark, cost, contra)
    },
    giveBack: (part, about, origin, contra) => {
      const mark = costs.effects.length
      const cost = costs.giveBack(goodsOf(part, groupOf(part.to), next()), origin, entry.own)
      arrived(part, about, mark, cost, contra)
    },
  }
}

function createDepartures(
  writing: Writing,
): Pick<Posting, 'move' | 'takeOut' | 'undo' | 'addValue'> {
  const { costs, entry, groupOf, inventory, next, moved, settle, write } = writing
  const takeOf = (goods: Goods, serials: MovementPart['serials'], from?: Taking): Cost => {
    if (from === undefined) return costs.take(goods, serials)
    return 'layers' in from
      ? costs.takeFrom(goods, from.layers)
      : costs.takeAt(goods, from.valueMinor)
  }
  return {
    move: (part, about) => {
      const [group, to] = [groupOf(part.from), groupOf(part.to)]
      if (group === to) return moved(part, about, 0n)
      const mark = costs.effects.length
      const cost = costs.carry(goodsOf(part, group, next()), to, entry.own)
      moved(part, about, cost.costMinor)
      inventory(mark, part.sku)
      settle(part.sku, cost.settlementMinor)
    },
    takeOut: (part, about, contra, from) => {
      const mark = costs.effects.length
      const goods = goodsOf(part, groupOf(part.from), next())
      const { costMinor } = takeOf(goods, part.serials, from)
      moved(part, about, costMinor)
      write(contra(costMinor))
      inventory(mark, part.sku)
      return costMinor
    },
    undo: (part, about, effects) => {
      const mark = costs.effects.length
      const movement = next()
      for (const effect of effects.toReversed()) costs.undo(effect, movement)
      moved(part, about, effectsMinor(costs.effects.slice(mark)))
      inventory(mark, part.sku)
    },
    addValue: (sku, group, layer, amountMinor, memo) => {
      const mark = costs.effects.length
      costs.addValue(sku, group, layer, amountMinor)
      inventory(mark, memo)
    },
  }
}

function goodsOf({ sku, quantity }: MovementPart, group: string, movement: number): Goods {
  return { sku, group, quantity, movement }
}

function movementOf(part: MovementPart, about: About, number: number, costMinor: bigint): Movement {
  const { sku, quantity, from, to, epcs } = part
  const { kind, line, original, memo } = about
  const movement = { number, kind, sku, quantity, from, to, epcs, costMinor, memo }
  if (line === undefined) return original === undefined ? movement : { ...movement, original }
  return original === undefined ? { ...movement, line } : { ...movement, line, original }
}

/** What effects do to each inventory account. */
export function inventorySums(
  chart: Chart,
  effects: readonly CostEffect[],
  mark = 0,
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (let at = mark; at < effects.length; at++) {
    const effect = effects[at]
    if (effect === undefined) break
    const account = inventoryAccount(chart, effect.group)
    sums.set(account, (sums.get(account) ?? 0n) + inventoryMinorOf(effect))
  }
  return sums
}

function effectsMinor(effects: readonly CostEffect[]): bigint {
  const sum = effects.reduce((total, effect) => total + inventoryMinorOf(effect), 0n)
  return sum < 0n ? -sum : sum
}
