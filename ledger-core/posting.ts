import { type AccountRole, type Chart, inventoryAccount } from './account.ts'
import type { Command, LotFacts, MovementPart } from './command.ts'
import type { CostBook, UseOrigin } from './cost-book.ts'
import { type Cost, type CostFlow, createCostFlow } from './cost-flow.ts'
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
 * One entry while it is made. Each call moves goods through the cost flow and writes both sides: the
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

export interface PostingFacts {
  readonly sequence: number
  readonly command: Command
  readonly chart: Chart
  readonly locationGroup: (location: string) => string
  readonly addStock: (sku: string, location: string, quantity: bigint) => void
}

export interface Posted {
  readonly movements: readonly Movement[]
  readonly lines: readonly Line[]
  readonly effects: readonly CostEffect[]
}

export function createPosting(
  book: CostBook,
  facts: PostingFacts,
): Posting & { readonly finish: () => Posted } {
  const { sequence, chart } = facts
  const date = facts.command.businessDate
  const costs = createCostFlow(book)
  const movements: Movement[] = []
  const lines: Line[] = []
  const money = (account: string, amountMinor: bigint, memo: string) => {
    if (amountMinor !== 0n) lines.push({ number: lines.length + 1, account, amountMinor, memo })
  }
  const writing: Writing = {
    costs,
    groupOf: facts.locationGroup,
    own: { date, receipt: sequence },
    inventory: (mark, memo) => {
      for (const [account, amountMinor] of inventorySums(chart, costs.effects.slice(mark)))
        money(account, amountMinor, memo)
    },
    moving: (part, about, cost) => {
      const movement = movements.length + 1
      const { costMinor, settlementMinor } = cost(movement)
      movements.push(movementOf(part, about, movement, costMinor))
      facts.addStock(part.sku, part.from, -part.quantity)
      facts.addStock(part.sku, part.to, part.quantity)
      return { costMinor, settlementMinor }
    },
    settle: (sku, settlementMinor) =>
      money(chart.cogs.account, settlementMinor, `${sku} deficit settled`),
    write: (drafts) => {
      for (const { account, amountMinor, memo } of drafts) money(account, amountMinor, memo)
    },
  }
  const side =
    (sign: 1n | -1n) =>
    (role: AccountRole, memo: string): Contra =>
    (costMinor) => [{ account: chart[role].account, amountMinor: sign * costMinor, memo }]
  return {
    sequence,
    date,
    chart,
    costs,
    movements,
    money,
    to: side(1n),
    from: side(-1n),
    ...createArrivals(writing),
    ...createDepartures(writing),
    finish: () => ({ movements, lines, effects: costs.effects }),
  }
}

/** What the ways of goods share: cost first, then the movement, then both sides. */
interface Writing {
  readonly costs: CostFlow
  readonly groupOf: (location: string) => string
  readonly own: LayerFacts
  /** Lines of the inventory accounts for the effects since `mark`. */
  readonly inventory: (mark: number, memo: string) => void
  /** Goods move and cost something: record both, with the movement's number for its effects. */
  readonly moving: (part: MovementPart, about: About, cost: (movement: number) => Cost) => Cost
  readonly settle: (sku: string, settlementMinor: bigint) => void
  readonly write: (drafts: readonly Draft[]) => void
}

function createArrivals(writing: Writing): Pick<Posting, 'bringIn' | 'giveBack'> {
  const { costs, groupOf, own, inventory, moving, settle, write } = writing
  return {
    bringIn: (part, about, valueMinor, contra, given) => {
      const mark = costs.effects.length
      const group = groupOf(part.to)
      const { settlementMinor } = moving(part, about, (movement) =>
        costs.bring({ ...part, group, movement }, valueMinor, { ...own, ...given }),
      )
      inventory(mark, part.sku)
      settle(part.sku, settlementMinor)
      write(contra(valueMinor))
    },
    giveBack: (part, about, origin, contra) => {
      const mark = costs.effects.length
      const { costMinor, settlementMinor } = moving(part, about, (movement) =>
        costs.giveBack({ ...part, group: groupOf(part.to), movement }, origin, own),
      )
      inventory(mark, part.sku)
      settle(part.sku, settlementMinor)
      write(contra(costMinor))
    },
  }
}

function createDepartures(
  writing: Writing,
): Pick<Posting, 'move' | 'takeOut' | 'undo' | 'addValue'> {
  const { costs, groupOf, own, inventory, moving, settle, write } = writing
  return {
    move: (part, about) => {
      const [group, to] = [groupOf(part.from), groupOf(part.to)]
      const mark = costs.effects.length
      const { settlementMinor } = moving(part, about, (movement) =>
        group === to ? NO_COST : costs.carry({ ...part, group, movement }, to, own),
      )
      if (group === to) return
      inventory(mark, part.sku)
      settle(part.sku, settlementMinor)
    },
    takeOut: (part, about, contra, from) => {
      const mark = costs.effects.length
      const { costMinor } = moving(part, about, (movement) => {
        const goods = { ...part, group: groupOf(part.from), movement }
        if (from === undefined) return costs.take(goods, part.serials)
        return 'layers' in from
          ? costs.takeFrom(goods, from.layers)
          : costs.takeAt(goods, from.valueMinor)
      })
      write(contra(costMinor))
      inventory(mark, part.sku)
      return costMinor
    },
    undo: (part, about, effects) => {
      const mark = costs.effects.length
      moving(part, about, (movement) => {
        for (const effect of effects.toReversed()) costs.undo(effect, movement)
        return { costMinor: effectsMinor(costs.effects.slice(mark)), settlementMinor: 0n }
      })
      inventory(mark, part.sku)
    },
    addValue: (sku, group, layer, amountMinor, memo) => {
      const mark = costs.effects.length
      costs.addValue(sku, group, layer, amountMinor)
      inventory(mark, memo)
    },
  }
}

const NO_COST: Cost = { costMinor: 0n, settlementMinor: 0n }

function movementOf(part: MovementPart, about: About, number: number, costMinor: bigint): Movement {
  const { sku, quantity, from, to, epcs } = part
  return {
    number,
    kind: about.kind,
    sku,
    quantity,
    from,
    to,
    epcs,
    costMinor,
    ...(about.line === undefined ? {} : { line: about.line }),
    ...(about.original === undefined ? {} : { original: about.original }),
    memo: about.memo,
  }
}

/** What effects do to each inventory account. */
export function inventorySums(
  chart: Chart,
  effects: readonly CostEffect[],
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const effect of effects) {
    const account = inventoryAccount(chart, effect.group)
    sums.set(account, (sums.get(account) ?? 0n) + inventoryMinorOf(effect))
  }
  return sums
}

function effectsMinor(effects: readonly CostEffect[]): bigint {
  const sum = effects.reduce((total, effect) => total + inventoryMinorOf(effect), 0n)
  return sum < 0n ? -sum : sum
}
