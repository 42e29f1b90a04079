import { clearingAccount } from '../account.ts'
import type { Books } from '../books.ts'
import type { CommandOf } from '../command.ts'
import { divideHalfEven, smaller, splitByWeight } from '../costing.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { GoodsReceipt } from '../store/receipt-store.ts'
import type { Transaction } from './transaction.ts'

type LandedCost = CommandOf<'landed-cost'>

/** Freight, duty, insurance: spread over receipts, then over where the units of each are now. */
export const landedCost: Transaction<'landed-cost'> = {
  check: checkLandedCost,
  post: (command, posting, books) => {
    const receipts = command.receipts.map(({ receipt }) => mustFind(receipt, books))
    const shares = splitByWeight(command.amountMinor, weightsOf(command, receipts))
    receipts.forEach((receipt, index) => {
      spreadOverReceipt(receipt, shares[index] ?? 0n, command.document, posting, books)
    })
    const { account } = posting.chart['landed-cost-accrual']
    posting.money(account, -command.amountMinor, command.document)
  },
}

function checkLandedCost(command: LandedCost, { receipts }: Books): Refusal | null {
  const named = new Set(command.receipts.map(({ receipt }) => receipt))
  return firstRefusal([
    () => refuseAny([...named], (receipt) => knownReceipt(receipt, receipts)),
    () => {
      if (named.size === command.receipts.length && named.size > 0) return null
      return refuse('unknown-origin', 'expected one or more receipts, each once')
    },
    () => {
      if (command.amountMinor !== 0n) return null
      return refuse('quantity-not-positive', 'expected an amount other than 0, got 0')
    },
    () => {
      const weights = command.receipts.map(({ weight = 0 }) => weight)
      const isWeighed = weights.every((weight) => Number.isSafeInteger(weight) && weight > 0)
      if (command.basis !== 'weight' || isWeighed) return null
      return refuse('parts-do-not-add-up', 'expected a whole weight above 0 for each receipt')
    },
  ])
}

export function knownReceipt(receipt: string, receipts: Books['receipts']): Refusal | null {
  if (receipts.goodsReceipt(receipt) !== null) return null
  return refuse('unknown-origin', `expected the source key of a goods receipt, got ${receipt}`)
}

/** A receipt that its check has found. */
export function mustFind(receipt: string, { receipts }: Books): GoodsReceipt {
  const found = receipts.goodsReceipt(receipt)
  if (found === null) throw new Error(`receipt ${receipt} went missing between check and posting`)
  return found
}

/** What the receipts of a cost weigh against each other. */
export function weightsOf(
  command: LandedCost,
  receipts: readonly GoodsReceipt[],
): readonly bigint[] {
  switch (command.basis) {
    case 'quantity':
      return receipts.map(({ quantity }) => quantity)
    case 'weight':
      return command.receipts.map(({ weight = 0 }) => BigInt(weight))
    case 'value': {
      const values = receipts.map(({ goodsMinor }) => goodsMinor)
      // Goods that cost nothing have no value to go by.
      return values.some((value) => value > 0n) ? values : receipts.map(({ quantity }) => quantity)
    }
  }
}

/** What spreading a later cost asks of the books; a replay under another method has its own. */
export interface SpreadBooks {
  readonly costs: Pick<Books['costs'], 'pool' | 'layersOfReceipt'>
  readonly receipts: Pick<Books['receipts'], 'changeReceipt' | 'sentOf'>
}

/**
 * A later cost of a receipt goes where its units are: on hand to their layers, sent to another store
 * to clearing with it, the rest to COGS. A layer never falls below zero. Debits only; the caller
 * credits whom it is owed to.
 */
export function spreadOverReceipt(
  receipt: GoodsReceipt,
  amountMinor: bigint,
  memo: string,
  posting: Pick<Posting, 'addValue' | 'money' | 'chart'>,
  books: SpreadBooks,
): void {
  if (amountMinor === 0n) return
  books.receipts.changeReceipt(receipt.sequence, { landedMinor: amountMinor })
  const { sku, group } = receipt
  const base = receipt.quantity - receipt.returned
  let rest = amountMinor
  const place = (where: string, layer: number | null, heldMinor: bigint, partMinor: bigint) => {
    const placed = heldMinor + partMinor < 0n ? -heldMinor : partMinor
    posting.addValue(sku, where, layer, placed, `${sku}: ${memo}`)
    rest -= placed
  }
  const pool = books.costs.pool(sku, group)
  if (pool.method === 'average') {
    // Stock coverage: an average pool cannot say whose units are left, so it assumes these.
    const covered = smaller(pool.quantity, base)
    if (covered > 0n) {
      place(group, null, pool.valueMinor, divideHalfEven(amountMinor * covered, base))
    }
  } else {
    const layers = books.costs.layersOfReceipt(sku, receipt.sequence)
    const sent = books.receipts.sentOf(receipt.sequence)
    const held = [...layers, ...sent].reduce((sum, { quantity }) => sum + quantity, 0n)
    const sold = base > held ? base - held : 0n
    const weights = [...layers, ...sent].map(({ quantity }) => quantity)
    const parts = splitByWeight(amountMinor, [...weights, sold])
    layers.forEach((layer, index) => {
      place(layer.group, layer.id, layer.valueMinor, parts[index] ?? 0n)
    })
    sent.forEach(({ site }, index) => {
      const partMinor = parts[layers.length + index] ?? 0n
      posting.money(clearingAccount(posting.chart, site), partMinor, `${sku}: ${memo}`)
      rest -= partMinor
    })
  }
  posting.money(posting.chart.cogs.account, rest, `${sku}: ${memo}, units no longer here`)
}
