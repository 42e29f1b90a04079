import { type AccountRole, type Chart, taxAccount } from './account.ts'
import type { Command, MovementPart, SaleLine, Tender } from './command.ts'
import type { Costed, CostFlow, UseOrigin } from './cost-movement.ts'
import { shareOf } from './costing.ts'
import type { Line, Movement } from './journal.ts'
import type { OpenOrderLine } from './store/order-store.ts'

/** A movement before it is costed: what happens, and what that means for cost. */
export interface PlannedMovement {
  readonly movement: Omit<Movement, 'number' | 'costMinor'>
  readonly flow: CostFlow
}

export interface PostedMovement {
  readonly movement: Movement
  readonly costed: Costed
}

/** What planning asks of the books. */
export interface PlanLookup {
  readonly orderLine: (order: string, line: number) => OpenOrderLine | null
  readonly saleOrigin: (sourceKey: string, line: number, sku: string) => UseOrigin | null
}

type Draft = Omit<Line, 'number'>
type TillReceipt = Extract<Command, { readonly kind: 'till-receipt' }>

/** Command to movements. Only commands that passed their checks come here. */
export function planMovements(command: Command, lookup: PlanLookup): PlannedMovement[] {
  switch (command.kind) {
    case 'open-purchase-order':
      return []
    case 'import-masters':
      return command.opening.map(({ sku, location, quantity, valueMinor }, index) => {
        const part = { sku, quantity, from: 'supplier', to: location, epcs: [] }
        return plan('opening', part, index + 1, '', { flow: 'in', valueMinor })
      })
    case 'receive': {
      const valueMinor = receiptValue(lookup.orderLine(command.order, command.line), command.part)
      const memo = `${command.order} line ${command.line}, ${command.delivery}`
      return [plan('receipt', command.part, command.line, memo, { flow: 'in', valueMinor })]
    }
    case 'move':
      return [plan('move', command.part, null, command.reason, { flow: 'neutral' })]
    case 'shrink':
      return [plan('shrinkage', command.part, null, command.reason, { flow: 'out' })]
    case 'till-receipt':
      return command.lines.flatMap((line) => planSaleLine(line, lookup))
  }
}

/** The agreed value of what is received, of what is still open on the line. */
function receiptValue(ordered: OpenOrderLine | null, part: MovementPart): bigint {
  if (ordered === null) return 0n
  const openMinor = ordered.orderedMinor - ordered.receivedMinor
  return shareOf(openMinor, ordered.ordered - ordered.received, part.quantity)
}

function planSaleLine(line: SaleLine, lookup: PlanLookup): PlannedMovement[] {
  const { original } = line
  return line.parts.map((part) => {
    if (line.quantity > 0n) return plan('sale', part, line.line, '', { flow: 'out' })
    if (original === undefined) {
      const memo = 'cost estimated: no original sale named'
      return plan('return', part, line.line, memo, { flow: 'back', original: null })
    }
    const origin = lookup.saleOrigin(original.sourceKey, original.line, part.sku)
    const memo = origin === null ? 'cost estimated: the original sale is not in these books' : ''
    const planned = plan('return', part, line.line, memo, { flow: 'back', original: origin })
    return { ...planned, movement: { ...planned.movement, original } }
  })
}

function plan(
  kind: Movement['kind'],
  part: MovementPart,
  line: number | null,
  memo: string,
  flow: CostFlow,
): PlannedMovement {
  const { sku, quantity, from, to, epcs } = part
  const movement = { kind, sku, quantity, from, to, epcs, memo }
  return { movement: line === null ? movement : { ...movement, line }, flow }
}

/** Costed movements to debit and credit lines; lines of zero are left out. */
export function linesOf(
  command: Command,
  movements: readonly PostedMovement[],
  chart: Chart,
): Line[] {
  const money = command.kind === 'till-receipt' ? receiptMoney(command, chart) : []
  const goods = movements.flatMap((posted) => goodsLines(posted, chart))
  return [...money, ...goods]
    .filter(({ amountMinor }) => amountMinor !== 0n)
    .map((draft, index) => ({ ...draft, number: index + 1 }))
}

/** The two sides of the goods, and what a settled deficit owes to COGS. */
function goodsLines({ movement, costed }: PostedMovement, chart: Chart): Draft[] {
  const { sku, kind } = movement
  const sides = SIDES[kind]
  if (sides === null) return []
  const lines = twoSides(chart, sides, costed.costMinor, sku)
  if (costed.settlementMinor === 0n) return lines
  const memo = `${sku} deficit settled`
  return [...lines, ...twoSides(chart, ['cogs', 'inventory'], costed.settlementMinor, memo)]
}

/** Debit and credit of each kind of movement; a move has none. */
const SIDES: Readonly<Record<Movement['kind'], readonly [AccountRole, AccountRole] | null>> = {
  move: null,
  opening: ['inventory', 'opening-balance-equity'],
  receipt: ['inventory', 'gr-ir'],
  sale: ['cogs', 'inventory'],
  return: ['inventory', 'cogs'],
  shrinkage: ['shrinkage-expense', 'inventory'],
}

function twoSides(
  chart: Chart,
  [debit, credit]: readonly [AccountRole, AccountRole],
  amountMinor: bigint,
  memo: string,
): Draft[] {
  return [
    { account: chart[debit].account, amountMinor, memo },
    { account: chart[credit].account, amountMinor: -amountMinor, memo },
  ]
}

const TENDER_ROLE: Readonly<Record<Tender['kind'], AccountRole>> = {
  cash: 'cash',
  card: 'card-clearing',
  voucher: 'voucher-liability',
}

/** Tenders, rounding, revenue and tax, one line per account. */
function receiptMoney(receipt: TillReceipt, chart: Chart): Draft[] {
  const sums = new Map<string, bigint>()
  const add = (account: string, amountMinor: bigint) => {
    sums.set(account, (sums.get(account) ?? 0n) + amountMinor)
  }
  for (const { kind, amountMinor } of receipt.tenders) {
    add(chart[TENDER_ROLE[kind]].account, amountMinor)
  }
  add(chart['cash-rounding'].account, -receipt.roundingMinor)
  for (const line of receipt.lines) {
    add(chart[revenueRole(line)].account, -line.netMinor)
    add(taxAccount(chart, line.taxCode), -line.taxMinor)
  }
  const memo = `${receipt.till} receipt ${receipt.receipt}`
  return [...sums].map(([account, amountMinor]) => ({ account, amountMinor, memo }))
}

function revenueRole(line: SaleLine): AccountRole {
  switch (line.kind) {
    case 'stock':
      return line.quantity < 0n ? 'sales-returns' : 'sales-revenue'
    case 'unmapped':
      return 'unmapped-sales'
    case 'non-stock':
      return 'other-revenue'
  }
}
