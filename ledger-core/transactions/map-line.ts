import { type Books, sequenceOf } from '../books.ts'
import { checkRoutes, mayFallShort } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { firstRefusal, type Refusal, refuse } from '../refusal.ts'
import type { ParkedLine } from '../store/parked-store.ts'
import { giveBackWithoutSale, revenueRole } from './till-receipt.ts'
import type { Transaction } from './transaction.ts'

type Mapping = CommandOf<'map-line'>

/**
 * A line that the till sold before the masters knew it: its cost is posted now, in the first open
 * period, and its revenue leaves *unmapped sales*. Returns that name the receipt find it.
 */
export const mapLine: Transaction<'map-line'> = {
  check: (command, books) => {
    const parked = parkedLine(command, books)
    if (parked === null) {
      const { sale, line } = command
      return refuse(
        'unknown-origin',
        `expected a parked line of a receipt, got ${sale} line ${line}`,
      )
    }
    const [from, to] =
      parked.quantity > 0n ? (['own', 'customer'] as const) : (['customer', 'own'] as const)
    return firstRefusal([
      () => stillParked(command, parked, books),
      () =>
        checkRoutes(
          command.parts.map((part) => ({ part, from, to })),
          books,
        ),
      () => partsFit(command, parked, books),
      () => (parked.quantity > 0n ? mayFallShort(command.parts, books) : null),
    ])
  },
  post: (command, posting, books) => {
    const { sale, line, sku, parts } = command
    const parked = parkedLine(command, books)
    if (parked === null)
      throw new Error(`${sale} line ${line} went missing between check and posting`)
    const memo = `${sale} line ${line}: ${parked.description}`
    const role = revenueRole({ kind: 'stock', quantity: parked.quantity })
    posting.money(posting.chart['unmapped-sales'].account, parked.netMinor, memo)
    posting.money(posting.chart[role].account, -parked.netMinor, memo)
    const original = { sourceKey: sale, line }
    for (const part of parts) {
      if (parked.quantity > 0n)
        posting.takeOut(part, { kind: 'sale', line, memo: '', original }, posting.to('cogs', sku))
      else giveBackWithoutSale(line, part, posting)
    }
    books.parked.mapLine(parked.sequence, line, posting.sequence)
  },
}

function parkedLine({ sale, line }: Mapping, books: Books): ParkedLine | null {
  const sequence = sequenceOf(books, sale)
  return sequence === null ? null : books.parked.line(sequence, line)
}

function stillParked(
  { sale, line }: Mapping,
  { sequence }: ParkedLine,
  { parked, stock }: Books,
): Refusal | null {
  const by = parked.mappedBy(sequence, line)
  if (by !== null)
    return refuse(
      'wrong-state',
      `expected ${sale} line ${line} to be parked, got it mapped by entry ${by}`,
    )
  const undone = stock.reversedBy(sequence)
  if (undone === null) return null
  return refuse('already-reversed', `expected ${sale} to stand, got it reversed by entry ${undone}`)
}

/** Parked quantities are whole pieces; what is weighed was parked as one, and is told exactly now. */
function partsFit(
  { sku, parts, line }: Mapping,
  { quantity }: ParkedLine,
  { masters }: Books,
): Refusal | null {
  const got = parts.reduce((sum, part) => sum + part.quantity, 0n)
  const isOther = parts.some((part) => part.sku !== sku)
  const scale = masters.sku(sku)?.quantityScale ?? 0
  const pieces = quantity < 0n ? -quantity : quantity
  const fits = scale === 0 ? got === pieces : got > 0n
  if (fits && !isOther) return null
  return refuse(
    'parts-do-not-add-up',
    `expected parts of ${pieces} of ${sku} for line ${line}, got ${got}${isOther ? ' of several SKUs' : ''}`,
  )
}
