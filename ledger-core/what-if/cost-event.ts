import type { Books } from '../books.ts'
import type { Command, CommandOf } from '../command.ts'
import { commandFromText } from '../command-text.ts'
import type { UseOrigin } from '../cost-book.ts'
import type { Goods } from '../cost-flow.ts'
import type { CostEffect, JournalEntry, LayerFacts, Movement } from '../journal.ts'
import type { GoodsReceipt } from '../store/receipt-store.ts'
import type { ReplayStore } from '../store/replay-store.ts'
import type { ReceiptBook } from './receipt-book.ts'

/** What a posted entry did to costs, told without the method that it was costed by. */
export type CostEvent =
  | {
      readonly do: 'bring'
      readonly goods: Goods
      readonly valueMinor: bigint
      readonly facts: LayerFacts
    }
  /** Units found cost what the newest or the average ones cost. */
  | { readonly do: 'found'; readonly goods: Goods; readonly facts: LayerFacts }
  /** `expensed`: another account than COGS bears the cost. */
  | {
      readonly do: 'take'
      readonly goods: Goods
      readonly expensed: boolean
      /** Store that the units belong to from now on. */
      readonly sentTo?: string
      readonly short: Short | null
    }
  | {
      readonly do: 'give-back'
      readonly goods: Goods
      readonly origin: UseOrigin | null
      readonly facts: LayerFacts
      readonly expensed: boolean
      readonly short: Short | null
    }
  | {
      readonly do: 'carry'
      readonly goods: Goods
      readonly to: string
      readonly facts: LayerFacts
      readonly short: Short | null
    }
  | { readonly do: 'spread'; readonly receipt: GoodsReceipt; readonly amountMinor: bigint }
  | {
      readonly do: 'revalue'
      readonly sku: string
      readonly group: string
      readonly amountMinor: bigint
      readonly expensed: boolean
    }
  | ReturnEvent
  | {
      readonly do: 'undo'
      readonly goods: Goods
      readonly of: number
      /** Group that the units had left, where the movement was between own places. */
      readonly back: string | null
      readonly facts: LayerFacts
    }
  | { readonly do: 'undo-values'; readonly of: number }

export interface ReturnEvent {
  readonly do: 'return-to-supplier'
  readonly goods: Goods
  readonly receipt: number
  readonly originalMinor: bigint
  readonly byMethod: boolean
  /** Cost at the average, where the books have one and took the units at it. */
  readonly averagedMinor: bigint | null
}

/** What units cost that nobody had received: before the first receipt only the books know it. */
export interface Short {
  readonly quantity: bigint
  readonly valueMinor: bigint
}

export interface EventSource {
  readonly books: Books
  readonly replay: ReplayStore
  readonly receipts: ReceiptBook
}

export function eventsOf(entry: JournalEntry, source: EventSource): CostEvent[] {
  switch (entry.kind) {
    case 'reverse':
    case 'void-receipt':
      return reversalEvents(entry, source)
    case 'landed-cost':
    case 'supplier-invoice': {
      const command = commandOf(entry, source.books)
      const shares = source.receipts.laterCosts(command)
      return shares.map(({ receipt, amountMinor }) => ({ do: 'spread', receipt, amountMinor }))
    }
    case 'revalue':
      return revaluation(commandOf(entry, source.books))
    case 'change-method':
      return []
    default:
      return movementEvents(entry, source)
  }
}

function commandOf({ sourceKey }: JournalEntry, { commands }: Books): Command {
  const body = commands.body(sourceKey)
  if (body === null) throw new Error(`the command ${sourceKey} went missing`)
  return commandFromText(body)
}

function revaluation(command: Command): CostEvent[] {
  if (command.kind !== 'revalue') return []
  const { sku, costGroup = '', amountMinor, against } = command
  const expensed = against !== 'cogs'
  return [{ do: 'revalue', sku, group: costGroup, amountMinor, expensed }]
}

function movementEvents(entry: JournalEntry, source: EventSource): CostEvent[] {
  return entry.movements.flatMap((movement) => {
    const effects = entry.effects.filter((effect) => effect.movement === movement.number)
    return effects.length === 0 ? [] : eventsOfMovement(entry, movement, effects, source)
  })
}

function eventsOfMovement(
  entry: JournalEntry,
  movement: Movement,
  effects: readonly CostEffect[],
  source: EventSource,
): CostEvent[] {
  const { kind, from, to, costMinor, quantity } = movement
  const groupOf = source.books.masters.locationGroup
  const facts = { date: entry.businessDate, receipt: entry.sequence }
  const out = goodsOf(movement, groupOf(from))
  const back = goodsOf(movement, groupOf(to))
  const short = shortOf(effects)
  const linked = originsOf(movement, effects, source)
  if (linked.length > 0) {
    const expensed = kind === 'gain'
    return linked.map(({ origin, units }) => {
      const goods = { ...back, quantity: units }
      return { do: 'give-back', goods, origin, facts, expensed, short: null }
    })
  }
  switch (kind) {
    case 'opening':
    case 'receipt':
    case 'arrival': {
      const first = { ...facts, ...datesOf(entry, movement, effects, source.books) }
      return [{ do: 'bring', goods: back, valueMinor: costMinor, facts: first }]
    }
    case 'assembly':
      return from === 'assembly'
        ? [{ do: 'bring', goods: back, valueMinor: costMinor, facts }]
        : [{ do: 'take', goods: out, expensed: true, short }]
    case 'gain':
      return [{ do: 'found', goods: back, facts }]
    case 'return':
    case 'reversal': {
      const first = { quantity, valueMinor: costMinor }
      return [{ do: 'give-back', goods: back, origin: null, facts, expensed: false, short: first }]
    }
    case 'sale':
      return [{ do: 'take', goods: out, expensed: false, short }]
    case 'shrinkage':
    case 'write-off':
      return [{ do: 'take', goods: out, expensed: true, short }]
    case 'confirmed-arrival': {
      const sentTo = source.books.stock.transfer(transferOf(from))?.site ?? ''
      return [{ do: 'take', goods: out, expensed: true, sentTo, short }]
    }
    case 'purchase-return':
      return returnEvents(entry, movement, out, source)
    case 'move':
    case 'dispatch':
      return [{ do: 'carry', goods: out, to: groupOf(to), facts, short }]
  }
}

function goodsOf({ sku, quantity, number }: Movement, group: string): Goods {
  return { sku, group, quantity, movement: number }
}

/** `in-transit:T-1` is where the goods of T-1 are. */
function transferOf(location: string): string {
  return location.slice(location.indexOf(':') + 1)
}

function shortOf(effects: readonly CostEffect[]): Short | null {
  const owed = effects.find(({ source, quantity }) => source === 'deficit' && quantity > 0n)
  return owed === undefined ? null : { quantity: owed.quantity, valueMinor: owed.valueMinor }
}

/** Where units come back from, each with how many. */
function originsOf(
  { sku }: Movement,
  effects: readonly CostEffect[],
  { replay }: EventSource,
): { readonly origin: UseOrigin; readonly units: bigint }[] {
  const units = new Map<number, { line: number; units: bigint }>()
  for (const { of } of effects) {
    if (of === undefined || of.quantity <= 0n) continue
    const known = units.get(of.sequence) ?? { line: replay.lineOf(of), units: 0n }
    units.set(of.sequence, { ...known, units: known.units + of.quantity })
  }
  return [...units].map(([sequence, { line, units: quantity }]) => ({
    origin: { sequence, line, sku },
    units: quantity,
  }))
}

/** The day that goods were bought, where it is not the day they came. */
function datesOf(
  entry: JournalEntry,
  { number, line = 0 }: Movement,
  effects: readonly CostEffect[],
  books: Books,
): { readonly date?: string } {
  const made = effects.find(({ facts }) => facts !== undefined)?.facts
  if (made !== undefined) return { date: made.date }
  // An average pool has no layers: what these would have been stands in the command.
  if (entry.kind !== 'import-masters' && entry.kind !== 'arrive') return {}
  const command = commandOf(entry, books)
  const layers = command.kind === 'arrive' ? command.lines.flatMap((one) => one.layers) : []
  const layer = command.kind === 'import-masters' ? command.opening[line - 1] : layers[number - 1]
  return layer?.date === undefined ? {} : { date: layer.date }
}

function returnEvents(
  entry: JournalEntry,
  movement: Movement,
  goods: Goods,
  { books, receipts }: EventSource,
): CostEvent[] {
  const command = commandOf(entry, books) as CommandOf<'return-to-supplier'>
  const { receipt, originalMinor } = receipts.returned(command.receipt, movement.quantity)
  const isAverage = entry.effects.some(({ source }) => source === 'pool')
  const byMethod = command.instead !== undefined
  const averagedMinor = isAverage ? movement.costMinor : null
  return [{ do: 'return-to-supplier', goods, receipt, originalMinor, byMethod, averagedMinor }]
}

/** As the reversal itself goes: last movement first, then the changes of value. */
function reversalEvents(entry: JournalEntry, source: EventSource): CostEvent[] {
  const { books, replay, receipts } = source
  const { locationGroup: groupOf, locationKind: kindOf } = books.masters
  const of = replay.reversedBy(entry.sequence) ?? 0
  const original = books.journal.entries(of - 1, 1)[0]
  if (original === undefined) throw new Error(`entry ${of} went missing`)
  receipts.takenBack(original.sourceKey)
  const facts = { date: entry.businessDate, receipt: entry.sequence }
  const events = original.movements.toReversed().flatMap((movement): CostEvent[] => {
    const { number, sku, line = 0, from, to } = movement
    if (!original.effects.some((effect) => effect.movement === number)) return []
    const isOwn = (place: string) => kindOf(place) !== 'virtual'
    if (isOwn(to)) {
      const back = isOwn(from) ? groupOf(from) : null
      return [{ do: 'undo', goods: goodsOf(movement, groupOf(to)), of, back, facts }]
    }
    const goods = goodsOf(movement, groupOf(from))
    const origin = { sequence: of, line, sku }
    return [{ do: 'give-back', goods, origin, facts, expensed: false, short: null }]
  })
  return [...events, { do: 'undo-values', of }]
}
