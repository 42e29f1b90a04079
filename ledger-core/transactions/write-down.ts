import type { Books } from '../books.ts'
import { knownSku, notNegative } from '../checks.ts'
import { shareOf } from '../costing.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal } from '../refusal.ts'
import type { Allowance } from '../store/stock-store.ts'
import type { Transaction } from './transaction.ts'

/**
 * Lower of cost and net realisable value (IAS 2.28 to 2.33): the layers keep their cost, an allowance
 * stands against them. Under IFRS a recovery takes it back, up to what is attached to the goods
 * still here; under US GAAP the lower value stays (ASC 330-10-35-14).
 */
export const writeDown: Transaction<'write-down'> = {
  check: ({ sku, realisableMinor }, books) =>
    firstRefusal([() => knownSku(sku, books), () => notNegative(realisableMinor, sku)]),
  post: ({ sku, realisableMinor, reason }, posting, books) => {
    const change = changeOf(sku, realisableMinor, books)
    releaseSold(sku, change.releasedMinor, posting)
    const memo = `${sku}: ${reason}`
    posting.money(posting.chart['write-down-expense'].account, change.changeMinor, memo)
    posting.money(posting.chart['inventory-allowance'].account, -change.changeMinor, memo)
    const { amountMinor, quantity } = change
    books.stock.saveAllowance(sku, {
      amountMinor,
      quantity,
      sequence: books.journal.head().sequence,
    })
  },
}

interface Change {
  /** To write-down expense: positive lowers the carrying amount. */
  readonly changeMinor: bigint
  /** Of the allowance, with goods that have left since. */
  readonly releasedMinor: bigint
  readonly amountMinor: bigint
  readonly quantity: bigint
}

function changeOf(sku: string, realisableMinor: bigint, books: Books): Change {
  const held = onHand(sku, books)
  const attachedMinor = attached(sku, books.stock.allowance(sku), books)
  const beforeMinor = books.stock.allowance(sku)?.amountMinor ?? 0n
  const neededMinor = held.valueMinor > realisableMinor ? held.valueMinor - realisableMinor : 0n
  const mayFall = books.control.policy().framework === 'IFRS'
  const amountMinor = neededMinor < attachedMinor && !mayFall ? attachedMinor : neededMinor
  return {
    changeMinor: amountMinor - attachedMinor,
    releasedMinor: beforeMinor - attachedMinor,
    amountMinor,
    quantity: held.quantity,
  }
}

function onHand(sku: string, { costs }: Books) {
  return costs.groupsOf(sku).reduce(
    (sum, group) => {
      const { quantity, valueMinor } = costs.pool(sku, group)
      return { quantity: sum.quantity + quantity, valueMinor: sum.valueMinor + valueMinor }
    },
    { quantity: 0n, valueMinor: 0n },
  )
}

/** The part of an allowance whose goods are still here; the rest left with what was sold. */
function attached(sku: string, allowance: Allowance | null, { journal }: Books): bigint {
  if (allowance === null || allowance.amountMinor === 0n) return 0n
  const issued = journal.issuedSince(sku, allowance.sequence)
  const left = issued <= 0n ? allowance.quantity : allowance.quantity - issued
  if (left <= 0n) return 0n
  return shareOf(allowance.amountMinor, allowance.quantity, left)
}

/** Goods that were written down and sold cost that much less. */
function releaseSold(sku: string, releasedMinor: bigint, posting: Posting): void {
  const memo = `${sku}: allowance of goods sold`
  posting.money(posting.chart['inventory-allowance'].account, releasedMinor, memo)
  posting.money(posting.chart.cogs.account, -releasedMinor, memo)
}
